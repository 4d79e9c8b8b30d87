"""follow and unfollow: who does gets the mails of the customer, while they may see the case."""

from uuid import uuid4

import pytest

from cases.events import sentence
from cases.jobs.sweep import sweep
from cases.lifecycle import accept_solution, follow, note, provide_solution, reply, unfollow
from cases.lifecycle.followers import CannotFollow
from cases.models import Follower, OutboxMail
from cases.notifications import delivery
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import Membership
from tests.conftest import member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def cora(acme):
    """Of Acme, sees only her own cases."""
    return member(person("Cora Clerk"), acme, sees_company_cases=False)


def recipients(notice="reply"):
    return set(OutboxMail.objects.filter(notice=notice).values_list("recipient__name", flat=True))


class TestFollow:
    def test_brings_the_mails_of_the_customer(self, case, bob, nora, carl, later):
        follow(case, by=bob, at=later(minutes=1))
        follow(case, by=nora, at=later(minutes=1))
        reply(case, by=carl, at=later(minutes=2), body="Looking.")
        note(case, by=carl, at=later(minutes=2), body="Hm.")
        assert recipients() == {"Alice Adams", "Bob Brown", "Nora Night"}
        assert OutboxMail.objects.exclude(notice__in=("reply", "acknowledgement")).count() == 0

    def test_brings_no_mail_of_what_one_did_oneself(self, case, bob, carl, alice, later):
        follow(case, by=carl, at=later(minutes=1))
        reply(case, by=carl, at=later(minutes=2), body="Looking.")
        assert recipients() == {"Alice Adams"}

    def test_brings_what_the_customer_did_and_is_not_told_themselves(self, case, alice, bob, carl, later):
        follow(case, by=bob, at=later(minutes=1))
        provide_solution(case, by=carl, at=later(minutes=2), body="Try this.")
        accept_solution(case, by=alice, at=later(minutes=3))
        assert recipients("closed") == {"Alice Adams", "Bob Brown"}

    def test_lets_one_of_ours_add_a_colleague_who_can_see_it(self, case, bob, carl, cora, later):
        follow(case, by=carl, at=later(minutes=1), person=bob)
        assert sentence(case.events.last()) == "Carl Care: Bob Brown follows the case from now on"
        with pytest.raises(CannotFollow, match="Cora Clerk may not see"):
            follow(case, by=carl, at=later(minutes=2), person=cora)

    def test_is_refused_to_who_may_not_see_it_for_others_and_twice(self, case, eve, adam, alice, bob, cora, later):
        for who in (eve, adam, cora):
            with pytest.raises(NotAllowed):
                follow(case, by=who, at=later(minutes=1))
        with pytest.raises(NotAllowed):
            follow(case, by=alice, at=later(minutes=1), person=bob)
        with pytest.raises(IllegalMove, match="anyway"):
            follow(case, by=alice, at=later(minutes=1))
        follow(case, by=bob, at=later(minutes=1))
        with pytest.raises(IllegalMove, match="already"):
            follow(case, by=bob, at=later(minutes=2))


class TestUnfollow:
    def test_ends_the_mails_and_keeps_the_record(self, case, bob, carl, later):
        follow(case, by=bob, at=later(minutes=1))
        unfollow(case, by=bob, at=later(minutes=2))
        reply(case, by=carl, at=later(minutes=3), body="Looking.")
        assert recipients() == {"Alice Adams"}
        assert Follower.objects.get().ended_at == later(minutes=2)
        with pytest.raises(IllegalMove):
            unfollow(case, by=bob, at=later(minutes=4))

    def test_of_others_is_ours_alone(self, case, alice, bob, carl, later):
        follow(case, by=bob, at=later(minutes=1))
        with pytest.raises(NotAllowed):
            unfollow(case, by=alice, at=later(minutes=2), person=bob)
        unfollow(case, by=carl, at=later(minutes=2), person=bob)
        assert not Follower.objects.filter(ended_at__isnull=True).exists()


class TestMails:
    @pytest.fixture
    def followed(self, case, bob, nora, carl, later):
        follow(case, by=bob, at=later(minutes=1))
        follow(case, by=nora, at=later(minutes=1))
        return reply(case, by=carl, at=later(minutes=2), body="Looking.", submission=uuid4())

    def test_say_whose_they_are_and_where_to_stop(self, followed, bob, later, mailoutbox):
        delivery.deliver_all(later(minutes=3))
        mail = next(one for one in mailoutbox if bob.email in one.to[0] and "Looking" in one.body)
        assert "Alice Adams, whose case it is" in mail.body
        assert f"/cases/{followed.number}/unfollow/" in mail.body
        own = next(one for one in mailoutbox if "alice@" in one.to[0] and "Looking" in one.body)
        assert "unfollow" not in own.body

    def test_lead_our_own_people_to_the_desk(self, followed, nora, later, mailoutbox):
        delivery.deliver_all(later(minutes=3))
        mail = next(one for one in mailoutbox if nora.email in one.to[0])
        assert f"/desk/{followed.number}/unfollow/" in mail.body

    @pytest.mark.parametrize("lost", ["membership", "sight", "account", "signing in", "following"])
    def test_are_not_sent_to_who_lost_the_right_meanwhile(self, followed, acme, bob, later, mailoutbox, lost):
        if lost == "membership":
            Membership.objects.filter(user=bob).delete()
        elif lost == "sight":
            Membership.objects.filter(user=bob).update(sees_company_cases=False)
        elif lost == "account":
            type(acme).objects.filter(pk=acme.pk).update(is_active=False)
        elif lost == "signing in":
            type(bob).objects.filter(pk=bob.pk).update(is_active=False)
        else:
            unfollow(followed, by=bob, at=later(minutes=3))
        delivery.deliver_all(later(minutes=4))
        assert not [mail for mail in mailoutbox if bob.email in mail.to[0]]
        assert OutboxMail.objects.get(recipient=bob).state == "withheld"

    def test_of_the_end_in_silence_reach_them_and_count_for_nothing(self, case, alice, bob, carl, later):
        follow(case, by=bob, at=later(minutes=1))
        provide_solution(case, by=carl, at=later(minutes=2), body="Try this.")
        case.refresh_from_db()
        while case.countdown_at and case.contact_attempts < 2:
            sweep(case.countdown_at)
            case.refresh_from_db()
        assert recipients("contact_attempt") == {"Alice Adams", "Bob Brown"}
        mails = OutboxMail.objects.filter(notice="contact_attempt")
        mails.filter(recipient=bob).update(state="sent", sent_at=later(minutes=3))
        mails.filter(recipient=alice).update(state="failed", sent_at=None)
        sweep(case.close_at)
        case.refresh_from_db()
        assert case.closing_held_at, "two mails to a follower are no two reminders to the customer"
