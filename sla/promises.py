"""The words of promises: targets and terms, the moments of a case, the state of a clock. `clocks` acts on them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sla.working_time import WorkingTime


class Category(StrEnum):
    """All that clocks know of a status."""

    ACTIVE = "active"
    WAITING = "waiting"  # for the customer
    SOLVED = "solved"  # a solution was provided
    ANSWERED = "answered"  # and the customer wrote something, which nobody has decided on
    CLOSED = "closed"


class Metric(StrEnum):
    """What is promised."""

    RESPONSE = "response"
    RESTORATION = "restoration"
    RESOLUTION = "resolution"
    STATUS_UPDATE = "status_update"
    ROOT_CAUSE = "root_cause"
    AGREED = "agreed"  # a date entered by hand: no matrix has a target for it


# These begin anew when a closed case is reopened.
PER_CYCLE = frozenset({Metric.RESTORATION, Metric.RESOLUTION, Metric.STATUS_UPDATE, Metric.AGREED})
# One clock of a case: what is promised, in which cycle, which period of it.
Key = tuple[Metric, int, int]


class State(StrEnum):
    """What became of one clock."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"  # nothing is promised any more
    CONVERTED = "converted"  # another promise took its place before it ran out: neither met nor missed
    VOID = "void"  # a condition of the promise does not hold, or a breach was excused: it binds nobody


@dataclass(frozen=True, slots=True)
class Target:
    """One cell of a matrix: `minutes` of working time of the calendar, or of elapsed time.

    `pause_on_customer` stops the count while the customer is awaited. `condition` names what must hold for the target
    to bind, "" for nothing. Raises ValueError for an impossible target.
    """

    metric: Metric
    minutes: int
    clock: str = "working"
    pause_on_customer: bool = False
    warn_percent: int = 75
    condition: str = ""

    def __post_init__(self) -> None:
        if self.metric == Metric.AGREED:
            raise ValueError("an agreed date is entered for a case, it has no target")
        if self.minutes <= 0 or not 0 < self.warn_percent <= 100 or self.clock not in ("working", "elapsed"):
            raise ValueError(f"impossible target {self!r}")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised from a moment on: at most one target a metric, and the calendar they count on.

    `tag` comes back with each clock that ran out, or ended, or still runs, while these terms were in force.
    `desk` are the hours of the desk, whatever calendar counts: its zone is the wall clock of the case. None: those that
    count are the desk's own.
    """

    targets: Sequence[Target]
    calendar: WorkingTime
    tag: Hashable = None
    desk: WorkingTime | None = None

    @property
    def wall(self) -> WorkingTime:
        """The hours whose zone tells the wall time, and the days, of the case."""
        return self.desk or self.calendar


@dataclass(frozen=True, slots=True)
class Edit:
    """The hours of a calendar were edited: clocks that count on `old` count on `new` from then on."""

    old: WorkingTime
    new: WorkingTime


@dataclass(frozen=True, slots=True)
class Moment:
    """What one event of a case means for its clocks. The first one is when the customer reached us.

    `mark` comes back with what the moment voided.
    """

    at: datetime
    category: Category  # after the event
    answered: bool = False  # a human of ours said something that the customer can read or hear
    restored: bool | None = None  # functionality declared restored (True), or that declaration undone (False)
    root_cause_given: bool = False  # the root-cause report was delivered
    terms: Terms | None = None  # new ones, from a change of severity, kind or calendar
    failing: frozenset[str] | None = None  # the conditions of targets that are known not to hold, from now on
    dated: tuple[Metric, datetime | None] | None = None  # promised for a date; None takes an agreed date back
    excused: tuple[Key, bool] | None = None  # the breach of a clock binds nobody (True), or does so again (False)
    cancels: bool = False  # nothing is promised any more: the case is a duplicate, or was withdrawn
    edit: Edit | None = None
    unread: bool = False  # what the customer wrote was left unread for too long: it counts as "not solved" since then
    mark: Hashable = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a clock's life in which nothing changed for it; `open_seconds` on the calendar then in force."""

    started_at: datetime
    ended_at: datetime
    category: Category
    counted: bool
    open_seconds: float
    calendar: WorkingTime


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a clock's life as its binding promise counted it: on which calendar, and whether at all."""

    started_at: datetime
    ended_at: datetime
    counted: bool
    calendar: WorkingTime


class Turn(StrEnum):
    """What can happen to one clock."""

    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    MOVED = "moved"  # the same minutes on another calendar
    EDITED = "edited"  # the hours it counts on were edited
    VOIDED = "voided"
    BOUND = "bound"  # what was void binds again
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class Step:
    """A turn in the life of a clock, and what followed: minutes promised and due time after it (as if it ran on)."""

    at: datetime
    turn: Turn
    minutes: int
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClockState:
    """One clock as of an instant. Instants are UTC.

    `due_at` is what people are told, the earliest instant with all minutes spent; `breach_at` the last with no more
    than all, later than `due_at` only when the minutes run out at closing time. All three are None while paused.
    `minutes`, `consumed_seconds` and `runs` belong to the promise that falls due first, where a change of terms
    left two; the calendars of the counted `runs` add up to `consumed_seconds`. So do `amount`, the same as `minutes`
    but exact, and `calendar`, on which it counts on. `voided_at` and `void_mark` tell since which moment the clock, or
    its breach, binds nobody.
    """

    metric: Metric
    cycle: int  # grows with each reopening
    period_no: int  # status updates have many; others a second one only when a cancelled target came back
    state: State
    started_at: datetime
    due_at: datetime | None
    breach_at: datetime | None
    warn_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None  # set once more than the minutes were spent, whatever happened later
    minutes: int
    consumed_seconds: float
    paused_seconds: float  # open time that did not count
    waiting_seconds: float  # open time while the customer was awaited, counted or not
    segments: tuple[Segment, ...]
    runs: tuple[Run, ...] = ()
    steps: tuple[Step, ...] = ()
    tag: Hashable = None
    voided_at: datetime | None = None
    void_mark: Hashable = None
    is_dated: bool = False  # promised for a date, not for an amount of time
    amount: timedelta = timedelta(0)
    calendar: WorkingTime | None = None

    @property
    def key(self) -> Key:
        """Return what tells the clock from the others of its case."""
        return self.metric, self.cycle, self.period_no
