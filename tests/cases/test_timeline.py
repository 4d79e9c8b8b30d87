"""The timeline of a case, as customers and as our own people read it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases import lifecycle, timeline
from cases.attachments import accept


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


class TestBuild:
    def test_shows_words_as_words_and_the_rest_as_events(self, case, alice, carl, later):
        lifecycle.take(case, by=carl, at=later(minutes=1))
        lifecycle.reply(case, by=carl, at=later(minutes=2), body="We look at it")
        entries = timeline.build(case, alice)
        assert [(entry.kind, entry.event.kind) for entry in entries] == [
            ("message", "opened"),
            ("event", "taken"),
            ("message", "replied"),
        ]
        assert entries[1].words == "Carl Care took the case"

    def test_gives_customers_a_change_without_its_note(self, case, alice, carl, later):
        lifecycle.note(case, by=carl, at=later(minutes=1), body="Among us")
        lifecycle.hand_to_development(case, by=carl, at=later(minutes=2), body="For the developers")
        assert [entry.kind for entry in timeline.build(case, alice)] == ["message", "event"]
        assert all(entry.event.note_id is None or entry.said is None for entry in timeline.build(case, alice))
        ours = timeline.build(case, carl)
        assert [entry.kind for entry in ours] == ["message", "note", "event", "note"]
        assert [entry.said.body for entry in ours if entry.kind == "note"] == ["Among us", "For the developers"]

    def test_begins_days_in_the_zone_of_the_reader(self, alice, open_case, carl):
        case = open_case(alice, at=datetime(2027, 6, 8, 21, 0, tzinfo=UTC))
        lifecycle.reply(case, by=carl, at=datetime(2027, 6, 8, 23, 0, tzinfo=UTC), body="One")
        lifecycle.reply(case, by=carl, at=datetime(2027, 6, 9, 6, 0, tzinfo=UTC), body="Two")
        for zone, days in (("UTC", [True, False, True]), ("Europe/Paris", [True, True, False])):
            with timezone.override(ZoneInfo(zone)):
                assert [entry.day is not None for entry in timeline.build(case, alice)] == days

    @pytest.mark.parametrize("reader", ["alice", "carl"])
    def test_asks_three_queries_at_most(self, request, reader, case, alice, carl, later, django_assert_max_num_queries):
        for minute in range(0, 20, 2):
            file = accept([SimpleUploadedFile("a.log", b"x")])
            lifecycle.reply(case, by=carl, at=later(minutes=minute), body="?", files=file)
            lifecycle.reply(case, by=alice, at=later(minutes=minute + 1), body="!")
            lifecycle.note(case, by=carl, at=later(minutes=minute + 1), body="Hm")
        user = request.getfixturevalue(reader)
        with django_assert_max_num_queries(3):
            for entry in timeline.build(case, user):
                assert entry.said is None or (entry.said.author.name and list(entry.said.attachments.all()) is not None)


class TestLatest:
    def test_counts_for_a_reader_what_they_may_read(self, case, alice, carl, later):
        before = timeline.latest(case, alice)
        lifecycle.note(case, by=carl, at=later(minutes=1), body="Among us")
        assert timeline.latest(case, alice) == before
        assert timeline.latest(case, carl) > before
