"""The clocks of a case as its page shows them: each commitment as of an instant, what was missed, what can be done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cases import commitments
from cases.case_page.offered_verbs import OfferedVerb, offered_verbs
from cases.commitments import promised_times
from cases.commitments.overruns import is_over_by
from cases.models import Breach, Case
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
    voided_at: datetime | None
    is_dated: bool
    why_url: str

    @property
    def is_paused(self) -> bool:
        return self.state == State.PAUSED


@dataclass(frozen=True, slots=True)
class Saying:
    """A commitment that runs no clock: its name and what is promised in words."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A missed commitment of the case, on record: `minutes` of open time late, and whether and why it is void."""

    breach: Breach
    minutes: float
    because: str
    by_manager: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """All commitments of a case, empty where nothing is promised; what was missed; what its reader may do."""

    clocks: tuple[Clock, ...]
    sayings: tuple[Saying, ...]
    next: Clock | None
    round_the_clock: bool
    missed: tuple[Missed, ...]
    offered_verbs: tuple[OfferedVerb, ...]


def panel(case: Case, *, verbs: set[str], at: datetime) -> Panel:
    """Return the commitments of `case` as they stand at `at`, for who may do `verbs`. Two queries, or three."""
    states = commitments.states(case, at=at)
    clocks, sayings = _promised(case, states)
    running = [clock for clock in clocks if clock.state == State.RUNNING and clock.due_at and not clock.voided_at]
    return Panel(
        clocks=clocks,
        sayings=sayings,
        next=min(running, key=lambda clock: clock.due_at or at, default=None),
        round_the_clock=case.severity == Severity.CRITICAL and case.plan.round_the_clock_critical,
        missed=tuple(_missed(breach, states) for breach in _breaches(case)),
        offered_verbs=offered_verbs(case, verbs, states),
    )


def _promised(case: Case, states: Sequence[ClockState]) -> tuple[tuple[Clock, ...], tuple[Saying, ...]]:
    if case.exclusion_id is not None:
        return (), ()
    rows = {Metric(row.metric): row for row in compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity)}
    latest: dict[Metric, list[ClockState]] = {}
    for state in states:
        latest.setdefault(state.metric, []).append(state)
    sayings = tuple(
        Saying(promised_times.label(metric), promised_times.format_condition(row))
        for metric, row in rows.items()
        if metric not in latest and row.minutes is None
    )
    return tuple(_clock(case, clocks, rows.get(metric)) for metric, clocks in latest.items()), sayings


def _breaches(case: Case) -> Iterable[Breach]:
    return Breach.objects.filter(case=case).select_related("void_event").order_by("breach_at", "pk")


def _missed(breach: Breach, states: Sequence[ClockState]) -> Missed:
    event = breach.void_event
    return Missed(
        breach=breach,
        minutes=is_over_by(breach, states) / 60,
        because=str(event.data.get("because", "")) if event else "",
        by_manager=event is not None and event.kind == "breach_voided",
    )


def _clock(case: Case, states: list[ClockState], row: MatrixRow | None) -> Clock:
    state = states[-1]
    return Clock(
        state=state.state.value,
        label=promised_times.label(state.metric),
        due_at=state.due_at,
        warn_at=state.warn_at,
        breach_at=state.breach_at,
        breached_at=state.breached_at,
        stopped_at=state.stopped_at,
        budget=0 if state.is_dated else state.minutes,
        consumed=state.consumed_seconds / 60,
        paused=state.paused_seconds / 60,
        segments=tuple(_pieces(state)),
        words=promised_times.format_condition(row) if row and not state.is_dated else "",
        missed_before=sum(1 for earlier in states[:-1] if earlier.breached_at and not earlier.voided_at),
        voided_at=state.voided_at,
        is_dated=state.is_dated,
        why_url=reverse("desk:why", args=[case.number, state.metric.value, state.cycle, state.period_no]),
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
