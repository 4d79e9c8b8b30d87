"""Cases that are to be handed to somebody: done right after they were opened, and by the sweep as people come to work.

What a step does: `cases/lifecycle/dispatch.py`; who may be handed a case: `cases/assignment/candidates.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from cases.jobs.batches import work_through
from cases.lifecycle.dispatch import NobodyAtWork, dispatch, hold_dispatch, look_again
from cases.models import Case
from cases.querysets import CaseQuerySet
from cases.statuses import Refusal


@dataclass(frozen=True, slots=True)
class Handed:
    """How many cases were handed to somebody, and how many found nobody for the first time."""

    dispatched: int = 0
    undispatched: int = 0

    def __add__(self, other: "Handed") -> "Handed":
        return Handed(self.dispatched + other.dispatched, self.undispatched + other.undispatched)


def due(at: datetime) -> CaseQuerySet:
    """Return the cases that are to be handed to somebody by `at`, the longest waiting first: an index range scan."""
    return Case.objects.filter(dispatch_at__isnull=False, dispatch_at__lte=at).order_by("dispatch_at", "pk")


def sweep(at: datetime) -> Handed:
    """Hand over what is due at `at` (UTC). Safe to repeat and to run twice at once; one query where nothing is due."""
    return work_through(
        lambda stuck, batch: due(at).exclude(pk__in=stuck).values_list("pk", flat=True)[:batch],
        lambda ids: hand_over(ids[0], at=at),
        Handed(),
        failure="case_not_dispatched",
        together=False,
    )


def hand_over(case_id: int, *, at: datetime) -> Handed:
    """Hand one case to somebody if it still waits for that at `at`; else, once, notify the dispatchers."""
    case = due(at).filter(pk=case_id).first()
    if case is None:
        return Handed()
    try:
        dispatch(case, at=at)
        return Handed(dispatched=1)
    except NobodyAtWork:
        return _hold(case, at)
    except Refusal:  # somebody took it meanwhile, or it is solved
        return Handed()


def _hold(case: Case, at: datetime) -> Handed:
    if case.dispatch_failed_at is None:
        try:
            hold_dispatch(case, at=at)
            return Handed(undispatched=1)
        except Refusal:
            return Handed()
    again = look_again(case, case.team, at=at)
    Case.objects.filter(pk=case.pk, owner=None, dispatch_at__lte=at).update(dispatch_at=again)
    return Handed()
