"""The record taken out of the house: what is in it, for whom; and that each taking is written down."""

import json
import re
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cases import lifecycle
from cases.attachments import accept
from cases.models import Case, Exclusion, ExportRecord
from cases.record import document, rows, taking
from cases.record.sheet import printable
from contacts.models import User
from contacts.roles import Role
from tests.conftest import company, member
from tests.factories.contacts import UserFactory

pytestmark = pytest.mark.django_db
DOCS = Path(__file__).resolve().parents[2] / "docs" / "record.md"
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
        """A field that is added, renamed or taken away: write it into docs/record.md, and raise the version."""
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
            begun, ids = taking.begin(Case.objects.visible_to(mona), by=mona, at=later(hours=2), query="")
            with CaptureQueriesContext(connection) as captured:
                list(taking.Lines(begun, ids, at=later(hours=2)).chunks())
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
        "text", ["x" * 5_000, "**bold** {nb} {page} (()\\ %%EOF", "\n" * 300, "<b>&amp;</b>" * 500]
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


class TestManyCases:
    @pytest.fixture
    def url(self) -> str:
        return reverse("desk:export_cases")

    @pytest.fixture
    def some(self, worked: Case, alice: User, eve: User, open_case: Any) -> list[Case]:
        return [worked, *(open_case(alice) for _ in range(3)), open_case(eve, severity="minor")]

    def test_come_as_json_lines_a_chunk_at_a_time(
        self, some: list[Case], mona: User, signed_in: Any, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taking, "CHUNK", 2)
        answer = signed_in(mona).post(url)
        chunks = list(answer.streaming_content)
        assert [chunk.count(b"\n") for chunk in chunks] == [2, 2, 1]
        lines = [json.loads(line) for line in b"".join(chunks).splitlines()]
        assert [line["case"]["number"] for line in lines] == sorted(case.number for case in some)
        noted = ExportRecord.objects.get()
        assert (noted.by, noted.total, noted.written, noted.format) == (mona, 5, 5, "jsonl")
        assert noted.sha256 == sha256(b"".join(chunks)).hexdigest()
        assert noted.has_ended

    def test_are_narrowed_by_the_address_and_closed_ones_not_left_out(
        self, some: list[Case], mona: User, carl: User, signed_in: Any, url: str, later: Any
    ) -> None:
        lifecycle.close(some[1], by=carl, at=later(hours=3), reason="withdrawn")
        client = signed_in(mona)
        found = {
            query: b"".join(client.post(f"{url}?{query}").streaming_content).count(b"\n")
            for query in ("", "severity=minor", "status=closed", "account=acme", "since=2027-06-09", "until=2027-06-08")
        }
        assert found == {
            "": 5, "severity=minor": 1, "status=closed": 1, "account=acme": 4,
            "since=2027-06-09": 0, "until=2027-06-08": 5,
        }  # fmt: skip
        assert set(ExportRecord.objects.values_list("query", flat=True)) == found.keys()

    def test_are_for_managers_and_administrators(
        self, some: list[Case], alice: User, carl: User, dora: User, adam: User, signed_in: Any, url: str
    ) -> None:
        for person in (alice, carl, dora):
            assert {signed_in(person).get(url).status_code, signed_in(person).post(url).status_code} == {404}
        assert signed_in(adam).get(url).status_code == 200
        assert not ExportRecord.objects.exists()

    def test_stop_for_a_person_who_is_shut_out_meanwhile(
        self, some: list[Case], mona: User, later: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(taking, "CHUNK", 2)
        begun, ids = taking.begin(Case.objects.visible_to(mona), by=mona, at=later(hours=2), query="")
        lines = taking.Lines(begun, ids, at=later(hours=2))
        chunks = lines.chunks()
        assert next(chunks).count(b"\n") == 2
        User.objects.filter(pk=mona.pk).update(is_active=False)
        assert b"".join(chunks) == b""
        lines.end(later(hours=3))
        assert (begun.written, begun.is_short) == (2, True)

    def test_show_how_far_they_are(self, some: list[Case], mona: User, later: Any, signed_in: Any, url: str) -> None:
        begun, ids = taking.begin(Case.objects.visible_to(mona), by=mona, at=later(hours=2), query="account=acme")
        lines = taking.Lines(begun, ids, at=later(hours=2))
        client = signed_in(mona)
        cache.delete(f"export:{begun.pk}")
        assert "not ended, of 5" in client.get(url).content.decode()
        lines.chunk(ids[:3])
        part = client.get(url, headers={"HX-Request": "true", "HX-Target": "exports"}).content.decode()
        assert "3 of 5 …" in part
        assert "<html" not in part
        list(lines.chunks())
        lines.end(later(hours=3))
        assert "account=acme" in client.get(url).content.decode()

    def test_need_few_queries_to_show(
        self, some: list[Case], mona: User, later: Any, signed_in: Any, url: str, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(12):
            taking.begin(Case.objects.none(), by=mona, at=later(hours=2), query="")
        client = signed_in(mona)
        with django_assert_max_num_queries(11):
            client.get(url)

    def test_leave_an_asgi_server_before_all_are_read(
        self, some: list[Case], mona: User, url: str, signed_in: Any
    ) -> None:
        """Under the server of production the answer is not gathered first."""
        cookies = signed_in(mona).cookies

        async def taken() -> bytes:
            client = AsyncClient()
            client.cookies = cookies
            answer = await client.post(url)
            assert answer.is_async
            return b"".join([chunk async for chunk in answer.streaming_content])

        assert async_to_sync(taken)().count(b"\n") == 5
        assert ExportRecord.objects.get().written == 5
