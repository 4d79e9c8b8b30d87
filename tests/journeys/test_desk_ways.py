"""Other ways of a consultant, in a real browser: by keyboard alone, notes apart from replies, news before sending."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import lifecycle
from cases.models import Case
from contacts.models import User
from tests.conftest import PASSWORD, OpenCase

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Page]


@pytest.fixture
def fresh(alice: User, open_case: OpenCase) -> Case:
    """Alice's case of ten minutes ago."""
    return open_case(alice, at=timezone.now() - timedelta(minutes=10), subject="Time sheets cannot be saved")


def test_works_by_keyboard_alone(alice: User, carl: User, fresh: Case, open_case: OpenCase, visit: Visit) -> None:
    other = open_case(alice, at=timezone.now() - timedelta(minutes=5), severity="minor", subject="Less urgent")
    page = visit(carl)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    keys = page.keyboard
    for _step in range(12):
        if page.evaluate("document.activeElement.name") == "login":
            break
        keys.press("Tab")
    keys.type(carl.email)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(page.locator(f"tr#case-{fresh.pk}")).to_be_visible()

    focused = page.locator("[data-key-row]:focus")
    keys.press("j")
    expect(focused).to_have_text(fresh.subject)
    keys.press("j")
    expect(focused).to_have_text(other.subject)
    keys.press("k")
    expect(focused).to_have_text(fresh.subject)
    keys.press("Enter")
    page.wait_for_url(re.compile(f"/desk/{fresh.number}/"))
    expect(page.locator("h1")).to_have_text(fresh.subject)
    keys.press("r")
    expect(page.locator("#reply textarea")).to_be_focused()
    keys.type("We are looking into it.")
    keys.press("Control+Enter")
    expect(page.locator(".cc-timeline")).to_contain_text("We are looking into it.")
    assert fresh.messages.filter(author=carl, body="We are looking into it.").count() == 1


def test_a_note_cannot_be_taken_for_a_reply(alice: User, carl: User, fresh: Case, visit: Visit) -> None:
    desk = visit(carl)
    desk.goto(f"/desk/{fresh.number}/")
    expect(desk.locator("#reply")).to_contain_text(f"{alice.name} reads this")
    desk.keyboard.press("n")
    note = desk.locator("#note")
    expect(note.locator("textarea")).to_be_focused()
    expect(desk.locator("#reply textarea")).to_be_hidden()  # one composer at a time
    expect(note).to_contain_text("Only our own people read this")
    expect(note.locator("[formaction], input[type=email], select")).to_have_count(0)
    colours = "(names) => names.map((name) => getComputedStyle(document.getElementById(name)).backgroundColor)"
    assert len(set(desk.evaluate(colours, ["reply", "note"]))) == 2
    mails = fresh.mails.count()
    desk.keyboard.type("Their proxy is wrong again.")
    desk.keyboard.press("Control+Enter")
    kept = desk.locator(".cc-timeline .cc-entry-note", has_text="Their proxy is wrong again.")
    expect(kept).to_contain_text("Internal note")
    assert (fresh.notes.count(), fresh.messages.count(), fresh.mails.count()) == (1, 1, mails)

    customer = visit(alice)
    customer.goto(f"/cases/{fresh.number}/")
    expect(customer.locator(".cc-timeline")).to_contain_text("Saving ends in an error")
    assert "proxy" not in customer.content()
    assert "Internal note" not in customer.content()


def test_is_told_of_new_entries_before_sending(alice: User, carl: User, nora: User, fresh: Case, visit: Visit) -> None:
    page = visit(carl)
    page.goto(f"/desk/{fresh.number}/")
    composer = page.locator("#reply")
    composer.locator("textarea").fill("Which browser is it?")
    now = timezone.now()
    lifecycle.reply(fresh, by=alice, at=now, body="It is Firefox, by the way.")
    lifecycle.reply(fresh, by=nora, at=now, body="Thank you, I look at it with Firefox.")
    composer.locator("[data-send]").click()
    news = composer.locator("[role=alert]")
    expect(news).to_contain_text("2 new entries since you began")
    expect(composer.locator("textarea")).to_have_value("Which browser is it?")
    assert not fresh.messages.filter(author=carl).exists()
    news.get_by_role("link").click()
    expect(page.locator(".cc-timeline")).to_contain_text("It is Firefox, by the way.")
    expect(composer.locator("textarea")).to_have_value("Which browser is it?")
    news.get_by_role("button").click()
    expect(page.locator(".cc-timeline")).to_contain_text("Which browser is it?")
    assert fresh.messages.filter(author=carl).count() == 1
