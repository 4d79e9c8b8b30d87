"""Exports that a worker makes: asked for, made by slices, fetched by who asked alone, taken away after a day."""

import json
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from cases import enqueue, lifecycle, tasks
from cases.export import files as export
from cases.export import jobs, pdf_layout, taking
from cases.jobs import sweep as sweeping
from cases.models import Case, ExportJob, ExportRecord
from cases.models.export_job import Failure, JobState
from cases.models.export_record import ExportFormat
from contacts.models import User
from contacts.roles import Role

pytestmark = pytest.mark.django_db
MANY = reverse("desk:export_cases")


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def heavy(case: Case, carl: User, later: Any) -> Case:
    """A case whose record is made by a worker, its words those of a long log."""
    for number in range(3):
        lifecycle.reply(case, by=carl, at=later(minutes=number), body="line of a log\n" * 3_000)
    return case


@pytest.fixture
def ask(heavy: Case, alice: User, signed_in: Any) -> Callable[..., ExportJob]:
    """Ask for the record of the heavy case by its page, and return what waits then."""

    def asked(by: User = alice, side: str = "portal", kind: str = "pdf") -> ExportJob:
        answer = signed_in(by).post(reverse(f"{side}:export_{kind}", args=[heavy.number]))
        job = ExportJob.objects.latest("export_id")
        assert (answer.status_code, answer.url) == (302, reverse("exports:export", args=[job.pk]))
        return job

    return asked


def work() -> ExportJob:
    """Do all that waits, as the worker does, and return the last job."""
    while jobs.work(at=timezone.now()):
        pass
    return ExportJob.objects.latest("export_id")


def fetched(client: Client, job: ExportJob) -> tuple[int, bytes]:
    answer = client.get(reverse("exports:download", args=[job.pk]))
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else b""


