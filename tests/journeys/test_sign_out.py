"""Signing out leaves nothing of what was being written to the next person at the machine; its writer finds it again."""

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import expect

from contacts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, user: User) -> None:
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def sign_out(page) -> None:
    page.locator("summary:has-text('Account of')").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")


def test_a_draft_outlives_signing_out_for_its_writer_alone(visit, case, carl, mona):
    page = visit(carl)
    page.goto(f"/desk/{case.number}/")
    page.keyboard.press("r")
    page.locator("#reply_body").fill("Half a thought")
    expect(page.locator("#reply .cc-draft")).to_be_visible()
    sign_out(page)
    kept = "JSON.stringify([{ ...sessionStorage }, { ...localStorage }])"
    assert "Half a thought" not in page.evaluate(kept)
    sign_in(page, mona)
    page.goto(f"/desk/{case.number}/")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#reply_body")).to_have_value("")
    sign_out(page)
    sign_in(page, carl)
    page.goto(f"/desk/{case.number}/")
    expect(page.locator("#reply_body")).to_have_value("Half a thought")
