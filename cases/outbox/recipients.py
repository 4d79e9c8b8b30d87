"""The recipients of notifications: who hears of a change of a case, and from when a mail may reach them.

The one place that asks for people by role, team or working hours to write to them. `cases/outbox/mails.py` writes what
is addressed here.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from cases.events import KINDS
from cases.models import Case, Event
from contacts import shifts
from contacts.models import Team, User
from contacts.roles import Role
from sla import compiled
from sla.matrices import Severity
from sla.models import Calendar

# The notices to managers of a request for Critical. A person gets each of an event once: the reminder has its own.
SEVERITY_REQUESTED, SEVERITY_REMINDER, OPENED_CRITICAL = "severity_requested", "severity_reminder", "opened_critical"
TO_MANAGERS = (SEVERITY_REQUESTED, SEVERITY_REMINDER, OPENED_CRITICAL)
# And the one to who owns the case, once a manager has decided.
SEVERITY_DECIDED = "severity_decided"

Reached = tuple[User, datetime]  # a person, and the instant (UTC) from which a mail may reach them


class Addressed(NamedTuple):
    """A notice of an event to one person; `due_at` is the instant (UTC) from which it may leave."""

    event: Event
    case: Case
    notice: str
    recipient_id: int
    due_at: datetime


def addressed(event: Event, case: Case, *, managers_ids: Collection[int] | None = None) -> list[Addressed]:
    """Return the mails that every event of its kind calls for: to customer, managers or owner, and followers.

    No query but for what managers hear alone, unless their ids are given; followers where `case` was loaded with them.
    """
    notice = KINDS[event.kind].notice
    found = [(notice, case.customer_id)] if notice and _reaches_customer(event, case, notice) else []
    found += _at_once(event, case, managers_ids)
    if notice:
        found += [(notice, pk) for pk in followers(case) if pk not in (event.actor_id, case.customer_id)]
    return [Addressed(event, case, notice, pk, event.at) for notice, pk in found]


def _reaches_customer(event: Event, case: Case, notice: str) -> bool:
    """Say whether the customer gets this notice: not of what they did in the portal, but for what is acknowledged."""
    return event.actor_id != case.customer_id or notice in ("acknowledgement", "closed")


def _at_once(event: Event, case: Case, managers_ids: Collection[int] | None) -> list[tuple[str, int]]:
    """Return what our people hear at any hour, as notice and id, who did it left out.

    Managers hear of a request for Critical, and of a case opened as Critical; the owner hears what was decided.
    """
    if event.kind in ("severity_approved", "severity_declined"):
        owner = active_owner(case)
        return [(SEVERITY_DECIDED, owner.pk)] if owner and owner.pk != event.actor_id else []
    if event.kind == "severity_requested":
        notice = SEVERITY_REQUESTED
    elif event.kind == "opened" and case.severity == Severity.CRITICAL:
        notice = OPENED_CRITICAL
    else:
        return []
    ids = managers().values_list("pk", flat=True) if managers_ids is None else managers_ids
    return [(notice, manager) for manager in ids if manager != event.actor_id]


def followers(case: Case) -> list[int]:
    """Return the ids of those who followed `case` when it was loaded `with_followers`; none otherwise. No query."""
    return getattr(case, "followed_by", [])


def active_owner(case: Case) -> User | None:
    """Return the owner of `case`, unless there is none or they are no longer active."""
    return case.owner if case.owner is not None and case.owner.is_active else None


def managers() -> "QuerySet[User]":
    """Return the active managers."""
    return User.objects.filter(role=Role.MANAGER, is_active=True)


def alerted(cases: Collection[Case], at: datetime) -> dict[int, list[Reached]]:
    """Return, by case, who hears at `at` of commitments at risk or breached: team, managers, owner, each once.

    Of a Critical case at once, of another in their working hours. Two queries.
    """
    everywhere = list(managers().select_related("working_hours"))
    teams = _members({case.team_id for case in cases}, hears_of_team_promises=True)
    found: dict[int, list[Reached]] = {}
    for case in cases:
        people = {person.pk: person for person in (*teams.get(case.team_id, ()), *everywhere)}
        if (owner := active_owner(case)) is not None:
            people.setdefault(owner.pk, owner)
        found[case.pk] = [(person, _alert_due(person, case, at)) for person in people.values()]
    return found


def _alert_due(person: User, case: Case, at: datetime) -> datetime:
    return at if case.severity == Severity.CRITICAL else in_working_hours(person, case.calendar, at)


def able_to_act(cases: Collection[Case], at: datetime) -> dict[int, list[Reached]]:
    """Return, by case, who is to act on it: the owner, else the team, else the managers; in their working hours.

    Two queries at most, none where each case has its owner.
    """
    ownerless = {case.team_id for case in cases if active_owner(case) is None}
    teams = _members(ownerless) if ownerless else {}
    without = ownerless - teams.keys()
    everywhere = list(managers().select_related("working_hours")) if without else []
    found: dict[int, list[Reached]] = {}
    for case in cases:
        owner = active_owner(case)
        people = [owner] if owner else teams.get(case.team_id, everywhere)
        found[case.pk] = [(person, in_working_hours(person, case.calendar, at)) for person in people]
    return found


def in_working_hours(person: User, calendar: Calendar, at: datetime) -> datetime:
    """Return when a mail may reach one of ours: `at` while they work, else when they next do (or the desk does)."""
    return compiled.working_time(shifts.hours_of(person, calendar)).next_open(at) or at


def _members(teams: Iterable[int], **which: bool) -> Mapping[int, list[User]]:
    """Return the active members of these teams, by team; `which` narrows by fields of the person. One query."""
    narrowed = {f"user__{name}": value for name, value in which.items()}
    rows = User.teams.through.objects.filter(team__in=teams, user__is_active=True, **narrowed)
    found: dict[int, list[User]] = {}
    for row in rows.select_related("user__working_hours").order_by("pk"):
        found.setdefault(row.team_id, []).append(row.user)
    return found


def dispatchers(calendar: Calendar, *, at: datetime) -> list[int]:
    """Return who hears that nobody could be handed a case: dispatchers at work, else all of them, else managers.

    Nobody who is away. One query, or two.
    """
    for role in (Role.DISPATCHER, Role.MANAGER):
        people = shifts.with_absence(User.objects.filter(role=role, is_active=True), at=at)
        there = [person for person in people.order_by("pk") if person.away_until is None]  # type: ignore[attr-defined]
        at_work = [person for person in there if shifts.is_at_work(person, calendar, at=at)]
        reached = at_work if at_work and role == Role.DISPATCHER else there
        if reached:
            return [person.pk for person in reached]
    return []


def team_at_work(team: Team, calendar: Calendar, *, at: datetime) -> list[int]:
    """Return the ids of those of `team` who are at work at `at`. One query."""
    members = shifts.with_absence(User.objects.filter(teams=team, is_active=True), at=at).order_by("pk")
    return [person.pk for person in members if shifts.is_at_work(person, calendar, at=at)]
