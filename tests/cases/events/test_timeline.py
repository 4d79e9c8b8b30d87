"""The timeline of a case, as customers and as our own people read it."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cases import lifecycle
from cases.attachments import accept
from cases.events import timeline


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


class TestShown:
    @pytest.fixture
    def long(self, case, carl, later, monkeypatch):
        """Twelve notes and answers after the opening, five events a page."""
        monkeypatch.setattr(timeline, "MOST_SHOWN", 5)
        for minute in range(6):
            lifecycle.note(case, by=carl, at=later(minutes=minute), body=f"Note {minute}.")
            lifecycle.reply(case, by=carl, at=later(minutes=minute), body=f"Answer {minute}.")
        return case

    @pytest.mark.parametrize("reader", ["alice", "carl"])
    def test_is_the_whole_page_by_page_and_nothing_twice(self, request, reader, long):
        viewer = request.getfixturevalue(reader)
        pages, upto = [], None
        while True:
            shown = timeline.shown(long, viewer, upto=upto)
            pages.insert(0, [entry.event.pk for entry in shown.entries])
            upto = shown.earlier
            if upto is None:
                break
        whole = [entry.event.pk for entry in timeline.build(long, viewer)]
        assert [event for page in pages for event in page] == whole
        assert max(len(set(page)) for page in pages) == 5

    @pytest.mark.parametrize(("reader", "side"), [("alice", "portal"), ("carl", "desk")])
    def test_leads_to_what_came_before_and_back(self, request, reader, side, long, signed_in):
        client, address = signed_in(request.getfixturevalue(reader)), reverse(f"{side}:case", args=[long.number])
        page = client.get(address).content.decode()
        assert "Answer 5." in page
        assert "Answer 0." not in page
        link = re.search(r'href="(\?upto=\d+)"', page)
        while link:
            page = client.get(address + link[1]).content.decode()
            link = re.search(r'href="(\?upto=\d+)"', page)
        assert "Answer 0." in page
        assert "Answer 5." not in page
        assert "The latest entries" in page

    def test_keeps_the_solution_in_sight(self, long, carl, alice, later, signed_in):
        lifecycle.provide_solution(long, by=carl, at=later(hours=1), body="Reload the page.")
        for minute in range(8):
            lifecycle.note(long, by=carl, at=later(hours=2, minutes=minute), body="Waits.")
            lifecycle.follow(long, by=carl, at=later(hours=2, minutes=minute))
            lifecycle.unfollow(long, by=carl, at=later(hours=2, minutes=minute))
        page = signed_in(alice).get(reverse("portal:case", args=[long.number]))
        assert page.context["solution"].body == "Reload the page."
