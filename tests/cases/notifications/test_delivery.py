"""What becomes of a mail between the outbox and the relay: over real SMTP, with every way in which it can go wrong."""

from datetime import timedelta

import pytest

from cases import enqueue
from cases.lifecycle import reply
from cases.models import OutboxMail
from cases.models.outbox_mail import Delivery
from cases.notifications import compose as notifications
from cases.notifications import delivery
from cases.notifications.delivery import deliver, deliver_all, explain, send_again
from cases.outbox import mails
from contacts.models import Membership

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is gone at this instant."""


@pytest.fixture
def mail(case):
    """The acknowledgement of Alice's case, due at `at`."""
    return OutboxMail.objects.get(case=case)


@pytest.fixture
def more(case, carl, later):
    """`more(3)`: three replies, each a mail, put out within the first second."""

    def write(count):
        for place in range(count):
            reply(case, by=carl, at=later(milliseconds=place + 1), body=f"Word {place}")
        return list(OutboxMail.objects.filter(notice="reply").order_by("pk"))

    return write


def fresh(mail):
    return OutboxMail.objects.get(pk=mail.pk)


def states():
    return [mail.state for mail in OutboxMail.objects.order_by("pk")]


class TestDeliver:
    def test_sends_what_is_due_and_says_so(self, mail, sink, later):
        assert deliver(later(seconds=1)) == {Delivery.SENT: 1}
        assert [caught.id for caught in sink.messages] == [mail.message_id]
        sent = fresh(mail)
        assert (sent.state, sent.sent_at, sent.attempts, sent.error) == ("sent", later(seconds=1), 1, "")

    def test_sends_nothing_twice_and_nothing_early(self, mail, sink, at, later):
        assert not deliver(at - timedelta(microseconds=1))
        deliver(at)
        assert not deliver(later(days=30))
        assert len(sink.messages) == 1

    def test_uses_one_connection_for_all_and_none_for_nothing(self, mail, more, sink, later):
        more(4)
        deliver(later(seconds=1))
        assert (len(sink.messages), sink.sessions) == (5, 1)
        deliver(later(seconds=2))
        assert sink.sessions == 1

    def test_takes_a_bounded_number_a_pass_and_deliver_all_the_rest(self, mail, more, sink, later):
        more(6)
        assert deliver(later(seconds=1), limit=3).total() == 3
        assert deliver_all(later(seconds=1), most=2).total() == 4
        assert len(sink.messages) == 7

    def test_counts_the_attempt_before_the_work(self, mail, sink, at, monkeypatch):
        def die(claimed):
            assert fresh(claimed).state == Delivery.SENDING
            assert fresh(claimed).attempts == 1
            raise Killed

        monkeypatch.setattr(notifications, "compose", die)
        with pytest.raises(Killed):
            deliver(at)
        assert (fresh(mail).state, fresh(mail).attempts) == ("sending", 1)


class TestARefusalForNow:
    @pytest.mark.parametrize("command", ["mail", "rcpt", "data"])
    def test_puts_the_mail_off_and_sends_it_under_the_same_id(self, mail, sink, at, later, command):
        sink.refuse("451 4.3.0 try later", at=command)
        assert deliver(at) == {Delivery.DUE: 1}
        waiting = fresh(mail)
        assert (waiting.state, waiting.due_at, waiting.error) == ("due", later(minutes=2), "451 4.3.0 try later")
        assert not deliver(later(seconds=119))
        assert deliver(later(minutes=2)) == {Delivery.SENT: 1}
        assert [caught.id for caught in sink.messages] == [mail.message_id]
        assert fresh(mail).error == ""

    def test_waits_longer_each_time_and_gives_up_after_48_hours(self, mail, sink, at):
        sink.refuse("450 4.2.0 not yet", times=100)
        now, pauses = at, []
        while fresh(mail).state == Delivery.DUE:
            deliver(now)
            pauses.append(fresh(mail).due_at - now)
            now = fresh(mail).due_at
        assert pauses[:-1] == sorted(pauses[:-1])
        assert (fresh(mail).state, fresh(mail).attempts) == ("failed", mails.MAX_ATTEMPTS)
        assert timedelta(hours=47) < now - at <= timedelta(hours=48)
        assert fresh(mail).error == "450 4.2.0 not yet"

    def test_holds_up_no_other_mail(self, mail, more, sink, later):
        more(3)
        sink.refuse("451 4.3.0 try later")
        assert deliver(later(seconds=1)) == {Delivery.DUE: 1, Delivery.SENT: 3}
        assert sink.sessions == 1


