"""No word is lost: what is typed is there after a reload, elsewhere, signed in again, and goes when it was taken."""

import re
import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from cases import lifecycle
from cases.models import Case, Message
from contacts.models import Draft, User
from tests.conftest import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.failing_requests]

Visit = Callable[..., Page]
KEPT = ".cc-draft[data-state=kept]"
BACK = ".cc-draft[data-state=restored]"


@pytest.fixture
def at_the_desk(visit: Visit, carl: User, case: Case) -> Page:
    page = visit(carl)
    page.goto(f"/desk/{case.number}/")
    page.keyboard.press("r")
    return page


def test_a_reply_is_there_wherever_its_writer_is_until_it_is_sent(
    at_the_desk: Page, visit: Visit, carl: User, case: Case
) -> None:
    page = at_the_desk
    page.locator("#reply_body").press_sequentially("Half a thought", delay=5)
    expect(page.locator(f"#reply {KEPT}")).to_be_visible()
    page.reload()
    expect(page.locator("#reply_body")).to_have_value("Half a thought")
    expect(page.locator(f"#reply {BACK}")).to_be_visible()
    page.locator("#reply_body").press("End")
    page.locator("#reply_body").press_sequentially(" more", delay=5)
    page.reload()  # before it could be kept
    expect(page.locator("#reply_body")).to_have_value("Half a thought more")

    other = visit(carl)
    other.goto(f"/desk/{case.number}/")
    expect(other.locator("#reply_body")).to_have_value("Half a thought more")
    other.locator("#reply [data-send]").click()
    expect(other.locator(".cc-timeline")).to_contain_text("Half a thought more")
    other.reload()
    expect(other.locator("#reply_body")).to_have_value("")
    assert not Draft.objects.exists()


def test_it_outlives_the_session_and_is_sent_once(at_the_desk: Page, carl: User, case: Case) -> None:
    page = at_the_desk
    page.locator("#reply_body").fill("Half a thought")
    expect(page.locator(f"#reply {KEPT}")).to_be_visible()
    Session.objects.all().delete()
    page.locator("#reply [data-send]").click()
    expect(page.locator(".cc-sign-in-bar")).to_be_visible()
    expect(page.locator("#reply_body")).to_have_value("Half a thought")
    with page.context.expect_page() as opened:
        page.locator(".cc-sign-in-bar a").click()
    tab = opened.value
    tab.locator("input[name=login]").fill(carl.email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.locator("form:has(input[name=password]) button[type=submit]").first.click()
    tab.wait_for_url(re.compile("/desk/"))
    expect(tab.locator("#reply_body")).to_have_value("Half a thought")
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(".cc-sign-in-bar")).to_have_count(0)
    page.locator("#reply [data-send]").click()
    expect(page.locator(".cc-timeline")).to_contain_text("Half a thought")
    assert Message.objects.filter(case=case, body="Half a thought").count() == 1
    assert not Draft.objects.exists()


def test_what_is_typed_between_sending_and_the_answer_stays(at_the_desk: Page, case: Case) -> None:
    page = at_the_desk

    def late(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    words = page.locator("#reply_body")
    words.fill("The first part.")
    page.route(re.compile(f"/desk/{case.number}/reply/"), late)
    page.evaluate(
        """() => {
            document.querySelector("#reply [data-send]").click();
            const area = document.querySelector("#reply_body");
            setTimeout(() => {
                area.value += " And the second.";
                area.dispatchEvent(new Event("input", { bubbles: true }));
            }, 300);
        }"""
    )
    expect(page.locator(".cc-timeline")).to_contain_text("The first part.")
    expect(page.locator("#reply_body")).to_have_value("And the second.")
    assert case.messages.filter(body="The first part.").count() == 1


def test_a_dialog_that_was_left_has_its_words_again(at_the_desk: Page, case: Case) -> None:
    page = at_the_desk
    opened = f"/desk/{case.number}/hand-to-development/"
    show = f"htmx.ajax('get', '{opened}', {{target: '#act', swap: 'innerHTML', select: 'unset'}})"
    page.evaluate(show)
    area = page.locator("#act textarea").first
    area.fill("Look at the log of Tuesday.")
    expect(page.locator(f"#act {KEPT}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#act[open]")).to_have_count(0)
    page.evaluate(show)
    expect(area).to_have_value("Look at the log of Tuesday.")
    page.locator("#act .cc-draft button").click()
    expect(area).to_have_value("")
    assert not Draft.objects.exists()


def test_a_new_case_comes_back_with_its_choices(visit: Visit, eve: User) -> None:
    page = visit(eve)
    page.goto("/cases/new/")
    page.locator("label.cc-choice").first.click()
    page.locator("input[name=type][value=defect]").check()
    page.locator("input[name=severity][value='2']").check()
    page.locator("input[name=subject]").fill("Time sheets are lost")
    page.locator("textarea[name=body]").fill("Since this morning.")
    expect(page.locator(KEPT)).to_be_visible()
    page.reload()
    expect(page.locator("input[name=subject]")).to_have_value("Time sheets are lost")
    expect(page.locator("textarea[name=body]")).to_have_value("Since this morning.")
    expect(page.locator("input[name=severity][value='2']")).to_be_checked()
    expect(page.locator("input[name=type][value=defect]")).to_be_checked()
    page.locator("form[enctype] button.btn-lg").click()
    page.wait_for_url(re.compile(r"/cases/CC-\d+/"))
    assert not Draft.objects.exists()


def test_words_for_a_case_that_was_closed_are_read_among_the_drafts(
    at_the_desk: Page, carl: User, case: Case, later: Callable[..., object]
) -> None:
    page = at_the_desk
    page.locator("#reply_body").fill("Half a thought")
    expect(page.locator(f"#reply {KEPT}")).to_be_visible()
    lifecycle.close(case, by=carl, at=later(minutes=1), reason="withdrawn")
    page.goto("/drafts/")
    expect(page.locator(".cc-draft-words")).to_have_text("Half a thought")


def test_words_that_were_sent_into_a_dead_line_are_there_again(visit: Visit, alice: User, case: Case) -> None:
    """Before they could be kept, and in a form that moves its page."""
    page = visit(alice)
    page.goto(f"/cases/{case.number}/")
    form = page.locator("form:has(textarea[name=body])").first
    page.context.set_offline(True)
    form.locator("textarea[name=body]").fill("Half a thought")
    form.locator("button[type=submit], button:not([type])").last.click()
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    page.goto(f"/cases/{case.number}/")
    expect(page.locator("textarea[name=body]").first).to_have_value("Half a thought")
    expect(page.locator(KEPT).first).to_be_visible()
    assert not case.messages.filter(body="Half a thought").exists()
