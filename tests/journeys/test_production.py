"""The portal as production runs it: a second factor for our people, HTTPS only, hashed files, a TLS proxy in front."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from cases import lifecycle
from cases.models import Case, SeverityRequest
from contacts.models import User
from tests.conftest import PASSWORD, OpenCase
from tests.journeys import shared
from tests.journeys.portal_process import ProductionHouse
from tests.journeys.test_critical_by_request import decide
from tests.journeys.test_open_to_closed import mail, open_a_case, send
from tests.journeys.waiting import until
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)

STILL = 4_000  # milliseconds in which a page must not move


@pytest.fixture(scope="module")
def house(
    django_db_setup: None, django_db_blocker: Any, sink: Sink, tmp_path_factory: Any
) -> Iterator[ProductionHouse]:
    shared.end("house")  # its worker reads the same queue
    with django_db_blocker.unblock():
        home: Path = tmp_path_factory.mktemp("production")
        running = ProductionHouse(home, sink.port).start()
    yield running
    running.stop()


@pytest.fixture
def window(browser: Browser, house: ProductionHouse, transactional_db: None) -> Iterator[Callable[[], Page]]:
    """`window()`: a browser of somebody who has never been here. Complaints of scripts or policy fail the journey."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_window() -> Page:
        cache.clear()  # the limit of sign-ins counts over the whole run
        context = browser.new_context(base_url=house.url, ignore_https_errors=True, locale="en")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield open_window
    for context in contexts:
        context.close()
    # What was not done without signing in answers 401, which the browser calls an error.
    assert [said for said in complaints if "401" not in said] == []


def code(secret: str) -> str:
    """Return the code that an authenticator app shows now. Each serves once, which the cache remembers."""
    counter = int(timezone.now().timestamp()) // 30
    return str(format_hotp_value(hotp_value(secret, counter)))


