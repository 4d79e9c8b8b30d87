"""Random events while people come, go and lose their sight: no mail reaches who may not see its case when it leaves."""

from random import Random

import pytest

from cases.lifecycle import follow, reply
from cases.models import Case, Follower, OutboxMail
from cases.notifications import compose as notifications
from cases.notifications import delivery, followers
from contacts.models import Membership, User
from tests.conftest import member, person

pytestmark = pytest.mark.django_db
SEED = 8


@pytest.fixture
def people(acme):
    return [member(person(f"{name} Colleague"), acme) for name in ("Ann", "Ben", "Cid", "Deb", "Eli", "Fay")]


def disturb(random: Random, people) -> None:
    """Let about a third of them lose or regain what lets them see, sign in or follow."""
    for one in people:
        if random.random() > 0.35:
            continue
        what = random.choice(("sight", "signing in", "following"))
        if what == "sight":
            Membership.objects.filter(user=one).update(sees_company_cases=random.random() < 0.5)
        elif what == "signing in":
            User.objects.filter(pk=one.pk).update(is_active=random.random() < 0.5)
        else:
            following = Follower.objects.filter(user=one, ended_at__isnull=True)
            following.update(ended_at=following.values("at")[:1])


def run(random: Random, people, cases, carl, at, mailoutbox, events) -> tuple[int, int]:
    """Return how many mails reached followers, and how many of those may not have seen the case."""
    reached = wrong = 0
    for turn in range(events):
        case = random.choice(cases)
        for one in people:
            fresh = User.objects.get(pk=one.pk)
            sees = Case.objects.visible_to(fresh).filter(pk=case.pk).exists()
            if sees and not Follower.objects.filter(case=case, user=one, ended_at__isnull=True).exists():
                follow(case, by=carl, at=at(minutes=turn), person=fresh)
        reply(case, by=carl, at=at(minutes=turn), body=f"News {turn}.")
        disturb(random, people)
        may = {
            one.email
            for one in User.objects.filter(pk__in=[one.pk for one in people])
            if Case.objects.visible_to(one).filter(pk=case.pk).exists()
            and Follower.objects.filter(case=case, user=one, ended_at__isnull=True).exists()
        }
        mailoutbox.clear()
        delivery.deliver_all(at(minutes=turn, seconds=30))
        addresses = {one.email for one in people}
        sent = {mail.to[0].rpartition("<")[2].rstrip(">") for mail in mailoutbox} & addresses
        reached, wrong = reached + len(sent), wrong + len(sent - may)
    return reached, wrong


class TestFollowersMails:
    def test_reach_nobody_without_access(self, people, alice, carl, open_case, later, mailoutbox, times, luck):
        cases = [open_case(alice, subject=f"Case {turn}") for turn in range(3)]
        events = times(30, full=5000)
        reached, wrong = run(Random(luck(SEED)), people, cases, carl, later, mailoutbox, events)
        assert wrong == 0
        assert reached > events
        assert OutboxMail.objects.filter(state="withheld").count() > events // 4

    def test_would_be_seen_to_reach_somebody(self, people, alice, carl, open_case, later, mailoutbox, monkeypatch):
        """The wrong variant: who was to get it when it was put out, gets it."""
        monkeypatch.setattr(notifications, "_case_for", lambda _recipient, mail: Case.objects.get(pk=mail.case_id))
        monkeypatch.setattr(followers, "still_follows", lambda _person, _case: True)
        cases = [open_case(alice, subject=f"Case {turn}") for turn in range(3)]
        assert run(Random(SEED), people, cases, carl, later, mailoutbox, 20)[1] > 0
