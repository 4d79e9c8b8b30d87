"""The record taken out of the house: what is in it, for whom; and that each taking is written down."""

import json
import re
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cases import lifecycle
from cases.attachments import accept
from cases.export import document, rows, taking
from cases.export.pdf_layout import printable
from cases.models import Case, Exclusion, ExportRecord
from contacts.models import User
from contacts.roles import Role
from tests.conftest import company, member
from tests.factories.contacts import UserFactory

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[3] / "docs" / "export.md"
SECRET = "canary among ourselves"


@pytest.fixture
def worked(
    alice: User, carl: User, nora: User, mona: User, open_case: Any, later: Any, settings: Any, tmp_path: Any
) -> Case:
    """A case of many kinds of event, with what only our own people may read."""
    settings.MEDIA_ROOT = tmp_path
    case = open_case(alice, files=accept([SimpleUploadedFile("log.txt", b"line 1")]))
    lifecycle.note(
        case, by=carl, at=later(minutes=2), body=SECRET, files=accept([SimpleUploadedFile("canary.txt", b"x")])
    )
    lifecycle.take(case, by=carl, at=later(minutes=3))
    lifecycle.exclude(
        case, by=nora, at=later(minutes=4), exclusion=Exclusion.objects.order_by("position")[0], because=SECRET
    )
    lifecycle.include(case, by=nora, at=later(minutes=5), because=SECRET)
    lifecycle.hand_to_development(case, by=nora, at=later(minutes=6), body=SECRET)
    lifecycle.judge_code_change(case, by=nora, at=later(minutes=7), required=True, because=SECRET)
    lifecycle.reply(case, by=carl, at=later(minutes=75), body="We are on it.")
    lifecycle.request_severity(case, by=alice, at=later(minutes=80), severity=1, body="All of it is down.")
    asked = case.severity_requests.get()
    lifecycle.decline_severity(case, by=mona, at=later(minutes=90), request=asked, because="One report only.")
    return lifecycle.provide_solution(case, by=carl, at=later(minutes=95), body="Reload the page.")


