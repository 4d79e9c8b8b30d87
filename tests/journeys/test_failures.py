"""Nothing fails in silence: a request that fails is said in the page, with what to do, and what was typed stays."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from cases.models import Case
from contacts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.failing_requests]

Visit = Callable[..., Page]
BAR = ".cc-failure-bar"
FAILURES = [
    (403, "refused", "unchanged"),
    (413, "too_large", "unchanged"),
    (422, "unreadable", "unchanged"),
    (429, "too_many", "unchanged"),
    (500, "fault", "unchanged"),
    (503, "no_answer", "unknown"),
    (0, "no_connection", "unknown"),
]


@pytest.fixture
def at_the_desk(visit: Visit, carl: User, case: Case) -> Page:
    page = visit(carl)
    page.goto(f"/desk/{case.number}/")
    page.keyboard.press("r")
    return page


def failing(status: int) -> Callable[[Route], None]:
    return lambda route: route.abort("connectionrefused") if not status else route.fulfill(status=status, body="")


def test_a_reply_that_fails_says_so_keeps_the_words_and_goes_when_tried_again(at_the_desk: Page, case: Case) -> None:
    page, path = at_the_desk, re.compile(f"/desk/{case.number}/reply/")
    words = page.locator("#reply_body")
    words.fill("We are looking into it.")
    for status, reason, effect in FAILURES:
        page.route(path, failing(status))
        page.keyboard.press("Control+Enter") if status == 403 else page.locator("#reply [data-send]").click()
        expect(page.locator(f"{BAR}[data-reason={reason}][data-effect={effect}]")).to_be_visible()
        expect(page.locator(BAR)).to_have_count(1)
        expect(words).to_have_value("We are looking into it.")
        page.unroute(path)
    page.locator(f"{BAR} [data-again]").click()
    expect(page.locator(".cc-timeline")).to_contain_text("We are looking into it.")
    expect(page.locator(BAR)).to_have_count(0)
    assert case.messages.filter(body="We are looking into it.").count() == 1


def test_the_queue_says_of_when_it_is_and_goes_on_by_itself(visit: Visit, carl: User, case: Case) -> None:
    page = visit(carl)
    page.goto("/desk/")
    poll = "htmx.ajax('get', location.href, {source: '#queue-rows', target: '#queue-rows'})"
    page.context.set_offline(True)
    expect(page.locator(f"{BAR}[data-effect=stale]")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(BAR)).to_have_count(0)
    page.route("**/desk/**", failing(503))
    page.evaluate(poll)
    expect(page.locator(f"{BAR}[data-reason=no_answer][data-effect=stale]")).to_be_visible()
    expect(page.locator(f"{BAR} [data-again]")).to_have_count(0)
    page.unroute("**/desk/**")
    page.evaluate(poll)
    expect(page.locator(BAR)).to_have_count(0)


def test_a_filter_that_could_not_be_applied_says_so(visit: Visit, carl: User, case: Case) -> None:
    page = visit(carl)
    page.goto("/desk/")
    filtered = re.compile("/desk/[?]")
    page.route(filtered, failing(500))
    page.locator(".cc-filters input[type=search]").fill("no such words")
    expect(page.locator(f"{BAR}[data-reason=fault][data-effect=as_before]")).to_be_visible()
    page.unroute(filtered)
    page.locator(f"{BAR} [data-again]").click()
    expect(page.locator(f"#case-{case.pk}")).to_have_count(0)
    expect(page.locator(BAR)).to_have_count(0)
