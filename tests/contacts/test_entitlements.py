"""Who may open a case for what, and what the others are told (contacts/entitlements.py)."""

import pytest

from contacts.entitlements import Entitlement, NotEntitled, administrators, choices, may_open
from contacts.models import Account, Designation, Instance, Membership, User
from products.models import Product
from tests.conftest import company, member, person


def product(code: str) -> Product:
    return Product.objects.get(code=code)


def reason(verdict: Entitlement) -> str:
    assert not verdict.allowed
    return str(verdict.reason)


class TestMayOpen:
    def test_a_designated_person_for_a_product_that_asks_for_it(self, alice: User, acme: Account) -> None:
        assert may_open(alice, acme, product("enterprise-one")).allowed

    @pytest.mark.parametrize("code", ["projectplace", "leankit", "daptiv", "barometer"])
    def test_anybody_of_the_account_for_the_others(self, code: str, bob: User, acme: Account) -> None:
        assert not product(code).needs_designation
        assert may_open(bob, acme, product(code)).allowed

    def test_not_without_designation_and_the_colleagues_are_named(
        self, alice: User, bob: User, acme: Account, globex: Account
    ) -> None:
        zed = member(person("Zed Zander"), acme, designated=True)
        gone = member(person("Gone Girl"), acme, designated=True)
        User.objects.filter(pk=gone.pk).update(is_active=False)
        member(person("Else Where"), globex, designated=True)
        verdict = may_open(bob, acme, product("changepoint"))
        assert "application administrators" in reason(verdict)
        assert verdict.colleagues == (alice, zed)

    def test_not_by_a_designation_for_another_product(self, alice: User, acme: Account) -> None:
        Designation.objects.filter(membership__user=alice, product__code="changepoint").delete()
        assert not may_open(alice, acme, product("changepoint")).allowed
        assert may_open(alice, acme, product("ppm-pro")).allowed

    def test_not_by_a_designation_of_another_account(self, bob: User, acme: Account, globex: Account) -> None:
        member(bob, globex, designated=True)
        assert may_open(bob, globex, product("changepoint")).allowed
        assert not may_open(bob, acme, product("changepoint")).allowed

    def test_not_for_an_account_without_a_contract(self, alice: User, acme: Account) -> None:
        acme.is_active = False
        acme.save(update_fields=["is_active"])
        assert "no support contract" in reason(may_open(alice, acme, product("daptiv")))

    def test_not_for_an_account_of_others(self, eve: User, acme: Account) -> None:
        assert "do not belong" in reason(may_open(eve, acme, product("daptiv")))

    def test_not_by_a_person_who_may_no_longer_sign_in(self, alice: User, acme: Account) -> None:
        alice.is_active = False
        assert "do not belong" in reason(may_open(alice, acme, product("daptiv")))

    def test_not_for_a_product_that_is_no_longer_offered(self, alice: User, acme: Account) -> None:
        Product.objects.filter(code="daptiv").update(is_active=False)
        assert "has ended" in reason(may_open(alice, acme, product("daptiv")))

    def test_not_without_an_instance_in_use(self, alice: User, acme: Account) -> None:
        Instance.objects.filter(account=acme, product__code="daptiv").update(is_active=False)
        assert "no instance" in reason(may_open(alice, acme, product("daptiv")))

    def test_every_reason_is_said_in_both_languages_or_none(self, bob: User, acme: Account) -> None:
        refusal = NotEntitled(may_open(bob, acme, product("changepoint")))
        assert str(refusal)
        assert refusal.verdict.colleagues == administrators(acme, product("changepoint")) == ()


class TestChoices:
    def test_every_product_of_the_account_in_order_open_or_not(self, bob: User, acme: Account) -> None:
        offered = choices(bob)
        assert [choice.product.code for choice in offered] == list(
            Product.objects.order_by("position").values_list("code", flat=True)
        )
        closed = {choice.product.code for choice in offered if not choice.verdict.allowed}
        assert closed == set(Product.objects.filter(who_may_open="designated").values_list("code", flat=True))

    def test_agree_with_may_open(self, alice: User, bob: User, eve: User) -> None:
        Product.objects.filter(code="spigit").update(is_active=False)
        for user in (alice, bob, eve):
            for choice in choices(user):
                assert choice.verdict.allowed is may_open(user, choice.account, choice.product).allowed

    def test_of_a_person_of_several_accounts_are_told_apart(self, alice: User, globex: Account) -> None:
        member(alice, globex)
        offered = choices(alice)
        assert {choice.account.name for choice in offered} == {"Acme", "Globex"}
        allowed = {(c.account.name, c.product.code) for c in offered if c.verdict.allowed}
        assert ("Acme", "changepoint") in allowed
        assert ("Globex", "changepoint") not in allowed
        assert ("Globex", "daptiv") in allowed

    def test_hold_the_instances_in_use_only(self, alice: User, acme: Account) -> None:
        daptiv = product("daptiv")
        Instance.objects.create(account=acme, product=daptiv, name="Old", is_active=False)
        Instance.objects.create(account=acme, product=daptiv, name="Test", purpose="test")
        choice = next(c for c in choices(alice) if c.product == daptiv)
        assert [instance.name for instance in choice.instances] == ["Daptiv production", "Test"]

    def test_are_none_without_an_account_or_contract(self, alice: User, acme: Account) -> None:
        assert choices(person("Nobody Nowhere")) == []
        Account.objects.update(is_active=False)
        assert choices(alice) == []

    def test_need_few_queries(self, alice: User, globex: Account, django_assert_max_num_queries: object) -> None:
        member(alice, globex, designated=True)
        member(alice, company("Initech", "elite", "emea"), designated=True)
        with django_assert_max_num_queries(2):  # type: ignore[operator]
            assert len(choices(alice)) == 27
        assert Membership.objects.filter(user=alice).count() == 3
