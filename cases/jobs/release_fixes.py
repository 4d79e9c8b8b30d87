"""The sweep of the releases that are out: each case that waited for one gets its solution, a transaction a case.

What is due is found by a partial index. What fails, or somebody holds, is done by a later sweep, as is what was left
when a sweep broke off.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction

from cases import releases as awaiting
from cases.jobs.batches import work_through
from cases.lifecycle.releases import release_fix
from cases.models import Case
from cases.querysets import CaseQuerySet
from cases.statuses import IllegalMove

# More than these are left for the next minute, so that reminders and mails never wait for a large release.
MOST = 2_000


def sweep(at: datetime, *, most: int = MOST) -> int:
    """Solve the cases whose release is out at `at` (UTC), `most` at a time; return how many. Safe to run twice at once.

    A release that was moved to a later day, or withdrawn, solves nothing, nor one that was out before its case began
    to wait.
    """
    releases = awaiting.come_by(at)
    if not releases:
        return 0
    due = awaiting.with_start(awaiting.waiting()).filter(fixed_in__in=releases)
    due = due.select_related("calendar", "fixed_in").order_by("fixed_in", "pk")
    return work_through(
        lambda stuck, batch: islice(_out(due.exclude(pk__in=stuck), at), batch),
        lambda ids: _solve(ids[0], at),
        0,
        failure="fix_not_released",
        batch=most,
        together=False,
        enough=lambda done, _tried: done >= most,
    )


def _out(due: CaseQuerySet, at: datetime) -> Iterator[int]:
    return (case.pk for case in due.iterator(chunk_size=500) if _is_out(case, at))


def _is_out(case: Case, at: datetime) -> bool:
    """Say whether the desk has opened on the day; most desks have not yet while the first ones have."""
    if case.fixed_in is None or awaiting.was_out_before(case, case.fixed_in, case.awaited_since):  # type: ignore[attr-defined]
        return False
    out = awaiting.out_at(case.calendar, case.fixed_in.released_on)
    return out is not None and out <= at


def _solve(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            case = Case.objects.filter(pk=pk).select_for_update(skip_locked=True).first()
            if case is None:
                return False
            release_fix(case, at=at)
    except IllegalMove:
        return False  # somebody was first, or the release was moved since
    return True
