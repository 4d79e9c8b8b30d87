"""The sweep of the countdowns to closing: what is due is done, what counts on edited hours counted anew.

Goes by partial indexes, locks what it changes and skips what somebody holds. What a step does:
`cases/lifecycle/auto_close.py`; when it is due: `cases/auto_close.py`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from cases import auto_close
from cases.jobs.batches import work_through
from cases.lifecycle.auto_close import Steps, go_on
from cases.models import Case, bulk_update
from cases.models.closing_rule import rule_in_force
from cases.querysets import CaseQuerySet
from sla.models import Calendar

# How many countdowns one sweep counts anew after hours were edited, so that what is due never waits for a large edit.
REWORK = 20_000


def sweep(at: datetime) -> Steps:
    """Remind, close and hand over what is due at `at` (UTC), then count anew where hours were edited.

    Safe to repeat and to run twice at once. A case that fails, or is held by somebody, is left for the next sweep.
    """
    _count_anew(at)
    return work_through(
        lambda stuck, batch: _soonest(at).exclude(pk__in=stuck).values_list("pk", flat=True)[:batch],
        lambda ids: go_on(ids, at=at),
        Steps(),
        failure="countdown_not_gone_on",
    )


def _soonest(at: datetime) -> CaseQuerySet:
    return auto_close.due(at).order_by("countdown_at", "pk")


def _count_anew(at: datetime) -> None:
    """Bring the countdowns up to date that count on an earlier edition of their calendar, or are not counted yet."""
    if rule_in_force(at.date()) is None:
        return
    for calendar in Calendar.objects.order_by("pk"):
        work_through(
            partial(_behind, calendar),
            partial(_recount, at=at),
            0,
            failure="countdown_not_counted_anew",
            enough=lambda _done, tried: tried >= REWORK,
        )


def _behind(calendar: Calendar, stuck: Collection[int], batch: int) -> Iterable[int]:
    behind = auto_close.outdated(calendar).exclude(pk__in=stuck).order_by("pk")
    return behind.values_list("pk", flat=True)[:batch]


@transaction.atomic
def _recount(ids: Sequence[int], *, at: datetime) -> int:
    rows = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
    locked = list(rows.values_list("pk", flat=True))
    cases = Case.objects.solved().filter(pk__in=locked).prefetch_related("calendar", "closing_rule")
    changed = [case for case in cases if auto_close.update_countdown(case, at=at)]
    bulk_update.update(Case, auto_close.COLUMNS, changed)
    return len(changed)
