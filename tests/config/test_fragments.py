"""No fragment moves its page: every address of the resolver, asked for from a page, by everything that moves pages."""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory
from django.urls import reverse

from config.web.middleware import PagesAloneMove
from config.web.sessions import BEGAN, SEEN
from contacts.fragments import DEMANDS, demand_of, is_by_itself, is_fragment, leave_for, page_of
from contacts.models import User
from tests.routes import ROUTES

ROOT = Path(__file__).resolve().parents[2]
HERE = "/desk/?view=all"
BY_ITSELF = {"HX-Request": "true", "X-Background": "1", "HX-Current-URL": f"http://testserver{HERE}"}
BY_A_PERSON = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{HERE}"}
BY_SCRIPT = {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors", "Referer": f"http://testserver{HERE}"}
FRAGMENTS = {"by itself": (BY_ITSELF, 204), "by a person": (BY_A_PERSON, 401), "by a script": (BY_SCRIPT, 401)}
NOW = datetime(2027, 6, 8, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def everywhere() -> list[str]:
    assert len(ROUTES) > 200
    assert {"/desk/", "/admin/approvals/", "/accounts/2fa/", "/cases/", "/products/"} <= set(ROUTES)
    return ROUTES


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of refusals are expected here: none is worth a line of the log."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def _demanded(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True


def session_of(user: User, *, began: timedelta, seen: timedelta) -> Callable[[Client], None]:
    """Return what gives a client a session of `user` that began and was last used so long before NOW."""
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    signed = Client()
    signed.force_login(user)
    kept = dict(signed.session.items()) | {BEGAN: stamp(began), SEEN: stamp(seen)}

    def give(client: Client) -> None:
        session = SessionStore()
        session.update(kept)
        session.create()
        client.cookies[configured.SESSION_COOKIE_NAME] = str(session.session_key)

    return give


def stamp(before: timedelta) -> int:
    return int((NOW - before).timestamp())


def nobody(client: Client) -> None:
    client.cookies.clear()


def moved(everywhere: list[str], give: Callable[[Client], None]) -> dict[str, str]:
    """Return where each page is moved to that a demand keeps its reader from."""
    client, found = Client(raise_request_exception=False), {}
    for path in everywhere:
        give(client)
        answer = client.get(path)
        if isinstance(answer, HttpResponseRedirect) and demand_of(answer.url):
            found[path] = answer.url
    return found


def once(give: Callable[[Client], None]) -> Callable[[Client], None]:
    """Return what gives a client its session at its first request; no request of the walk ends it."""

    def keep(client: Client) -> None:
        client.cookies.pop("messages", None)
        if configured.SESSION_COOKIE_NAME not in client.cookies:
            give(client)

    return keep


_STRANGERS: dict[str, str] = {}


def kept_from_strangers(everywhere: list[str]) -> dict[str, str]:
    """Return where the pages move that ask for signing in; looked at once."""
    if not _STRANGERS:
        _STRANGERS.update(moved(everywhere, nobody))
    return _STRANGERS


def hold(
    everywhere: list[str],
    give: Callable[[Client], None],
    kinds: list[str],
    at_least: int,
    pages: dict[str, str] | None = None,
) -> None:
    """Hold that pages are moved, `pages` where that has been looked at already, and that no fragment of them is."""
    away = moved(everywhere, give) if pages is None else {path: pages[path] for path in everywhere if path in pages}
    assert len(away) >= at_least, sorted(away)
    wrong: list[tuple[Any, ...]] = []
    for kind in kinds:
        headers, status = FRAGMENTS[kind]
        client = Client(raise_request_exception=False)
        for path in everywhere:
            give(client)
            answer = client.get(path, headers=headers)
            moves = {"HX-Redirect", "HX-Location", "HX-Refresh"} & set(answer.headers)
            moves |= {"Location"} if demand_of(answer.headers.get("Location", "/")) else set()
            expected = path not in away or (
                answer.status_code == status
                and not answer.content
                and answer["X-Sign-In"].startswith(away[path].partition("?")[0])
                and answer["X-Sign-In"].endswith("next=/desk/%3Fview%3Dall")
                and answer["X-Sign-In-Demand"] == demand_of(away[path])
            )
            if moves or not expected:
                wrong.append((kind, path, answer.status_code, answer.headers.get("X-Sign-In"), away.get(path)))
    assert wrong == []


class TestAFragmentOfEveryAddress:
    """Each test is one of those who move pages."""

    def test_stays_where_nobody_is_signed_in(self, everywhere: list[str], db: None) -> None:
        hold(everywhere, nobody, list(FRAGMENTS), at_least=200, pages=kept_from_strangers(everywhere))

    def test_stays_when_our_people_have_done_nothing_for_a_while(
        self, everywhere: list[str], mona: User, monkeypatch: Any, share: Any
    ) -> None:
        monkeypatch.setattr("config.web.sessions.timezone.now", lambda: NOW)
        idle = session_of(mona, began=timedelta(hours=1), seen=timedelta(minutes=31))
        hold(share(everywhere, 3), idle, ["by itself"], at_least=60, pages=kept_from_strangers(everywhere))

    def test_stays_when_the_time_of_a_session_is_up(
        self, everywhere: list[str], alice: User, monkeypatch: Any, share: Any
    ) -> None:
        monkeypatch.setattr("config.web.sessions.timezone.now", lambda: NOW)
        ended = session_of(alice, began=timedelta(days=20), seen=timedelta(days=14))
        hold(share(everywhere, 3), ended, ["by itself"], at_least=60, pages=kept_from_strangers(everywhere))

    def test_stays_while_a_second_factor_is_to_be_set_up(
        self, everywhere: list[str], mona: User, monkeypatch: Any, share: Any, _demanded: None
    ) -> None:
        monkeypatch.setattr("config.web.sessions.timezone.now", lambda: NOW)
        present = session_of(mona, began=timedelta(hours=1), seen=timedelta(minutes=1))
        hold(share(everywhere, 3), once(present), ["by itself"], at_least=60)

    def test_stays_where_the_password_is_asked_for_again(
        self, everywhere: list[str], alice: User, monkeypatch: Any
    ) -> None:
        monkeypatch.setattr("config.web.sessions.timezone.now", lambda: NOW)
        present = session_of(alice, began=timedelta(hours=1), seen=timedelta(minutes=1))
        hold([path for path in everywhere if path.startswith("/accounts/")], once(present), list(FRAGMENTS), at_least=2)

    def test_that_is_a_form_stays_too(self, everywhere: list[str], db: None) -> None:
        client = Client(raise_request_exception=False)
        asked = {path: client.post(path, headers=BY_A_PERSON) for path in everywhere}
        assert sum(answer.status_code == 401 and "X-Sign-In" in answer.headers for answer in asked.values()) > 200
        assert [path for path, answer in asked.items() if "HX-Redirect" in answer.headers] == []


class TestWhoAsks:
    @pytest.mark.parametrize(
        ("headers", "fragment", "by_itself"),
        [
            ({}, False, False),
            ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}, False, False),
            ({"Sec-Fetch-Dest": "iframe"}, False, False),
            ({"HX-Request": "true"}, True, False),
            ({"HX-Request": "true", "HX-History-Restore-Request": "true"}, True, False),
            ({"X-Background": "1"}, True, True),
            ({"X-In-Page": "1"}, True, False),
            ({"Sec-Fetch-Dest": "empty", "Accept": "text/event-stream"}, True, False),
        ],
    )
    def test_is_read_from_the_headers(self, headers: dict[str, str], fragment: bool, by_itself: bool) -> None:
        request = RequestFactory().get("/", headers=headers)
        assert (is_fragment(request), is_by_itself(request)) == (fragment, by_itself)

    @pytest.mark.parametrize(
        ("page", "back"),
        [
            ("http://testserver/cases/CC-000001/?a=b#latest", "/cases/CC-000001/?a=b"),
            ("http://[", "/"),
            ("javascript:alert(1)", "/"),
            ("//evil.example/x", "/x"),
            ("", "/"),
        ],
    )
    def test_comes_back_to_a_page_of_the_portal(self, page: str, back: str) -> None:
        request = RequestFactory().post("/desk/", headers={"HX-Request": "true", "HX-Current-URL": page})
        assert page_of(request) == back