class TestOne:
    def test_that_is_large_is_made_by_a_worker_and_shown_meanwhile(
        self, ask: Any, alice: User, heavy: Case, signed_in: Any, files: Path
    ) -> None:
        job, client = ask(), signed_in(alice)
        page = reverse("exports:export", args=[job.pk])
        waiting = client.get(page).content.decode()
        assert "It is being made" in waiting
        assert f'hx-get="{page}" hx-trigger="every 2s"' in waiting
        assert fetched(client, job)[0] == 404
        assert ExportRecord.objects.get().ended_at is None
        work()
        part = client.get(page, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in part
        assert "hx-trigger" not in part
        assert reverse("exports:download", args=[job.pk]) in part
        status, content = fetched(client, job)
        noted = ExportRecord.objects.get()
        assert (status, content[:5], noted.sha256) == (200, b"%PDF-", sha256(content).hexdigest())
        assert (noted.by, noted.case, noted.format, noted.written, noted.has_ended) == (alice, heavy, "pdf", 1, True)
        assert [path.stat().st_mode & 0o777 for path in (files, files / str(job.pk))] == [0o700, 0o600]

    def test_that_is_small_comes_at_once(self, case: Case, alice: User, signed_in: Any) -> None:
        assert signed_in(alice).post(reverse("portal:export_pdf", args=[case.number])).status_code == 200
        assert not ExportJob.objects.exists()

    def test_speaks_the_language_of_who_asked(self, heavy: Case, alice: User) -> None:
        with translation.override("fr"), timezone.override("Europe/Paris"):
            job = jobs.ask_for_one(heavy, ExportFormat.PDF, by=alice, at=timezone.now())
        work()
        assert b"/Lang (fr)" in export.opened(job).read()

    def test_is_for_who_asked_alone(
        self, ask: Any, bob: User, carl: User, mona: User, eve: User, signed_in: Any
    ) -> None:
        job = ask()
        work()
        for other in (bob, carl, mona, eve):
            client = signed_in(other)
            assert client.get(reverse("exports:export", args=[job.pk])).status_code == 404
            assert fetched(client, job)[0] == 404
            assert str(job.pk) not in client.get(reverse("exports:exports")).content.decode()

    def test_is_looked_at_again_when_it_is_made(self, ask: Any, alice: User) -> None:
        job = ask()
        alice.memberships.all().delete()
        job = work()
        assert (job.state, job.failure) == (JobState.FAILED, Failure.OUT_OF_SIGHT)
        assert ExportRecord.objects.get().ended_at is None

    def test_is_looked_at_again_when_it_is_fetched(self, ask: Any, alice: User, signed_in: Any) -> None:
        job = ask()
        work()
        client = signed_in(alice)
        assert fetched(client, job)[0] == 200
        alice.memberships.all().delete()
        assert fetched(client, job)[0] == 404
        assert client.get(reverse("exports:export", args=[job.pk])).status_code == 404

    def test_made_with_our_notes_is_nothing_for_who_became_a_customer(
        self, ask: Any, carl: User, signed_in: Any, acme: Any
    ) -> None:
        job = ask(carl, "desk")
        User.objects.filter(pk=carl.pk).update(role=Role.CUSTOMER)
        carl.memberships.create(account=acme, sees_company_cases=True)
        assert work().failure == Failure.OUT_OF_SIGHT
        assert fetched(signed_in(carl), job)[0] == 404

    def test_that_takes_too_long_says_what_to_do(
        self, ask: Any, alice: User, signed_in: Any, monkeypatch: pytest.MonkeyPatch, files: Path
    ) -> None:
        job = ask()
        monkeypatch.setattr(pdf_layout, "MOST_SECONDS", -1.0)
        assert work().failure == Failure.TOO_LONG
        page = signed_in(alice).get(reverse("exports:export", args=[job.pk])).content.decode()
        assert "Take it as JSON" in page
        assert not files.exists() or not list(files.iterdir())

    def test_asks_the_database_nothing_while_pages_are_laid_out(
        self, heavy: Case, carl: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        begun = taking.begin(heavy, ExportFormat.PDF, by=carl, at=timezone.now())
        paper = taking.paper

        def laid_out(*args: Any, **more: Any) -> bytes:
            with django_assert_num_queries(0):
                return paper(*args, **more)

        monkeypatch.setattr(taking, "paper", laid_out)
        assert taking.content(begun, by=carl, at=timezone.now())

    def test_has_a_list_with_nothing_in_it_before(self, alice: User, signed_in: Any) -> None:
        assert "No export is being made for you" in signed_in(alice).get(reverse("exports:exports")).content.decode()


class TestMany:
    @pytest.fixture
    def some(self, case: Case, alice: User, eve: User, open_case: Any) -> list[Case]:
        return [case, *(open_case(alice) for _ in range(3)), open_case(eve, severity="minor")]

    @pytest.fixture
    def small_slices(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two cases a chunk, a chunk a slice."""
        monkeypatch.setattr(jobs, "CHUNK", 2)
        ticks = iter(range(0, 10_000, 6))
        monkeypatch.setattr(jobs, "monotonic", lambda: next(ticks))

    def test_come_as_json_lines_made_by_slices(
        self, some: list[Case], small_slices: None, mona: User, signed_in: Any
    ) -> None:
        client = signed_in(mona)
        answer = client.post(MANY)
        job = ExportJob.objects.get()
        assert (answer.status_code, answer.url) == (302, reverse("exports:export", args=[job.pk]))
        assert jobs.work(at=timezone.now())
        assert "2 of 5 …" in client.get(reverse("exports:export", args=[job.pk])).content.decode()
        assert "2 of 5 …" in client.get(MANY).content.decode()
        work()
        status, content = fetched(client, job)
        numbers = [json.loads(line)["case"]["number"] for line in content.splitlines()]
        noted = ExportRecord.objects.get()
        assert (status, numbers) == (200, sorted(case.number for case in some))
        assert (noted.total, noted.written, noted.sha256) == (5, 5, sha256(content).hexdigest())
        assert ExportJob.objects.get().cases == []

    def test_are_narrowed_by_the_address_and_closed_ones_not_left_out(
        self, some: list[Case], mona: User, carl: User, signed_in: Any, later: Any, settings: Any
    ) -> None:
        settings.QUOTA_EXPORTS_AT_ONCE = 0
        lifecycle.close(some[1], by=carl, at=later(hours=3), reason="withdrawn")
        client, found = signed_in(mona), {}
        for query in ("", "severity=minor", "status=closed", "account=acme", "since=2027-06-09", "until=2027-06-08"):
            client.post(f"{MANY}?{query}")
            found[query] = fetched(client, work())[1].count(b"\n")
        assert found == {
            "": 5, "severity=minor": 1, "status=closed": 1, "account=acme": 4,
            "since=2027-06-09": 0, "until=2027-06-08": 5,
        }  # fmt: skip
        assert set(ExportRecord.objects.values_list("query", flat=True)) == found.keys()

    def test_are_for_managers_and_administrators(
        self, some: list[Case], alice: User, carl: User, dora: User, adam: User, signed_in: Any
    ) -> None:
        for person in (alice, carl, dora):
            assert {signed_in(person).get(MANY).status_code, signed_in(person).post(MANY).status_code} == {404}
        assert signed_in(adam).get(MANY).status_code == 200
        assert not ExportRecord.objects.exists()

    @pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.DISPATCHER}])
    def test_stop_for_a_person_who_may_not_meanwhile(
        self, some: list[Case], small_slices: None, mona: User, signed_in: Any, change: dict[str, Any]
    ) -> None:
        client = signed_in(mona)
        client.post(MANY)
        jobs.work(at=timezone.now())
        User.objects.filter(pk=mona.pk).update(**change)
        job = work()
        assert job.export.written == 2 < job.export.total
        assert fetched(client, job)[0] in (302, 404)

    def test_go_on_where_a_worker_died(
        self, some: list[Case], small_slices: None, mona: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Killed after the file was written and before the row was: the chunk is written again, not twice."""
        put, died = export.put, []

        def dies(job: ExportJob, content: bytes, *, after: int = 0) -> int:
            size = put(job, content, after=after)
            if job.position == 2 and not died:
                died.append(size)
                raise KeyboardInterrupt
            return size

        monkeypatch.setattr(export, "put", dies)
        jobs.ask_for_many(Case.objects.order_by("pk"), by=mona, at=timezone.now(), query="")
        with pytest.raises(KeyboardInterrupt):
            work()
        job = work()
        content = export.opened(job).read()
        assert died
        assert content.count(b"\n") == 5
        assert (job.written, job.size) == (5, len(content))

    def test_need_few_queries_to_show(
        self, some: list[Case], mona: User, signed_in: Any, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(12):
            taking.begin_many(Case.objects.none(), by=mona, at=timezone.now(), query="")
        client = signed_in(mona)
        with django_assert_max_num_queries(11):
            client.get(MANY)


class TestMaking:
    def test_is_done_in_turn_by_who_waits_longest(self, ask: Any, carl: User) -> None:
        first, second = ask(), ask(carl, "desk")
        assert jobs.work(at=timezone.now())
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (JobState.READY, JobState.QUEUED)
        assert not jobs.work(at=timezone.now())

    def test_is_given_up_after_three_attempts(
        self, ask: Any, alice: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fails(*_args: Any, **_more: Any) -> bytes:
            raise OSError("disk full")

        job = ask()
        monkeypatch.setattr(taking, "paper", fails)
        tries = 1
        while jobs.work(at=timezone.now()):
            tries += 1
        job.refresh_from_db()
        assert (tries, job.state, job.failure) == (4, JobState.FAILED, Failure.BROKEN)

    def test_repeated_changes_nothing(self, ask: Any) -> None:
        ask()
        before = work()
        for _ in range(3):
            tasks.make_exports()
        assert ExportJob.objects.values().get() == ExportJob.objects.filter(pk=before.pk).values().get()
        assert ExportRecord.objects.count() == 1

    def test_is_rung_for_again_by_the_sweep(self, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        rung: list[int] = []
        ask()
        monkeypatch.setattr(enqueue, "make_exports", lambda: rung.append(1))
        jobs.sweep(timezone.now() + timedelta(minutes=1))
        work()
        jobs.sweep(timezone.now() + timedelta(minutes=2))
        assert len(rung) == 1

    def test_leaves_a_file_for_a_day(self, ask: Any, alice: User, signed_in: Any, files: Path) -> None:
        job = ask()
        work()
        sweeping.sweep(timezone.now() + timedelta(hours=23))
        assert fetched(signed_in(alice), job)[0] == 200
        sweeping.sweep(timezone.now() + timedelta(hours=25))
        assert list(files.iterdir()) == []
        assert fetched(signed_in(alice), job)[0] == 404
        page = signed_in(alice).get(reverse("exports:export", args=[job.pk])).content.decode()
        assert "taken away after a day" in page

    @pytest.mark.parametrize(
        "change",
        [{"state": "queued"}, {"language": "fr"}, {"state": "failed", "expires_at": None, "failure": "broken"}],
    )
    def test_goes_only_forward(self, ask: Any, change: dict[str, Any]) -> None:
        ask()
        work()
        with pytest.raises(DatabaseError), transaction.atomic():
            ExportJob.objects.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            ExportJob.objects.all().delete()