class TestARefusalForGood:
    @pytest.mark.parametrize("command", ["rcpt", "data"])
    def test_fails_at_once_with_the_texts_of_the_relay(self, mail, more, sink, later, command):
        more(2)
        sink.refuse("550 5.1.1 no such\x01 person", at=command)
        assert deliver(later(seconds=1)) == {Delivery.FAILED: 1, Delivery.SENT: 2}
        assert (fresh(mail).state, fresh(mail).attempts) == ("failed", 1)
        assert fresh(mail).error == "550 5.1.1 no such person"
        assert explain(fresh(mail)) == "550 5.1.1 no such person"
        assert not deliver(later(days=30))

    def test_is_also_a_header_that_cannot_be_written(self, mail, sink, at):
        OutboxMail.objects.update(message_id="<a@b>\nBcc: evil@example.org")
        assert deliver(at) == {Delivery.FAILED: 1}
        assert "BadHeaderError" in fresh(mail).error
        assert sink.messages == []


class TestARelayThatIsAway:
    def test_puts_all_off_without_an_attempt_and_sends_all_when_it_is_back(self, mail, more, sink, later):
        more(4)
        sink.stop()
        assert deliver(later(seconds=1)) == {Delivery.DUE: 5}
        assert set(OutboxMail.objects.values_list("attempts", "due_at")) == {(0, later(seconds=61))}
        assert "refused" in fresh(mail).error.lower()
        assert not deliver(later(seconds=60))
        sink.start()
        assert deliver(later(seconds=61)) == {Delivery.SENT: 5}
        assert set(sink.ids().values()) == {1}

    def test_is_asked_less_often_for_what_waits_long(self, mail, sink, at, later):
        sink.stop()
        deliver(later(minutes=11))
        assert fresh(mail).due_at == later(minutes=16)

    def test_never_makes_a_mail_fail(self, mail, sink, at, later):
        sink.stop()
        for hour in range(0, 100, 5):
            deliver_all(later(hours=hour))
        assert (fresh(mail).state, fresh(mail).attempts) == ("due", 0)

    def test_ends_the_pass_when_it_goes_in_the_middle(self, mail, more, sink, later):
        more(3)
        sink.refuse("421 4.3.2 going down", at="data")
        assert deliver(later(seconds=1)) == {Delivery.DUE: 1}
        assert deliver_all(later(seconds=1)) == {Delivery.SENT: 3}
        assert deliver_all(later(minutes=3)) == {Delivery.SENT: 1}
        assert set(sink.ids().values()) == {1}


class TestAMailThatCannotBeBuilt:
    @pytest.fixture
    def broken(self, mail, monkeypatch):
        build = notifications.compose

        def fail(claimed):
            if claimed.pk == mail.pk:
                raise KeyError("a mistake of ours")
            return build(claimed)

        monkeypatch.setattr(notifications, "compose", fail)
        return monkeypatch

    def test_is_put_off_and_holds_up_no_other(self, broken, mail, more, sink, later):
        more(2)
        assert deliver(later(seconds=1)) == {Delivery.DUE: 1, Delivery.SENT: 2}
        assert "KeyError" in fresh(mail).error
        broken.undo()

    def test_that_kills_its_worker_is_parked_after_eight_attempts(self, mail, more, sink, at, later, monkeypatch):
        more(3)
        build, tries = notifications.compose, []

        def die(claimed):
            if claimed.pk == mail.pk:
                tries.append(claimed.attempts)
                raise Killed
            return build(claimed)

        monkeypatch.setattr(notifications, "compose", die)
        now = later(seconds=1)
        for _restart in range(12):
            try:
                deliver_all(now)
            except Killed:
                now += timedelta(minutes=6)
        assert tries == list(range(1, mails.MAX_ATTEMPTS + 1))
        assert (fresh(mail).state, fresh(mail).error) == ("failed", "the worker died at every attempt")
        assert len(sink.messages) == 3


