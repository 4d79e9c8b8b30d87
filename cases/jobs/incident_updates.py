"""The notification of linked cases of what was published of their incident: one by one, each in a short transaction.

A case is notified and marked so in the same transaction: a worker that dies leaves it either due or notified once.
Two workers at once share the work. Locks are taken in this order: the row that says it is due, then the case.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef

from cases.incidents import broadcast
from cases.jobs.batches import work_through
from cases.lifecycle.incident_links import tell_update
from cases.lifecycle.solutions import provide_solution
from cases.models import Case, Event, IncidentCase, IncidentDelivery
from cases.models.incident import DeliveryState, NotDelivered
from cases.permissions import NotAllowed
from cases.statuses import Refusal

log = structlog.get_logger()

PASS = 25
MOST_ATTEMPTS = 5
_SAID = ("incident_told", "solution_provided")


def spread(at: datetime, limit: int = PASS) -> int:
    """Notify up to `limit` cases at `at` (UTC) of what is due; return how many were, or could not be.

    0 means that nothing is left, or only what others are at or what failed just now. Safe to repeat and to run at once.
    """
    return work_through(
        _next,
        lambda ids: _notify(ids[0], at),
        0,
        failure="case_not_told",
        batch=1,
        enough=lambda done, _tried: done >= limit,
        failed=lambda pk: _note_failure(pk, at),
    )


def _next(stuck: Collection[int], batch: int) -> Iterable[int]:
    """Return the ids of what is due next; of two updates of one case the earlier, however many workers there are."""
    earlier = broadcast.due().filter(case=OuterRef("case"), pk__lt=OuterRef("pk"))
    waiting = broadcast.due().filter(~Exists(earlier)).exclude(pk__in=stuck)
    return waiting.order_by("pk").values_list("pk", flat=True)[:batch]


@transaction.atomic
def _notify(pk: int, at: datetime) -> bool:
    # Held, or passed by where another worker is at it.
    rows = broadcast.due().select_for_update(skip_locked=True, of=("self",))
    delivery = rows.select_related("update__incident", "update__by").filter(pk=pk).first()
    if delivery is None:
        return False
    # The row of the case, so that nobody takes it out of the incident between the question and the words.
    case = Case.objects.select_for_update(of=("self",)).select_related("customer").get(pk=delivery.case_id)
    refusal = _speak(delivery, case, at)
    said = Event.objects.filter(case=case, kind__in=_SAID).order_by("-pk").values_list("pk", flat=True)
    broadcast.due().filter(pk=pk).update(
        state=DeliveryState.REFUSED if refusal else DeliveryState.TOLD,
        event=None if refusal else said[0],
        refusal=refusal,
        settled_at=at,
    )
    log.info("case_told", delivery=pk, case=case.pk, refusal=refusal)
    return True


def _speak(delivery: IncidentDelivery, case: Case, at: datetime) -> str:
    """Say it; return why not, as NotDelivered, or "" where it was said."""
    update = delivery.update
    links = IncidentCase.objects.filter(incident=update.incident_id, case=case, unlinked_at__isnull=True)
    if not links.exists():
        return NotDelivered.UNLINKED
    try:
        if delivery.gives_solution:
            provide_solution(case, by=update.by, at=at, body=update.text_for(case.customer.language))
        else:
            tell_update(case, by=update.by, at=at, update=update)
    except NotAllowed:
        return NotDelivered.NOT_ALLOWED
    except Refusal:
        return NotDelivered.CLOSED if case.is_closed else NotDelivered.SOLVED
    return ""


def _note_failure(pk: int, at: datetime) -> None:
    """Count a failure; what failed too often waits no longer, and holds up no later update of its case."""
    with transaction.atomic():
        broadcast.due().filter(pk=pk).update(attempts=F("attempts") + 1)
        worn_out = broadcast.due().filter(pk=pk, attempts__gte=MOST_ATTEMPTS)
        worn_out.update(state=DeliveryState.REFUSED, refusal=NotDelivered.ERROR, settled_at=at)
