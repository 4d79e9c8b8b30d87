"""The wake-ups of this app: each asks a worker, once the change is committed, to do what the database says is due.

A wake-up that is lost (no Redis) costs a minute at most: the sweep does the same. Nothing else here wakes workers.
"""

from typing import Any

from django.db import transaction

from contacts.waking import wake_worker


def deliver_outbox() -> None:
    """Have the mails sent that are due."""
    _enqueue("cases.tasks.deliver_outbox")


def dispatch_case(case_id: int) -> None:
    """Have the case of this id handed to somebody."""
    _enqueue("cases.tasks.dispatch_case", case_id=case_id)


def notify_linked_cases() -> None:
    """Have linked cases notified of what was published of their incident."""
    _enqueue("cases.tasks.tell_linked_cases")


def notify_root_causes() -> None:
    """Have cases notified that a root-cause report was published."""
    _enqueue("cases.tasks.tell_root_causes")


def make_exports() -> None:
    """Have a slice made of the export that has waited longest."""
    _enqueue("cases.tasks.make_exports")


def _enqueue(task: str, **arguments: Any) -> None:
    """Wake a worker for `task` when the transaction commits, or at once where there is none."""
    transaction.on_commit(lambda: wake_worker(task, **arguments), robust=True)
