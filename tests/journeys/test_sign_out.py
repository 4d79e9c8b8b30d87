"""Signing out leaves nothing of what was being written to the next person at the machine."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

DRAFTS = "Object.keys(sessionStorage).filter((name) => name.startsWith('draft:')).length"


def test_a_draft_outlives_a_reload_but_not_its_writer(visit, case, carl):
    page = visit(carl)
    page.goto(f"/desk/{case.number}/")
    draft = page.locator("#reply_body")
    if not draft.is_visible():
        page.keyboard.press("r")
    draft.fill("Half a thought")
    page.reload()
    expect(page.locator("#reply_body")).to_have_value("Half a thought")
    page.locator("summary:has-text('Account of')").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(DRAFTS) == 0
