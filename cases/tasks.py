"""The tasks of Celery: each does one piece of work that would be done anyway a little later. Safe to repeat."""

from celery import shared_task
from django.utils import timezone

from cases import enqueue
from cases.export import jobs
from cases.integrity import heartbeats, self_check
from cases.jobs import assignment, incident_updates, root_cause_reports
from cases.jobs import sweep as sweeping
from cases.notifications import delivery

MAILS_A_SWEEP = 100  # a task has four minutes; what is more is sent by the wake-up that the rest asks for


@shared_task
def deliver_outbox() -> None:
    """Send what is due; ask again until nothing is."""
    if delivery.deliver(at=timezone.now()):
        enqueue.deliver_outbox()


@shared_task
def sweep() -> None:
    """Do the periodic work of this minute."""
    at = timezone.now()
    swept = sweeping.sweep(at, most_mails=MAILS_A_SWEEP)
    if swept is not None:
        heartbeats.note(heartbeats.Work.SWEEP, at)


@shared_task
def dispatch_case(*, case_id: int) -> None:
    """Hand a case that was just opened to somebody who is at work."""
    assignment.hand_over(case_id, at=timezone.now())


@shared_task
def tell_linked_cases() -> None:
    """Tell some cases what was published of their incident; ask again until all are told."""
    if incident_updates.spread(at=timezone.now()):
        enqueue.notify_linked_cases()


@shared_task
def tell_root_causes() -> None:
    """Tell some cases that a root-cause report is there; ask again until all are told."""
    if root_cause_reports.notify(at=timezone.now()):
        enqueue.notify_root_causes()


@shared_task(name="cases.tasks.self_check")
def check_itself() -> None:
    """Look whether what must always hold does; who reads the log is told where it does not."""
    self_check.look_and_tell(timezone.now())


@shared_task
def make_exports() -> None:
    """Make a slice of the export that has waited longest; ask again until none waits."""
    if jobs.work(at=timezone.now()):
        enqueue.make_exports()