class TestWhoeverAsksForSomething:
    """What the next ones to demand something need not think of."""

    @pytest.mark.parametrize("name", DEMANDS)
    @pytest.mark.parametrize("answer", ["redirect", "HX-Redirect", "HX-Location", "leave_for"])
    def test_moves_pages_alone_however_they_answer(self, name: str, answer: str) -> None:
        url = f"{reverse(name)}?next=/desk/queue-rows/"

        def demanding(request: Any) -> HttpResponse:
            if answer == "leave_for":
                return leave_for(request, url)
            response = HttpResponseRedirect(url) if answer == "redirect" else HttpResponse(headers={answer: url})
            response.set_cookie("session", "ended")
            return response

        held = PagesAloneMove(demanding)(RequestFactory().get("/desk/queue-rows/", headers=BY_ITSELF))
        assert (held.status_code, held["X-Sign-In"]) == (204, f"{reverse(name)}?next=/desk/%3Fview%3Dall")
        assert not {"Location", "HX-Redirect", "HX-Location"} & set(held.headers)
        assert ("session" in held.cookies) is (answer != "leave_for")
        page = PagesAloneMove(demanding)(RequestFactory().get("/desk/"))
        assert answer.startswith("HX-") or page["Location"] == url

    def test_is_no_bar_to_the_way_on_after_a_form(self) -> None:
        request = RequestFactory().post("/desk/1/reply/", headers=BY_A_PERSON)
        answer = PagesAloneMove(lambda _request: HttpResponseRedirect("/desk/CC-000001/"))(request)
        assert answer["Location"] == "/desk/CC-000001/"


