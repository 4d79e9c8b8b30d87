"""Wakes a worker for a case that is to be handed to somebody, once it is committed."""

from celery import current_app
from django.db import transaction

from cases.models import Case

DOORBELL = "cases.tasks.dispatch_case"


def ring(case: Case) -> None:
    """Ring when the transaction commits. A ring that is lost (no Redis) costs a minute: the sweep does the same."""
    arguments = {"case_id": case.pk}
    transaction.on_commit(lambda: current_app.send_task(DOORBELL, kwargs=arguments, retry=False), robust=True)
