"""A worker to be killed: loads Django once, then for each line on its input forks a child that empties the outbox.

`python -m tests.proofs.kills.outbox_worker send-once-marked|mark-then-send`; a line is the instant to work as of. It
prints "<pid>" when a child begins and "end" when it is over, however it ended.
"""

import os
import sys
from datetime import datetime
from typing import Any

import django
from django.core.mail.backends.base import BaseEmailBackend


def mark_then_send(pk: int, relay: BaseEmailBackend, at: datetime, box: Any) -> tuple[object, bool]:
    """Do it the wrong way round, so that the checker can be seen to notice."""
    from cases.models import OutboxMail
    from cases.notifications import compose as notifications
    from cases.notifications import delivery

    mail = OutboxMail.objects.select_related("recipient", "event__actor", "event__message").get(pk=pk)
    state = delivery._sent(mail, at, box)
    relay.send_messages([notifications.compose(mail)])
    return state, True


def main(way: str) -> None:
    """Serve until the input ends."""
    django.setup()
    from django.template.loader import get_template

    from cases.notifications import delivery

    for name in ("reply.txt", "reply.html", "subject.txt"):
        get_template(f"cases/mail/{name}")  # so that a child's short life is spent on mails
    if way == "mark-then-send":
        delivery._attend = mark_then_send
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            delivery.deliver_all(datetime.fromisoformat(line.strip()))
            os._exit(0)
        print(child, flush=True)
        os.waitpid(child, 0)
        print("end", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