class TestPages:
    def test_with_htmx_have_all_that_keeps_them_where_they_are(self) -> None:
        templates = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")}
        alone = [path.name for path, text in templates.items() if "htmx.min.js" in text or "js/background.js" in text]
        assert alone == ["htmx.html"]

    def test_have_no_script_that_asks_without_saying_so(self) -> None:
        """Browsers on plain HTTP beyond the loopback send no `Sec-Fetch-Dest`."""
        asking = re.compile(r"\bfetch\(|new (?:XMLHttpRequest|EventSource|WebSocket)\b|sendBeacon|htmx\.ajax")
        for script in sorted((ROOT / "static" / "js").glob("*.js")):
            text = script.read_text(encoding="utf-8")
            if asking.search(text):
                assert re.search(r"X-Background|X-In-Page", text), script.name
                assert "X-Sign-In" in text, script.name

    def test_know_every_demand(self) -> None:
        bar = (ROOT / "templates" / "components" / "sign_in_bar.html").read_text(encoding="utf-8")
        assert set(DEMANDS.values()) <= set(re.findall(r'data-when="(\w+)"', bar))

    def test_get_the_token_of_whoever_signed_in_again(self, alice: User, client: Client) -> None:
        assert client.get("/page-token/", headers={"X-Background": "1"}).status_code == 204
        client.force_login(alice)
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = client.cookies
        given = strict.get("/page-token/", headers={"X-Background": "1"}).json()
        assert given["reader"] == alice.pk
        sent = {"X-CSRFToken": given["token"], "HX-Request": "true"}
        assert strict.post("/language/", {"language": "fr"}, headers=sent).status_code == 302
        assert strict.post("/language/", {"language": "fr"}).status_code == 403
