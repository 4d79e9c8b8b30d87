"""What nobody types, in every parameter and field of portal and desk: refused or shown as text, never a fault."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.lifecycle import close, provide_solution
from cases.models import Case
from contacts.models import Account, Instance, Membership, User

pytestmark = pytest.mark.django_db

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
CODE = "' OR 1=1; DROP TABLE cases_case; -- {{ request.user.password }}{% debug %}%s%(x)s{0}%n __proto__"
# Each as it stands in an address or in a form, percent-encoded where it is no text.
HOSTILE = {
    "nul": "%00a%00",
    "no UTF-8": "%ff%fe%80%ed%a0%80",
    "code": quote(SCRIPT + CODE + "\u202egnp.exe\u202c"),
    "very long": "a" * 100_000,
    "many words": quote("a " * 50_000),
    "many digits": "9" * 5_000,
    "a number too big for a row": "99999999999999999999",
    "no digit that counts": quote("²"),
    "the first instant": quote("0001-01-01T00:00:00+14:00"),
    "the last instant": quote("9999-12-31T23:59:59-14:00"),
    "no address": quote("http://["),
}

PORTAL = {
    "portal:cases": ("whose", "state", "product", "account", "q", "page"),
    "portal:open_case": ("product", "instance", "type", "severity", "subject", "body", "submission", "files"),
    "portal:promise": ("product", "instance", "type", "severity"),
    "portal:case": ("opened",),
    "portal:timeline": ("after", "status"),
}
FILTERS = ("view", "q", "status", "turn", "severity", "product", "account", "plan", "team", "owner")
DESK = {
    "desk:queue": (*FILTERS, "after"),
    "desk:case": ("q", "seen"),
    "desk:open_case": ("caller", "q", "began"),
}
PORTAL_FORMS = {
    "portal:open_case": ("product", "instance", "type", "severity", "subject", "body", "submission"),
    "portal:reply": ("body", "submission"),
    "portal:reject_solution": ("reason", "submission"),
    "portal:reopen": ("reason", "submission"),
    "set_language": ("language", "next"),
    "contacts:profile": ("name", "phone", "language", "time_zone"),
}
# A question and "restored" are sent by the form of a reply.
DESK_FORMS = {
    "desk:open_case": ("instance", "type", "severity", "subject", "body", "received_at", "submission"),
    "desk:reply": ("body", "seen", "submission"),
    "desk:note": ("body", "submission"),
    "desk:provide_solution": ("body", "way", "seen"),
    "desk:assign": ("owner", "team"),
    "desk:hand_to_development": ("body",),
    "desk:await_release": ("release",),
    "desk:close": ("reason",),
    "desk:reopen": ("reason",),
}
OF_NO_CASE = {"portal:cases", "portal:open_case", "portal:promise", "desk:queue", "desk:open_case", "set_language"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _place_of_the_test(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def typed(acme: Account, alice: User) -> dict[str, str]:
    """Fields of forms as somebody fills them who means it; `caller` and `began` stand in the address."""
    calling = Membership.objects.get(user=alice)
    instance = Instance.objects.get(account=acme, product__code="changepoint")
    return {
        "product": f"{acme.pk}.changepoint",
        "instance": str(instance.pk),
        "type": "defect",
        "severity": "2",
        "subject": "Time sheets",
        "body": "They cannot be saved.",
        "reason": "withdrawn",
        "way": "steps",
        "received_at": f"{timezone.localtime(timezone.now(), ZoneInfo('America/Chicago')):%Y-%m-%dT%H:%M:%S}",
        "caller": str(calling.pk),
        "release": str(instance.release_id),
        "name": "Alice Adams",
        "language": "en",
        "time_zone": "America/Chicago",
        "next": "/cases/",
    }


def address(name: str, case: Case) -> str:
    return (
        reverse(name)
        if name in OF_NO_CASE or not name.startswith(("portal:", "desk:"))
        else reverse(name, args=[case.number])
    )


def answer(browser: Client, method: str, path: str, **sent: Any) -> HttpResponse:
    """Ask as a browser does, and undo what came of it."""
    before = transaction.savepoint()
    response = browser.generic(method, path, **sent)
    if response.status_code == 302:
        response = browser.get(response["Location"]) if response["Location"].startswith("/") else response
    transaction.savepoint_rollback(before)
    return response


def wrong(response: HttpResponse) -> bool:
    return response.status_code >= 500 or b"<script>alert(1)" in response.content or b"<img src=x" in response.content


def each(pages: dict[str, tuple[str, ...]]) -> list[tuple[str, str, str]]:
    """Return every hostile value for every field or parameter of every page."""
    return [(name, field, what) for name, fields in pages.items() for field, what in product(fields, HOSTILE)]


def asked(browser: Client, tries: list[tuple[str, str, str]], case: Case, extra: dict[str, str]) -> Iterator[str]:
    """Put each hostile value into its parameter; yield where it did harm."""
    for name, parameter, what in tries:
        value = HOSTILE[what]
        others = "&".join(f"{key}={quote(said)}" for key, said in extra.items() if key != parameter)
        path = f"{address(name, case)}?{parameter}={value}&{others}"
        if wrong(answer(browser, "GET", path)):
            yield f"{name}?{parameter}: {what}"


def sent(browser: Client, tries: list[tuple[str, str, str]], case: Case, typed: dict[str, str]) -> Iterator[str]:
    """Put each hostile value into its field of a form that is well filled otherwise; yield where it did harm."""
    for name, field, what in tries:
        path, value = f"{address(name, case)}?caller={typed['caller']}", HOSTILE[what]
        others = "&".join(f"{key}={quote(said)}" for key, said in typed.items() if key != field)
        if wrong(answer(browser, "POST", path, data=f"{field}={value}&{others}", content_type=FORM)):
            yield f"{name} {field}: {what}"


@pytest.fixture
def alices(signed_in: Any, alice: User) -> Client:
    browser = signed_in(alice)
    browser.raise_request_exception = False
    return browser


@pytest.fixture
def carls(signed_in: Any, carl: User) -> Client:
    browser = signed_in(carl)
    browser.raise_request_exception = False
    return browser


class TestAParameter:
    def test_of_the_portal_does_no_harm(self, alices, case, share):
        assert list(asked(alices, share(each(PORTAL), 3), case, {})) == []

    def test_of_the_desk_does_no_harm(self, carls, case, typed, share):
        assert list(asked(carls, share(each(DESK), 3), case, {})) == []
        assert list(asked(carls, each({"desk:open_case": ("began",)}), case, {"caller": typed["caller"]})) == []

    def test_of_the_promise_does_no_harm_where_the_rest_is_chosen(self, alices, case, typed):
        chosen = {name: typed[name] for name in ("product", "instance", "type", "severity")}
        assert list(asked(alices, each({"portal:promise": tuple(chosen)}), case, chosen)) == []


class TestAField:
    def test_of_the_portal_does_no_harm(self, alices, case, typed, share):
        assert list(sent(alices, share(each(PORTAL_FORMS), 3), case, typed)) == []

    def test_of_a_solution_does_no_harm(self, alices, case, carl, typed, share):
        provide_solution(case, by=carl, at=timezone.now(), body="Clear the cache.")
        assert (
            list(sent(alices, share(each({"portal:reject_solution": ("reason", "submission")}), 3), case, typed)) == []
        )

    def test_of_a_closed_case_does_no_harm(self, alices, carls, case, carl, typed, share):
        close(case, by=carl, at=timezone.now(), reason="withdrawn")
        assert list(sent(alices, share(each({"portal:reopen": ("reason", "submission")}), 3), case, typed)) == []
        assert list(sent(carls, share(each({"desk:reopen": ("reason", "submission")}), 3), case, typed)) == []

    def test_of_the_desk_does_no_harm(self, carls, case, typed, share):
        assert list(sent(carls, share(each(DESK_FORMS), 3), case, typed)) == []

    def test_in_a_charset_that_is_no_text_does_no_harm(self, alices, case):
        lone = b'--x\r\nContent-Disposition: form-data; name="body"\r\n\r\n+2AA-\r\n--x--\r\n'
        kind = "multipart/form-data; boundary=x; charset=utf-7"
        assert not wrong(answer(alices, "POST", address("portal:reply", case), data=lone, content_type=kind))


class TestTheDoor:
    def test_takes_no_harm_from_where_a_page_says_it_was(self, client, case):
        client.raise_request_exception = False
        strange = {"HX-Request": "true", "HX-Current-URL": "http://["}
        assert client.get(address("portal:case", case), headers=strange)["X-Sign-In"] == "/accounts/login/?next=/"
