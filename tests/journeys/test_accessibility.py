"""Every page of the portal in a browser: axe, both themes, both widths, both languages, no complaint of scripts.

The pages come from the resolver; nobody changes anything, so all tests share one world and one window a reader.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, Response

from tests import restore
from tests.journeys import addresses, axe, world
from tests.journeys.addresses import Sight
from tests.journeys.portal_process import House

pytestmark = pytest.mark.django_db

READERS = ("stranger", "halfway", "customer", "consultant", "manager")
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# Seen in dark as well, and in French on a telephone.
MAIN = {
    "account_login",
    "portal:cases",
    "portal:open_case",
    "portal:case",
    "desk:queue",
    "desk:case",
    "desk:open_case",
    "desk:reports",
    "desk:root_cause_reports",
    "desk:root_cause_report",
    "portal:root_cause_report",
    "status:status",
    "contacts:directory",
    "contacts:profile",
    "products:product",
    "admin:index",
    "admin:sla_calendar_change",
    "admin:sla_matrix_change",
    "admin:contacts_account_change",
    "caught_mail",
    "styleguide",
    "404",
}
# Addresses that are no page of their own, and what they are.
NO_PAGES = {
    "home": "leads on",
    "page_token": "for scripts of an open page",
    "healthz": "for machines",
    "readyz": "for machines",
    "metrics": "for machines",
    "contacts:keep_draft": "for the script of drafts",
    "contacts:drafts_of_page": "for the script of drafts",
    "contacts:discard_draft": "a form",
    "set_language": "a form",
    "files:download": "a file",
    "exports:download": "a file",
    "desk:reports_csv": "a file",
    "desk:assistance_csv": "a file",
    "desk:assistance_split": "part of the dialog of an entry of help",
    "contacts:my_instances_of": "part of the page of a product",
    "portal:accept_solution": "a form; a link to it leads to the case",
    "portal:reject_solution": "a form; a link to it leads to the case",
    "portal:close": "a form; a link to it leads to the case",
    "portal:reply": "a form; a link to it leads to the case",
    "portal:reopen": "a form; a link to it leads to the case",
    "portal:keep_open": "a form; a link to it leads to the case",
    "portal:withdraw_severity_request": "a form; a link to it leads to the case",
    "portal:promise": "part of the form of a new case",
    "portal:timeline": "part of the page of a case",
    "account_set_password": "leads on: everybody has a password",
    "account_confirm_login_code": "leads on: nobody signs in by a code",
    "mfa_download_recovery_codes": "a file",
    "status:feed": "for machines",
    "status:product_feed": "for machines",
    "desk:report_progress": "part of the page of a report",
    "incidents:progress": "part of the page of an incident",
    "approvals:waiting": "part of the side bar",
    "desk:root_causes_waiting": "part of the side bar",
    "portal:follow": "a form; a link to it leads to the case",
    "portal:agree_to_consulting": "a form; a link to it leads to the case",
    "portal:decline_consulting": "a form; a link to it leads to the case",
    "mfa_login_webauthn": "for the script of the sign-in page",
}


@dataclass
class Window:
    """A reader's window, and what scripts and the security policy complained about in it."""

    page: Page
    language: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)


@dataclass
class Sights:
    """The pages of each reader, and the names of the addresses that only forms call."""

    pages: dict[str, list[Sight]]
    verbs: set[str]

    def main(self, reader: str) -> list[Sight]:
        """Return the reader's main pages, one of each name."""
        return list({sight.name: sight for sight in self.browsed(reader) if sight.name in MAIN}.values())

    def browsed(self, reader: str) -> list[Sight]:
        return [sight for sight in self.pages[reader] if sight.in_browser]


Look = Callable[[str, str], Window]
Share = Callable[[Iterable[Sight], int], list[Sight]]


@pytest.fixture(scope="module")
def built(house: House, django_db_blocker: Any) -> Iterator[world.World]:
    # Pictures are shown in pages: the portal finds the files where it looks for them.
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=house.home / "files"):
        made = world.build(house.caught_mail)
    yield made
    with django_db_blocker.unblock():  # leave the database as the session began with it
        restore.restore()


