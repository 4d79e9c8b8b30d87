"""The commitments of a generated case: the alerts and rows that the sweep of every minute would have left.

By the code of the sweep itself: clocks are replayed at each event and at each minute that finds one run short or run
out. Most histories need no such walk, because nothing that was promised ever changed: one look at the end
says the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cases.commitments import alerts
from cases.commitments.replay import replay
from cases.commitments.stored import ClockChanges, reconcile
from cases.commitments.terms import FIELDS
from cases.events import KINDS
from cases.load_test_data.case_histories import HistoryEvent
from cases.models import Case, Commitment, Event
from sla.clocks import ClockState, State
from sla.matrices import Kind
from sla.promises import Key

MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Outcome:
    """The outcome of the promises of a case: its clocks, their rows, the alerts, and when each breach was seen.

    `recorded` has the missed clocks as their breaches were last written: when they were seen, or ended.
    """

    states: Sequence[ClockState] = ()
    rows: list[Commitment] = field(default_factory=list)
    alerts: list[Event] = field(default_factory=list)
    detected: dict[Key, datetime] = field(default_factory=dict)
    recorded: dict[Key, ClockState] = field(default_factory=dict)

    def breaches(self) -> Iterator[tuple[ClockState, datetime]]:
        """Yield the missed clocks as they are recorded, each with when that was seen."""
        for state in self.states:
            if state.key in self.detected:
                then = self.recorded[state.key]
                void = replace(then, voided_at=state.voided_at, void_mark=state.void_mark)
                yield replace(void, stopped_at=state.stopped_at), self.detected[state.key]


def outcome(case: Case, events: Sequence[HistoryEvent], now: datetime) -> Outcome:
    """Return what the clocks of `case` came to by `now` (UTC), after these events."""
    states = replay(case, events, at=now)
    if all(_is_plain(turn) for turn in events) and not _needs_a_walk(states, events, now):
        return _glance(case, states, events, now)
    return walk(case, events, now)


def _is_plain(turn: HistoryEvent) -> bool:
    """Say whether what is promised stays as it was; as long as nobody knows better, a defect is our own software's."""
    kind = KINDS[turn.kind]
    if turn.kind == "opened" or (turn.kind == "classified" and turn.data["kind"] == Kind.OWN):
        return True
    return kind.dates is None and kind.excuses is None and not turn.data.keys() & set(FIELDS)


def walk(case: Case, events: Sequence[HistoryEvent], now: datetime) -> Outcome:
    """Look at each turn and in each minute in which something ran short or ran out."""
    seen = Outcome()
    for number, turn in enumerate(events, start=1):
        so_far = events[:number]
        _sweep(case, seen, so_far, turn.at)
        until = events[number].at if number < len(events) else now
        while (at := _next_look(seen.rows, until)) is not None:
            _sweep(case, seen, so_far, at)
    _sweep(case, seen, events, now)
    return seen


def _sweep(case: Case, seen: Outcome, events: Sequence[HistoryEvent], at: datetime) -> None:
    seen.states = replay(case, events, at=at)
    changes = reconcile(case, seen.rows, seen.states, at=at)
    keys = {state.key for state in seen.states}
    seen.rows = [row for row in (*seen.rows, *changes.fresh) if row.key in keys]
    changes.breached = [state for state in changes.breached if state.key not in seen.detected]
    seen.detected |= {state.key: at for state in changes.breached}
    seen.recorded |= {
        state.key: state
        for state in seen.states
        if state.key in seen.detected and (state.stopped_at or state.key not in seen.recorded)
    }
    known = {alerts.warning_of(event) for event in seen.alerts if event.kind == "at_risk"}
    found = _alerts(case, events, changes, at)
    seen.alerts += [event for event in found if event.kind != "at_risk" or alerts.warning_of(event) not in known]


def _next_look(rows: Sequence[Commitment], until: datetime) -> datetime | None:
    """Return the first whole minute before `until` at which a sweep finds something to tell."""
    running = [row for row in rows if row.is_running and row.breached_at is None]
    looks = [_after(row.breach_at) for row in running if row.breach_at]
    looks += [_from(row.warn_at) for row in running if row.warn_at and row.warned_at is None and not row.is_void]
    soonest = min(looks, default=until)
    return soonest if soonest < until else None


def _after(at: datetime) -> datetime:
    """Return the first whole minute after `at`: at its breach a clock is still in time."""
    return at.replace(second=0, microsecond=0) + MINUTE


def _from(at: datetime) -> datetime:
    """Return the first whole minute that is not before `at`."""
    return at if at == at.replace(second=0, microsecond=0) else _after(at)


def _needs_a_walk(states: Sequence[ClockState], events: Sequence[HistoryEvent], now: datetime) -> bool:
    """Say whether the end does not tell how it was when a clock ran short.

    It may be paused now, or was, and its due time was another; it may have stopped and gone on; or a turn came so soon
    after that it was before the sweep.
    """
    warned = [state for state in states if state.state is State.PAUSED or _warned(state, now)]
    if any(state.state is State.PAUSED or state.paused_seconds for state in warned):
        return True
    if any(state.breached_at and not state.stopped_at and len(state.steps) > 1 for state in states):
        return True
    instants = [at for state in states for at in (state.warn_at, state.breached_at) if at]
    looks = [turn.at for turn in events] + [now]
    return any(at <= look <= at + MINUTE for at in instants for look in looks)


def _glance(case: Case, states: Sequence[ClockState], events: Sequence[HistoryEvent], now: datetime) -> Outcome:
    """Look once, at the end, and date back what the sweeps found before."""
    changes = reconcile(case, [], states, at=now)
    seen = Outcome(states, changes.fresh)
    for row, state in zip(seen.rows, states, strict=True):
        row.warned_at = _warned(state, now)
        if row.warned_at is not None:
            seen.alerts += _alerts(case, events, ClockChanges(warned=[row]), row.warned_at)
        if state.breached_at is not None:
            at = seen.detected[state.key] = _after(state.breached_at)
            seen.alerts += _alerts(case, events, ClockChanges(breached=[state]), at)
            seen.recorded[state.key] = state if state.stopped_at else _as_at(case, state, events, at)
    seen.alerts.sort(key=lambda event: event.at)
    return seen


def _as_at(case: Case, state: ClockState, events: Sequence[HistoryEvent], at: datetime) -> ClockState:
    """Return how a clock stood at `at`."""
    then = replay(case, [turn for turn in events if turn.at <= at], at=at)
    return next(one for one in then if one.key == state.key)


def _warned(state: ClockState, now: datetime) -> datetime | None:
    """Return when a sweep found that a clock had run short, if it was neither stopped nor missed by then."""
    if state.warn_at is None:
        return None
    look, stopped = _from(state.warn_at), state.stopped_at or now
    missed = state.breached_at is not None and state.breached_at < look
    return look if look < stopped and not missed else None


def _alerts(case: Case, events: Sequence[HistoryEvent], changes: ClockChanges, at: datetime) -> list[Event]:
    found = list(alerts.alerts_of(case, changes, at))
    for event in found:
        event.status = next(turn.status for turn in reversed(events) if turn.at <= at)
    return found
