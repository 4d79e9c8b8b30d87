"""The reminder of requests for Critical: managers are notified again of those that wait too long by the rule.

Which requests wait is asked of `cases/severity_requests.py`.
"""

from datetime import datetime, timedelta

from django.db import transaction

from cases.models import Case, Event, ReviewRule, SeverityRequest
from cases.outbox import mails, recipients
from cases.outbox.recipients import SEVERITY_REMINDER, Addressed
from cases.severity_requests import unreminded
from sla.matrices import Severity

BATCH = 500


@transaction.atomic
def remind(at: datetime) -> int:
    """Notify managers again at `at` (UTC) of requests that wait for too long; return how many. Safe to repeat.

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
    waiting = {one.case_id for one in requests}
    events = Event.objects.filter(case__in=waiting, kind="severity_requested").order_by("pk")
    managers = list(recipients.managers())
    mails.put_all(
        Addressed(event, cases[event.case_id], SEVERITY_REMINDER, manager.pk, at)
        for event in {event.case_id: event for event in events}.values()
        for manager in managers
        if manager.pk != event.actor_id
    )
    SeverityRequest.objects.filter(pk__in=[one.pk for one in requests]).update(reminded_at=at)
    return len(requests)
