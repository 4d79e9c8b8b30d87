"""A passkey, from adding it to signing in with nothing else, with a virtual authenticator of the browser."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Browser, expect

from contacts.models import User
from tests.conftest import PASSWORD
from tests.journeys.portal_process import House

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_passkey(browser: Browser, house: House, transactional_db: None, alice: User) -> None:
    cache.clear()
    EmailAddress.objects.create(user=alice, email=alice.email, verified=True, primary=True)
    # Browsers give passkeys to names only, never to an address such as 127.0.0.1.
    context = browser.new_context(base_url=f"http://localhost:{house.port}")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    device = context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})

    page.goto("/accounts/2fa/webauthn/add/")
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").first.click()
    # Adding a key asks for the password once more.
    page.wait_for_url("**/reauthenticate/**")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").first.click()
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda address: "/add/" not in address)
    assert Authenticator.objects.get(user=alice, type="webauthn").wrap().is_passwordless

    page.goto("/accounts/logout/")
    page.locator("main form[action*=logout] button").click()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda address: "/accounts/" not in address)
    expect(page.locator("h1").first).to_be_visible()
    assert complaints == []
    context.close()
