"""The queue of notifications of an update to linked cases, and how far they are. `cases/jobs/incident_updates.py`
sends them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from cases import enqueue
from cases.models import Incident, IncidentDelivery, IncidentUpdate
from cases.models.incident import DeliveryState


@dataclass(frozen=True, slots=True)
class Progress:
    """How many cases an update was to reach, and what became of them."""

    told: int = 0
    due: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.told + self.due + self.refused

    @property
    def settled(self) -> int:
        return self.told + self.refused


def queue_update(update: IncidentUpdate, cases: Iterable[int], solves: Collection[int] = ()) -> None:
    """Write that these cases are to be notified of `update`, as their solution where their id is in `solves`.

    A case that was told it before stays as it is. In the transaction of the update; one statement.
    """
    rows = [IncidentDelivery(update=update, case_id=pk, gives_solution=pk in solves) for pk in sorted(cases)]
    if rows:
        IncidentDelivery.objects.bulk_create(rows, ignore_conflicts=True)
        enqueue.notify_linked_cases()


def due() -> "QuerySet[IncidentDelivery]":
    """Return what is still to be told: a range scan of the partial index."""
    return IncidentDelivery.objects.filter(state=DeliveryState.DUE)


def progress(incident: Incident) -> dict[int, Progress]:
    """Return how far each update of `incident` has come, by its id. One query."""
    rows = IncidentDelivery.objects.filter(update__incident=incident)
    counted = rows.values_list("update", "state").annotate(count=Count("pk")).order_by("update")
    found: dict[int, dict[str, int]] = {}
    for update, state, count in counted:
        found.setdefault(update, {})[state] = count
    return {update: Progress(**counts) for update, counts in found.items()}


def refused(incident: Incident) -> "QuerySet[IncidentDelivery]":
    """Return whom an update did not reach and why, the latest first, with case and update."""
    found = IncidentDelivery.objects.filter(update__incident=incident, state=DeliveryState.REFUSED)
    return found.select_related("case", "update").order_by("-update", "case")
