"""Workers killed at random moments while 200 mails are due: none is lost, and a second copy can be told to be one.

Real processes, real SIGKILL, real SMTP, real PostgreSQL. The same checker is shown a worker that marks before it sends.
"""

import os
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.template.loader import get_template

from cases.models import OutboxMail
from cases.models.outbox_mail import Delivery
from cases.notifications import compose as notifications
from cases.notifications import delivery
from tests.cases.outbox.test_mails import many
from tests.proofs.kills.victims import Worker, worker
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)

MAILS = 200
SLOWNESS = 0.01  # seconds a mail takes at the relay, so that some kills fall between its word and ours


def deliver(at: datetime) -> None:
    """Send what is due as of `at`, as a worker does."""
    delivery.deliver_all(at)


def mark_then_deliver(at: datetime) -> None:
    """Do it the wrong way round, so that the checker can be seen to notice."""

    def mark_then_send(pk: int, relay: BaseEmailBackend, at: datetime, box: Any) -> tuple[object, bool]:
        mail = OutboxMail.objects.select_related("recipient", "event__actor", "event__message").get(pk=pk)
        state = delivery._sent(mail, at, box)
        relay.send_messages([notifications.compose(mail)])
        return state, True

    delivery._attend = mark_then_send
    delivery.deliver_all(at)


def kill_while_it_sends(running: Worker, at: datetime, *, most: int) -> int:
    """Kill one child after the other at random moments, each while mails are due; return how many."""
    kills = 0
    while kills < most and OutboxMail.objects.filter(state=Delivery.DUE).count() > 20:
        pid = running.begin(at)
        time.sleep(random.uniform(0.05, 0.3))
        os.kill(pid, signal.SIGKILL)
        running.wait()
        kills += 1
    return kills


def missing(sink: Sink, mails: QuerySet[OutboxMail] | None = None) -> set[str]:
    """The checker: Message-IDs, of all mails or of some, that never reached the relay."""
    wanted = OutboxMail.objects.all() if mails is None else mails
    return set(wanted.values_list("message_id", flat=True)) - set(sink.ids())


@pytest.fixture
def busy(sink: Sink) -> Sink:
    sink.slowness = SLOWNESS
    for name in ("reply.txt", "reply.html", "subject.txt"):
        get_template(f"cases/mail/{name}")  # so that a child's short life is spent on mails
    return sink


@pytest.fixture
def due(case, carl, later):
    """`due(200)`: as many mails, due within the first second, and no other."""
    OutboxMail.objects.all().delete()
    return lambda count: many(case, carl, later(minutes=1), count)


class TestAWorkerKilledAgainAndAgain:
    def test_loses_nothing_and_repeats_only_what_was_in_doubt(self, due, busy, later, record_property):
        due(MAILS)
        at = later(minutes=2)
        with worker(deliver) as running:
            kills = kill_while_it_sends(running, at, most=12)
            doubtful = OutboxMail.objects.filter(state=Delivery.SENDING).count()
            # At once, without waiting for claims to grow old: all but those in doubt.
            running.begin(at)
            running.wait()
            assert OutboxMail.objects.exclude(state=Delivery.SENT).count() == doubtful <= kills
            running.begin(at + timedelta(minutes=6))
            running.wait()

        copies = busy.ids()
        repeated = Counter({found: times for found, times in copies.items() if times > 1})
        record_property("kills", kills)
        record_property("in doubt", doubtful)
        record_property("sent twice", len(repeated))
        lost = len(missing(busy))
        print(f"\n{MAILS} mails, {kills} kills: {doubtful} in doubt, {len(repeated)} sent twice, {lost} lost")
        assert kills >= 5
        assert missing(busy) == set()
        assert set(OutboxMail.objects.values_list("state", flat=True)) == {Delivery.SENT}
        # Sent twice is only what was in doubt, under one Message-ID and with the same words.
        assert len(copies) == MAILS
        assert set(repeated.values()) <= {2}
        assert len(repeated) <= doubtful
        for found in repeated:
            first, second = (caught for caught in busy.messages if caught.id == found)
            assert first.part("plain") == second.part("plain")
            assert first.recipients == second.recipients

    def test_between_the_relays_word_and_its_own_sends_a_second_copy_that_can_be_told(self, due, busy, later):
        """The one moment in which at-least-once shows, hit on purpose."""
        due(10)
        at = later(minutes=2)
        with worker(deliver) as running:
            for _kill in range(3):
                pids: list[int] = []
                busy.before_answer = lambda pids=pids: os.kill(pids[0], signal.SIGKILL) if pids else time.sleep(0.05)
                pids.append(running.begin(at))
                running.wait()
            busy.before_answer = None
            running.begin(at + timedelta(minutes=6))
            running.wait()
        assert missing(busy) == set()
        assert sorted(busy.ids().values()) == [1] * 7 + [2] * 3


class TestTheChecker:
    def test_notices_a_worker_that_marks_before_it_sends(self, due, busy, later):
        """Killed three times between its mark and the relay: three mails are lost, and the table shows none of them."""
        due(10)
        at = later(minutes=2)
        with worker(mark_then_deliver) as running:
            for _kill in range(3):
                pids: list[int] = []
                busy.before_mail = lambda pids=pids: os.kill(pids[0], signal.SIGKILL) if pids else time.sleep(0.05)
                pids.append(running.begin(at))
                running.wait()
            busy.before_mail = None
            running.begin(at + timedelta(minutes=6))
            running.wait()
        assert set(OutboxMail.objects.values_list("state", flat=True)) == {Delivery.SENT}
        assert len(missing(busy)) == 3
