"""What must leave the house is written here with the change, and sent from a worker.

Three states (due, sending, sent): a row is claimed and committed before the relay is spoken to, so a crash at any point
leaves a row that can be told apart. What a mail says is built at sending, by `cases/notices.py`.
"""

import secrets
from datetime import datetime, timedelta
from email.utils import parseaddr

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from cases.events import KINDS
from cases.models import Case, Event, OutboxMail
from cases.models.outbox_mail import Delivery
from contacts.models import User

STALE_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 8
DOORBELL = "cases.tasks.deliver_outbox"


def put(event: Event, case: Case) -> None:
    """Write the mails that `event` calls for. Inside the transaction of the change.

    The customer of the case is told, except of what they did themselves in the portal; opening and accepting are
    always acknowledged.
    """
    notice = KINDS[event.kind].notice
    if not notice:
        return
    own_doing = event.actor_id == case.customer_id
    if own_doing and notice not in ("acknowledgement", "closed"):
        return
    OutboxMail.objects.create(
        case=case,
        event=event,
        notice=notice,
        recipient=case.customer,
        message_id=message_id(case, event),
        due_at=event.at,
    )
    transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake a worker. A ring that is lost (no Redis) costs seconds: the sweep delivers what is due."""
    current_app.send_task(DOORBELL, retry=False)


def message_id(case: Case, event: Event) -> str:
    """Return a Message-ID for the mail about `event`; unguessable, in the domain that we send from."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<case-{case.pk}.{event.pk}.{secrets.token_hex(10)}@{domain}>"


def recipients(case: Case) -> list[User]:
    """Return whom public words of this case reach by mail."""
    return [case.customer]


def claim(at: datetime, limit: int = 50) -> list[int]:
    """Mark up to `limit` mails as being sent at `at` and return their ids; two workers never get the same one.

    A mail whose claim is older than five minutes belonged to a worker that died, and is taken again.
    """
    ready = Q(state=Delivery.DUE, due_at__lte=at) | Q(state=Delivery.SENDING, claimed_at__lte=at - STALE_AFTER)
    with transaction.atomic():
        ids = list(
            OutboxMail.objects.select_for_update(skip_locked=True)
            .filter(ready)
            .order_by("due_at")
            .values_list("pk", flat=True)[:limit]
        )
        OutboxMail.objects.filter(pk__in=ids).update(state=Delivery.SENDING, claimed_at=at)
    return ids
