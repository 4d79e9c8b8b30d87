"""What is told of promises that run short, were missed or moved: an event each, and mails to those who can act.

Owner, team and managers hear of it in their working hours; of a Critical case at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.commitments.stored import ClockChanges
from cases.events import KINDS
from cases.models import Case, Commitment, Event
from cases.outbox import mails
from contacts.models import User
from contacts.roles import Role
from sla import compiled
from sla.clocks import ClockState
from sla.matrices import Severity

Told = tuple[Case, ClockChanges]


def tell(found: Sequence[Told], *, at: datetime) -> list[Event]:
    """Record what became of the promises of these locked cases at `at` (UTC), and put out the mails.

    In the transaction that stores it. Of a clock that ran short and ran out since the last look only the latter is
    told; nothing is told twice. Returns the events.
    """
    events = [event for case, reckoned in found for event in worth_telling(case, reckoned, at)]
    if not events:
        return []
    known = _known([event for event in events if event.kind == "at_risk"])
    fresh = [event for event in events if event.kind != "at_risk" or said(event) not in known]
    Event.objects.bulk_create(fresh)
    alarming = [event for event in fresh if event.kind in ("at_risk", "breached")]
    if alarming:
        _mail(alarming, {case.pk: case for case, _reckoned in found}, at)
    return fresh


def worth_telling(case: Case, reckoned: ClockChanges, at: datetime) -> Iterator[Event]:
    """Yield the events, not yet stored, of what reckoning `case` at `at` brought."""
    for row in reckoned.warned:
        yield _event(case, "at_risk", at, _row_data(row) | {"warn_at": _iso(row.warn_at)})
    for state in reckoned.breached:
        yield _event(case, "breached", at, _state_data(state))
    if reckoned.moved:
        moves = [_row_data(row) | {"was": _iso(was), "now": _iso(row.due_at)} for row, was in reckoned.moved]
        yield _event(case, "dues_moved", at, {"moves": moves})


def _event(case: Case, kind: str, at: datetime, data: dict[str, Any]) -> Event:
    return Event(case=case, kind=KINDS[kind].code, at=at, status=case.status, data=data)


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


def said(event: Event) -> tuple[Any, ...]:
    """Return which warning an event gave: twice the same is told once."""
    return event.case_id, *(event.data[name] for name in ("metric", "cycle", "period_no", "warn_at"))


def _known(events: Sequence[Event]) -> set[tuple[Any, ...]]:
    """Return which of these warnings were given before: the mark on a clock goes with its row, the event stays."""
    if not events:
        return set()
    cases = {event.case_id for event in events}
    return {said(event) for event in Event.objects.filter(case__in=cases, kind="at_risk")}


def _mail(events: Sequence[Event], cases: dict[int, Case], at: datetime) -> None:
    managers = list(User.objects.filter(role=Role.MANAGER, is_active=True).select_related("working_hours"))
    teams = _teams({case.team_id for case in cases.values()})
    for kind in ("at_risk", "breached"):
        told = (
            (event, case, person, _leaves_at(person, case, at))
            for event in events
            if event.kind == kind
            for case in [cases[event.case_id]]
            for person in _who(case, teams.get(case.team_id, []), managers)
        )
        mails.put_all(told, kind)


def _teams(ids: Iterable[int]) -> dict[int, list[User]]:
    members = User.teams.through.objects.filter(team__in=set(ids)).filter(
        Q(user__is_active=True) & Q(user__hears_of_team_promises=True)
    )
    found: dict[int, list[User]] = {}
    for row in members.select_related("user__working_hours"):
        found.setdefault(row.team_id, []).append(row.user)
    return found


def _who(case: Case, team: Iterable[User], managers: Iterable[User]) -> list[User]:
    """Return owner, team and managers, each once."""
    people = {person.pk: person for person in (*team, *managers)}
    if case.owner is not None and case.owner.is_active:
        people.setdefault(case.owner.pk, case.owner)
    return list(people.values())


def _leaves_at(person: User, case: Case, at: datetime) -> datetime:
    """Return when a mail may reach one of ours: now for Critical, else when they work (or the desk does)."""
    if case.severity == Severity.CRITICAL:
        return at
    hours = compiled.working_time(person.working_hours or case.calendar)
    return hours.next_open(at) or at