def take(case: Case, by: User, at: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(taking.take_json(case, by=by, at=at))
    return found


class TestDocument:
    def test_for_our_own_people_is_whole(self, worked: Case, mona: User, later: Any) -> None:
        taken = take(worked, mona, later(hours=2))
        assert taken["complete"] is True
        assert [one["id"] for one in taken["events"]] == list(worked.events.order_by("pk").values_list("pk", flat=True))
        assert [one["data"] for one in taken["events"]] == [one.data for one in worked.events.order_by("pk")]
        assert [one["body"] for one in taken["messages"]] == list(
            worked.messages.order_by("pk").values_list("body", flat=True)
        )
        assert len(taken["notes"]) == worked.notes.count() == 4
        assert {one["name"]: one["sha256"] for one in taken["files"]} == {
            "log.txt": sha256(b"line 1").hexdigest(),
            "canary.txt": sha256(b"x").hexdigest(),
        }
        assert len(taken["clocks"]) == worked.commitments.count()
        assert len(taken["breaches"]) == worked.breaches.count() > 0
        assert len(taken["mails"]) == worked.mails.count()
        assert (taken["requests"][0]["state"]["code"], taken["requests"][0]["reason"]) == (
            "declined",
            "One report only.",
        )
        assert taken["countdown"]["since"] == "2027-06-08T16:35:00Z"

    def test_for_a_customer_leaves_out_what_is_ours(self, worked: Case, alice: User, later: Any) -> None:
        content = taking.take_json(worked, by=alice, at=later(hours=2)).decode()
        taken = json.loads(content)
        assert "canary" not in content
        assert "carl@example.com" not in content
        assert not {"notes", "breaches", "mails"} & taken.keys()
        kinds = {one["kind"] for one in taken["events"]}
        assert {"opened", "excluded", "handed_to_development", "solution_provided"} <= kinds
        assert not {"noted", "code_change_judged", "breached", "at_risk"} & kinds
        assert {one["note"] for one in taken["events"]} == {None}
        assert taken["case"]["status"]["en"] == "Solution waiting for your word"
        assert taken["countdown"]["closes_at"] is None  # told with the first reminder

    def test_says_each_event_in_both_languages_and_in_utc(self, worked: Case, mona: User, later: Any) -> None:
        with translation.override("fr"), timezone.override("Asia/Tokyo"):
            events = take(worked, mona, later(hours=2))["events"]
        said = {one["kind"]: one["sentence"] for one in events}
        assert said["taken"]["en"] == "Carl Care took the case"
        assert said["taken"]["fr"] not in ("", said["taken"]["en"])
        assert "16:05" in said["breached"]["en"]  # 11:05 in Chicago, 01:05 in Tokyo
        assert all(one["at"].endswith("Z") for one in events)

    def test_has_the_fields_that_are_documented_and_no_others(self, worked: Case, mona: User, later: Any) -> None:
        """A field that is added, renamed or taken away: write it into docs/export.md, and raise the version."""
        taken = take(worked, mona, later(hours=2))
        documented = {
            part: set(re.findall(r"`(\w+)`", names))
            for part, names in re.findall(
                r"^\| `(\w+)` \|[^|]*\|(.*)\|$", DOCS.read_text(encoding="utf-8"), re.MULTILINE
            )
        }
        parts = {name: value for name, value in taken.items() if isinstance(value, dict | list)}
        found = {name: set((value[0] if isinstance(value, list) else value).keys()) for name, value in parts.items()}
        assert found == {name: fields for name, fields in documented.items() if name != "document"}
        assert documented["document"] == set(taken) - parts.keys()
        assert (taken["format"], taken["version"]) == (document.FORMAT, document.VERSION)

    def test_takes_as_many_queries_for_many_as_for_one(
        self, worked: Case, alice: User, mona: User, open_case: Any, later: Any
    ) -> None:
        def queries() -> int:
            ids = list(Case.objects.visible_to(mona).values_list("pk", flat=True))
            with CaptureQueriesContext(connection) as captured:
                taking.lines(ids, by=mona, at=later(hours=2))
            return len(
                [row for row in captured if "cases_casetype" not in row["sql"] and "cases_exclusion" not in row["sql"]]
            )

        one = queries()
        for _ in range(5):
            open_case(alice)
        assert queries() <= one
        assert rows.of(Case.objects.all(), mona).count() == 6


class TestPaper:
    def test_is_a_pdf_in_the_readers_language(self, worked: Case, alice: User, mona: User, later: Any) -> None:
        pages = {}
        for language in ("en", "fr"):
            with translation.override(language), timezone.override("Europe/Paris"):
                pages[language] = taking.take_pdf(worked, by=alice, at=later(hours=2))
        for language, content in pages.items():
            assert content.startswith(b"%PDF-")
            assert f"/Lang ({language})".encode() in content
            assert b"/MediaBox [0 0 595.28 841.89]" in content
            assert b"+Inter" in content  # embedded, and only the letters that are used
        assert pages["en"] != pages["fr"]

    @pytest.mark.parametrize(
        ("text", "printed"),
        [
            ("Γειά Привет naïve « œ »", "Γειά Привет naïve « œ »"),
            ("中🙂", "[U+4E2D][U+1F642]"),
            ("a\x00b\u202ec\u200b", "abc"),
            ("e\u0301", "é"),
            ("1\t2\r\n3", "1    2\n3"),
        ],
    )
    def test_loses_no_sign(self, text: str, printed: str) -> None:
        assert printable(text) == printed

    @pytest.mark.parametrize(
        "text", ["x" * 5_000, "**bold** {nb} {page} (()\\ %%EOF", "x" + "\n" * 300 + "y", "<b>&amp;</b>" * 500]
    )
    def test_takes_any_words(self, case: Case, carl: User, later: Any, text: str) -> None:
        lifecycle.note(case, by=carl, at=later(minutes=2), body=text)
        assert taking.take_pdf(case, by=carl, at=later(hours=2)).startswith(b"%PDF-")


class TestTaking:
    @pytest.mark.parametrize(("kind", "type_"), [("json", "application/json"), ("pdf", "application/pdf")])
    def test_is_written_down_with_who_what_and_when(
        self, worked: Case, alice: User, carl: User, signed_in: Any, kind: str, type_: str
    ) -> None:
        for person, side in ((alice, "portal"), (carl, "desk")):
            answer = signed_in(person).post(reverse(f"{side}:export_{kind}", args=[worked.number]))
            assert (answer.status_code, answer["Content-Type"]) == (200, type_)
            assert answer["Content-Disposition"] == f'attachment; filename="{worked.number}.{kind}"'
            assert answer["Cache-Control"] == "no-store"
            noted = ExportRecord.objects.latest("pk")
            assert (noted.by, noted.case, noted.format, noted.total, noted.written) == (person, worked, kind, 1, 1)
            assert noted.is_complete == person.works_here
            assert noted.sha256 == sha256(answer.content).hexdigest()

    def test_leaves_the_case_as_it_is(self, worked: Case, alice: User, signed_in: Any) -> None:
        before = Case.objects.values().get(pk=worked.pk), worked.events.count()
        signed_in(alice).post(reverse("portal:export_json", args=[worked.number]))
        assert (Case.objects.values().get(pk=worked.pk), worked.events.count()) == before

    def test_is_not_done_by_a_link(self, worked: Case, alice: User, signed_in: Any) -> None:
        for kind in ("json", "pdf"):
            assert signed_in(alice).get(reverse(f"portal:export_{kind}", args=[worked.number])).status_code == 405
        assert not ExportRecord.objects.exists()

    def test_is_refused_to_another_account_and_at_the_desk_to_customers(
        self, worked: Case, alice: User, eve: User, signed_in: Any
    ) -> None:
        for person, side in ((eve, "portal"), (eve, "desk"), (alice, "desk")):
            for kind in ("json", "pdf"):
                address = reverse(f"{side}:export_{kind}", args=[worked.number])
                assert signed_in(person).post(address).status_code == 404
        assert not ExportRecord.objects.exists()

    def test_of_a_case_that_is_out_of_sight_by_then_is_refused(self, worked: Case, alice: User, later: Any) -> None:
        alice.memberships.all().delete()
        with pytest.raises(Case.DoesNotExist):
            taking.take_json(worked, by=alice, at=later(hours=2))

    def test_is_offered_on_both_pages(self, worked: Case, alice: User, carl: User, signed_in: Any) -> None:
        for person, side in ((alice, "portal"), (carl, "desk")):
            page = signed_in(person).get(reverse(f"{side}:case", args=[worked.number])).content.decode()
            assert all(reverse(f"{side}:export_{kind}", args=[worked.number]) in page for kind in ("json", "pdf"))


class TestAccess:
    def test_200_exports_by_20_users_hold_what_each_may_see(
        self, reference: None, open_case: Any, signed_in: Any
    ) -> None:
        accounts = [company(f"Account {number}", "standard", "emea") for number in range(5)]
        users = [
            member(
                UserFactory(role=Role.CUSTOMER), accounts[number % 5], designated=True, sees_company_cases=number < 10
            )
            for number in range(20)
        ]
        cases = [open_case(user) for user in (*users[:5], *users[10:15])]
        taken = 0
        for user, case in product(users, cases):
            answer = signed_in(user).post(reverse("portal:export_json", args=[case.number]))
            allowed = Case.objects.visible_to(user).filter(pk=case.pk).exists()
            assert answer.status_code == (200 if allowed else 404)
            if allowed:
                assert answer.json()["case"]["account"] in {account.name for account in user.accounts.all()}
                taken += 1
        assert (
            taken == ExportRecord.objects.count() == 25
        )  # ten see their company's two cases, five the one of their own, five none
