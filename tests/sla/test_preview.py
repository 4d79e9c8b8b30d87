"""Other hours of a calendar are looked at before they are saved: nothing is written, and nothing written is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from contacts.models import User
from sla import editing
from sla.effective_dates import latest_date
from sla.models import Calendar, CalendarVersion, ClosedDate, DayOverride
from tests.sla.calendar_pages import NINE_TO_SIX, address, calendar_form, closing, confirm, send, week

MORNINGS = ("08:00–12:00",) * 5 + ("", "")


@pytest.fixture
def manager(mona: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(mona)


@pytest.fixture
def emea(reference: None) -> Calendar:
    return Calendar.objects.get(code="emea")


def look(client: Client, calendar: Calendar, data: dict[str, str]) -> Any:
    response = client.post(address(calendar), data)
    assert response.status_code == 200
    assert "sent" in response.context, response.content.decode()
    return response


class TestPreview:
    def test_saves_nothing(self, manager: Client, emea: Calendar) -> None:
        before = editing.statement(emea)
        look(manager, emea, calendar_form(emea, MORNINGS, zone="Europe/Paris", **closing("2027-06-08")))
        assert editing.statement(emea) == before
        emea.refresh_from_db()
        assert (emea.revision, emea.revisions.count(), LogEntry.objects.count()) == (1, 1, 0)

    def test_says_what_changes(self, manager: Client, emea: Calendar) -> None:
        data = calendar_form(
            emea, ("8-12", *NINE_TO_SIX[1:]), zone="Europe/Paris", **closing("2027-06-08", name="Fair")
        )
        page = look(manager, emea, data).content.decode()
        assert "Time zone: Europe/Berlin → Europe/Paris" in page
        assert "Monday, from the beginning: 09:00–18:00 → 08:00–12:00" in page
        assert "Closed: Tuesday 8 June 2027, Fair" in page
        assert "Tuesday, from" not in page

    def test_shows_the_days_to_come_as_they_would_be(self, manager: Client, emea: Calendar) -> None:
        tomorrow = latest_date(timezone.now()) + timedelta(days=1)
        data = calendar_form(emea, ("08:00–12:00",) * 7, **closing(tomorrow.isoformat(), name="Fair"))
        response = look(manager, emea, data)
        days = {day.date: day for day in response.context["days"]}
        assert (days[tomorrow].hours, days[tomorrow].occasion) == ("", "Fair")
        assert {day.hours for day in days.values() if day.date != tomorrow} == {"08:00–12:00"}
        assert len(days) == 7
        assert [day.date for day in response.context["closed_days"]] == [tomorrow]
        assert "Europe/Berlin" in response.content.decode()

    def test_shows_ten_closed_days(self, manager: Client, emea: Calendar) -> None:
        today = timezone.localdate()
        dates = [(today + timedelta(days=days)).isoformat() for days in range(1, 20)]
        shown = look(manager, emea, calendar_form(emea, **closing(*dates))).context["closed_days"]
        assert len(shown) == 10
        assert min(day.date for day in shown) >= today - timedelta(days=1)  # the day of the calendar's zone

    def test_knows_beforehand_the_very_hours_that_are_recorded(self, manager: Client, emea: Calendar) -> None:
        first = {
            **closing("2027-06-08", "2027-07-14", name="Fair"),
            "overrides-TOTAL_FORMS": "1",
            "overrides-0-date": "2027-06-09",
            "overrides-0-hours": "10-14, 15-16",
        }
        later = week(MORNINGS, 1, effective_from="2027-06-14", calendar=str(emea.pk), id="")
        data = (
            calendar_form(emea, ("22:00–06:00", "", "", "", "", "", "")) | later | first | {"versions-TOTAL_FORMS": "2"}
        )
        preview = look(manager, emea, data)
        assert confirm(manager, emea, preview).status_code == 302
        emea.refresh_from_db()
        assert preview.context["definition"] == emea.revisions.get(number=2).definition == editing.statement(emea)
        # and with parts taken away, changed, and left out of the form
        closed = ClosedDate.objects.get(date="2027-06-08")
        override = DayOverride.objects.get()
        versions = list(CalendarVersion.objects.filter(calendar=emea).order_by("pk"))
        data = calendar_form(emea) | {
            "versions-0-id": str(versions[1].pk),
            "versions-0-effective_from": "2027-07-01",
            "closed_dates-TOTAL_FORMS": "1",
            "closed_dates-INITIAL_FORMS": "1",
            "closed_dates-0-id": str(closed.pk),
            "closed_dates-0-calendar": str(emea.pk),
            "closed_dates-0-date": "2027-06-08",
            "closed_dates-0-DELETE": "on",
            "overrides-TOTAL_FORMS": "1",
            "overrides-INITIAL_FORMS": "1",
            "overrides-0-id": str(override.pk),
            "overrides-0-calendar": str(emea.pk),
            "overrides-0-date": "2027-06-09",
            "overrides-0-hours": "10-11",
        }
        preview = look(manager, emea, data)
        assert confirm(manager, emea, preview).status_code == 302
        assert preview.context["definition"] == emea.revisions.get(number=3).definition
        assert list(preview.context["definition"]["closed"]) == ["2027-07-14"]

    def test_is_saved_by_its_button_with_all_that_was_sent(self, manager: Client, emea: Calendar) -> None:
        preview = look(manager, emea, calendar_form(emea, MORNINGS, name_en="Europe", _continue="1"))
        page = preview.content.decode()
        assert 'name="_confirmed" value="1"' in page
        assert "Nothing has been saved yet" in page
        response = confirm(manager, emea, preview)
        assert response["Location"] == address(emea)  # "Save and continue editing" was pressed
        emea.refresh_from_db()
        assert (emea.name_en, emea.revision) == ("Europe", 2)
        assert LogEntry.objects.count() == 1

    def test_leads_back_to_the_form_with_nothing_lost(self, manager: Client, emea: Calendar) -> None:
        preview = look(manager, emea, calendar_form(emea, MORNINGS, **closing("2027-06-08", name="Fair")))
        response = manager.post(address(emea), dict(preview.context["sent"]) | {"_back": "1"})
        page = response.content.decode()
        assert response.status_code == 200
        for written in ('value="08:00–12:00"', 'value="2027-06-08"', 'value="Fair"'):
            assert written in page
        assert "errornote" not in page
        emea.refresh_from_db()
        assert emea.revision == 1
        assert send(manager, emea, dict(preview.context["sent"])).status_code == 302
        emea.refresh_from_db()
        assert emea.revision == 2

    def test_is_shown_again_where_somebody_changed_the_calendar_meanwhile(
        self, manager: Client, emea: Calendar
    ) -> None:
        preview = look(manager, emea, calendar_form(emea, MORNINGS))
        today = timezone.localdate()
        editing.close(emea, {today: "Flood"}, at=timezone.now(), by="Otto")
        again = confirm(manager, emea, preview)
        assert "Somebody else changed this calendar" in again.content.decode()
        emea.refresh_from_db()
        assert emea.revision == 2
        assert confirm(manager, emea, again).status_code == 302
        emea.refresh_from_db()
        assert emea.revision == 3
        assert today.isoformat() in editing.statement(emea)["closed"]

    def test_is_not_shown_for_hours_that_cannot_be(self, manager: Client, emea: Calendar) -> None:
        response = manager.post(address(emea), calendar_form(emea, ("nine to five", *NINE_TO_SIX[1:])))
        assert "sent" not in response.context
        assert "“nine to five” is not hours" in response.content.decode()

    def test_says_that_no_clock_moves_where_only_an_occasion_has_another_name(
        self, manager: Client, emea: Calendar
    ) -> None:
        editing.close(emea, {timezone.localdate(): "Flood"}, at=timezone.now(), by="Otto")
        row = ClosedDate.objects.get()
        data = calendar_form(emea) | {
            "closed_dates-TOTAL_FORMS": "1",
            "closed_dates-INITIAL_FORMS": "1",
            "closed_dates-0-id": str(row.pk),
            "closed_dates-0-calendar": str(emea.pk),
            "closed_dates-0-date": row.date.isoformat(),
            "closed_dates-0-name": "High water",
        }
        page = look(manager, emea, data).content.decode()
        assert "Flood → High water" in page
        assert "no clock moves" in page

    def test_is_for_those_who_may_change_calendars(self, carl: User, emea: Calendar, signed_in: Any) -> None:
        assert signed_in(carl).post(address(emea), calendar_form(emea, MORNINGS)).status_code in (302, 403)
        assert editing.statement(emea)["versions"][0]["week"]["0"] == [["09:00", "18:00"]]

    def test_is_not_shown_for_a_week_that_is_written_in_another_way(self, manager: Client, emea: Calendar) -> None:
        """A week without its closed days says the same: nobody changed it, so nothing is shown or recorded."""
        CalendarVersion.objects.filter(calendar=emea).update(week={str(day): [["09:00", "18:00"]] for day in range(5)})
        editing.record(emea, at=timezone.now(), by="Otto")
        response = manager.post(address(emea), calendar_form(emea))
        assert response.status_code == 302
        emea.refresh_from_db()
        assert emea.revision == 2
