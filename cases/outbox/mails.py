"""The outbox: mails about cases, written with the change that calls for them and sent by a worker.

Three states (due, sending, sent): a row is claimed and committed before the relay is spoken to, so a crash at any point
leaves a row that can be told apart. `cases/outbox/recipients.py` says who gets which, `cases/notifications/compose.py`
builds what a mail says, `cases/notifications/delivery.py` sends. Mails to subscribers of the status page wait in a
table of their own (`StatusMail`) and are claimed by the same code.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from cases import enqueue
from cases.models import Case, Event, OutboxMail
from cases.outbox.recipients import Addressed
from contacts.models.mail_delivery import Delivery, MailDelivery
from contacts.sign_in_outbox import own_domain

STALE_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 8


def put_all(addressed: Iterable[Addressed]) -> None:
    """Write these mails, a person's notice of an event once. Inside the transaction of the change; one statement."""
    mails = [
        OutboxMail(
            case=one.case,
            event=one.event,
            notice=one.notice,
            recipient_id=one.recipient_id,
            message_id=message_id(one.case, one.event),
            due_at=one.due_at,
        )
        for one in addressed
    ]
    if mails:
        OutboxMail.objects.bulk_create(mails, ignore_conflicts=True)
        enqueue.deliver_outbox()


def message_id(case: Case, event: Event) -> str:
    """Return a Message-ID for the mail about `event`; unguessable, in the domain that we send from."""
    return f"<case-{case.pk}.{event.pk}.{secrets.token_hex(10)}@{own_domain()}>"


def waits(at: datetime, letters: type[MailDelivery] = OutboxMail) -> bool:
    """Say whether any mail of this table could be claimed at `at`."""
    return letters._default_manager.filter(_due(at) | _stale(at)).exists()


def claim(at: datetime, limit: int = 1, letters: type[MailDelivery] = OutboxMail) -> list[int]:
    """Mark up to `limit` mails as being sent at `at`, count the attempt, return their ids; no two workers get the same.

    One at a time by default: a worker that dies leaves one mail in doubt, and no other waits for it. A claim older than
    five minutes belonged to such a worker, and is taken again.
    """
    rows = letters._default_manager
    ids: list[int] = []
    with transaction.atomic():
        # The forgotten first, else a busy day would never come to them. Two queries, so that each reads its own index.
        for ready, order in ((_stale(at), "claimed_at"), (_due(at), "due_at")):
            if len(ids) < limit:
                found = rows.select_for_update(skip_locked=True).filter(ready).order_by(order, "pk")
                ids += found.values_list("pk", flat=True)[: limit - len(ids)]
        rows.filter(pk__in=ids).update(state=Delivery.SENDING, claimed_at=at, attempts=F("attempts") + 1)
    return ids


def _due(at: datetime) -> Q:
    return Q(state=Delivery.DUE, due_at__lte=at)


def _stale(at: datetime) -> Q:
    return Q(state=Delivery.SENDING, claimed_at__lte=at - STALE_AFTER)
