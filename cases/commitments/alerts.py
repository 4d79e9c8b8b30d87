"""The alerts of commitments at risk, breached or moved: an event each, and mails to owner, team and managers."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cases.commitments.stored import ClockChanges
from cases.events import new_event
from cases.models import Case, Commitment, Event
from cases.outbox import mails, recipients
from cases.outbox.recipients import Addressed
from sla.clocks import ClockState


def notify(found: Sequence[tuple[Case, ClockChanges]], *, at: datetime) -> list[Event]:
    """Record what became of the commitments of these locked cases at `at` (UTC), and write the mails.

    In the transaction that stores it. Of a clock that ran short and ran out since the last look only the latter is
    notified; nothing is notified twice. Returns the events.
    """
    events = [event for case, changes in found for event in alerts_of(case, changes, at)]
    if not events:
        return []
    known = _known([event for event in events if event.kind == "at_risk"])
    fresh = [event for event in events if event.kind != "at_risk" or warning_of(event) not in known]
    Event.objects.bulk_create(fresh)
    alarming = [event for event in fresh if event.kind in ("at_risk", "breached")]
    if alarming:
        _mail(alarming, {case.pk: case for case, _reckoned in found}, at)
    return fresh


def alerts_of(case: Case, changes: ClockChanges, at: datetime) -> Iterator[Event]:
    """Yield the events, not yet stored, of what reckoning `case` at `at` brought."""
    for row in changes.warned:
        yield new_event(case, "at_risk", at=at, data=_row_data(row) | {"warn_at": _iso(row.warn_at)})
    for state in changes.breached:
        yield new_event(case, "breached", at=at, data=_state_data(state))
    if changes.moved:
        moves = [_row_data(row) | {"was": _iso(was), "now": _iso(row.due_at)} for row, was in changes.moved]
        yield new_event(case, "dues_moved", at=at, data={"moves": moves})


def _row_data(row: Commitment) -> dict[str, Any]:
    return {
        "metric": row.metric,
        "cycle": row.cycle,
        "period_no": row.period_no,
        "due_at": _iso(row.due_at),
    }


def _state_data(state: ClockState) -> dict[str, Any]:
    return {
        "metric": state.metric.value,
        "cycle": state.cycle,
        "period_no": state.period_no,
        "due_at": _iso(state.due_at or state.steps[-1].due_at),
        "breach_at": _iso(state.breached_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def warning_of(event: Event) -> tuple[Any, ...]:
    """Return which warning an event gave: the same one is given once."""
    return event.case_id, *(event.data[name] for name in ("metric", "cycle", "period_no", "warn_at"))


def _known(events: Sequence[Event]) -> set[tuple[Any, ...]]:
    """Return which of these warnings were given before: the mark on a clock goes with its row, the event stays."""
    if not events:
        return set()
    cases = {event.case_id for event in events}
    return {warning_of(event) for event in Event.objects.filter(case__in=cases, kind="at_risk")}


def _mail(events: Sequence[Event], cases: Mapping[int, Case], at: datetime) -> None:
    reached = recipients.alerted(cases.values(), at)
    mails.put_all(
        Addressed(event, cases[event.case_id], event.kind, person.pk, due_at)
        for event in sorted(events, key=lambda event: event.kind)
        for person, due_at in reached[event.case_id]
    )
