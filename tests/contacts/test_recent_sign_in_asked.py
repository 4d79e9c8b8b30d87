"""A recent sign-in is asked for Critical, roles, resets and exports: before the form is shown, and no word is lost."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import get_resolver, resolve, reverse
from django.utils import timezone

from cases import lifecycle
from cases.models import Case, ExportJob, ExportRecord, SeverityRequest
from cases.models.severity_request import RequestState
from contacts.models import User
from contacts.roles import Role
from sla.matrices import Severity
from tests.conftest import PASSWORD, signed_in_by
from tests.proofs.isolation.test_isolation import addresses, filled, names_a_case, patterns

SignedIn = Callable[[User], Client]
CONFIRM = reverse("account_reauthenticate")
LONG_AGO = configured.RECENT_SIGN_IN_SECONDS + 1
filled = filled
NO_RECORDS = {
    "files:download": "one file that somebody attached, not a record",
    "status:feed": "public",
    "status:product_feed": "public",
    "contacts:drafts_of_page": "what somebody is typing, for them alone",
    "contacts:keep_draft": "what somebody is typing, for them alone",
    "page_token": "what forms of an open page are sent with",
    "healthz": "public",
    "readyz": "public",
    "metrics": "numbers of the installation, for who knows its token",
}
FILES = ("text/csv", "application/json", "application/pdf", "application/x-ndjson", "application/zip")


@pytest.fixture(autouse=True)
def _place_of_the_test(settings: Any, request: pytest.FixtureRequest) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": request.node.nodeid}
    }


@pytest.fixture
def asked(alice: User, open_case: Any) -> SeverityRequest:
    case = open_case(alice, at=timezone.now() - timedelta(hours=1))
    lifecycle.request_severity(case, by=alice, at=timezone.now(), severity=Severity.CRITICAL, body="All is down.")
    return SeverityRequest.objects.get(case=case)


@pytest.fixture
def stale(signed_in: SignedIn) -> SignedIn:
    """`stale(mona)`: a browser that signed in longer ago than is recent."""

    def make(user: User) -> Client:
        browser = signed_in(user)
        signed_in_by(browser, {"method": "password", "at": time.time() - LONG_AGO})
        return browser

    return make


def confirm(browser: Client, answer: Any) -> Any:
    """Confirm with the password where `answer` leads, and return what comes then."""
    address = answer["Location"]
    assert address.startswith(f"{CONFIRM}?next="), address
    then = browser.get(address)
    assert then.status_code == 200
    return browser.post(CONFIRM, {"password": PASSWORD, "next": then.wsgi_request.GET["next"]})


def everywhere(case: Case) -> Iterator[str]:
    """Yield the addresses of the portal itself that are without arguments, or have those of a case."""
    for path in names_a_case():
        yield from addresses(path, case)
    bare = (path for path, _entry in patterns(get_resolver()) if not {"^", "<"} & set(path))
    yield from (f"/{path}" for path in bare if not path.startswith("accounts/"))


class TestExports:
    def test_all_of_them_ask_for_it(
        self, filled: Case, mona: User, alice: User, signed_in: Any, stale: Any, share: Any
    ) -> None:
        """Whatever answers with a file of records; a new one is found by its answer."""
        found: set[str] = set()
        asked = share(everywhere(filled), 3)
        for user in (alice, mona):
            fresh, old = signed_in(user), stale(user)
            for address in asked:
                for method in ("get", "post"):
                    answer = getattr(fresh, method)(address)
                    name = resolve(address).view_name
                    if not is_file(answer) or name in NO_RECORDS:
                        continue
                    found.add(name)
                    refused = getattr(old, method)(address)
                    assert refused.status_code == 302, (method, address)
                    assert refused["Location"].startswith(CONFIRM), (method, address)
        assert found == {resolve(address).view_name for address in asked} & {
            *("portal:export_json", "portal:export_pdf", "desk:export_json", "desk:export_pdf"),
            *("desk:reports_csv", "desk:assistance_csv"),
        }

    def test_those_that_a_worker_makes_ask_before_it_begins_and_before_the_file(
        self, case: Case, mona: User, signed_in: Any, stale: SignedIn
    ) -> None:
        many, browser = reverse("desk:export_cases"), stale(mona)
        assert browser.post(many)["Location"].startswith(CONFIRM)
        assert not ExportRecord.objects.exists()
        signed_in(mona).post(many)
        file = reverse("exports:download", args=[ExportJob.objects.get().pk])
        assert browser.get(file)["Location"].startswith(CONFIRM)
        assert signed_in(mona).get(file).status_code == 404  # not made yet

    def test_a_link_leads_back_to_the_file(self, mona: User, stale: SignedIn) -> None:
        browser, link = stale(mona), reverse("desk:reports_csv") + "?rows=product"
        then = confirm(browser, browser.get(link))
        assert then["Location"] == link
        assert browser.get(link)["Content-Type"].startswith("text/csv")

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_from_a_page_one_comes_back_to_the_page(self, method: str, mona: User, case: Case, stale: Any) -> None:
        browser, page = stale(mona), reverse("desk:case", args=[case.number])
        name, given = ("desk:reports_csv", []) if method == "get" else ("desk:export_pdf", [case.number])
        link = reverse(name, args=given)
        then = confirm(browser, getattr(browser, method)(link, headers={"Referer": f"http://testserver{page}?x=1"}))
        assert then["Location"] == f"{page}?x=1"
        assert "You can take the file now." in browser.get(page).content.decode()
        assert getattr(browser, method)(link).status_code == 200

    def test_a_page_elsewhere_is_not_come_back_to(self, mona: User, stale: SignedIn) -> None:
        browser, link = stale(mona), reverse("desk:reports_csv")
        answer = browser.get(link, headers={"Referer": "https://elsewhere.example/desk/"})
        assert confirm(browser, answer)["Location"] == link

    def test_nothing_is_written_down_before(self, mona: User, case: Case, stale: SignedIn) -> None:
        stale(mona).post(reverse("desk:export_json", args=[case.number]))
        assert not ExportRecord.objects.exists()

    def test_strangers_are_not_told_that_there_is_one(self, eve: User, case: Case, stale: SignedIn) -> None:
        assert stale(eve).post(reverse("desk:export_json", args=[case.number])).status_code == 404
        assert stale(eve).get(reverse("desk:reports_csv")).status_code == 404


class TestCritical:
    def test_is_asked_before_the_form_is_shown(self, asked: SeverityRequest, mona: User, stale: SignedIn) -> None:
        browser, page = stale(mona), reverse("approvals:approval", args=[asked.pk])
        assert confirm(browser, browser.get(page))["Location"] == page
        assert "<textarea" in browser.get(page).content.decode()

    def test_administrators_who_only_look_are_not_asked(self, asked: Any, adam: User, stale: SignedIn) -> None:
        assert stale(adam).get(reverse("approvals:approval", args=[asked.pk])).status_code == 200

    @pytest.mark.parametrize("verb", ["approve_severity", "decline_severity"])
    def test_words_outlive_the_end_of_the_time(self, verb: str, asked: Any, mona: User, stale: SignedIn) -> None:
        browser, words = stale(mona), "As the criteria say; we spoke by phone."
        data = {"because": words, "criteria": re.findall(r'name="criteria" value="([^"]+)"', self.form(asked, mona))}
        answer = browser.post(reverse(f"approvals:{verb}", args=[asked.pk]), data)
        asked.refresh_from_db()
        assert asked.state == RequestState.OPEN
        assert confirm(browser, answer)["Location"] == reverse("approvals:approvals")
        asked.refresh_from_db()
        assert (asked.state != RequestState.OPEN, asked.reason) == (True, words)

    def form(self, asked: SeverityRequest, mona: User) -> str:
        browser = Client()
        browser.force_login(mona)
        signed_in_by(browser, {"method": "password", "at": time.time()})
        return browser.get(reverse("approvals:approval", args=[asked.pk])).content.decode()

    def test_given_unasked_asks_too(self, case: Case, mona: User, stale: SignedIn) -> None:
        browser = stale(mona)
        data = {"severity": int(Severity.CRITICAL), "because": "Nobody can work."}
        answer = browser.post(reverse("desk:change_severity", args=[case.number]), data)
        confirm(browser, answer)
        case.refresh_from_db()
        assert case.severity == Severity.CRITICAL

    def test_another_severity_asks_nothing(self, case: Case, mona: User, stale: SignedIn) -> None:
        data = {"severity": int(Severity.MINOR), "because": "One report alone."}
        stale(mona).post(reverse("desk:change_severity", args=[case.number]), data)
        case.refresh_from_db()
        assert case.severity == Severity.MINOR


class TestPeople:
    def fields(self, user: User, **changed: str) -> dict[str, str]:
        fields = {name: getattr(user, name) for name in ("name", "email", "role", "language", "time_zone")}
        return {
            **fields,
            "is_active": "on",
            "memberships-TOTAL_FORMS": "0",
            "memberships-INITIAL_FORMS": "0",
            **changed,
        }

    def test_their_forms_ask_first(self, adam: User, carl: User, stale: SignedIn) -> None:
        for page in (reverse("admin:contacts_user_add"), reverse("admin:contacts_user_change", args=[carl.pk])):
            browser = stale(adam)
            assert confirm(browser, browser.get(page))["Location"] == page

    def test_reading_asks_nothing(self, adam: User, mona: User, carl: User, stale: SignedIn) -> None:
        assert stale(adam).get(reverse("admin:contacts_user_changelist")).status_code == 200
        assert stale(mona).get(reverse("admin:contacts_user_change", args=[carl.pk])).status_code == 200

    def test_words_outlive_the_end_of_the_time(self, adam: User, carl: User, stale: SignedIn) -> None:
        browser = stale(adam)
        page = reverse("admin:contacts_user_change", args=[carl.pk]) + "?_changelist_filters=role%3Dconsultant_1"
        answer = browser.post(page, self.fields(carl, role=Role.CONSULTANT_2))
        carl.refresh_from_db()
        assert carl.role == Role.CONSULTANT_1
        assert confirm(browser, answer).status_code == 302
        carl.refresh_from_db()
        assert carl.role == Role.CONSULTANT_2

    def test_words_with_an_error_come_back_on_a_form_that_leads_home(self, adam: User, carl: User, stale: Any) -> None:
        browser, page = stale(adam), reverse("admin:contacts_user_change", args=[carl.pk])
        shown = confirm(browser, browser.post(page, self.fields(carl, name="Carl the Second", email="no address")))
        assert shown.status_code == 200
        text = shown.content.decode()
        assert "Carl the Second" in text
        assert f'action="{page}"' in text

    def test_a_reset_asks_and_is_done_after(self, adam: User, carl: User, stale: SignedIn) -> None:
        carl.authenticator_set.create(type="totp", data={})
        browser = stale(adam)
        data = {"action": "reset_second_factor", "_selected_action": str(carl.pk)}
        answer = browser.post(reverse("admin:contacts_user_changelist"), data)
        assert carl.authenticator_set.exists()
        confirm(browser, answer)
        assert not carl.authenticator_set.exists()


class TestRecent:
    @pytest.mark.parametrize(("ago", "recent"), [(0, True), (LONG_AGO - 11, True), (LONG_AGO, False)])
    def test_is_a_matter_of_minutes(self, ago: int, recent: bool, mona: User, signed_in: SignedIn) -> None:
        browser = signed_in(mona)
        signed_in_by(browser, {"method": "password", "at": time.time() - ago})
        answer = browser.get(reverse("desk:reports_csv"))
        assert (answer.status_code == 200) is recent

    def test_is_counted_by_the_factor_where_one_was_proved(self, mona: User, signed_in: SignedIn) -> None:
        browser = signed_in(mona)
        now = time.time()
        factor = {"method": "mfa", "type": "totp", "at": now - LONG_AGO}
        signed_in_by(browser, factor, {"method": "password", "at": now, "reauthenticated": True})
        assert browser.get(reverse("desk:reports_csv")).status_code == 302

    def test_a_session_without_records_is_not(self, mona: User) -> None:
        browser = Client()
        browser.force_login(mona)
        assert browser.get(reverse("desk:reports_csv")).status_code == 302

    def test_a_fragment_leaves_its_page_where_it_is(self, mona: User, case: Case, stale: SignedIn) -> None:
        data = {"severity": int(Severity.CRITICAL), "because": "Nobody can work."}
        page = reverse("desk:case", args=[case.number])
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
        answer = stale(mona).post(reverse("desk:change_severity", args=[case.number]), data, headers=headers)
        assert (answer.status_code, answer["X-Sign-In-Demand"]) == (401, "confirm")
        assert answer["X-Sign-In"].startswith(CONFIRM)


def is_file(answer: Any) -> bool:
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code == 200 and (
        "attachment" in answer.headers.get("Content-Disposition", "") or kind.startswith(FILES)
    )
