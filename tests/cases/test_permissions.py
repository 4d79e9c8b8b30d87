"""Which customers see a case."""

from cases.models import Case
from cases.permissions import who_else_sees
from contacts.models import Membership, User
from tests.conftest import member, person


class TestWhoElseSees:
    def test_says_the_same_as_visible_to(self, case, acme, globex, alice, bob, eve, carl):
        member(person("Zoe Last"), acme, sees_company_cases=False)
        gone = member(person("Gone Away"), acme)
        gone.is_active = False
        gone.save()
        both = member(member(person("Both Sides"), globex), acme)
        seen = {person for person in User.objects.all() if Case.objects.visible_to(person).filter(pk=case.pk).exists()}
        customers = {person for person in seen if person.is_customer}
        assert set(who_else_sees(case, alice)) == customers - {alice} == {bob, both}
        assert who_else_sees(case, bob)[0] == alice

    def test_names_the_customer_of_the_case_who_sees_their_own_alone(self, case, alice, bob):
        Membership.objects.filter(user=alice).update(sees_company_cases=False)
        assert who_else_sees(case, bob) == [alice]
        assert who_else_sees(case, alice) == [bob]
