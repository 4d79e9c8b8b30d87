"""Rights are judged by how this session signed in; whatever changes a person's rights or factors ends the others."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, generate_totp_secret
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from contacts.models import User
from contacts.roles import Role
from tests.conftest import PASSWORD, signed_in_by
from tests.contacts.test_second_factor import code

SignedIn = Callable[[User], Client]
PROVE = reverse("mfa_reauthenticate")
PAGES = {"recovery codes": "mfa_view_recovery_codes", "their file": "mfa_download_recovery_codes"}
PAGES |= {"new codes": "mfa_generate_recovery_codes", "removal": "mfa_deactivate_totp", "a key": "mfa_add_webauthn"}


@pytest.fixture(autouse=True)
def _place_of_the_test(settings: Any, request: pytest.FixtureRequest) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": request.node.nodeid}
    }


@pytest.fixture
def secret() -> str:
    return generate_totp_secret()


def secured(user: User, secret: str) -> User:
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return user


def by_password(user: User, **record: Any) -> Client:
    """A browser that holds a session by the password alone, whatever the person owns."""
    browser = Client()
    browser.force_login(user)
    signed_in_by(browser, {"method": "password", "at": time.time(), **record})
    return browser


def by_form(user: User) -> Client:
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    browser = Client()
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return browser


def is_in(browser: Client) -> bool:
    """Say whether the session of `browser` still is its person's."""
    request = RequestFactory().get("/")
    request.session = browser.session  # type: ignore[attr-defined]
    return bool(get_user(request).is_authenticated)


def addresses(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """Yield a path for each address that staff work at: of desk, back office, cases and files."""
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern) and path.startswith(("desk/", "admin/", "cases/", "files/", "directory/")):
            yield f"/{path}"


class TestPasswordAlone:
    @pytest.mark.parametrize("required", [True, False])
    def test_opens_nothing_of_the_portal_to_who_has_a_factor(
        self, required: bool, adam: User, secret: str, settings: Any, share: Any
    ) -> None:
        settings.STAFF_SECOND_FACTOR_REQUIRED = required
        browser = by_password(secured(adam, secret))
        paths = [*addresses(), "/", "/accounts/profile/", "/accounts/absences/", "/products/"]
        assert len(paths) > 200
        for number, path in enumerate(share(paths, 3 if required else 9)):
            for method in (browser.get, browser.post)[: 1 if number % 5 else 2]:
                answer = method(path)
                assert answer.status_code == 302, path
                assert answer["Location"].startswith(f"{PROVE}?next="), path
        fragment = browser.get("/desk/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/desk/"})
        assert (fragment.status_code, fragment["X-Sign-In"]) == (401, f"{PROVE}?next=/desk/")

    def test_opens_nothing_to_staff_who_have_none(self, adam: User, share: Any) -> None:
        browser = by_password(adam)
        for path in share([*addresses(), "/", "/accounts/profile/", "/accounts/absences/"], 3):
            assert browser.get(path)["Location"] == reverse("mfa_index"), path

    def test_goes_on_where_it_was_going_once_the_factor_is_proved(self, carl: User, secret: str) -> None:
        browser = by_password(secured(carl, secret))
        way = browser.get("/directory/?q=care")["Location"]
        assert browser.get(way).status_code == 200
        answer = browser.post(PROVE, {"code": code(secret), "next": "/directory/?q=care"})
        assert answer["Location"] == "/directory/?q=care"
        assert browser.get(answer["Location"]).status_code == 200

    def test_is_enough_for_customers_without_a_factor(self, alice: User) -> None:
        assert by_password(alice).get("/directory/").status_code == 200

    def test_is_not_for_customers_with_one(self, alice: User, secret: str) -> None:
        assert by_password(secured(alice, secret)).get("/cases/")["Location"].startswith(PROVE)

    @pytest.mark.parametrize("name", PAGES.values(), ids=PAGES)
    def test_given_again_shows_no_codes_and_removes_nothing(self, name: str, alice: User, secret: str) -> None:
        browser = by_password(secured(alice, secret), reauthenticated=True)
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        for method in (browser.get, browser.post):
            assert method(reverse(name))["Location"].startswith(PROVE)
        assert Authenticator.objects.filter(user=alice).count() == 2

    @pytest.mark.parametrize("name", PAGES.values(), ids=PAGES)
    def test_given_again_is_no_factor_in_a_session_that_proved_one_long_ago(
        self, name: str, alice: User, secret: str
    ) -> None:
        browser = by_password(secured(alice, secret))
        again = {"method": "password", "at": time.time(), "reauthenticated": True}
        signed_in_by(browser, {"method": "mfa", "type": "totp", "at": time.time() - 3600}, again)
        assert browser.get("/directory/").status_code == 200
        for answer in (browser.get(reverse(name)), browser.post(reverse(name))):
            assert answer.status_code == 405 or answer["Location"].startswith(PROVE)
        assert Authenticator.objects.filter(user=alice).count() == 2

    def test_is_not_taken_where_there_is_a_factor(self, alice: User, secret: str) -> None:
        browser = by_password(secured(alice, secret))
        answer = browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        assert answer["Location"].startswith(PROVE)

    def test_of_who_has_a_key_alone_leads_to_the_key(self, alice: User) -> None:
        Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
        RecoveryCodes.activate(alice)
        assert by_password(alice).get("/cases/")["Location"].startswith(reverse("mfa_reauthenticate_webauthn"))


