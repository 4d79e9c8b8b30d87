"""Wakes a worker for a case that is to be handed to somebody, once it is committed."""

from django.db import transaction

from cases.models import Case
from contacts.waking import wake_worker

DOORBELL = "cases.tasks.dispatch_case"


def ring(case: Case) -> Case:
    """Ring when the transaction commits, if the case waits for somebody, and return it.

    A ring that is lost (no Redis) costs a minute: the sweep does the same.
    """
    if case.dispatch_at is None:
        return case
    case_id = case.pk
    transaction.on_commit(lambda: wake_worker(DOORBELL, case_id=case_id), robust=True)
    return case
