"""Wakes a worker for a case that is to be handed to somebody, once it is committed."""

from celery import current_app
from django.db import transaction

from cases.models import Case

DOORBELL = "cases.tasks.dispatch_case"


def ring(case: Case) -> Case:
    """Ring when the transaction commits, if the case waits for somebody, and return it.

    A ring that is lost (no Redis) costs a minute: the sweep does the same.
    """
    if case.dispatch_at is None:
        return case
    arguments = {"case_id": case.pk}
    transaction.on_commit(lambda: current_app.send_task(DOORBELL, kwargs=arguments, retry=False), robust=True)
    return case