class TestAWorkerThatDied:
    @pytest.fixture
    def died(self, mail, at, monkeypatch, sink):
        def die(_claimed):
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(notifications, "compose", die)
            with pytest.raises(Killed):
                deliver(at)

    def test_leaves_its_mail_to_the_next_after_five_minutes(self, died, mail, sink, later):
        assert not deliver(later(minutes=4, seconds=59))
        assert deliver(later(minutes=5)) == {Delivery.SENT: 1}
        assert (fresh(mail).state, fresh(mail).attempts) == ("sent", 2)

    def test_that_was_only_slow_does_not_undo_what_the_next_did(self, mail, sink, at, later, monkeypatch):
        build = notifications.compose

        def dawdle(claimed):
            monkeypatch.setattr(notifications, "compose", build)
            assert deliver(later(minutes=6)) == {Delivery.SENT: 1}
            sink.refuse("550 5.7.1 seen that already", at="data")
            return build(claimed)

        monkeypatch.setattr(notifications, "compose", dawdle)
        deliver(at)
        assert fresh(mail).state == Delivery.SENT
        assert len(sink.messages) == 1


class TestWithholding:
    def test_happens_to_who_left_between_putting_out_and_sending(self, mail, alice, sink, at):
        Membership.objects.filter(user=alice).delete()
        assert deliver(at) == {Delivery.WITHHELD: 1}
        assert (fresh(mail).state, fresh(mail).error) == ("withheld", "out_of_sight")
        assert explain(fresh(mail)) == "The recipient may no longer see this case."
        assert sink.messages == []

    def test_happens_to_who_was_disabled(self, mail, alice, sink, at):
        alice.is_active = False
        alice.save(update_fields=["is_active"])
        assert deliver(at) == {Delivery.WITHHELD: 1}
        assert sink.messages == []

    def test_happens_to_each_and_to_nobody_else(self, alice, bob, carl, open_case, sink, later):
        """Of many events, those of people who lost access reach nobody; all others arrive."""
        mine, theirs = open_case(alice), open_case(bob, product="daptiv")
        for minute in range(10):
            reply(mine, by=carl, at=later(minutes=minute), body="To Alice")
            reply(theirs, by=carl, at=later(minutes=minute), body="To Bob")
        Membership.objects.filter(user=bob).delete()
        assert deliver_all(later(hours=1)) == {Delivery.SENT: 11, Delivery.WITHHELD: 11}
        assert {caught.recipients for caught in sink.messages} == {("alice@example.com",)}


class TestSendAgain:
    def test_sends_a_failed_mail_under_its_old_id(self, mail, sink, at, later):
        sink.refuse("550 5.1.1 mailbox unknown")
        deliver(at)
        assert send_again(fresh(mail), at=later(hours=1))
        assert fresh(mail).attempts == 0
        assert deliver(later(hours=1)) == {Delivery.SENT: 1}
        assert [caught.id for caught in sink.messages] == [mail.message_id]

    def test_rings_for_a_worker(self, mail, sink, at, later, monkeypatch, django_capture_on_commit_callbacks):
        sink.refuse("550 5.1.1 mailbox unknown")
        deliver(at)
        rung = []
        monkeypatch.setattr(enqueue, "deliver_outbox", lambda: rung.append(1))
        with django_capture_on_commit_callbacks(execute=True):
            send_again(fresh(mail), at=later(hours=1))
        assert rung == [1]

    def test_checks_again_who_may_get_it(self, mail, alice, sink, at, later):
        membership = Membership.objects.get(user=alice)
        Membership.objects.filter(user=alice).delete()
        deliver(at)
        assert send_again(fresh(mail), at=later(hours=1))
        assert deliver(later(hours=1)) == {Delivery.WITHHELD: 1}
        membership.save(force_insert=True)
        send_again(fresh(mail), at=later(hours=2))
        assert deliver(later(hours=2)) == {Delivery.SENT: 1}

    @pytest.mark.parametrize("state", [Delivery.SENT, Delivery.DUE, Delivery.SENDING])
    def test_leaves_a_mail_alone_that_did_not_fail(self, mail, at, later, state):
        OutboxMail.objects.update(state=state, sent_at=at, claimed_at=at)
        assert not send_again(fresh(mail), at=later(hours=1))
        assert (fresh(mail).state, fresh(mail).due_at) == (state, mail.due_at)


def test_the_pauses_are_one_fewer_than_the_attempts():
    assert len(delivery.PAUSES) == mails.MAX_ATTEMPTS - 1
