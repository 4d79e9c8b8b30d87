"""What mails about the end of a case say, and which of our own people hear that a case did not close by itself.

Plain values for the templates; raises Outdated where it is no longer so.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from cases.models import Case, Event, OutboxMail
from cases.models.event import ClosingReason, HeldBecause
from cases.notifications.withheld import Outdated
from contacts.models import User
from contacts.roles import Role
from sla import compiled
from sla.time_words import format_long_instant

CLOSED_BECAUSE = {
    ClosingReason.CONFIRMED: gettext_lazy("You told us that the problem is solved."),
    ClosingReason.WITHDRAWN: gettext_lazy("The request was withdrawn."),
    ClosingReason.DUPLICATE: gettext_lazy("Another case is about the same problem; we go on working there."),
}


def closed(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Who closed the case, and why."""
    reason = mail.event.data.get("reason", "")
    return {
        "accepted": mail.event.kind == "solution_accepted",
        "reason": str(CLOSED_BECAUSE.get(reason, "")),
        "in_silence": mail.event.kind == "closed_in_silence",
    }


def contact_attempt(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """When the case closes by itself, as known now; unless it does not any more, or is counted anew since."""
    since, closes = case.countdown_from, case.closes_by_itself_at
    if since is None or closes is None or mail.event.at < since:
        raise Outdated
    return {"closes": format_long_instant(closes), "number": mail.event.data["number"], "words": ""}


def closing_held(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Why the case did not close by itself, while it still waits for somebody to decide."""
    if case.closing_held_at is None:
        raise Outdated
    return {
        "held_because": str(HeldBecause(mail.event.data["held_because"]).label),
        "owner": " ".join(case.owner.name.split()) if case.owner else "",
    }


def who_acts(events: Sequence[Event], at: datetime) -> Iterator[tuple[Event, Case, User, datetime]]:
    """Yield who hears of these events and from when: the owner, else the team, else the managers; in their hours."""
    teams = {event.case.team_id for event in events if not _has_owner(event.case)}
    members: dict[int, list[User]] = {}
    if teams:
        rows = User.teams.through.objects.filter(team__in=teams).filter(Q(user__is_active=True))
        for row in rows.select_related("user__working_hours").order_by("pk"):
            members.setdefault(row.team_id, []).append(row.user)
    managers: list[User] | None = None
    for event in events:
        case = event.case
        people = [case.owner] if case.owner and _has_owner(case) else members.get(case.team_id, [])
        if not people:
            managers = _managers() if managers is None else managers
            people = managers
        for person in people:
            hours = compiled.working_time(person.working_hours or case.calendar)
            yield event, case, person, hours.next_open(at) or at


def _has_owner(case: Case) -> bool:
    return case.owner is not None and case.owner.is_active


def _managers() -> list[User]:
    return list(User.objects.filter(role=Role.MANAGER, is_active=True).select_related("working_hours"))
