"""The deadline by which a customer's answer to a solution is read: the time of a first answer, since it was written.

`update_deadline` brings the columns of a case in line; the lifecycle calls it after every change, the sweep after an
edit of the hours. What is done when nobody read it: `cases/lifecycle/unread_answers.py`.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from cases.models import Case
from cases.querysets import CaseQuerySet
from sla import compiled
from sla.clocks import Metric
from sla.matrices import Kind, Severity
from sla.meter import ALWAYS

#: The columns that `update_deadline` writes.
COLUMNS = ("customer_answered_at", "answer_due_at", "answer_due_revision")


def update_deadline(case: Case, *, at: datetime) -> set[str]:
    """Set the columns of the deadline of `case` as they follow from its status at `at`; return those that changed.

    A severity of more time gives that from the answer on; one of less time gives it from now, never more than before.
    """
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    if case.is_answered:
        since, before = case.customer_answered_at or at, case.answer_due_at
        due = deadline(case, since)
        if before is not None and due is not None and due < before:
            due = min(before, deadline(case, at) or before)
        values = {
            "customer_answered_at": since,
            "answer_due_at": due,
            "answer_due_revision": case.calendar_now.revision,
        }
    changed = {name for name, value in values.items() if getattr(case, name) != value}
    for name in changed:
        setattr(case, name, values[name])
    return changed


def deadline(case: Case, since: datetime) -> datetime | None:
    """Return the last instant (UTC) at which what was written at `since` is read in time; None where there is none.

    The minutes of a first answer at the severity of now, whether times are promised to the case or not.
    """
    targets = compiled.targets(case.matrix, case.kind or Kind.OWN, case.severity)
    target = next((one for one in targets if one.metric is Metric.RESPONSE), None)
    if target is None:
        return None
    hours = compiled.working_time(case.calendar_now) if target.clock == "working" else ALWAYS
    due = hours.advance(since, timedelta(minutes=target.minutes))
    return hours.next_open(due) if due else None


def is_overdue(case: Case, *, at: datetime) -> bool:
    """Say whether the customer's answer was not read in time, as of `at`."""
    return case.is_answered and case.answer_due_at is not None and case.answer_due_at < at


def overdue(at: datetime) -> CaseQuerySet:
    """Return the cases whose customer's answer was not read in time: an index range scan."""
    return Case.objects.answered().filter(answer_due_at__lt=at)


def outdated() -> CaseQuerySet:
    """Return the cases whose deadline is counted on an earlier edition of their calendar; few wait at a time."""
    critical = Q(severity=Severity.CRITICAL, answer_due_revision__lt=F("critical_calendar__revision"))
    others = ~Q(severity=Severity.CRITICAL) & Q(answer_due_revision__lt=F("calendar__revision"))
    return Case.objects.answered().filter(critical | others)