@pytest.fixture(scope="module")
def sights(built: world.World, django_db_blocker: Any) -> Sights:
    """What each reader can open. What looks the same for several is seen with the first of them."""
    clients = {"stranger": Client(), **built.sessions}
    pages: dict[str, list[Sight]] = {}
    verbs: set[str] = set()
    with django_db_blocker.unblock():
        # Any other page would end the sign-in.
        pages["halfway"] = addresses.only(clients.pop("halfway"), "mfa_authenticate")
        for reader, client in clients.items():
            pages[reader], called = addresses.sights(client, built)
            verbs |= called
        pages["manager"] += addresses.back_office(built.sessions["manager"])
    for first, later in (("stranger", "customer"), ("customer", "consultant"), ("consultant", "manager")):
        known = {
            sight.name for sight in pages[first] if later == "manager" or sight.name.startswith(("account", "mfa"))
        }
        pages[later] = [sight for sight in pages[later] if sight.name not in known]
    pages["consultant"] += [
        Sight("styleguide", "/styleguide/"),
        Sight("caught_mail", "/demo/mail/"),
        Sight("caught_mail_message", f"/demo/mail/{built.mail}/"),
    ]
    for reader in ("customer", "consultant"):
        pages[reader] += [Sight("404", "/nowhere/"), Sight("403", "/admin/login/"), Sight("500", "/500/")]
    return Sights(pages, verbs)


@pytest.fixture(scope="module")
def look(browser: Browser, house: House, built: world.World) -> Iterator[Look]:
    """`look("customer", "fr")`: the reader's window in that language, always the same."""
    windows: dict[tuple[str, str], Window] = {}

    def window(reader: str, language: str) -> Window:
        if (reader, language) not in windows:
            context = browser.new_context(base_url=house.url, reduced_motion="reduce", locale=language)
            cookies = {settings.LANGUAGE_COOKIE_NAME: language}
            if reader in built.sessions:
                session = built.sessions[reader].cookies[settings.SESSION_COOKIE_NAME]
                cookies[settings.SESSION_COOKIE_NAME] = session.value
            context.add_cookies([{"name": name, "value": value, "url": house.url} for name, value in cookies.items()])
            context.add_init_script(axe.AXE)
            windows[reader, language] = Window(context.new_page(), language)
        return windows[reader, language]

    yield window
    for opened in windows.values():
        opened.page.context.close()


def break_down(page: Page, path: str) -> Response | None:
    """Open the page of a fault: nothing in the portal can be made to break on demand."""
    broken = render_to_string("500.html")
    page.route(f"**{path}", lambda route: route.fulfill(body=broken, content_type="text/html"))
    answer = page.goto(path)
    page.unroute(f"**{path}")  # with a route a browser keeps no file, and fetches all of them for every page
    return answer


def inspect(window: Window, sight: Sight, *, main: bool) -> list[str]:
    """Open a page and return its faults: in English wide and, if a main one, dark; in both languages narrow."""
    page = window.page
    window.complaints.clear()
    page.set_viewport_size(WIDE if window.language == "en" else NARROW)
    answer = break_down(page, sight.path) if sight.name == "500" else page.goto(sight.path)
    found = [] if page.locator("html").get_attribute("lang") == window.language else ["language of the page"]
    if window.language == "en":
        found += axe.axe(page) + axe.overflow(page)
        page.set_viewport_size(NARROW)
        if main:
            page.emulate_media(color_scheme="dark")
            found += [f"dark, narrow: {fault}" for fault in axe.axe(page, "color-contrast", "target-size")]
            page.emulate_media(color_scheme="light")
    found += [f"narrow: {fault}" for fault in axe.overflow(page)]
    if answer is not None and answer.status >= 400:  # which the browser calls an error
        window.complaints.remove(next(said for said in window.complaints if str(answer.status) in said))
    return [f"{sight.path}: {fault}" for fault in found + window.complaints]


@pytest.mark.parametrize("reader", READERS)
def test_every_page(reader: str, sights: Sights, look: Look, share: Share) -> None:
    """Of the main ones the half that the seed draws, and a quarter of the others."""
    window, main = look(reader, "en"), sights.main(reader)
    others = share((sight for sight in sights.browsed(reader) if sight not in main), 4)
    seen = (*share(main, 2), *others)
    assert [fault for sight in seen for fault in inspect(window, sight, main=sight in main)] == []


@pytest.mark.parametrize("reader", [reader for reader in READERS if reader != "halfway"])
def test_main_pages_in_french_on_a_telephone(reader: str, sights: Sights, look: Look, share: Share) -> None:
    window = look(reader, "fr")
    main = sights.main(reader)
    assert main
    assert [fault for sight in share(main, 2) for fault in inspect(window, sight, main=True)] == []


@pytest.mark.parametrize("reader", READERS)
def test_french_pages_are_french(reader: str, sights: Sights) -> None:
    pages = [sight for sight in sights.pages[reader] if sight.french]
    assert pages
    faults = {sight.path: axe.left_in_english(sight.french) for sight in pages}
    assert {path: found for path, found in faults.items() if found} == {}


def test_no_address_is_forgotten(sights: Sights) -> None:
    """Each address is opened by a reader, is called by forms alone, or is known to be no page."""
    seen = {sight.name for pages in sights.pages.values() for sight in pages}
    known = {name for name, _arguments in addresses.names()}
    assert known - seen - sights.verbs == set(NO_PAGES) - sights.verbs
    assert seen >= MAIN
