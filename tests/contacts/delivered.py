"""What a worker has sent of the mails about signing in."""

from typing import Any

from django.core import mail
from django.utils import timezone

from cases.notifications.delivery import deliver_all


def delivered() -> list[Any]:
    """Let a worker send what waits, and return all that has left so far, the oldest first."""
    deliver_all(at=timezone.now())
    return list(mail.outbox)
