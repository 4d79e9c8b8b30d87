"""How much one person and one account may send and take: refused in words, with the time at which it goes on."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import lifecycle, permissions, quotas
from cases.attachments import accept
from cases.export import jobs, taking
from cases.models import Attachment, Case, Event, ExportRecord
from cases.models.export_record import ExportFormat
from cases.quotas import OverQuota
from contacts.models import User
from tests.conftest import OpenCase, member, person
from tests.proofs.races.pairs import at_once, names

LIMITS = [name for name in dir(conf) if name.startswith("QUOTA_")]


@pytest.fixture
def few(settings: Any, tmp_path: Any) -> Any:
    """Limits that a test reaches: three of each for a person, five for an account."""
    settings.MEDIA_ROOT = tmp_path
    for name in LIMITS:
        setattr(settings, name, 5 if name.endswith("_ACCOUNT") else 3)
    settings.QUOTA_FILE_BYTES_PER_DAY, settings.QUOTA_FILE_BYTES_PER_DAY_ACCOUNT = 3_000, 5_000
    settings.QUOTA_STAFF_TIMES = 2
    return settings


def upload(size: int = 1) -> Any:
    return accept([SimpleUploadedFile("log.txt", b"x" * size)])


@pytest.mark.django_db
class TestEntries:
    @pytest.fixture
    def case(self, alice: User, open_case: OpenCase, at: datetime) -> Case:
        """A case, opened the day before."""
        return open_case(alice, at=at - timedelta(days=1))

    def test_of_a_person_are_so_many_within_an_hour(self, few: Any, case: Case, alice: User, later: Any) -> None:
        for minute in (0, 10, 20):
            lifecycle.reply(case, by=alice, at=later(minutes=minute), body="And?")
        with pytest.raises(OverQuota) as refused:
            lifecycle.reply(case, by=alice, at=later(minutes=30), body="And?")
        assert refused.value.until == later(minutes=60)
        assert "3 messages and answers within an hour" in str(refused.value)
        assert re.search(r"16:00 UTC\. If it is urgent, call \+", str(refused.value))
        lifecycle.reply(case, by=alice, at=later(minutes=61), body="And?")
        with pytest.raises(OverQuota) as refused:
            lifecycle.reply(case, by=alice, at=later(minutes=62), body="And?")
        assert refused.value.until == later(minutes=70)

    def test_of_an_account_count_together(
        self, few: Any, case: Case, alice: User, bob: User, eve: User, open_case: OpenCase, later: Any
    ) -> None:
        for minute in range(3):
            lifecycle.reply(case, by=alice, at=later(minutes=minute), body="And?")
        for minute in range(2):
            lifecycle.reply(case, by=bob, at=later(minutes=minute), body="And?")
        with pytest.raises(OverQuota, match="Your company has sent 5"):
            lifecycle.reply(case, by=bob, at=later(minutes=5), body="And?")
        open_case(eve, at=later(minutes=5))  # another account goes on

    def test_count_whatever_a_customer_does(self, few: Any, case: Case, alice: User, later: Any) -> None:
        """Every verb that customers may use: one that came later is counted without anybody thinking of it."""
        theirs = {verb for verb, roles in permissions.MAY.items() if alice.role in roles}
        assert len(theirs) > 8
        for minute in range(3):
            lifecycle.reply(case, by=alice, at=later(minutes=minute), body="And?")
        before = Event.objects.count()
        for verb in theirs - {"open_case"}:
            with pytest.raises(OverQuota):
                quotas.check_entry(case, verb, by=alice, at=later(minutes=5))
        with pytest.raises(OverQuota):
            lifecycle.follow(case, by=alice, at=later(minutes=5))
        assert Event.objects.count() == before

    def test_of_our_own_people_are_more_and_what_they_write_alone(
        self, few: Any, case: Case, carl: User, open_case: OpenCase, alice: User, at: datetime, later: Any
    ) -> None:
        for minute in range(6):
            lifecycle.note(case, by=carl, at=later(minutes=minute), body="Seen.")
        with pytest.raises(OverQuota) as refused:
            lifecycle.reply(case, by=carl, at=later(minutes=7), body="Yes.")
        assert "call" not in str(refused.value)
        lifecycle.take(case, by=carl, at=later(minutes=8))

    def test_are_refused_on_the_page_with_the_words_kept(
        self, few: Any, case: Case, alice: User, signed_in: Callable[[User], Client]
    ) -> None:
        client, address = signed_in(alice), reverse("portal:reply", args=[case.number])
        for _ in range(3):
            assert client.post(address, {"body": "And?", "submission": str(uuid4())}).status_code == 302
        answer = client.post(address, {"body": "My dear words.", "submission": str(uuid4())})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "My dear words." in page
        assert "You have sent 3 messages and answers within an hour" in page

    def test_sent_twice_are_the_same_and_no_refusal(self, few: Any, case: Case, alice: User, later: Any) -> None:
        key = uuid4()
        for _ in range(5):
            lifecycle.reply(case, by=alice, at=later(minutes=1), body="And?", submission=key)
        assert case.messages.count() == 2

    def test_of_no_limit_are_not_counted(
        self, few: Any, case: Case, alice: User, later: Any, django_assert_num_queries: Any
    ) -> None:
        few.QUOTA_ENTRIES_PER_HOUR = few.QUOTA_ENTRIES_PER_HOUR_ACCOUNT = 0
        with django_assert_num_queries(0):
            quotas.check_entry(case, "answer", by=alice, at=later(minutes=1))


@pytest.mark.django_db
class TestCases:
    def test_of_a_person_are_so_many_within_an_hour(
        self, few: Any, alice: User, bob: User, open_case: OpenCase, later: Any, signed_in: Any
    ) -> None:
        few.QUOTA_ENTRIES_PER_HOUR = few.QUOTA_ENTRIES_PER_HOUR_ACCOUNT = 0
        for minute in range(3):
            open_case(alice, at=later(minutes=minute))
        with pytest.raises(OverQuota, match=r"You have opened 3 cases .* at .*16:00 UTC\. If it is urgent, call \+"):
            open_case(alice, at=later(minutes=5))
        assert Case.objects.count() == 3

    def test_of_an_account_count_together(self, few: Any, alice: User, open_case: OpenCase, acme: Any) -> None:
        few.QUOTA_ENTRIES_PER_HOUR = few.QUOTA_ENTRIES_PER_HOUR_ACCOUNT = 0
        others = [member(person(f"Person{number} P"), acme, designated=True) for number in range(2)]
        for user in (alice, alice, alice, others[0], others[0]):
            open_case(user)
        with pytest.raises(OverQuota, match="Your company has opened 5 cases"):
            open_case(others[1])


@pytest.mark.django_db
class TestFiles:
    def test_are_so_many_and_so_large_within_a_day(self, few: Any, case: Case, alice: User, later: Any) -> None:
        few.QUOTA_ENTRIES_PER_HOUR = 0
        for hour in range(2):
            lifecycle.reply(case, by=alice, at=later(hours=hour), body="Log.", files=upload(1_400))
        with pytest.raises(OverQuota, match=r"files of more than 2\.9\xa0KB within a day"):
            lifecycle.reply(case, by=alice, at=later(hours=2), body="Log.", files=upload(300))
        lifecycle.reply(case, by=alice, at=later(hours=2), body="Log.", files=upload(100))
        with pytest.raises(OverQuota, match="more than 3 files within a day") as refused:
            lifecycle.reply(case, by=alice, at=later(hours=3), body="Log.", files=upload(1))
        assert refused.value.until == later(hours=24)
        assert Attachment.objects.count() == 3
        lifecycle.reply(case, by=alice, at=later(hours=25), body="Log.", files=upload(1))

    def test_refused_leave_nothing_behind(self, few: Any, case: Case, alice: User, later: Any, tmp_path: Any) -> None:
        before = case.messages.count()
        with pytest.raises(OverQuota):
            lifecycle.reply(case, by=alice, at=later(hours=2), body="Log.", files=upload(3_001))
        assert case.messages.count() == before
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
class TestExports:
    def test_are_so_many_within_an_hour_and_refused_with_429(
        self, few: Any, case: Case, alice: User, signed_in: Any
    ) -> None:
        client = signed_in(alice)
        kinds = ["json", "pdf", "json", "pdf"]
        answers = [client.post(reverse(f"portal:export_{kind}", args=[case.number])) for kind in kinds]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert "You have taken 3 exports within an hour" in answers[-1].content.decode()
        assert ExportRecord.objects.count() == 3

    def test_of_many_cases_count_too(self, few: Any, case: Case, mona: User, signed_in: Any) -> None:
        few.QUOTA_EXPORTS_AT_ONCE = 0
        client = signed_in(mona)
        codes = [client.post(reverse("desk:export_cases")).status_code for _ in range(7)]
        assert codes == [302] * 6 + [429]

    def test_under_way_are_so_many_for_a_person(self, few: Any, case: Case, mona: User, signed_in: Any) -> None:
        client = signed_in(mona)
        answers = [client.post(reverse("desk:export_cases")) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
        assert "still being made" in answers[-1].content.decode()
        assert jobs.work(at=timezone.now())
        assert client.post(reverse("desk:export_cases")).status_code == 302


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Twenty requests at the same moment come to no more than one after the other."""

    TIMES = 20

    def results(self, act: Callable[[int], object]) -> list[str]:
        return names(at_once(*(lambda number=number: act(number) for number in range(self.TIMES))))

    def test_replies(
        self, few: Any, alice: User, open_case: OpenCase, at: datetime, later: Any, deadlocks: None
    ) -> None:
        cases = [open_case(alice, at=at - timedelta(days=day)) for day in range(1, 5)]
        found = self.results(
            lambda number: lifecycle.reply(cases[number % 4], by=alice, at=later(seconds=number), body="And?")
        )
        assert found == ["Case"] * 3 + ["OverQuota"] * 17

    def test_files(self, few: Any, case: Case, alice: User, later: Any, deadlocks: None) -> None:
        few.QUOTA_ENTRIES_PER_HOUR = few.QUOTA_ENTRIES_PER_HOUR_ACCOUNT = 0
        found = self.results(
            lambda number: lifecycle.reply(case, by=alice, at=later(seconds=number), body=".", files=upload(800))
        )
        assert found == ["Case"] * 3 + ["OverQuota"] * 17
        assert sum(Attachment.objects.values_list("size", flat=True)) == 2_400

    def test_cases_of_an_account(self, few: Any, alice: User, open_case: OpenCase, acme: Any, deadlocks: None) -> None:
        people = [alice, *(member(person(f"Person{n} P"), acme, designated=True) for n in range(3))]
        found = self.results(lambda number: open_case(people[number % 4]))
        assert found == ["Case"] * 5 + ["OverQuota"] * 15

    def test_exports(self, few: Any, case: Case, alice: User, deadlocks: None) -> None:
        found = self.results(lambda number: taking.take_json(case, by=alice, at=timezone.now()))
        assert found == ["OverQuota"] * 17 + ["bytes"] * 3

    def test_jobs(self, few: Any, case: Case, alice: User, deadlocks: None) -> None:
        few.QUOTA_EXPORTS_AT_ONCE, few.QUOTA_EXPORTS_PER_HOUR, few.QUOTA_EXPORTS_PER_HOUR_ACCOUNT = 2, 0, 0
        found = self.results(lambda number: jobs.ask_for_one(case, ExportFormat.PDF, by=alice, at=timezone.now()))
        assert found == ["ExportJob"] * 2 + ["StillMaking"] * 18

    def test_without_the_locks_more_get_through(
        self, few: Any, alice: User, open_case: OpenCase, at: datetime, later: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The wrong way, so that it is seen that the tests above would notice."""
        cases = [open_case(alice, at=at - timedelta(days=day)) for day in range(1, 5)]
        monkeypatch.setattr(quotas, "_lock", lambda *_: True)
        through = 0
        for round_ in range(5):
            start = at + timedelta(days=1 + round_)
            found = self.results(
                lambda number, start=start: lifecycle.reply(cases[number % 4], by=alice, at=start, body="And?")
            )
            through = max(through, found.count("Case"))
        assert through > 3


@pytest.mark.django_db
def test_are_counted_by_an_index(case: Case, alice: User, at: datetime) -> None:
    """What is counted for each entry of a customer reads a range of an index, whatever the table holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        sender = quotas._Sender(alice, case.account_id, at)
        plan = sender.recent(Event.objects.all(), quotas.HOUR).explain()
    assert "event_of_actor" in plan
    assert re.search(r"Index Cond: .*\bat\b", plan)
