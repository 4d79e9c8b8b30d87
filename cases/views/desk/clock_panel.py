"""The clocks of a case as its page shows them: each commitment as of an instant, and the words of its matrix row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from cases import commitments, outlook
from cases.models import Case
from sla import compiled
from sla.clocks import ClockState, Metric, Segment, State
from sla.matrices import Kind, Severity
from sla.models import MatrixRow


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: "consumed", "paused" or "over", and its share of the bar in per cent."""

    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class Clock:
    """One commitment: its latest clock, its words, and how many of its earlier periods were missed."""

    state: str
    label: str
    due_at: datetime | None
    warn_at: datetime | None
    breach_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    budget: int
    consumed: float
    paused: float
    segments: tuple[Piece, ...]
    words: str
    missed_before: int

    @property
    def is_paused(self) -> bool:
        return self.state == State.PAUSED


@dataclass(frozen=True, slots=True)
class Saying:
    """A commitment that runs no clock: its name and what is promised in words."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Panel:
    """All commitments of a case; both empty where nothing is promised."""

    clocks: tuple[Clock, ...]
    sayings: tuple[Saying, ...]
    next: Clock | None
    round_the_clock: bool = False


def panel(case: Case, *, at: datetime) -> Panel:
    """Return the commitments of `case` as they stand at `at`. One query, and one more round the clock."""
    if case.exclusion_id is not None:
        return Panel((), (), None)
    rows = {Metric(row.metric): row for row in compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity)}
    latest: dict[Metric, list[ClockState]] = {}
    for state in commitments.states(case, at=at):
        latest.setdefault(state.metric, []).append(state)
    clocks = tuple(_clock(states, rows.get(metric)) for metric, states in latest.items())
    sayings = tuple(
        Saying(outlook.label(metric), outlook.words(row))
        for metric, row in rows.items()
        if metric not in latest and row.minutes is None
    )
    running = [clock for clock in clocks if clock.state == State.RUNNING and clock.due_at]
    first = min(running, key=lambda clock: clock.due_at or at, default=None)
    always = case.severity == Severity.CRITICAL and case.plan.round_the_clock_critical
    return Panel(clocks, sayings, first, always)


def _clock(states: list[ClockState], row: MatrixRow | None) -> Clock:
    state = states[-1]
    return Clock(
        state=state.state.value,
        label=outlook.label(state.metric),
        due_at=state.due_at,
        warn_at=state.warn_at,
        breach_at=state.breach_at,
        breached_at=state.breached_at,
        stopped_at=state.stopped_at,
        budget=state.minutes,
        consumed=state.consumed_seconds / 60,
        paused=state.paused_seconds / 60,
        segments=tuple(_pieces(state)),
        words=outlook.words(row) if row else "",
        missed_before=sum(1 for earlier in states[:-1] if earlier.breached_at),
    )


def _pieces(state: ClockState) -> Iterator[Piece]:
    """Yield the bar of a clock: spans that counted and spans that did not, then what went over the budget."""
    budget = state.minutes * 60
    whole = max(budget, state.consumed_seconds) + state.paused_seconds
    left = float(budget)
    for counted, seconds in _runs(state.segments):
        if not counted:
            yield Piece("paused", 100 * seconds / whole)
            continue
        within = min(seconds, left)
        left -= within
        yield Piece("consumed", 100 * within / whole)
        if seconds > within:
            yield Piece("over", 100 * (seconds - within) / whole)


def _runs(segments: Iterable[Segment]) -> Iterator[tuple[bool, float]]:
    counted, seconds = True, 0.0
    for segment in segments:
        if segment.counted != counted and seconds:
            yield counted, seconds
            seconds = 0.0
        counted = segment.counted
        seconds += segment.open_seconds
    if seconds:
        yield counted, seconds
