"""The requests for Critical as managers work them: which are open, which wait for a reminder, what was decided.

Requests are made and decided by `cases/lifecycle/severity.py`, reminded of by `cases/jobs/severity_reminders.py`.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from cases.models import Case, SeverityRequest
from cases.models.severity_request import EXAMINED, RequestState
from contacts.models import User


def open_request(case: Case) -> SeverityRequest | None:
    """Return the request of `case` that is with a manager, if any. One query."""
    return SeverityRequest.objects.filter(case=case, state=RequestState.OPEN).first()


def latest(case: Case) -> SeverityRequest | None:
    """Return the last request of `case`, open or ended, with who decided it. One query."""
    return SeverityRequest.objects.filter(case=case).select_related("decided_by").order_by("-pk").first()


def lapse(cases: Collection[Case], *, by: User | None, at: datetime) -> None:
    """End the open requests of these cases, which nobody could decide any more. One query, none for no cases."""
    if not cases:
        return
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


def unreminded(before: datetime) -> "QuerySet[SeverityRequest]":
    """Return the open requests asked until `before` of which managers were notified once: an index range scan."""
    waiting = SeverityRequest.objects.filter(state=RequestState.OPEN, reminded_at__isnull=True)
    return waiting.filter(asked_at__lte=before).order_by("asked_at")
