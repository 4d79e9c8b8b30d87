"""Every page of the sign-in library that a person can reach: in both languages, in our look, within the policy."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings as configured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from contacts.models import User
from tests.conftest import PASSWORD, signed_in_by

SignedIn = Callable[[User], Client]
LANGUAGES = ("en", "fr")

# Reached while nobody is signed in, and by a person who is.
AT_THE_DOOR = (
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
)
SIGNED_IN = (
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
)
WITH_A_FACTOR = (
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
)
# Tested by what they do: below, in test_sign_in.py, test_second_factor.py and journeys/test_passkey.py.
BY_THEMSELVES = {
    "account_confirm_email",
    "account_reset_password_from_key",
    "account_set_password",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
}


def names(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.add(pattern.name)
    return found


@pytest.fixture
def known(alice: User) -> User:
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    return alice


def enter(client: Client, user: User) -> Client:
    """Sign in by the form, and give the password again as sensitive pages ask for."""
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def with_factor(client: Client, user: User) -> Client:
    """Let `client` be signed in with the factor of `user`, confirmed just now."""
    client.force_login(user)
    signed_in_by(client, {"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True})
    return client


def check(client: Client, address: str, language: str) -> str:
    """Open a page and hold it to what every page keeps."""
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code, response.headers.get("Location"))
    page = response.content.decode()
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1, address
    assert "css/tokens.css" in page
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", page), address
    for script in re.findall(r"<script\b([^>]*)>", page):
        assert "src=" in script or "application/json" in script, (address, script)
    assert response.headers["Cache-Control"]
    return page


def test_every_page_of_the_library_is_listed_here() -> None:
    library = {name for name in names(get_resolver().url_patterns) if re.match(r"(account|mfa)_", name)}
    admin = {name for name in library if name.startswith(("account_email", "mfa_auth")) and "admin" in name}
    assert library - admin == {*AT_THE_DOOR, *SIGNED_IN, *WITH_A_FACTOR, *BY_THEMSELVES}


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryPage:
    def test_at_the_door(self, language: str, client: Client, db: None) -> None:
        for name in AT_THE_DOOR:
            check(client, reverse(name), language)

    def test_signed_in(self, language: str, client: Client, known: User) -> None:
        enter(client, known)
        for name in SIGNED_IN:
            check(client, reverse(name), language)

    def test_with_a_second_factor(self, language: str, client: Client, known: User) -> None:
        TOTP.activate(known, generate_totp_secret())
        RecoveryCodes.activate(known)
        with_factor(client, known)
        for name in ("mfa_index", *WITH_A_FACTOR):
            check(client, reverse(name), language)

    def test_the_second_step_of_signing_in(self, language: str, client: Client, known: User) -> None:
        TOTP.activate(known, generate_totp_secret())
        enter(client, known)
        check(client, reverse("mfa_authenticate"), language)

    def test_a_key_of_ones_own(self, language: str, client: Client, known: User) -> None:
        key = Authenticator.objects.create(user=known, type="webauthn", data={"name": "Key", "credential": {}})
        with_factor(client, known)
        check(client, reverse("mfa_list_webauthn"), language)
        for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            check(client, reverse(name, args=[key.pk]), language)

    def test_links_of_mails(self, language: str, client: Client, known: User) -> None:
        confirm = reverse("account_confirm_email", args=[EmailConfirmationHMAC(known.emailaddress_set.get()).key])
        check(client, confirm, language)
        check(client, reverse("account_confirm_email", args=["worn-out"]), language)
        key = {"uidb36": user_pk_to_url_str(known), "key": default_token_generator.make_token(known)}
        reset = reverse("account_reset_password_from_key", kwargs=key)
        check(client, client.get(reset)["Location"], language)
        check(client, reverse("account_reset_password_from_key", kwargs=key | {"key": "worn-out"}), language)

    def test_a_password_for_who_has_none(self, language: str, client: Client, known: User) -> None:
        client.force_login(known)
        known.set_unusable_password()
        known.save()
        client.force_login(known)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": 10**10}]
        session["account_authentication_methods_user"] = str(known.pk)
        session.save()
        check(client, reverse("account_set_password"), language)

    def test_too_many_tries(self, language: str, client: Client, db: None) -> None:
        client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
        for _number in range(11):
            response = client.post(reverse("account_reset_password"), {"email": "somebody@example.com"})
        assert response.status_code == 429
        assert f'<html lang="{language}"' in response.content.decode()


class TestSensitivePages:
    @pytest.mark.parametrize("name", ["mfa_activate_totp", "mfa_add_webauthn"])
    def test_ask_for_the_password_again(self, name: str, known: User, signed_in: SignedIn) -> None:
        response = signed_in(known).get(reverse(name))
        assert response["Location"].startswith(reverse("account_reauthenticate"))

    def test_recovery_codes_are_given_as_a_file(self, client: Client, known: User) -> None:
        TOTP.activate(known, generate_totp_secret())
        codes = RecoveryCodes.activate(known).generate_codes()
        with_factor(client, known)
        response = client.get(reverse("mfa_download_recovery_codes"))
        assert codes[0] in response.content.decode()
        assert "attachment" in response["Content-Disposition"]
        assert "no-store" in response["Cache-Control"]

    def test_of_others_keys_are_not_found(self, client: Client, known: User, bob: User) -> None:
        key = Authenticator.objects.create(user=bob, type="webauthn", data={"name": "Key", "credential": {}})
        enter(client, known)
        assert client.post(reverse("mfa_remove_webauthn", args=[key.pk])).status_code == 404
        assert Authenticator.objects.filter(pk=key.pk).exists()
