"""The requests for Critical as managers work them: what is open, who is told of it, and when again.

What is asked and decided stands in `cases/lifecycle/severity.py`.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from cases.models import Case, Event, ReviewRule, SeverityRequest
from cases.models.severity_request import EXAMINED, RequestState
from cases.outbox import mails
from contacts.models import User
from contacts.roles import Role
from sla.matrices import Severity

# The mails to managers. A notice of its own for the second one: an event is told to a person once by each.
ASKED, AGAIN, OPENED = "severity_requested", "severity_reminder", "opened_critical"
TO_MANAGERS = (ASKED, AGAIN, OPENED)
# And the one to who owns the case, once a manager has decided.
DECIDED = "severity_decided"
BATCH = 500


def managers() -> "QuerySet[User]":
    """Return the managers who may decide."""
    return User.objects.filter(role=Role.MANAGER, is_active=True)


def open_request(case: Case) -> SeverityRequest | None:
    """Return the request of `case` that is with a manager, if any. One query."""
    return SeverityRequest.objects.filter(case=case, state=RequestState.OPEN).first()


def latest(case: Case) -> SeverityRequest | None:
    """Return the last request of `case`, open or ended, with who decided it. One query."""
    return SeverityRequest.objects.filter(case=case).select_related("decided_by").order_by("-pk").first()


def lapse(cases: Collection[Case], *, by: User | None, at: datetime) -> None:
    """Let the open requests of cases end with these; nobody could decide them any more. One query."""
    open_ones = SeverityRequest.objects.filter(case__in=cases, state=RequestState.OPEN)
    open_ones.update(state=RequestState.WITHDRAWN, decided_at=at, decided_by=by)


def inbox(user: User) -> "QuerySet[SeverityRequest]":
    """Return the open requests of cases that `user` may see, oldest first, with what a manager reads of them."""
    open_ones = SeverityRequest.objects.filter(state=RequestState.OPEN, case__in=Case.objects.visible_to(user))
    return with_case(open_ones).order_by("asked_at", "pk")


def with_case(requests: "QuerySet[SeverityRequest]") -> "QuerySet[SeverityRequest]":
    """Return requests with the words, who asked and decided, and the case in brief."""
    return requests.select_related(
        "message__author", "asked_by", "decided_by", "case__account", "case__plan", "case__product", "case__owner"
    )


def decisions(user: User, most: int = 10) -> "QuerySet[SeverityRequest]":
    """Return the last `most` decisions on cases that `user` may see, the latest first."""
    examined = SeverityRequest.objects.filter(state__in=EXAMINED, case__in=Case.objects.visible_to(user))
    return examined.select_related("case", "decided_by").order_by("-decided_at")[:most]


def told_at_once(event: Event, case: Case, known: list[int] | None = None) -> list[tuple[str, int]]:
    """Return the mails to our people that `event` calls for, as notice and id of recipient, who did it left out.

    Managers hear of a request for Critical, and of a case opened as Critical, at any hour; the owner of the case hears
    what was decided. One query, for what managers hear alone, unless their ids are `known`.
    """
    if event.kind in ("severity_approved", "severity_declined"):
        owner = case.owner
        hears = owner is not None and owner.is_active and owner.pk != event.actor_id
        return [(DECIDED, owner.pk)] if owner is not None and hears else []
    if event.kind == "severity_requested":
        notice = ASKED
    elif event.kind == "opened" and case.severity == Severity.CRITICAL:
        notice = OPENED
    else:
        return []
    ids = managers().values_list("pk", flat=True) if known is None else known
    return [(notice, manager) for manager in ids if manager != event.actor_id]


def unreminded(before: datetime) -> "QuerySet[SeverityRequest]":
    """Return the open requests asked until `before` of which managers were told once: an index range scan."""
    waiting = SeverityRequest.objects.filter(state=RequestState.OPEN, reminded_at__isnull=True)
    return waiting.filter(asked_at__lte=before).order_by("asked_at")


@transaction.atomic
def remind(at: datetime) -> int:
    """Tell the managers again of requests that have waited for longer than the rule allows; return how many.

    Cases that somebody holds are left for the next sweep: perhaps it is being decided just now.
    """
    rule = ReviewRule.objects.filter(severity=Severity.CRITICAL).first()
    if rule is None:
        return 0
    before = at - timedelta(minutes=rule.remind_after_minutes)
    ids = list(unreminded(before).values_list("case", flat=True)[:BATCH])
    if not ids:
        return 0
    # The case first, as the verbs do: the mails refer to it, and two orders of locks would wait for each other.
    cases = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True).in_bulk()
    requests = list(unreminded(before).filter(case__in=cases))
    told = {one.case_id: one.asked_at for one in requests}
    events = Event.objects.filter(case__in=told, kind="severity_requested").order_by("pk")
    _mail({event.case_id: event for event in events}.values(), cases, AGAIN, at=at)
    SeverityRequest.objects.filter(pk__in=[one.pk for one in requests]).update(reminded_at=at)
    return len(requests)


def _mail(events: Iterable[Event], cases: dict[int, Case], notice: str, *, at: datetime) -> None:
    people = list(managers())
    told = (
        (event, cases[event.case_id], manager, at)
        for event in events
        for manager in people
        if manager.pk != event.actor_id
    )
    mails.put_all(told, notice)
