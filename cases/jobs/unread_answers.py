"""The sweep of the answers to solutions: those that nobody read in time count as "not solved".

What a step does: `cases/lifecycle/unread_answers.py`; when it is due: `cases/unread_answers.py`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from cases import unread_answers
from cases.jobs.batches import work_through
from cases.lifecycle.unread_answers import resume_unread
from cases.models import Case, bulk_update
from cases.statuses import IllegalMove


def sweep(at: datetime) -> int:
    """Take up the cases whose customer's answer was not read by `at` (UTC); return how many.

    Safe to repeat and to run twice at once. A case that fails, or is held by somebody, is left for the next sweep.
    """
    work_through(_behind, partial(_recount, at=at), 0, failure="answer_not_counted_anew")
    return work_through(
        lambda stuck, batch: _soonest(at, stuck, batch),
        lambda ids: _resume(ids[0], at),
        0,
        failure="answer_not_taken_up",
        together=False,
    )


def _soonest(at: datetime, stuck: Collection[int], batch: int) -> Iterable[int]:
    due = unread_answers.overdue(at).exclude(pk__in=stuck).order_by("answer_due_at", "pk")
    return due.values_list("pk", flat=True)[:batch]


def _resume(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            case = Case.objects.filter(pk=pk).select_for_update(skip_locked=True).first()
            if case is None:
                return False
            resume_unread(case, at=at)
    except IllegalMove:
        return False  # somebody was first
    return True


def _behind(stuck: Collection[int], batch: int) -> Iterable[int]:
    return unread_answers.outdated().exclude(pk__in=stuck).order_by("pk").values_list("pk", flat=True)[:batch]


@transaction.atomic
def _recount(ids: Sequence[int], *, at: datetime) -> int:
    """Bring the deadlines up to date that count on an earlier edition of their calendar."""
    rows = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
    locked = list(rows.values_list("pk", flat=True))
    cases = Case.objects.answered().filter(pk__in=locked).select_related("calendar", "critical_calendar", "matrix")
    changed = [case for case in cases if unread_answers.update_deadline(case, at=at)]
    bulk_update.update(Case, unread_answers.COLUMNS, changed)
    return len(changed)
