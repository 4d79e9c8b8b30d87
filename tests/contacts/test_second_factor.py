"""The second factor: asked of everybody who has one, demanded of our people, kept encrypted."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth import get_user
from django.db import connection
from django.db.models import F
from django.test import Client, RequestFactory
from django.urls import reverse

from contacts import people
from contacts.models import CacheEntry, User
from tests.conftest import PASSWORD, signed_in_by
from tests.contacts.delivered import delivered

SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _demanded(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def secret() -> str:
    return generate_totp_secret()


@pytest.fixture
def secured(carl: User, secret: str) -> User:
    """Carl with an authenticator app."""
    EmailAddress.objects.create(user=carl, email=carl.email, verified=True, primary=True)
    TOTP.activate(carl, secret)
    return carl


def code(secret: str, *, periods: int = 0) -> str:
    """Return the code that an app shows now, or that one shows whose clock is some periods of 30 s fast."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + periods))


def begin(client: Client, user: User) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    request = RequestFactory().get("/")
    request.session = client.session  # type: ignore[attr-defined]
    return get_user(request).is_authenticated


class TestDemandedOfOurPeople:
    @pytest.mark.parametrize("who", ["carl", "dora", "mona", "adam"])
    @pytest.mark.parametrize("path", ["/desk/", "/directory/", "/admin/", "/admin/sla/calendar/", "/"])
    def test_nothing_opens_before_it_is_set_up(self, who: str, path: str, request: Any, signed_in: SignedIn) -> None:
        response = signed_in(request.getfixturevalue(who)).get(path)
        assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))

    def test_a_fragment_says_so_and_leaves_its_page(self, carl: User, signed_in: SignedIn) -> None:
        headers = {"HX-Request": "true", "HX-Current-URL": "https://testserver/accounts/2fa/"}
        response = signed_in(carl).get("/desk/", headers=headers)
        assert (response.status_code, response["X-Sign-In"]) == (401, "/accounts/2fa/?next=/accounts/2fa/")
        assert response["X-Sign-In-Demand"] == "second_factor"

    def test_the_pages_for_it_ask_for_no_counts_that_are_not_to_be_read(self, mona: User, signed_in: SignedIn) -> None:
        page = signed_in(mona).get(reverse("mfa_index")).content.decode()
        assert 'class="cc-rail"' in page
        assert "hx-get" not in page
        Authenticator.objects.create(user=mona, type=Authenticator.Type.WEBAUTHN, data={})
        browser = signed_in(mona)
        signed_in_by(browser, {"method": "mfa", "at": time.time()})
        assert f'hx-get="{reverse("approvals:waiting")}"' in browser.get("/directory/").content.decode()

    def test_the_way_to_set_one_up_is_open(self, carl: User, signed_in: SignedIn) -> None:
        page = signed_in(carl).get("/desk/", follow=True)
        assert page.status_code == 200
        assert [m.level_tag for m in page.context["messages"]] == ["warning"]

    @pytest.mark.parametrize("kind", list(Authenticator.Type))
    def test_any_that_was_used_to_sign_in_will_do(self, kind: str, carl: User, signed_in: SignedIn) -> None:
        Authenticator.objects.create(user=carl, type=kind, data={})
        browser = signed_in(carl)
        signed_in_by(browser, {"method": "mfa", "type": kind, "at": time.time()})
        assert browser.get("/directory/").status_code == 200

    def test_customers_may_do_without(self, alice: User, signed_in: SignedIn) -> None:
        assert signed_in(alice).get("/directory/").status_code == 200

    def test_the_demo_does_without(self, carl: User, signed_in: SignedIn, settings: Any) -> None:
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        assert signed_in(carl).get("/directory/").status_code == 200


class TestAskedAtSigningIn:
    def test_the_password_alone_signs_nobody_in(self, client: Client, secured: User) -> None:
        response = begin(client, secured)
        assert response["Location"] == reverse("mfa_authenticate")
        assert not is_signed_in(client)
        assert client.get("/directory/").status_code == 302

    def test_the_code_does(self, client: Client, secured: User, secret: str) -> None:
        begin(client, secured)
        client.post(reverse("mfa_authenticate"), {"code": code(secret)})
        assert is_signed_in(client)
        assert client.get("/directory/").status_code == 200

    @pytest.mark.parametrize("periods", [-2, -1, 0, 1, 2])
    def test_a_clock_may_be_half_a_minute_off_and_no_more(
        self, periods: int, client: Client, secured: User, secret: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        middle = time.time() // 30 * 30 + 15
        monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: middle)
        begin(client, secured)
        client.post(reverse("mfa_authenticate"), {"code": code(secret, periods=periods)})
        assert is_signed_in(client) is (abs(periods) < 2)

    @pytest.mark.parametrize("seconds", [0, 31, 61])
    @pytest.mark.parametrize("written", ["{0}{1}", "{0} {1}", "{0}-{1}"])
    def test_a_code_serves_once_for_as_long_as_it_is_taken(
        self, seconds: int, written: str, client: Client, secured: User, secret: str
    ) -> None:
        used = code(secret, periods=1)
        begin(client, secured)
        client.post(reverse("mfa_authenticate"), {"code": used})
        assert is_signed_in(client)
        CacheEntry.objects.update(expires_at=F("expires_at") - timedelta(seconds=seconds))
        other = Client()
        begin(other, secured)
        other.post(reverse("mfa_authenticate"), {"code": written.format(used[:3], used[3:])})
        assert not is_signed_in(other)

    def test_five_wrong_codes_close_it_for_a_while(self, client: Client, secured: User, secret: str) -> None:
        begin(client, secured)
        for number in range(6):
            client.post(reverse("mfa_authenticate"), {"code": "000000"}, REMOTE_ADDR=f"10.0.0.{number}")
        client.post(reverse("mfa_authenticate"), {"code": code(secret)}, REMOTE_ADDR="10.9.9.9")
        assert not is_signed_in(client)

    def test_a_recovery_code_does_once(self, client: Client, secured: User) -> None:
        spare = RecoveryCodes.activate(secured).generate_codes()[0]
        for browser, lets_in in ((client, True), (Client(), False)):
            begin(browser, secured)
            browser.post(reverse("mfa_authenticate"), {"code": spare})
            assert is_signed_in(browser) is lets_in


class TestSecrets:
    def test_are_not_readable_in_the_database(self, secured: User, secret: str) -> None:
        RecoveryCodes.activate(secured)
        with connection.cursor() as cursor:
            cursor.execute("SELECT data::text FROM mfa_authenticator ORDER BY type")
            stored = " ".join(row[0] for row in cursor.fetchall())
        assert stored.count("gAAAA") == 2
        assert secret not in stored

    def test_outlive_a_change_of_the_secret_key(self, secured: User, secret: str, settings: Any) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key, chosen after the first had been seen by somebody"
        authenticator = Authenticator.objects.get(user=secured)
        assert authenticator.wrap().validate_code(code(secret))


class TestResetSecondFactor:
    def test_takes_all_of_them_and_tells_by_mail(self, secured: User, client: Client, rf: RequestFactory) -> None:
        from allauth.core.context import request_context

        RecoveryCodes.activate(secured)
        with request_context(rf.get("/")):
            people.reset_second_factor(secured)
        assert not Authenticator.objects.filter(user=secured).exists()
        assert delivered()[-1].to == [secured.email]
        begin(client, secured)
        assert client.get("/desk/")["Location"] == reverse("mfa_index")
