"""Telling the affected cases that a root-cause report is there: one by one, each in a short transaction of its own.

As with the updates of incidents (`cases/jobs/incident_updates.py`): told and marked in one transaction, so that a
worker that dies leaves a case either untold or told once. A case that becomes affected after the publication is told
by the sweep.
"""

from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import F, QuerySet

from cases.lifecycle.root_causes import report_root_cause
from cases.models import Event, RootCauseTelling
from cases.root_causes.queries import MOST_ATTEMPTS

log = structlog.get_logger()

PASS = 25


def due() -> "QuerySet[RootCauseTelling]":
    """Return what is still to be told and has not failed too often: a range scan of the partial index."""
    return RootCauseTelling.objects.filter(told_at=None, attempts__lt=MOST_ATTEMPTS)


def tell(at: datetime, limit: int = PASS) -> int:
    """Tell up to `limit` cases at `at` (UTC); return how many were told. 0: nothing is left, or only what failed now.

    Safe to repeat and to run at once.
    """
    told, after = 0, 0
    while told < limit:
        # In order of id: the first version of a report before its correction.
        found = due().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True).first()
        if found is None:
            break
        after = found
        told += _try(found, at)
    return told


def catch_up(at: datetime) -> int:
    """Write that cases linked to an incident since its report was published are to be told of it; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKED_SINCE)
        return cursor.rowcount


def sweep(at: datetime, limit: int) -> None:
    """Do what a lost doorbell or a dead worker left, and what links made since have added."""
    catch_up(at)
    tell(at, limit)


def _try(pk: int, at: datetime) -> bool:
    try:
        return _tell(pk, at)
    except Exception:
        log.exception("report_not_told", telling=pk)
        RootCauseTelling.objects.filter(pk=pk, told_at=None).update(attempts=F("attempts") + 1)
    return False


@transaction.atomic
def _tell(pk: int, at: datetime) -> bool:
    # Held, or passed by where another worker is at it.
    rows = due().select_for_update(skip_locked=True, of=("self",))
    telling = rows.select_related("version__report", "version__published_by", "case").filter(pk=pk).first()
    if telling is None:
        return False
    by = telling.version.published_by
    assert by is not None
    case = report_root_cause(telling.case, by=by, at=at, version=telling.version)
    telling.event = Event.objects.filter(case=case, kind__startswith="root_cause_").latest("pk")
    telling.told_at = at
    telling.save(update_fields=["event", "told_at"])
    return True


_LINKED_SINCE = """
INSERT INTO cases_rootcausetelling (version_id, case_id, attempts)
SELECT version.id, link.case_id, 0
FROM (
    SELECT DISTINCT ON (report_id) id, report_id FROM cases_rootcauseversion
    WHERE state = 'published' ORDER BY report_id, number DESC
) version
JOIN cases_rootcausereport report ON report.id = version.report_id
JOIN cases_incidentcase link ON link.incident_id = report.incident_id AND link.unlinked_at IS NULL
WHERE NOT EXISTS (
    SELECT FROM cases_rootcausetelling known WHERE known.version_id = version.id AND known.case_id = link.case_id)
ORDER BY link.case_id
ON CONFLICT DO NOTHING
"""
