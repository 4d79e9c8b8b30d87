"""What must leave the house is written here with the change, and sent from a worker.

Three states (due, sending, sent): a row is claimed and committed before the relay is spoken to, so a crash at any point
leaves a row that can be told apart. `cases/notifications/compose.py` builds what a mail says,
`cases/notifications/delivery.py` sends. Mails to subscribers of the status page wait in a table of their own
(`StatusMail`) and are claimed by the same code.
"""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from cases.events import KINDS
from cases.models import Case, Event, Follower, OutboxMail
from cases.models.mail_delivery import Delivery, Letter
from contacts.models import User
from contacts.sign_in_outbox import own_domain
from contacts.waking import wake_worker

STALE_AFTER = timedelta(minutes=5)
MAX_ATTEMPTS = 8
DOORBELL = "cases.tasks.deliver_outbox"


def put(event: Event, case: Case, *, also: Iterable[tuple[str, int]] = ()) -> None:
    """Write the mails that `event` calls for. Inside the transaction of the change.

    The customer of the case is told, except of what they did themselves in the portal; opening and accepting are
    always acknowledged. So are those who follow it, except of what they did. `also` are further notices and the ids of
    who gets them.
    """
    told = [*also]
    notice = KINDS[event.kind].notice
    own_doing = event.actor_id == case.customer_id
    if notice:
        told += ((notice, person) for person in followers(case) if person not in (event.actor_id, case.customer_id))
    if notice and (not own_doing or notice in ("acknowledgement", "closed")):
        told.insert(0, (notice, case.customer_id))
    if not told:
        return
    OutboxMail.objects.bulk_create(
        OutboxMail(
            case=case,
            event=event,
            notice=notice,
            recipient_id=recipient,
            message_id=message_id(case, event),
            due_at=event.at,
        )
        for notice, recipient in told
    )
    transaction.on_commit(ring, robust=True)


def followers(case: Case) -> list[int]:
    """Return the ids of those who followed `case` when it was loaded `with_followers`; none otherwise. No query."""
    return getattr(case, "followed_by", [])


def to_followers(events: Sequence[Event]) -> list[tuple[Event, Case, User, datetime]]:
    """Return who follows the cases of these events, as `put_all` takes them. One query, none for no events."""
    if not events:
        return []
    following = Follower.objects.filter(case__in=[event.case_id for event in events], ended_at__isnull=True)
    people: dict[int, list[User]] = {}
    for one in following.select_related("user").order_by("pk"):
        people.setdefault(one.case_id, []).append(one.user)
    return [
        (event, event.case, person, event.at)
        for event in events
        for person in people.get(event.case_id, ())
        if person.pk != event.case.customer_id
    ]


def put_all(told: Iterable[tuple[Event, Case, User, datetime]], notice: str) -> None:
    """Write one mail for each event, case, recipient and the instant from which it may leave (UTC)."""
    mails = [
        OutboxMail(
            case=case,
            event=event,
            notice=notice,
            recipient=recipient,
            message_id=message_id(case, event),
            due_at=due_at,
        )
        for event, case, recipient, due_at in told
    ]
    if mails:
        OutboxMail.objects.bulk_create(mails, ignore_conflicts=True)
        transaction.on_commit(ring, robust=True)


def ring() -> None:
    """Wake a worker. A ring that is lost (no Redis) costs seconds: the sweep delivers what is due."""
    wake_worker(DOORBELL)


def message_id(case: Case, event: Event) -> str:
    """Return a Message-ID for the mail about `event`; unguessable, in the domain that we send from."""
    return f"<case-{case.pk}.{event.pk}.{secrets.token_hex(10)}@{own_domain()}>"


def waits(at: datetime, letters: type[Letter] = OutboxMail) -> bool:
    """Say whether any mail of this table could be claimed at `at`."""
    return letters._default_manager.filter(_due(at) | _stale(at)).exists()


def claim(at: datetime, limit: int = 1, letters: type[Letter] = OutboxMail) -> list[int]:
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