class TestWithTheFactor:
    @pytest.mark.parametrize("kind", ["totp", "recovery_codes"])
    def test_a_sign_in_opens_the_desk(self, kind: str, carl: User, secret: str) -> None:
        browser = by_form(secured(carl, secret))
        spare = Authenticator.objects.get(user=carl, type="recovery_codes").wrap().generate_codes()[0]
        browser.post(reverse("mfa_authenticate"), {"code": code(secret) if kind == "totp" else spare})
        assert browser.get("/desk/").status_code == 200

    def test_a_passkey_opens_the_desk(self, carl: User) -> None:
        Authenticator.objects.create(user=carl, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
        browser = by_password(carl)
        signed_in_by(browser, {"method": "mfa", "type": "webauthn", "passwordless": True, "at": time.time()})
        assert browser.get("/desk/").status_code == 200

    def test_the_records_of_another_person_count_for_nothing(self, carl: User, nora: User, secret: str) -> None:
        browser = by_password(secured(carl, secret))
        signed_in_by(browser, {"method": "mfa", "type": "totp", "at": time.time()})
        session = browser.session
        session["account_authentication_methods_user"] = str(nora.pk)
        session.save()
        assert browser.get("/desk/")["Location"].startswith(PROVE)


class TestTwoBrowsers:
    """What is done in one of them, or to the person, ends the session of the other."""

    def enrol(self, browser: Client, secret: str) -> None:
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        browser.get(reverse("mfa_activate_totp"))
        session = browser.session
        session[SECRET_SESSION_KEY] = secret
        session.save()
        answer = browser.post(reverse("mfa_activate_totp"), {"code": code(secret)})
        assert answer.status_code == 302

    @pytest.mark.parametrize("who", ["carl", "alice"])
    def test_enrolling_makes_one_strong_and_ends_the_other(self, who: str, request: Any, secret: str) -> None:
        user = request.getfixturevalue(who)
        here, there = by_form(user), by_form(user)
        self.enrol(here, secret)
        assert not is_in(there)
        assert here.get("/directory/").status_code == 200
        assert here.get(reverse("mfa_view_recovery_codes")).status_code == 200

    def test_new_codes_and_removal_end_the_other(self, carl: User, secret: str) -> None:
        secured(carl, secret)
        proof = {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}
        for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp"):
            here, there = by_password(carl), by_password(carl)
            signed_in_by(here, proof)
            assert here.post(reverse(name)).status_code == 302
            assert (is_in(here), is_in(there)) == (True, False), name
        # The factor is gone, and with it the proof of it.
        assert here.get("/desk/")["Location"] == reverse("mfa_index")

    @pytest.mark.parametrize("name", ["reset_second_factor", "role", "is_active"])
    def test_what_an_administrator_does_ends_them_all(
        self, name: str, adam: User, carl: User, secret: str, settings: Any, signed_in: SignedIn
    ) -> None:
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        secured(carl, secret)
        browsers = [by_password(carl) for _ in range(2)]
        if name == "reset_second_factor":
            data = {"action": name, "_selected_action": str(carl.pk)}
            signed_in(adam).post(reverse("admin:contacts_user_changelist"), data)
            assert not Authenticator.objects.filter(user=carl).exists()
        else:
            fields = {one: getattr(carl, one) for one in ("name", "email", "role", "language", "time_zone")}
            fields |= {"is_active": "on", "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
            fields[name] = Role.MANAGER if name == "role" else ""
            address = reverse("admin:contacts_user_change", args=[carl.pk])
            assert signed_in(adam).post(address, fields).status_code == 302
        assert [is_in(browser) for browser in browsers] == [False, False]

    def test_changing_the_password_keeps_one_and_ends_the_other(self, alice: User) -> None:
        here, there = by_form(alice), by_form(alice)
        new = "another horse, another battery"
        data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert here.post(reverse("account_change_password"), data).status_code == 302
        assert (is_in(here), is_in(there)) == (True, False)


class TestInTheDatabase:
    """Whatever way a row is changed, by a command or by hand."""

    CHANGES = (
        "UPDATE contacts_user SET role = 'manager' WHERE id = %s",
        "UPDATE contacts_user SET is_active = false WHERE id = %s",
        "UPDATE contacts_user SET password = 'x' WHERE id = %s",
        "DELETE FROM mfa_authenticator WHERE user_id = %s",
        """UPDATE mfa_authenticator SET data = data || '{"secret": "x"}' WHERE user_id = %s AND type = 'totp'""",
        "INSERT INTO mfa_authenticator (user_id, type, data, created_at) VALUES (%s, 'webauthn', '{}', now())",
    )
    USES = (
        """UPDATE mfa_authenticator SET data = data || '{"used_mask": 3, "viewed_at": 1}' WHERE user_id = %s""",
        "UPDATE mfa_authenticator SET last_used_at = now() WHERE user_id = %s",
        "UPDATE contacts_user SET name = 'C', last_login = now() WHERE id = %s",
        "UPDATE contacts_user SET role = role, is_active = is_active WHERE id = %s",
    )

    @pytest.mark.parametrize("statement", CHANGES)
    def test_a_change_ends_sessions_for_good(self, statement: str, carl: User, secret: str) -> None:
        browser = by_password(secured(carl, secret))
        was = User.objects.get(pk=carl.pk)
        self.run(statement, carl)
        assert not is_in(browser)
        if "contacts_user" in statement and "password" not in statement:
            was.save()  # an old row saved again, with the rights of before
            assert not is_in(browser)

    @pytest.mark.parametrize("statement", USES)
    def test_use_does_not(self, statement: str, carl: User, secret: str) -> None:
        browser = by_password(secured(carl, secret))
        self.run(statement, carl)
        assert is_in(browser)

    def run(self, statement: str, user: User) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, [user.pk])
