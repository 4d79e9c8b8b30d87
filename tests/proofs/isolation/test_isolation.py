"""Another account's person gets 404 on every address of the resolver that names a case, a message or a file."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cases.attachments import accept
from cases.lifecycle import log_assistance, note, provide_solution, reply
from cases.models import AssistanceKind, Attachment
from tests.cases.reports.tallied import given

pytestmark = pytest.mark.django_db

DOOR = "/accounts/login/"
# Arguments of addresses that name something of a case, and how a test fills them.
NAMES_A_CASE = {
    "case_id",
    "number",
    "message_id",
    "note_id",
    "event_id",
    "mail_id",
    "attachment_id",
    "breach_id",
    "entry_id",
    "report_id",  # of a report about it
}


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the portal with its pattern, as "cases/<case_number:case_id>/reply/"."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                yield from patterns(entry, path)
        else:
            yield path, entry


def names_a_case() -> list[str]:
    return [path for path, entry in patterns(get_resolver()) if set(entry.pattern.converters) & NAMES_A_CASE]


def test_the_resolver_names_no_argument_that_this_test_does_not_know():
    known = (
        NAMES_A_CASE
        | {"metric", "cycle", "period_no"}
        | {"incident_id"}  # everybody of ours may open an incident, and nobody else: tests/cases/incidents/
        | {"code", "product_id", "mail_key", "key", "uidb36", "pk", "part", "subpath", "account_id"}
    )
    unknown = {
        name
        for path, entry in patterns(get_resolver())
        if path.startswith(("cases/", "desk/", "files/"))
        for name in set(entry.pattern.converters) - known
    }
    assert unknown == set()


@pytest.fixture
def filled(case, carl, later, settings, tmp_path):
    """Alice's case with a file from us and one of an internal note, and a commitment that was missed."""
    settings.MEDIA_ROOT = tmp_path
    for verb, name in ((reply, "log.txt"), (note, "secret.txt")):
        file = accept([SimpleUploadedFile(name, b"canary")])
        verb(case, by=carl, at=later(minutes=1), body="canary", files=file)
    reply(case, by=carl, at=later(hours=3), body="canary")  # too late: a commitment is missed
    kind = AssistanceKind.objects.get(code="configuration")
    log_assistance(case, by=carl, at=later(hours=3), kind=kind, minutes=5, words="canary")
    canaries = dict.fromkeys(("title_en", "title_fr", "happened_en", "happened_fr"), "canary")
    given(case=case, at=later(hours=3), words=canaries)
    return provide_solution(case, by=carl, at=later(hours=3), body="canary")


def addresses(path: str, case: Any) -> Iterator[str]:
    """Yield the address filled with Alice's case and each of its things; a KeyError means: teach this test."""
    things = {
        "case_id": [case.number],
        "number": [case.number],
        "message_id": [row.pk for row in case.messages.all()],
        "note_id": [row.pk for row in case.notes.all()],
        "event_id": [row.pk for row in case.events.all()],
        "mail_id": [row.pk for row in case.mails.all()],
        "attachment_id": [row.pk for row in case.attachments.all()],
        "metric": [row.metric for row in case.commitments.all()],
        "cycle": [1],
        "period_no": [1],
        "breach_id": [row.pk for row in case.breaches.all()],
        "entry_id": [row.pk for row in case.time_entries.all()],
        "report_id": [case.root_cause_report.number],
    }
    names = re.findall(r"<(?:\w+:)?(\w+)>", path)
    for values in product(*(things[name] for name in names)):
        given = iter(values)
        yield "/" + re.sub(r"<[^>]+>", lambda _place: str(next(given)), path)  # noqa: B023


def everywhere(case: Any) -> Iterator[str]:
    for path in names_a_case():
        yield from addresses(path, case)


class TestEveryAddress:
    """One world for all of them: what an address changed would be seen at its end."""

    def test_is_not_found_by_another_account_and_changes_nothing(self, filled, eve, signed_in):
        before = filled.events.count(), filled.messages.count(), filled.notes.count()
        browser, found = signed_in(eve), []
        words = {"body": "x", "reason": "x", "owner": eve.pk}
        for address in everywhere(filled):
            answers = [method(address, words) for method in (browser.get, browser.post)]
            codes = {answer.status_code for answer in answers}
            if codes not in ({404}, {404, 405}) or any(b"canary" in answer.content for answer in answers):
                found.append((address, codes))
        assert found == []
        assert (filled.events.count(), filled.messages.count(), filled.notes.count()) == before

    def test_asks_a_stranger_to_sign_in(self, filled, client):
        answers = {address: client.get(address) for address in everywhere(filled)}
        assert len(answers) > len(names_a_case())
        let_in = [one for one, answer in answers.items() if not answer.headers.get("Location", "").startswith(DOOR)]
        assert let_in == []


class TestOwnAddresses:
    """The control: what is refused to others is there for its own people."""

    def test_are_found(self, filled, alice, carl, signed_in):
        assert signed_in(alice).get(reverse("portal:case", args=[filled.number])).status_code == 200
        assert signed_in(carl).get(reverse("desk:case", args=[filled.number])).status_code == 200

    def test_files_come_as_downloads_that_no_browser_runs(self, filled, alice, signed_in):
        file = Attachment.objects.get(name="log.txt")
        response = signed_in(alice).get(f"/files/{file.pk}/")
        assert b"".join(response.streaming_content) == b"canary"
        assert response["Content-Disposition"] == 'attachment; filename="log.txt"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]

    def test_files_of_notes_are_ours_alone(self, filled, alice, carl, signed_in):
        file = Attachment.objects.get(name="secret.txt")
        assert signed_in(alice).get(f"/files/{file.pk}/").status_code == 404
        assert signed_in(carl).get(f"/files/{file.pk}/").status_code == 200

    def test_desk_pages_do_not_exist_for_customers(self, filled, alice, signed_in):
        browser = signed_in(alice)
        for path in names_a_case():
            if path.startswith("desk/"):
                for address in addresses(path, filled):
                    assert browser.get(address).status_code in (404, 405), address
                    assert browser.post(address, {"body": "x"}).status_code == 404, address


class TestNotes:
    def test_are_on_no_page_of_a_customer(self, case, alice, carl, later, signed_in):
        note(case, by=carl, at=later(minutes=1), body="internal-canary-5512")
        browser = signed_in(alice)
        for path in ("/cases/", f"/cases/{case.number}/", f"/cases/{case.number}/timeline/"):
            assert b"internal-canary-5512" not in browser.get(path, follow=True).content
