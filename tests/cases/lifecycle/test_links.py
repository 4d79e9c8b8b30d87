"""link and unlink: one link a pair, told on both, of another account never shown to customers."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cases.events import sentence
from cases.events.timeline import build
from cases.lifecycle import link, unlink
from cases.lifecycle.links import LinkedAlready, NotLinked
from cases.lifecycle.pairs import IntoItself, NoSuchCase
from cases.models import CaseLink, Event
from cases.permissions import NotAllowed
from contacts.models import Team
from contacts.roles import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(alice, open_case):
    return open_case(alice, subject="Another one")


class TestLink:
    def test_is_told_on_both_each_from_its_side(self, case, other, carl, later):
        link(case, by=carl, at=later(minutes=1), other=other, kind="caused_by")
        assert sentence(case.events.last()) == f"Carl Care: this case is caused by {other.number}"
        assert sentence(other.events.last()) == f"Carl Care: this case is the cause of {case.number}"

    def test_is_one_a_pair_in_either_direction(self, case, other, carl, later):
        link(case, by=carl, at=later(minutes=1), other=other)
        for one, two in ((case, other), (other, case)):
            with pytest.raises(LinkedAlready):
                link(one, by=carl, at=later(minutes=2), other=two)
            with pytest.raises(IntegrityError), transaction.atomic():
                CaseLink.objects.create(case=one, other=two, at=later(minutes=2), by=carl)
        with pytest.raises(IntoItself):
            link(case, by=carl, at=later(minutes=2), other=case)

    def test_to_another_account_is_for_our_own_people(self, case, eve, carl, alice, open_case, later):
        foreign = open_case(eve)
        link(case, by=carl, at=later(minutes=1), other=foreign)
        told = [entry.words for who in (alice,) for entry in build(case, who)]
        assert not any(foreign.number in words for words in told)

    def test_is_refused_to_customers_and_to_who_does_not_see_both(self, case, other, alice, later):
        with pytest.raises(NotAllowed):
            link(case, by=alice, at=later(minutes=1), other=other)
        special = person("Cleo Cloud", Role.CLOUD_OPERATIONS)
        team = Team.objects.get(code="cloud-operations")
        team.members.add(special)
        type(case).objects.filter(pk=case.pk).update(team=team)
        with pytest.raises(NoSuchCase):
            link(case, by=special, at=later(minutes=1), other=other)
        assert not Event.objects.filter(kind="linked").exists()


class TestUnlink:
    def test_takes_it_back_from_either_side_and_lets_it_be_made_again(self, case, other, carl, later):
        link(case, by=carl, at=later(minutes=1), other=other)
        unlink(other, by=carl, at=later(minutes=2), other=case)
        assert {event.kind for event in (case.events.last(), other.events.last())} == {"unlinked"}
        with pytest.raises(NotLinked):
            unlink(case, by=carl, at=later(minutes=3), other=other)
        link(case, by=carl, at=later(minutes=4), other=other)
        assert CaseLink.objects.count() == 2

    def test_deletes_nothing_and_changes_no_fact(self, case, other, carl, later):
        link(case, by=carl, at=later(minutes=1), other=other)
        for wrong in (lambda: CaseLink.objects.all().delete(), lambda: CaseLink.objects.update(kind="follow_up")):
            with pytest.raises(DatabaseError), transaction.atomic():
                wrong()
