"""Who sees which cases."""

import pytest

from cases.lifecycle import assign
from cases.models import Case
from contacts.models import Membership, Team
from contacts.roles import Role
from tests.conftest import member, person

pytestmark = pytest.mark.django_db


def seen(user):
    return set(Case.objects.visible_to(user))


class TestVisibleTo:
    def test_a_customer_sees_the_cases_of_the_account(self, case, bob):
        assert seen(bob) == {case}

    def test_a_customer_without_that_right_sees_their_own(self, case, alice, bob, acme, open_case):
        Membership.objects.filter(user=bob).update(sees_company_cases=False)
        own = open_case(bob, product="barometer")
        assert seen(bob) == {own}

    def test_another_account_sees_nothing(self, case, eve):
        assert seen(eve) == set()

    def test_a_person_of_two_accounts_sees_both(self, case, eve, acme, open_case, globex):
        member(eve, acme)
        other = open_case(eve, account=globex)
        assert seen(eve) == {case, other}

    def test_who_left_the_account_sees_nothing_not_even_their_own(self, case, alice):
        Membership.objects.filter(user=alice).delete()
        assert seen(alice) == set()

    def test_a_disabled_person_sees_nothing(self, case, alice):
        alice.is_active = False
        assert seen(alice) == set()

    def test_of_an_account_that_ended_nobody_sees_anything(self, case, alice, acme):
        acme.is_active = False
        acme.save(update_fields=["is_active"])
        assert seen(alice) == set()

    @pytest.mark.parametrize("role", [Role.DISPATCHER, Role.CONSULTANT_1, Role.CONSULTANT_2, Role.MANAGER])
    def test_customer_care_sees_all(self, case, role):
        assert seen(person("Some One", role)) == {case}

    def test_a_specialist_sees_what_their_team_holds(self, case):
        cloud = person("Clara Cloud", Role.CLOUD_OPERATIONS)
        team = Team.objects.get(code="cloud-operations")
        team.members.add(cloud)
        assert seen(cloud) == set()
        Case.objects.filter(pk=case.pk).update(team=team)
        assert seen(cloud) == {case}

    def test_a_specialist_sees_what_was_given_to_them_alone(self, case, dora, later):
        cloud = person("Clara Cloud", Role.CLOUD_OPERATIONS)
        assign(case, by=dora, at=later(minutes=1), owner=cloud)
        assert seen(cloud) == {case}
        assert seen(person("Clive Cloud", Role.CLOUD_OPERATIONS)) == set()
