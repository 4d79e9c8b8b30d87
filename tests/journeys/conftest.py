"""What every journey has: the portal running, a browser, a mail relay, and people who can sign in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from contacts.models import User
from tests.browser import launch
from tests.conftest import PASSWORD
from tests.journeys import shared
from tests.journeys.portal_process import House
from tests.smtp import Sink

expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture(scope="session")
def _shared(django_db_setup: None) -> Iterator[None]:
    """End what still runs before the database goes."""
    yield
    shared.end()


@pytest.fixture(scope="module")
def house(_shared: None, django_db_blocker: Any, sink: Sink, tmp_path_factory: Any) -> House:
    @contextmanager
    def start() -> Iterator[House]:
        running = House(tmp_path_factory.mktemp("house"), sink.port).start()
        yield running
        running.stop()

    with django_db_blocker.unblock():
        return shared.started("house", start)


@pytest.fixture(scope="module")
def browser(_shared: None) -> Browser:
    return shared.started("browser", launch)


@pytest.fixture
def visit(
    browser: Browser, house: House, transactional_db: None, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`visit(alice)`: a window of their own in which the person has signed in by the sign-in page.

    What the page's scripts or its security policy complain about fails the journey; answers that are refused do too,
    but where a journey lets requests fail on purpose (`failing_requests`).
    """
    complaints: list[str] = []
    contexts = []

    def open_window(
        user: User, *, width: int = 1440, height: int = 900, theme: str = "light", javascript: bool = True
    ) -> Page:
        cache.clear()  # the limit of sign-ins counts over the whole run
        EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
        context = browser.new_context(
            base_url=house.url,
            viewport={"width": width, "height": height},
            locale=user.language,
            color_scheme=theme,
            java_script_enabled=javascript,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto("/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=password]) button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    yield open_window
    for context in contexts:
        context.close()
    # A refused form answers 422, which the browser calls an error.
    failing = request.node.get_closest_marker("failing_requests") is not None
    expected = ("Failed to load resource", "Response Status Error", "htmx:") if failing else ("422",)
    assert [said for said in complaints if not any(words in said for words in expected)] == []
