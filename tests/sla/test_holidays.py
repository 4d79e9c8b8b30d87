"""Closed dates from the public holidays of a country: shown, chosen, looked at, and only then entered."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import User
from sla import compiled, editing, holidays
from sla.models import Calendar, ClosedDate
from tests.sla.calendar_pages import confirm

NEXT_YEAR = timezone.now().year + 1
NEW_YEAR, WORKERS_DAY = date(NEXT_YEAR, 1, 1), date(NEXT_YEAR, 5, 1)


@pytest.fixture
def manager(mona: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(mona)


@pytest.fixture
def emea(reference: None) -> Calendar:
    return Calendar.objects.get(code="emea")


def page(calendar: Calendar, **query: Any) -> str:
    asked = urlencode(query, doseq=True)
    return reverse("admin:sla_calendar_closed_dates", args=[calendar.pk]) + (f"?{asked}" if asked else "")


class TestHolidays:
    def test_countries_are_named_in_the_reader_s_language_and_sorted_by_it(self) -> None:
        english, french = dict(holidays.countries("en")), dict(holidays.countries("fr"))
        assert (english["DE"], french["DE"]) == ("Germany", "Allemagne")
        names = list(french.values())
        assert names.index("Égypte") < names.index("France")

    def test_parts_of_a_country_are_named(self) -> None:
        assert ("BY", "Bayern") in holidays.subdivisions("DE")
        assert holidays.subdivisions("nowhere") == []

    def test_a_part_has_more_than_the_whole(self) -> None:
        whole = holidays.dates("DE", "", [2027], language="en")
        bavaria = holidays.dates("DE", "BY", [2027], language="en")
        assert set(whole) < set(bavaria)
        assert bavaria[date(2027, 1, 6)] == "Epiphany"

    def test_occasions_are_in_the_reader_s_language_where_it_is_spoken(self) -> None:
        assert holidays.dates("FR", "", [2027], language="fr")[date(2027, 7, 14)] == "Fête nationale"
        assert holidays.dates("FR", "", [2027], language="en")[date(2027, 7, 14)] == "National Day"
        assert holidays.dates("DE", "", [2027], language="fr")[date(2027, 1, 1)] == "New Year's Day"

    def test_every_country_answers_with_names_that_fit(self) -> None:
        for code, _name in holidays.countries("en"):
            found = holidays.dates(code, "", [2027], language="fr")
            assert all(0 < len(name) <= 80 for name in found.values()), code

    def test_proposals_leave_the_past_out_and_mark_what_is_known(self) -> None:
        found = holidays.dates("DE", "", [2027], language="en")
        hours = compiled.hours(
            {
                "zone": "Europe/Berlin",
                "round_the_clock": False,
                "versions": [{"from": None, "week": {str(day): [["09:00", "18:00"]] for day in range(5)}}],
                "closed": {"2027-05-06": ""},
                "overrides": {},
            }
        )
        proposed = holidays.proposals(found, closed=["2027-05-06"], hours=hours, today=date(2027, 5, 1))
        by_date = {one.date: one for one in proposed}
        assert min(by_date) == date(2027, 5, 1)
        assert not by_date[date(2027, 5, 1)].has_hours  # a Saturday
        assert by_date[date(2027, 5, 6)].entered
        assert by_date[date(2027, 5, 17)].has_hours
        assert not by_date[date(2027, 5, 17)].entered


class TestClosedDates:
    def test_asks_for_a_country_with_this_year_and_the_next_chosen(self, manager: Client, emea: Calendar) -> None:
        text = manager.get(page(emea)).content.decode()
        assert '<option value="DE">Germany</option>' in text
        for year, checked in ((NEXT_YEAR - 1, True), (NEXT_YEAR, True), (NEXT_YEAR + 1, False)):
            box = text.split(f'value="{year}"')[1].split(">")[0]
            assert ("checked" in box) == checked

    def test_shows_the_dates_before_anything_is_entered(self, manager: Client, emea: Calendar) -> None:
        editing.close(emea, {NEW_YEAR: "New Year"}, at=timezone.now(), by="Otto")
        response = manager.get(page(emea, country="FR", years=NEXT_YEAR))
        text = response.content.decode()
        assert f'value="{NEXT_YEAR}-07-14"' in text
        assert "entered already" in text
        assert 'name="subdivision"' in text
        assert all(proposal.date >= timezone.localdate() for proposal in response.context["proposals"])
        assert ClosedDate.objects.count() == 1

    def test_ticks_the_days_that_would_be_open(self, manager: Client, emea: Calendar) -> None:
        response = manager.get(page(emea, country="FR", years=[NEXT_YEAR, NEXT_YEAR + 1, NEXT_YEAR + 2]))
        proposals = response.context["proposals"]
        ticked = response.context["form"].ticked
        assert ticked == {one.value for one in proposals if one.date.weekday() < 5}
        assert 0 < len(ticked) < len(proposals)
        assert "no hours on that day" in response.content.decode()

    def test_says_what_is_missing(self, manager: Client, emea: Calendar) -> None:
        assert "Choose at least one year." in manager.get(page(emea, country="FR")).content.decode()
        assert "Choose at least one date." in manager.post(page(emea, country="FR", years=NEXT_YEAR)).content.decode()
        assert (
            "not one of the available choices"
            in manager.get(page(emea, country="XX", years=NEXT_YEAR)).content.decode()
        )
        wrong = manager.post(page(emea, country="FR", years=NEXT_YEAR), {"dates": ["1999-01-01"]}).content.decode()
        assert "not one of the available choices" in wrong

    def test_forgets_the_part_of_the_country_that_was_chosen_before(self, manager: Client, emea: Calendar) -> None:
        response = manager.get(page(emea, country="FR", subdivision="BY", years=NEXT_YEAR))
        assert response.context["proposals"]

    def test_is_looked_at_and_then_entered_as_one_edition(self, manager: Client, emea: Calendar, mona: User) -> None:
        chosen = [f"{NEXT_YEAR}-05-01", f"{NEXT_YEAR}-07-14"]
        preview = manager.post(page(emea, country="FR", years=NEXT_YEAR), {"dates": chosen})
        assert f"14 July {NEXT_YEAR}" in preview.content.decode()
        assert ClosedDate.objects.count() == 0
        assert preview.context["definition"]["closed"].keys() == set(chosen)
        response = confirm(manager, emea, preview)
        assert response["Location"] == reverse("admin:sla_calendar_change", args=[emea.pk])
        assert {row.date.isoformat() for row in ClosedDate.objects.filter(calendar=emea)} == set(chosen)
        emea.refresh_from_db()
        edition = emea.revisions.get(number=2)
        assert (emea.revision, edition.recorded_by) == (2, mona.name)
        assert edition.definition == preview.context["definition"]
        entry = LogEntry.objects.get()
        assert entry.user == mona
        assert f"{NEXT_YEAR}-07-14" in entry.get_change_message()
        noon = datetime(NEXT_YEAR, 7, 14, 10, tzinfo=UTC)
        assert not compiled.working_time(emea).is_open(noon)

    def test_leads_back_with_the_same_dates_ticked(self, manager: Client, emea: Calendar) -> None:
        address = page(emea, country="FR", years=NEXT_YEAR)
        response = manager.post(address, {"dates": [f"{NEXT_YEAR}-07-14"], "_back": "1"})
        assert response.context["form"].ticked == {f"{NEXT_YEAR}-07-14"}
        assert ClosedDate.objects.count() == 0

    def test_is_not_for_the_calendar_that_never_closes(self, manager: Client, emea: Calendar) -> None:
        always = Calendar.objects.get(round_the_clock=True)
        response = manager.get(page(always, country="FR", years=NEXT_YEAR), follow=True)
        assert "never closes" in response.content.decode()

    def test_is_for_those_who_may_change_calendars(self, carl: User, emea: Calendar, signed_in: Any) -> None:
        client = signed_in(carl)
        assert client.post(page(emea, country="FR", years=NEXT_YEAR), {"dates": "x"}).status_code in (302, 403)


class TestClose:
    def test_keeps_what_was_entered_and_records_one_edition(self, emea: Calendar) -> None:
        at = timezone.now()
        editing.close(emea, {NEW_YEAR: "Ours"}, at=at, by="Otto")
        fresh = editing.close(emea, {NEW_YEAR: "Theirs", WORKERS_DAY: "1 May"}, at=at + timedelta(minutes=1), by="Otto")
        assert [row.date for row in fresh] == [WORKERS_DAY]
        assert editing.statement(emea)["closed"] == {NEW_YEAR.isoformat(): "Ours", WORKERS_DAY.isoformat(): "1 May"}
        assert emea.revision == 3
        assert editing.close(emea, {NEW_YEAR: "Again"}, at=at, by="Otto") == []
        assert emea.revision == 3
