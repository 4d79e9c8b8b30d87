"""Mails about signing in on their way out: written down in the request, built again by the worker that sends them.

No page waits for the relay, and one that is away costs nobody their mail. Words: `contacts/sign_in_mails.py`; claiming
and sending: `cases/notifications/delivery.py`, which deletes each row once it is sent or refused for good.
"""

import secrets
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from contacts import sign_in_mails
from contacts.models import SignInMail, User
from contacts.models.mail_delivery import Delivery
from contacts.waking import wake_worker

log = structlog.get_logger()

DELIVER = "cases.tasks.deliver_outbox"
_SURELY_GIVEN_UP = timedelta(minutes=30)  # by whoever began to send it


def put(name: str, to: str, reader: User | None, context: dict[str, Any]) -> None:
    """Write down the mail `name` as it reads now (arguments as of `sign_in_mails.compose`), and wake a worker.

    It is dropped when what it says holds no more: a link that is over helps nobody. Times are those of the database.
    """
    mail = sign_in_mails.compose(name, to, reader, context)
    SignInMail.objects.create(
        message_id=f"<sign-in-{secrets.token_hex(16)}@{own_domain()}>",
        notice=name,
        address=to,
        subject=str(mail.subject),
        text=str(mail.body),
        html=str(mail.alternatives[0][0]),
        put_at=Now(),
        due_at=Now(),
        expires_at=Now() + sign_in_mails.text_of(name).holds,
    )
    transaction.on_commit(lambda: wake_worker(DELIVER), robust=True)


def compose(mail: SignInMail) -> EmailMultiAlternatives:
    """Build `mail` as it was written down."""
    headers = {**sign_in_mails.HEADERS, "Message-ID": mail.message_id}
    built = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.address], headers=headers)
    built.attach_alternative(mail.html, "text/html")
    return built


def forget_expired(at: datetime) -> int:
    """Delete what says something at `at` (UTC) that holds no more; return how many."""
    nobody_sends = Q(state=Delivery.DUE) | Q(claimed_at__lte=at - _SURELY_GIVEN_UP)
    late = SignInMail.objects.filter(nobody_sends, expires_at__lte=at).delete()[0]
    if late:
        log.error("sign_in_mails_too_late", mails=late)
    return late


def own_domain() -> str:
    """Return the domain that we send from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
