"""The notification of affected cases of a root-cause report: one by one, each in a short transaction of its own.

As with the updates of incidents (`cases/jobs/incident_updates.py`): told and marked in one transaction, so that a
worker that dies leaves a case either untold or told once. A case that becomes affected after the publication is told
by the sweep.
"""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, QuerySet

from cases.jobs.batches import work_through
from cases.lifecycle.root_causes import report_root_cause
from cases.models import Event, RootCauseDelivery
from cases.root_causes.queries import MOST_ATTEMPTS

PASS = 25


def due() -> "QuerySet[RootCauseDelivery]":
    """Return what is still to be told and has not failed too often: a range scan of the partial index."""
    return RootCauseDelivery.objects.filter(told_at=None, attempts__lt=MOST_ATTEMPTS)


def notify(at: datetime, limit: int = PASS) -> int:
    """Notify up to `limit` cases at `at` (UTC); return how many were. 0: nothing is left, or only what failed now.

    Safe to repeat and to run at once.
    """
    return work_through(
        # In order of id: the first version of a report before its correction.
        lambda stuck, batch: due().exclude(pk__in=stuck).order_by("pk").values_list("pk", flat=True)[:batch],
        lambda ids: _notify(ids[0], at),
        0,
        failure="report_not_told",
        batch=1,
        enough=lambda done, _tried: done >= limit,
        failed=_note_failure,
    )


def catch_up(at: datetime) -> int:
    """Write that cases linked to an incident since its report was published are to be told of it; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_LINKED_SINCE)
        return cursor.rowcount


def sweep(at: datetime, limit: int) -> None:
    """Do what a lost wake-up or a dead worker left, and what links made since have added."""
    catch_up(at)
    notify(at, limit)


def _note_failure(pk: int) -> None:
    RootCauseDelivery.objects.filter(pk=pk, told_at=None).update(attempts=F("attempts") + 1)


@transaction.atomic
def _notify(pk: int, at: datetime) -> bool:
    # Held, or passed by where another worker is at it.
    rows = due().select_for_update(skip_locked=True, of=("self",))
    delivery = rows.select_related("version__report", "version__published_by", "case").filter(pk=pk).first()
    if delivery is None:
        return False
    by = delivery.version.published_by
    assert by is not None
    case = report_root_cause(delivery.case, by=by, at=at, version=delivery.version)
    delivery.event = Event.objects.filter(case=case, kind__startswith="root_cause_").latest("pk")
    delivery.told_at = at
    delivery.save(update_fields=["event", "told_at"])
    return True


_LINKED_SINCE = """
INSERT INTO cases_rootcausedelivery (version_id, case_id, attempts)
SELECT version.id, link.case_id, 0
FROM (
    SELECT DISTINCT ON (report_id) id, report_id FROM cases_rootcauseversion
    WHERE state = 'published' ORDER BY report_id, number DESC
) version
JOIN cases_rootcausereport report ON report.id = version.report_id
JOIN cases_incidentcase link ON link.incident_id = report.incident_id AND link.unlinked_at IS NULL
WHERE NOT EXISTS (
    SELECT FROM cases_rootcausedelivery known WHERE known.version_id = version.id AND known.case_id = link.case_id)
ORDER BY link.case_id
ON CONFLICT DO NOTHING
"""