def enter(page: Page, user: User, *, at: str = "/") -> None:
    """Come to a page of the portal, and sign in there with the password."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    page.goto(at)
    page.wait_for_url("**/accounts/login/**")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()


def enter_with_code(page: Page, user: User, secret: str, *, at: str = "/") -> None:
    """Sign in with password and code, as everybody does who has set one up."""
    enter(page, user, at=at)
    page.wait_for_url("**/accounts/2fa/authenticate/**")
    page.locator("input[name=code]").fill(code(secret))
    page.locator("form:has(input[name=code]) button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


def secured(user: User) -> str:
    """Give somebody an authenticator app and recovery codes; return its secret."""
    secret = str(generate_totp_secret())
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def loads(page: Page) -> list[str]:
    """Return a list that grows by each page that the window goes to from now on."""
    seen: list[str] = []
    page.on("framenavigated", lambda frame: seen.append(frame.url))
    return seen


def end_sessions() -> None:
    """Let every session have been without a sign of life for too long."""
    for row in Session.objects.all():
        kept = row.get_decoded() | {"seen_at": int((timezone.now() - timedelta(minutes=31)).timestamp())}
        row.session_data = Session.objects.encode(kept)
        row.save(update_fields=["session_data"])


def test_our_people_set_up_a_second_factor_and_sign_in_with_it(window: Callable[[], Page], mona: User) -> None:
    page = window()
    enter(page, mona, at="/directory/")
    page.wait_for_url("**/accounts/2fa/")
    assert {kept["name"] for kept in page.context.cookies()} >= {"__Host-session", "__Host-csrf"}
    moves, asked = loads(page), []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type in ("xhr", "fetch") else None)
    page.wait_for_timeout(STILL)
    assert (moves, asked) == ([], [])

    page.locator("main a[href*='/totp/activate/']").click()
    # Setting one up asks for the password once more.
    page.wait_for_url("**/reauthenticate/**")
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button").first.click()
    page.wait_for_url("**/totp/activate/**")
    secret = page.locator("#authenticator_secret").input_value()
    page.wait_for_timeout(STILL / 2)
    page.locator("input[name=code]").fill(code(secret))
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    page.wait_for_url("**/recovery-codes/")
    spare = page.locator("#recovery_codes").input_value().split()
    assert len(spare) == 10
    assert Authenticator.objects.filter(user=mona, type=Authenticator.Type.TOTP).exists()
    page.get_by_role("link", name="Go on").click()
    page.wait_for_url("**/directory/")
    page.goto("/accounts/2fa/")
    expect(page.get_by_role("link", name="Go on")).to_have_count(0)

    page.goto("/accounts/logout/")
    page.locator("main form[action*=logout] button").click()
    again = window()
    enter_with_code(again, mona, secret, at="/admin/approvals/")
    again.wait_for_url("**/admin/approvals/")
    lost = window()
    enter(lost, mona)
    lost.wait_for_url("**/accounts/2fa/authenticate/**")
    lost.locator("input[name=code]").fill(spare[0])
    lost.locator("form:has(input[name=code]) button[type=submit]").first.click()
    lost.wait_for_url("**/desk/")


def test_a_case_is_opened_answered_and_approved_as_critical(
    window: Callable[[], Page], eve: User, carl: User, mona: User, sink: Sink
) -> None:
    customer = window()
    enter(customer, eve)
    customer.wait_for_url("**/cases/")
    case = open_a_case(customer, "Time sheets cannot be saved")
    mail(sink, case, "acknowledgement")

    desk = window()
    enter_with_code(desk, carl, secured(carl), at=f"/desk/{case.number}/")
    send(desk, "We are looking into it.")
    reply = mail(sink, case, "reply")
    assert "We are looking into it." in reply.part("html")
    assert customer.context.pages[0].url.split("/cases/")[0] + f"/cases/{case.number}/" in reply.part("plain")
    customer.reload()
    expect(customer.locator(".cc-timeline")).to_contain_text("We are looking into it.")


def test_a_manager_approves_critical(
    window: Callable[[], Page], eve: User, carl: User, mona: User, open_case: OpenCase, sink: Sink
) -> None:
    case = open_case(eve, severity="moderate", product="barometer", at=timezone.now() - timedelta(hours=1))
    words = "Nobody can enter time any more."
    lifecycle.request_severity(case, by=eve, at=timezone.now(), severity=1, body=words)
    manager = window()
    enter_with_code(manager, mona, secured(mona), at="/desk/")
    expect(manager.locator(".cc-rail .cc-count").first).to_contain_text("1")
    decide(manager, case, "approve", "Production is down for all of you.", "production_down")
    assert SeverityRequest.objects.get(case=case).decided_by == mona
    assert Case.objects.get(pk=case.pk).severity == 1
    assert "Production is down for all of you." in mail(sink, case, "severity_approved").part("plain")


def test_an_ended_session_leaves_the_page_and_what_is_written_where_they_are(
    window: Callable[[], Page], carl: User, eve: User, open_case: OpenCase
) -> None:
    case = open_case(eve, at=timezone.now() - timedelta(hours=1))
    secret = secured(carl)
    page = window()
    enter_with_code(page, carl, secret, at=f"/desk/{case.number}/")
    page.locator("#reply form textarea[name=body]").fill("Half a thought")
    moves = loads(page)
    end_sessions()
    bar = page.locator(".cc-sign-in-bar")

    asked_by_itself = """() => {
      const count = document.querySelector('.cc-rail [hx-get]');
      htmx.ajax('GET', count.getAttribute('hx-get'), {source: count, target: count, swap: 'innerHTML'});
    }"""
    with page.expect_response(lambda answer: answer.status == 204) as answered:
        page.evaluate(asked_by_itself)
    assert answered.value.headers["x-sign-in"].startswith("/accounts/login/?next=/desk/")
    expect(bar).to_contain_text("You are signed out")

    page.locator("#reply form button[data-send]").click()
    expect(page.locator("#reply form textarea[name=body]")).to_have_value("Half a thought")
    assert case.messages.filter(body="Half a thought").count() == 0
    assert moves == []

    with page.context.expect_page() as opened:
        bar.locator("a").click()
    other = opened.value
    other.wait_for_url("**/accounts/login/**")
    cache.clear()
    other.locator("input[name=login]").fill(carl.email)
    other.locator("input[name=password]").fill(PASSWORD)
    other.locator("form:has(input[name=password]) button[type=submit]").first.click()
    other.wait_for_url("**/accounts/2fa/authenticate/**")
    other.locator("input[name=code]").fill(code(secret))
    other.locator("form:has(input[name=code]) button[type=submit]").first.click()
    other.wait_for_url(re.compile(rf"/desk/{case.number}/"))
    other.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(bar).to_have_count(0)
    page.locator("#reply form button[data-send]").click()
    expect(page.locator(".cc-timeline")).to_contain_text("Half a thought")
    until(lambda: case.messages.filter(body="Half a thought").exists(), "the reply")
    assert moves == []
