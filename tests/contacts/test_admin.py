"""Accounts, desks and people in the back office. Who may do it at all: test_roles.py."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.notifications.delivery import deliver_all
from contacts.models import Account, Desk, Instance, Region, SignInMail, Team, User
from contacts.roles import Role
from products.models import Product, Release
from sla.models import Calendar
from tests.contacts.delivered import delivered
from tests.smtp import Sink

SignedIn = Callable[[User], Client]


@pytest.fixture
def manager(mona: User, signed_in: SignedIn) -> Client:
    return signed_in(mona)


@pytest.fixture
def administrator(adam: User, signed_in: SignedIn) -> Client:
    return signed_in(adam)


def none_of(*prefixes: str) -> dict[str, str]:
    return {f"{prefix}-{count}_FORMS": "0" for prefix in prefixes for count in ("TOTAL", "INITIAL")}


class TestPeople:
    def person(self, **more: str) -> dict[str, str]:
        return {
            "name": "Nina New",
            "email": "Nina@Example.com",
            "role": Role.CUSTOMER,
            "language": "fr",
            "time_zone": "Europe/Paris",
            "is_active": "on",
            **none_of("memberships"),
            **more,
        }

    def test_a_new_one_gets_the_mail_to_choose_a_password(
        self, administrator: Client, acme: Account, django_capture_on_commit_callbacks: Any
    ) -> None:
        belongs = {
            "memberships-TOTAL_FORMS": "1",
            "memberships-0-account": str(acme.pk),
            "memberships-0-sees_company_cases": "on",
        }
        with django_capture_on_commit_callbacks(execute=True):
            response = administrator.post(reverse("admin:contacts_user_add"), self.person(welcome="on", **belongs))
        assert response.status_code == 302
        nina = User.objects.get(email="nina@example.com")
        assert not nina.has_usable_password()
        assert nina.accounts.get() == acme
        assert EmailAddress.objects.get(user=nina).verified
        assert delivered()[-1].to == ["nina@example.com"]
        assert "/accounts/password/reset/key/" in delivered()[-1].body

    def test_one_of_ours_has_hours_in_which_mails_about_promises_come(
        self, administrator: Client, carl: User, reference: None
    ) -> None:
        barometer = Calendar.objects.get(code="barometer")
        words = self.person(
            name=carl.name, email=carl.email, role=carl.role, working_hours=str(barometer.pk), language="en"
        )
        response = administrator.post(reverse("admin:contacts_user_change", args=[carl.pk]), words)
        assert response.status_code == 302
        carl.refresh_from_db()
        assert (carl.working_hours, carl.hears_of_team_promises) == (barometer, False)

    def test_a_new_one_can_be_entered_without_a_mail(
        self, administrator: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            administrator.post(reverse("admin:contacts_user_add"), self.person())
        assert User.objects.filter(email="nina@example.com").exists()
        assert not delivered()

    def test_a_mail_outlasts_a_relay_that_is_away(self, administrator: Client, carl: User, sink: Sink) -> None:
        sink.stop()
        data = {"action": "send_welcome", "_selected_action": str(carl.pk)}
        page = administrator.post(reverse("admin:contacts_user_changelist"), data, follow=True)
        assert "1 mail is on its way." in page.content.decode()
        deliver_all(at=timezone.now())
        sink.start()
        deliver_all(at=timezone.now() + timedelta(minutes=5))
        assert [caught.message["To"] for caught in sink.messages] == [carl.email]
        assert not SignInMail.objects.exists()

    def test_an_address_is_taken_in_whatever_case(self, administrator: Client, carl: User) -> None:
        response = administrator.post(reverse("admin:contacts_user_add"), self.person(email="CARL@example.COM"))
        assert "already signs in" in response.content.decode()

    def test_a_changed_address_must_be_confirmed(self, administrator: Client, carl: User) -> None:
        EmailAddress.objects.create(user=carl, email=carl.email, verified=True, primary=True)
        changed = self.person(name=carl.name, email="carl.care@example.com", role=carl.role)
        response = administrator.post(reverse("admin:contacts_user_change", args=[carl.pk]), changed)
        assert response.status_code == 302
        known = EmailAddress.objects.get(user=carl)
        assert (known.email, known.verified) == ("carl.care@example.com", False)

    def test_a_lost_second_factor_is_taken_away_and_told(self, administrator: Client, carl: User) -> None:
        Authenticator.objects.create(user=carl, type=Authenticator.Type.TOTP, data={})
        data = {"action": "reset_second_factor", "_selected_action": str(carl.pk)}
        administrator.post(reverse("admin:contacts_user_changelist"), data)
        assert not Authenticator.objects.filter(user=carl).exists()
        assert delivered()[-1].to == [carl.email]
        assert LogEntry.objects.get().object_repr == carl.name


class TestInstance:
    def test_runs_a_version_of_its_own_product(self, manager: Client, acme: Account) -> None:
        daptiv, other = Product.objects.get(code="daptiv"), Release.objects.filter(product__code="spigit").get()
        fields = {"account": acme.pk, "product": daptiv.pk, "name": "Second", "deployment": "saas"}
        data = {**fields, "purpose": "test", "release": other.pk, "is_active": "on"}
        response = manager.post(reverse("admin:contacts_instance_add"), data)
        assert "version of another product" in response.content.decode()
        assert not Instance.objects.filter(name="Second").exists()


class TestAccount:
    def test_is_looked_after_by_one_of_ours(self, manager: Client, acme: Account, bob: User, carl: User) -> None:
        def give_to(user: User) -> None:
            data = {"name": acme.name, "plan": acme.plan_id, "region": acme.region_id, "is_active": "on"}
            data |= {"customer_success_manager": user.pk, **none_of("memberships", "instances")}
            manager.post(reverse("admin:contacts_account_change", args=[acme.pk]), data)
            acme.refresh_from_db()

        give_to(bob)
        assert acme.customer_success_manager is None
        give_to(carl)
        assert acme.customer_success_manager == carl


class TestTeam:
    def test_has_no_customers(self, manager: Client, bob: User) -> None:
        team = Team.objects.get(code="dispatch")
        data = {"name_en": team.name_en, "position": 1, "members": [bob.pk]}
        response = manager.post(reverse("admin:contacts_team_change", args=[team.pk]), data)
        assert "Bob Brown is a customer" in response.content.decode()
        assert not team.members.exists()


class TestDesk:
    def change(self, manager: Client, **phone: str) -> Any:
        desk = Desk.objects.get(product__code="barometer")
        data = {
            "calendar": desk.calendar_id,
            "email": desk.email,
            "form": desk.form,
            "phones-TOTAL_FORMS": "1",
            "phones-INITIAL_FORMS": "0",
            **{f"phones-0-{name}": value for name, value in {"position": "1", "printed": "", **phone}.items()},
        }
        return manager.post(reverse("admin:contacts_desk_change", args=[desk.pk]), data)

    def test_numbers_are_kept_as_dialled(self, manager: Client, reference: None) -> None:
        assert self.change(manager, country="fr", number="+33 4 89 73 73 02").status_code == 302
        phone = Desk.objects.get(product__code="barometer").phones.get()
        assert (phone.country, phone.number) == ("FR", "+33489737302")

    @pytest.mark.parametrize(("country", "number"), [("FR", "04 89 73 73 02"), ("FR", "+33"), ("XX", "+33489737302")])
    def test_numbers_that_are_none_are_refused(
        self, country: str, number: str, manager: Client, reference: None
    ) -> None:
        assert self.change(manager, country=country, number=number).status_code == 200


def test_the_worldwide_region_is_one(manager: Client, reference: None) -> None:
    emea = Region.objects.get(code="emea")
    data = {"name_en": emea.name_en, "zone": emea.zone, "position": 2, "is_worldwide": "on"}
    assert manager.post(reverse("admin:contacts_region_change", args=[emea.pk]), data).status_code == 302
    assert Region.objects.get(is_worldwide=True).code == "worldwide"


@pytest.mark.parametrize("name", ["account", "membership", "instance", "plan", "region", "team", "desk", "user"])
def test_lists_need_few_queries(
    name: str, manager: Client, alice: User, eve: User, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(14 if name == "desk" else 11):  # three say where none is listed
        page = manager.get(reverse(f"admin:contacts_{name}_changelist"), {"q": "a"})
    assert page.status_code == 200
