"""Every page stands in the house: layout by role, theme by cookie, navigation by what exists, sign-in of one family."""

import re

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from config.web import navigation
from contacts.models import User

STRANGERS_PAGES = ["account_login", "account_reset_password", "account_reset_password_done"]
PERSONS_PAGES = ["account_email", "account_change_password", "mfa_index", "mfa_list_webauthn"]


class TestTheme:
    @pytest.mark.parametrize(
        ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><b', "auto"), (None, "auto")]
    )
    def test_follows_the_cookie(self, client: Client, db: None, cookie: str | None, theme: str) -> None:
        if cookie:
            client.cookies["theme"] = cookie
        page = client.get(reverse("account_login")).content.decode()
        assert f'data-bs-theme="{theme}"' in page


class TestDoor:
    @pytest.mark.parametrize("name", STRANGERS_PAGES)
    def test_strangers_pages_stand_at_the_door(self, client: Client, db: None, name: str) -> None:
        page = client.get(reverse(name)).content.decode()
        assert "cc-door-card" in page
        assert page.count("<h1") == 1

    @pytest.mark.parametrize("name", PERSONS_PAGES)
    def test_persons_pages_stand_among_the_settings(self, client: Client, alice: User, name: str) -> None:
        client.force_login(alice)
        page = client.get(reverse(name)).content.decode()
        assert "cc-settings-list" in page
        assert page.count("<h1") == 1
        assert ' style="' not in page

    def test_language_and_sign_out_are_by_post_alone(self, client: Client, alice: User) -> None:
        client.force_login(alice)
        page = client.get(reverse("account_email")).content.decode()
        for name in ("set_language", "account_logout"):
            assert re.search(f'<form method="post" action="{reverse(name)}"[^>]*>', page)
            assert f'href="{reverse(name)}"' not in page


class TestNavigation:
    def test_offers_nothing_to_a_stranger(self, rf: RequestFactory) -> None:
        request = rf.get("/")
        assert navigation.navigation(request)["places"] == []
        assert navigation.navigation(request)["layout"] == "layouts/sign_in.html"

    def test_gives_customers_the_portal_and_ours_the_desk(self, rf: RequestFactory, alice: User, carl: User) -> None:
        for user, layout in ((alice, "layouts/portal.html"), (carl, "layouts/desk.html")):
            request = rf.get("/")
            request.user = user
            assert navigation.navigation(request)["layout"] == layout

    def test_marks_the_nearest_place_alone(self, rf: RequestFactory, alice: User) -> None:
        request = rf.get(reverse("portal:open_case"))
        request.user = alice
        current = [entry["path"] for entry in navigation.navigation(request)["places"] if entry["current"]]
        assert current == [reverse("portal:open_case")]

    def test_keeps_the_back_office_for_those_who_may(self, rf: RequestFactory, carl: User, dora: User) -> None:
        for user in (carl, dora):
            request = rf.get("/")
            request.user = user
            assert reverse("admin:index") not in [entry["path"] for entry in navigation.navigation(request)["places"]]

    def test_leaves_out_what_has_no_address(self) -> None:
        assert navigation.address("desk:no_such_page") == ""
