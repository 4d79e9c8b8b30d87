"""The sweep of the countdowns to closing: what is due is done, what counts on edited hours counted anew.

Goes by partial indexes, locks what it changes and skips what somebody holds. What a step does:
`cases/lifecycle/auto_close.py`; when it is due: `cases/auto_close.py`.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction

from cases import auto_close
from cases.lifecycle.auto_close import Steps, go_on
from cases.models import Case, bulk_update
from cases.models.closing_rule import rule_in_force
from cases.querysets import CaseQuerySet
from sla.models import Calendar

log = structlog.get_logger()

BATCH = 500
# How many countdowns one sweep counts anew after hours were edited, so that what is due never waits for a large edit.
REWORK = 20_000


def sweep(at: datetime) -> Steps:
    """Remind, close and hand over what is due at `at` (UTC), then count anew where hours were edited.

    Safe to repeat and to run twice at once. A case that fails, or is held by somebody, is left for the next sweep.
    """
    _count_anew(at)
    done, seen = Steps(), set[int]()
    while ids := list(_soonest(at).exclude(pk__in=seen).values_list("pk", flat=True)[:BATCH]):
        done += _try(ids, at)
        # What comes again could not be done, or is held: look past it.
        seen.update(auto_close.due(at).filter(pk__in=ids).values_list("pk", flat=True))
    return done


def _soonest(at: datetime) -> CaseQuerySet:
    return auto_close.due(at).order_by("countdown_at", "pk")


def _try(ids: Sequence[int], at: datetime) -> Steps:
    try:
        return go_on(ids, at=at)
    except Exception:
        if len(ids) == 1:
            log.exception("countdown_not_gone_on", case=ids[0])
            return Steps()
    return sum((_try([pk], at) for pk in ids), Steps())


def _count_anew(at: datetime) -> None:
    """Bring the countdowns up to date that count on an earlier edition of their calendar, or are not counted yet."""
    if rule_in_force(at.date()) is None:
        return
    for calendar in Calendar.objects.order_by("pk"):
        last, left = 0, REWORK
        while left > 0:
            behind = auto_close.outdated(calendar).filter(pk__gt=last).order_by("pk")
            ids = list(behind.values_list("pk", flat=True)[:BATCH])
            if not ids:
                break
            _recount(ids, at)
            last, left = ids[-1], left - len(ids)


@transaction.atomic
def _recount(ids: Sequence[int], at: datetime) -> None:
    rows = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
    locked = list(rows.values_list("pk", flat=True))
    cases = Case.objects.solved().filter(pk__in=locked).prefetch_related("calendar", "closing_rule")
    bulk_update.update(Case, auto_close.COLUMNS, [case for case in cases if auto_close.settle(case, at=at)])
