"""What is put out with a change, and who may take it: every mail is claimed by exactly one worker."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from cases import enqueue
from cases.events import new_event
from cases.lifecycle import accept_solution, ask_customer, note, provide_solution, reopen, reply, take
from cases.models import Message, OutboxMail
from cases.models.outbox_mail import Delivery
from cases.notifications.delivery import deliver_all
from cases.outbox import mails as outbox

pytestmark = pytest.mark.django_db


def notices_of(case):
    return list(OutboxMail.objects.filter(case=case).order_by("pk").values_list("notice", flat=True))


def many(case, by, at, count):
    """Put out `count` mails about events of `case`, due from `at` on a millisecond apart; return them."""
    message = Message.objects.create(case=case, author=by, from_customer=False, body="Word", at=at)
    mails = []
    for place in range(count):
        due = at + timedelta(milliseconds=place)
        event = new_event(case, "replied", by=by, at=due, message=message)
        event.save()
        mails.append(
            OutboxMail(
                case=case,
                event=event,
                notice="reply",
                recipient=case.customer,
                message_id=outbox.message_id(case, event),
                due_at=due,
            )
        )
    return OutboxMail.objects.bulk_create(mails)


class TestPut:
    def test_tells_the_customer_of_our_words_and_not_of_their_own(self, case, alice, carl, later):
        take(case, by=carl, at=later(minutes=1))
        note(case, by=carl, at=later(minutes=2), body="Among us")
        reply(case, by=alice, at=later(minutes=3), body="Mine")
        reply(case, by=carl, at=later(minutes=4), body="Ours")
        ask_customer(case, by=carl, at=later(minutes=5), body="What?")
        provide_solution(case, by=carl, at=later(minutes=6), body="That.")
        accept_solution(case, by=alice, at=later(minutes=7))
        reopen(case, by=alice, at=later(minutes=8), reason="It is back")
        assert notices_of(case) == ["acknowledgement", "reply", "question", "solution_provided", "closed"]

    def test_is_undone_with_its_change(self, case, carl, later):
        with transaction.atomic():
            reply(case, by=carl, at=later(minutes=1), body="Never said")
            transaction.set_rollback(True)
        assert notices_of(case) == ["acknowledgement"]

    def test_rings_after_the_commit_and_lives_without_it(
        self, case, carl, later, monkeypatch, django_capture_on_commit_callbacks
    ):
        def no_redis(*_task):
            raise ConnectionError

        monkeypatch.setattr(enqueue, "wake_worker", no_redis)
        with django_capture_on_commit_callbacks(execute=True) as rung:
            reply(case, by=carl, at=later(minutes=1), body="Said")
        assert len(rung) == 1
        assert notices_of(case) == ["acknowledgement", "reply"]

    def test_gives_each_an_id_of_our_domain_that_nobody_guesses(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=1), body="One")
        reply(case, by=carl, at=later(minutes=2), body="Two")
        ids = list(OutboxMail.objects.values_list("message_id", flat=True))
        shape = rf"<case-{case.pk}\.\d+\.[0-9a-f]{{20}}@customer-care\.example>"
        assert len(set(ids)) == 3
        assert all(re.fullmatch(shape, found) for found in ids)


class TestClaim:
    def test_takes_the_oldest_due_and_counts_the_attempt(self, case, carl, at, later):
        mails = many(case, carl, later(minutes=1), 3)
        OutboxMail.objects.filter(notice="acknowledgement").delete()
        assert outbox.claim(later(minutes=2)) == [mails[0].pk]
        claimed = OutboxMail.objects.get(pk=mails[0].pk)
        assert (claimed.state, claimed.claimed_at, claimed.attempts) == ("sending", later(minutes=2), 1)
        assert outbox.claim(later(minutes=2), limit=5) == [mails[1].pk, mails[2].pk]
        assert outbox.claim(later(minutes=2)) == []

    def test_takes_again_what_was_forgotten_before_what_is_due(self, case, carl, at, later):
        [mail] = many(case, carl, later(minutes=1), 1)
        acknowledgement = OutboxMail.objects.get(notice="acknowledgement")
        assert outbox.claim(at) == [acknowledgement.pk]
        assert outbox.claim(later(minutes=4, seconds=59)) == [mail.pk]
        assert outbox.claim(later(minutes=5)) == [acknowledgement.pk]

    def test_reads_its_indexes_only(self, case, carl, later):
        many(case, carl, later(minutes=1), 200)
        OutboxMail.objects.exclude(notice="acknowledgement").update(state=Delivery.SENT, sent_at=later(minutes=1))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_outboxmail")
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = OutboxMail.objects.filter(outbox._due(later(minutes=2))).order_by("due_at", "pk").explain()
        assert "mail_due" in plan
        plan = OutboxMail.objects.filter(outbox._stale(later(minutes=2))).order_by("claimed_at", "pk").explain()
        assert "mail_being_sent" in plan


@pytest.mark.django_db(transaction=True)
class TestSeveralWorkers:
    def test_send_each_mail_exactly_once(self, case, carl, sink, later):
        many(case, carl, later(minutes=1), 60)

        def work(_worker):
            try:
                return deliver_all(later(hours=1))
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            tallies = list(pool.map(work, range(4)))
        assert sum(tally[Delivery.SENT] for tally in tallies) == 61
        assert len(sink.ids()) == 61
        assert set(sink.ids().values()) == {1}
        assert set(OutboxMail.objects.values_list("state", "attempts")) == {("sent", 1)}
