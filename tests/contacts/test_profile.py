"""The profile page: what people say of themselves."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client
from django.urls import reverse

from contacts.models import User
from contacts.roles import Role

ADDRESS = "/accounts/profile/"
SignedIn = Callable[[User], Client]


def fields(**changed: str) -> dict[str, str]:
    return {
        "name": "Alice Adams",
        "phone": "",
        "language": "en",
        "time_zone": "America/Chicago",
        **changed,
    }


class TestProfile:
    def test_shows_what_is_known(self, alice: User, signed_in: SignedIn) -> None:
        page = signed_in(alice).get(ADDRESS).content.decode()
        assert reverse("contacts:profile") == ADDRESS
        assert "alice@example.com" in page
        assert 'value="Alice Adams"' in page
        assert '<option value="America/Chicago" selected>Chicago</option>' in page

    def test_is_saved(self, alice: User, signed_in: SignedIn) -> None:
        client = signed_in(alice)
        response = client.post(ADDRESS, fields(name="Alice A. Adams", phone="+1 (512) 346-8460"), follow=True)
        alice.refresh_from_db()
        assert (alice.name, alice.phone) == ("Alice A. Adams", "+1 512-346-8460")
        assert [m.level_tag for m in response.context["messages"]] == ["success"]

    def test_lets_our_own_people_hear_less_of_their_teams_promises(self, carl: User, signed_in: SignedIn) -> None:
        client = signed_in(carl)
        assert 'name="hears_of_team_promises"' in client.get(ADDRESS).content.decode()
        client.post(ADDRESS, fields(name="Carl Care"))
        carl.refresh_from_db()
        assert not carl.hears_of_team_promises
        client.post(ADDRESS, fields(name="Carl Care", hears_of_team_promises="on"))
        carl.refresh_from_db()
        assert carl.hears_of_team_promises

    def test_asks_customers_nothing_of_teams(self, alice: User, signed_in: SignedIn) -> None:
        client = signed_in(alice)
        assert "hears_of_team_promises" not in client.get(ADDRESS).content.decode()
        client.post(ADDRESS, fields())
        alice.refresh_from_db()
        assert alice.hears_of_team_promises

    def test_a_language_holds_from_the_next_page_on_and_at_the_door(self, alice: User, signed_in: SignedIn) -> None:
        client = signed_in(alice)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"  # as the switch in the header left it
        page = client.post(ADDRESS, fields(language="fr"), follow=True)
        assert '<html lang="fr"' in page.content.decode()
        client.post("/accounts/logout/")
        assert '<html lang="fr"' in client.get("/accounts/login/").content.decode()

    def test_a_zone_holds_from_the_next_page_on(self, alice: User, signed_in: SignedIn, rf: Any) -> None:
        from config.web.middleware import PersonalSettings

        signed_in(alice).post(ADDRESS, fields(time_zone="Asia/Tokyo"))
        alice.refresh_from_db()
        request = rf.get("/")
        request.user = alice
        template = engines["django"].from_string("{{ at|date:'H:i e' }}")
        noon = datetime(2027, 6, 8, 12, 0, tzinfo=UTC)
        assert PersonalSettings(lambda _request: template.render({"at": noon}))(request) == "21:00 JST"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"name": ""},
            {"phone": "346 8460"},
            {"phone": "+1 2"},
            {"phone": "call me"},
            {"language": "de"},
            {"time_zone": "Mars/Olympus"},
            {"time_zone": "../../etc/passwd"},
        ],
    )
    def test_refuses_what_cannot_be(self, wrong: dict[str, str], alice: User, signed_in: SignedIn) -> None:
        response = signed_in(alice).post(ADDRESS, fields(**wrong))
        assert response.status_code == 200
        assert list(response.context["form"].errors) == list(wrong)
        before = (alice.name, alice.phone, alice.language, alice.time_zone)
        alice.refresh_from_db()
        assert (alice.name, alice.phone, alice.language, alice.time_zone) == before

    def test_changes_nothing_else(self, alice: User, signed_in: SignedIn) -> None:
        more = {"role": Role.ADMINISTRATOR, "is_active": "", "email": "other@example.com", "id": "1", "accounts": "1"}
        signed_in(alice).post(ADDRESS, fields() | more)
        alice.refresh_from_db()
        assert (alice.role, alice.is_active, alice.email) == (Role.CUSTOMER, True, "alice@example.com")

    def test_keeps_a_zone_that_is_on_no_list(self, alice: User, signed_in: SignedIn) -> None:
        User.objects.filter(pk=alice.pk).update(time_zone="Etc/GMT+5")
        assert 'value="Etc/GMT+5" selected' in signed_in(alice).get(ADDRESS).content.decode()


class TestLanguageSwitch:
    def test_is_remembered_for_pages_and_mails(self, alice: User, signed_in: SignedIn) -> None:
        client = signed_in(alice)
        page = client.post("/language/", {"language": "fr", "next": ADDRESS}, follow=True)
        assert '<html lang="fr"' in page.content.decode()
        alice.refresh_from_db()
        assert alice.language == "fr"

    def test_is_open_at_the_door(self, client: Client, db: None) -> None:
        page = client.post("/language/", {"language": "fr", "next": "/accounts/login/"}, follow=True)
        assert page.redirect_chain == [("/accounts/login/", 302)]
        assert '<html lang="fr"' in page.content.decode()

    def test_never_leads_off_the_site(self, client: Client, db: None) -> None:
        assert client.post("/language/", {"language": "fr", "next": "//evil.example"})["Location"] == "/"
