"""Who gets the updates of the status page by mail: asking, confirming by a link, leaving; and what is put out.

Nobody learns here whether an address is known. Of a link only its hash is kept: the link itself is made with the key of
the house, when the mail is built. Pages: `cases/views/status/`; words of the mails:
`cases/notifications/content/status_page.py`.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from cases import enqueue
from cases.models import IncidentUpdate, StatusMail, StatusSubscriber
from cases.outbox import mails
from cases.statuses import Refusal
from contacts.models.mail_delivery import Delivery
from products.models import Product

LINK_HOLDS = timedelta(hours=48)
_CONFIRMING, _LEAVING = "status-page.confirm", "status-page.leave"


class LinkIsOver(Refusal):
    """The link was used, is older than it may be, or never was one."""

    def __init__(self) -> None:
        super().__init__(_("This link has been used, or is too old. Ask for the updates again to get a new one."))


@transaction.atomic
def ask(email: str, *, language: str, products: Iterable[Product], at: datetime) -> None:
    """Write down that somebody wants updates sent to `email`, about `products` or, without any, about all; mail a link.

    The same happens whether or not the address is known: nothing changes until the link is followed and confirmed.
    """
    chosen = list(products)
    wish = {"email": email, "language": language, "all_products": not chosen, "asked_at": at}
    subscriber, _new = StatusSubscriber.objects.update_or_create(
        email__iexact=email, confirmed_at=None, defaults=wish, create_defaults=wish
    )
    subscriber.products.set(chosen)
    subscriber.token_hash = _hash(_link(subscriber, settings.SECRET_KEY))
    subscriber.save(update_fields=["token_hash"])
    # What was not sent yet would bring the same link a second time.
    subscriber.mails.filter(state=Delivery.DUE).delete()
    StatusMail.objects.create(subscriber=subscriber, message_id=_message_id(), put_at=at, due_at=at)
    enqueue.deliver_outbox()


def link_of(subscriber: StatusSubscriber) -> str | None:
    """Return what the link of this subscriber ends with; None where it holds no more. Also after a change of key."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    links = (_link(subscriber, key) for key in keys)
    return next((link for link in links if _hash(link) == subscriber.token_hash), None)


def asked(link: str, *, at: datetime) -> StatusSubscriber:
    """Return who would be confirmed by this link at `at`. Raises LinkIsOver."""
    waiting = StatusSubscriber.objects.filter(confirmed_at=None, asked_at__gt=at - LINK_HOLDS)
    subscriber = waiting.filter(token_hash=_hash(link)).first()
    if subscriber is None:
        raise LinkIsOver
    return subscriber


@transaction.atomic
def confirm(link: str, *, at: datetime) -> StatusSubscriber:
    """Send updates from now on to whoever the link was mailed to; what they had chosen before is replaced.

    Raises LinkIsOver, also where somebody confirms by the same link at the same time.
    """
    StatusSubscriber.objects.select_for_update().filter(token_hash=_hash(link)).first()
    subscriber = asked(link, at=at)
    known = StatusSubscriber.objects.select_for_update().filter(
        email__iexact=subscriber.email, confirmed_at__isnull=False
    )
    earlier = known.first()
    if earlier is None:
        subscriber.confirmed_at, subscriber.token_hash = at, ""
        subscriber.save(update_fields=["confirmed_at", "token_hash"])
        return subscriber
    # The row that mails are on their way to stays; it takes over what was chosen now.
    earlier.language, earlier.all_products = subscriber.language, subscriber.all_products
    earlier.save(update_fields=["language", "all_products"])
    earlier.products.set(subscriber.products.all())
    subscriber.delete()
    return earlier


def way_out(subscriber: StatusSubscriber) -> str:
    """Return what the address for leaving ends with; it holds as long as the subscriber is one."""
    return Signer(salt=_LEAVING).sign(str(subscriber.pk))


def who_leaves(signed: str) -> StatusSubscriber | None:
    """Return who would leave by this; None where nobody would, or nobody any more."""
    try:
        number = Signer(salt=_LEAVING).unsign(signed)
    except BadSignature:
        return None
    return StatusSubscriber.objects.filter(pk=number).first()


def leave(signed: str) -> None:
    """Send nothing more, and forget the address. Doing it again, or with what nobody signed, changes nothing."""
    subscriber = who_leaves(signed)
    if subscriber is not None:
        StatusSubscriber.objects.filter(email__iexact=subscriber.email).delete()


def forget_unconfirmed(at: datetime) -> int:
    """Delete what was asked for and not confirmed while the link held; return how many."""
    late = StatusSubscriber.objects.filter(confirmed_at=None, asked_at__lte=at - LINK_HOLDS)
    return late.delete()[1].get("cases.StatusSubscriber", 0)


def put_update(update: IncidentUpdate) -> None:
    """Write one mail about a published update to each confirmed subscriber of a product it affects.

    One statement for any number of them; inside the transaction of the update. Said twice, nothing comes twice.
    """
    if not update.incident.is_public:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT, {"update": update.pk, "incident": update.incident_id, "at": update.at, "domain": mails.own_domain()}
        )
    enqueue.deliver_outbox()


_PUT = """
INSERT INTO cases_statusmail
    (subscriber_id, update_id, message_id, state, attempts, due_at, put_at, error)
SELECT subscriber.id, %(update)s, '<status-' || %(update)s || '.' || gen_random_uuid() || '@' || %(domain)s || '>',
    'due', 0, %(at)s, %(at)s, ''
FROM cases_statussubscriber subscriber
WHERE subscriber.confirmed_at IS NOT NULL AND (
    subscriber.all_products OR EXISTS (
        SELECT FROM cases_statussubscriber_products wanted
        JOIN cases_incidentproduct affected ON affected.product_id = wanted.product_id
        WHERE wanted.statussubscriber_id = subscriber.id AND affected.incident_id = %(incident)s))
ORDER BY subscriber.id
ON CONFLICT DO NOTHING
"""


def _link(subscriber: StatusSubscriber, key: str) -> str:
    said = f"{subscriber.pk}:{subscriber.asked_at.astimezone(UTC).isoformat()}"
    return salted_hmac(_CONFIRMING, said, secret=key, algorithm="sha256").hexdigest()


def _hash(link: str) -> str:
    return hashlib.sha256(link.encode()).hexdigest()


def _message_id() -> str:
    return f"<status-{secrets.token_hex(16)}@{mails.own_domain()}>"
