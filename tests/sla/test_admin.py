"""Calendars and matrices in the back office: hours as people write them, refusals in words, revisions, versions."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import formats, timezone

from contacts.models import User
from sla import compiled, editing
from sla.admin import MatrixAdmin
from sla.effective_dates import latest_date
from sla.models import Calendar, CalendarVersion, DayOverride, Matrix, MatrixRow
from tests.sla.calendar_pages import NINE_TO_SIX, calendar_form, send, week

MONDAY = datetime(2027, 6, 7, tzinfo=UTC)


@pytest.fixture
def manager(mona: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(mona)


@pytest.fixture
def emea(reference: None) -> Calendar:
    return Calendar.objects.get(code="emea")


def open_hours(calendar: Calendar, start: datetime = MONDAY, days: int = 7) -> float:
    calendar.refresh_from_db()
    return compiled.working_time(calendar).between(start, start + timedelta(days=days)) / 60


class TestHours:
    @pytest.mark.parametrize(
        ("words", "spans"),
        [
            ("09:00–18:00", [("09:00", "18:00")]),
            ("9-12, 13:30 - 18", [("09:00", "12:00"), ("13:30", "18:00")]),
            ("13:00–17:00; 8:00–12:00", [("08:00", "12:00"), ("13:00", "17:00")]),
            ("00:00–24:00", [("00:00", "24:00")]),
            ("22:00–06:00", [("22:00", "06:00")]),
            ("", []),
        ],
    )
    def test_are_read_as_people_write_them(self, words: str, spans: list[tuple[str, str]]) -> None:
        assert editing.read_hours(words) == spans
        assert editing.read_hours(editing.write_hours(spans)) == spans

    @pytest.mark.parametrize(
        "words", ["nine to five", "9:00", "25:00–26:00", "09:61–10:00", "09:00–12:00, 11:00–13:00"]
    )
    def test_that_cannot_be_are_refused(self, words: str) -> None:
        with pytest.raises(editing.Refused):
            editing.read_hours(words)


class TestCalendar:
    def test_shows_the_coming_week_and_closed_dates(self, manager: Client, emea: Calendar) -> None:
        tomorrow = latest_date(timezone.now()) + timedelta(days=1)
        editing.close(emea, {tomorrow: "Founders’ day"}, at=timezone.now(), by="Mona")
        page = manager.get(reverse("admin:sla_calendar_change", args=[emea.pk])).content.decode()
        assert "Founders’ day" in page
        assert "09:00–18:00" in page

    def test_new_hours_are_stored_and_count_at_once(self, manager: Client, emea: Calendar) -> None:
        assert open_hours(emea) == 45
        response = send(manager, emea, calendar_form(emea, ("8-12, 13-17",) * 5 + ("", "")))
        assert response.status_code == 302
        emea.refresh_from_db()
        assert emea.revision == 2
        assert open_hours(emea) == 40
        stored = CalendarVersion.objects.get(calendar=emea).week
        assert stored["0"] == [["08:00", "12:00"], ["13:00", "17:00"]]
        assert stored["6"] == []

    def test_a_week_from_a_later_date_leaves_the_old_one_before_it(self, manager: Client, emea: Calendar) -> None:
        later = week(("10:00–12:00",) * 5 + ("", ""), 1, effective_from="2027-06-14", calendar=str(emea.pk), id="")
        data = calendar_form(emea) | later | {"versions-TOTAL_FORMS": "2"}
        assert send(manager, emea, data).status_code == 302
        assert open_hours(emea) == 45
        assert open_hours(emea, MONDAY + timedelta(days=7)) == 10

    def test_closed_dates_and_one_day_hours_count(self, manager: Client, emea: Calendar) -> None:
        added = {
            "closed_dates-TOTAL_FORMS": "1",
            "closed_dates-0-date": "2027-06-08",
            "overrides-TOTAL_FORMS": "1",
            "overrides-0-date": "2027-06-09",
            "overrides-0-hours": "10:00–14:00",
        }
        assert send(manager, emea, calendar_form(emea, **added)).status_code == 302
        assert DayOverride.objects.get(calendar=emea).spans == [["10:00", "14:00"]]
        assert open_hours(emea) == 45 - 9 - 5

    def test_another_zone_counts(self, manager: Client, emea: Calendar) -> None:
        before = compiled.working_time(emea).next_open(MONDAY)
        assert send(manager, emea, calendar_form(emea, zone="America/Chicago")).status_code == 302
        emea.refresh_from_db()
        after = compiled.working_time(emea).next_open(MONDAY)
        assert before is not None
        assert after is not None
        assert after - before == timedelta(hours=7)

    def test_saving_without_a_change_keeps_the_revision(self, manager: Client, emea: Calendar) -> None:
        assert send(manager, emea, calendar_form(emea)).status_code == 302
        emea.refresh_from_db()
        assert emea.revision == 1

    @pytest.mark.parametrize(
        ("hours", "words"),
        [
            (("",) * 7, "no hours at all"),
            (("nine to five", *NINE_TO_SIX[1:]), "“nine to five” is not hours"),
            (("09:00–25:00", *NINE_TO_SIX[1:]), "no times between 00:00 and 24:00"),
            (("09:00–12:00, 11:00–13:00", *NINE_TO_SIX[1:]), "overlap"),
            (("22:00–10:00", *NINE_TO_SIX[1:]), "run into those of the next day"),
        ],
    )
    def test_refuses_hours_that_cannot_be(
        self, hours: tuple[str, ...], words: str, manager: Client, emea: Calendar
    ) -> None:
        response = send(manager, emea, calendar_form(emea, hours))
        assert words in response.content.decode()
        emea.refresh_from_db()
        assert emea.revision == 1
        assert open_hours(emea) == 45

    def test_refuses_to_be_left_without_a_week(self, manager: Client, emea: Calendar) -> None:
        response = send(manager, emea, calendar_form(emea, **{"versions-0-DELETE": "on"}))
        assert "needs the hours of a week" in response.content.decode()
        assert CalendarVersion.objects.filter(calendar=emea).exists()

    def test_refuses_two_weeks_from_the_same_date(self, manager: Client, emea: Calendar) -> None:
        begins = {"effective_from": "2027-06-14", "calendar": str(emea.pk), "id": ""}
        data = calendar_form(emea) | week(NINE_TO_SIX, 1, **begins) | week(NINE_TO_SIX, 2, **begins)
        data |= {"versions-TOTAL_FORMS": "3"}
        assert "begin on the same date" in send(manager, emea, data).content.decode()

    def test_refuses_a_zone_that_is_none(self, manager: Client, emea: Calendar) -> None:
        assert send(manager, emea, calendar_form(emea, zone="Mars/Olympus")).status_code == 200

    def test_a_new_one_is_entered_with_its_week(self, manager: Client, reference: None) -> None:
        data = calendar_form(Calendar(name_en="Nordic", zone="Europe/Stockholm"), code="nordic")
        assert manager.post(reverse("admin:sla_calendar_add"), data).status_code == 302
        assert open_hours(Calendar.objects.get(code="nordic")) == 45

    def test_records_who_changed_its_hours_and_when(self, manager: Client, emea: Calendar, mona: User) -> None:
        began = timezone.now()
        send(manager, emea, calendar_form(emea, ("8-12", *NINE_TO_SIX[1:])))
        edition = emea.revisions.get(number=2)
        assert edition.recorded_by == "Mona Manager"
        assert edition.recorded_at is not None
        assert began <= edition.recorded_at <= timezone.now()
        assert edition.definition == editing.statement(emea)

    def test_a_new_one_has_its_first_edition(self, manager: Client, reference: None) -> None:
        data = calendar_form(Calendar(name_en="Nordic", zone="Europe/Stockholm"), code="nordic")
        manager.post(reverse("admin:sla_calendar_add"), data)
        edition = Calendar.objects.get(code="nordic").revisions.get()
        assert (edition.number, edition.recorded_by) == (1, "Mona Manager")
        assert edition.definition["zone"] == "Europe/Stockholm"

    def test_another_name_is_no_other_edition(self, manager: Client, emea: Calendar) -> None:
        assert send(manager, emea, calendar_form(emea, name_en="Europe")).status_code == 302
        emea.refresh_from_db()
        assert (emea.name_en, emea.revision, emea.revisions.count()) == ("Europe", 1, 1)

    def test_lists_its_editions_with_what_each_changed(self, manager: Client, emea: Calendar) -> None:
        send(manager, emea, calendar_form(emea, ("8-12", *NINE_TO_SIX[1:])))
        page = manager.get(reverse("admin:sla_calendar_change", args=[emea.pk])).content.decode()
        assert "Monday, from the beginning: 09:00–18:00 → 08:00–12:00" in page
        assert "The first edition." in page
        assert "in use from the beginning" in page

    def test_is_never_deleted_and_says_why(self, manager: Client, emea: Calendar) -> None:
        page = manager.get(reverse("admin:sla_calendar_change", args=[emea.pk])).content.decode()
        assert "why a calendar cannot be deleted" in page
        assert reverse("admin:sla_calendar_delete", args=[emea.pk]) not in page
        address = reverse("admin:sla_calendar_delete", args=[emea.pk])
        assert manager.post(address, {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": str(emea.pk), "post": "yes"}
        manager.post(reverse("admin:sla_calendar_changelist"), data)
        assert Calendar.objects.filter(pk=emea.pk).exists()

    def test_what_was_before_and_after_is_on_record(self, manager: Client, emea: Calendar, mona: User) -> None:
        send(manager, emea, calendar_form(emea, ("8-12", *NINE_TO_SIX[1:]), zone="Europe/Paris"))
        entry = LogEntry.objects.get()
        assert entry.user == mona
        words = entry.get_change_message()
        assert "Europe/Berlin → Europe/Paris" in words
        assert "Monday: 09:00–18:00 → 08:00–12:00" in words
        assert "Tuesday" not in words


class TestMatrix:
    @pytest.fixture
    def present(self, reference: None) -> Matrix:
        return Matrix.objects.get(code="2021")

    @pytest.fixture
    def coming(self, present: Matrix) -> Matrix:
        begins = timezone.localdate() + timedelta(days=30)
        return editing.publish(present, code="next", document="Next edition", effective_from=begins)

    def rows_form(self, matrix: Matrix, **changed: str) -> dict[str, str]:
        columns = ("kind", "severity", "metric", "minutes", "clock", "condition", "fallback", "warn_percent")
        rows = list(MatrixRow.objects.filter(matrix=matrix).order_by("kind", "severity", "metric"))
        data = {
            "document": matrix.document,
            "effective_from": matrix.effective_from.isoformat(),
            "rows-TOTAL_FORMS": str(len(rows)),
            "rows-INITIAL_FORMS": str(len(rows)),
        }
        for number, row in enumerate(rows):
            values = {name: getattr(row, name) for name in (*columns, "note_en", "note_fr")}
            values |= {"id": row.pk, "matrix": matrix.pk, "pause_on_customer": "on" if row.pause_on_customer else ""}
            data |= {f"rows-{number}-{name}": "" if value is None else str(value) for name, value in values.items()}
        return data | changed

    def test_in_force_is_read_only(self, manager: Client, present: Matrix) -> None:
        address = reverse("admin:sla_matrix_change", args=[present.pk])
        assert 'name="rows-0-minutes"' not in manager.get(address).content.decode()
        assert manager.post(address, self.rows_form(present, **{"rows-0-minutes": "1"})).status_code == 403
        assert manager.post(reverse("admin:sla_matrix_delete", args=[present.pk]), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": str(present.pk), "post": "yes"}
        manager.post(reverse("admin:sla_matrix_changelist"), data)
        assert Matrix.objects.filter(pk=present.pk).exists()

    def test_says_why_it_is_read_only_and_how_other_times_are_promised(self, manager: Client, present: Matrix) -> None:
        address = reverse("admin:sla_matrix_change", args=[present.pk])
        assert "This version is in force" in manager.get(address).content.decode()
        refused = manager.post(address, self.rows_form(present, **{"rows-0-minutes": "1"})).content.decode()
        assert "This version is in force" in refused
        assert reverse("admin:sla_matrix_publish", args=[present.pk]) in refused

    def test_that_a_case_was_promised_is_read_only_before_its_date_too(self, manager: Client, coming: Matrix) -> None:
        sealed = editing.seal(coming, at=datetime(2026, 3, 4, tzinfo=UTC))
        address = reverse("admin:sla_matrix_change", args=[coming.pk])
        page = manager.get(address).content.decode()
        assert 'name="rows-0-minutes"' not in page
        assert "promised these times since 4 March 2026" in page
        refused = manager.post(address, self.rows_form(coming, **{"rows-0-minutes": "1"}))
        assert refused.status_code == 403
        assert "nobody can change them" in refused.content.decode()
        assert manager.post(reverse("admin:sla_matrix_delete", args=[coming.pk]), {"post": "yes"}).status_code == 403
        coming.refresh_from_db()
        assert (coming.revision, coming.sealed_at) == (1, sealed.sealed_at)

    def test_that_a_case_is_promised_while_it_is_edited_is_refused_in_words(
        self, manager: Client, coming: Matrix, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def seal_first(matrix: Matrix) -> None:
            editing.seal(Matrix.objects.get(pk=matrix.pk), at=timezone.now())
            Matrix.objects.filter(pk=matrix.pk).update(revision=2)

        monkeypatch.setattr(editing, "revised", seal_first)
        # The seal of the test is rolled back with what the database refused; one by somebody else would stand.
        fixed = iter([False, True])
        monkeypatch.setattr(MatrixAdmin, "_is_refused", lambda *_given: next(fixed))
        data = self.rows_form(coming, **{"rows-0-minutes": "99"})
        response = manager.post(reverse("admin:sla_matrix_change", args=[coming.pk]), data)
        assert response.status_code == 403
        assert coming.rows.filter(minutes=99).count() == 0

    def test_says_from_when_to_when_it_is_in_force(self, manager: Client, present: Matrix, coming: Matrix) -> None:
        page = manager.get(reverse("admin:sla_matrix_change", args=[present.pk])).content.decode()
        last = coming.effective_from - timedelta(days=1)
        assert formats.date_format(last) in page
        page = manager.get(reverse("admin:sla_matrix_change", args=[coming.pk])).content.decode()
        assert "until another follows" in page

    def test_is_published_as_a_copy_from_a_date_to_come(self, manager: Client, present: Matrix) -> None:
        begins = latest_date(timezone.now()) + timedelta(days=1)
        data = {"code": "2028", "document": "Edition 2028", "effective_from": begins.isoformat()}
        response = manager.post(reverse("admin:sla_matrix_publish", args=[present.pk]), data)
        version = Matrix.objects.get(code="2028")
        assert response["Location"] == reverse("admin:sla_matrix_change", args=[version.pk])
        assert version.rows.count() == present.rows.count() == 24
        same = ("kind", "severity", "metric", "minutes", "clock", "pause_on_customer", "note_fr")
        assert set(version.rows.values_list(*same)) == set(present.rows.values_list(*same))

    @pytest.mark.parametrize("begins", [date(2021, 1, 1), date(2021, 6, 1)])
    def test_is_not_published_for_cases_that_were_already_promised(
        self, begins: date, manager: Client, present: Matrix
    ) -> None:
        data = {"code": "2028", "document": "Edition 2028", "effective_from": begins.isoformat()}
        assert manager.post(reverse("admin:sla_matrix_publish", args=[present.pk]), data).status_code == 200
        assert Matrix.objects.count() == 1

    def test_to_come_is_edited_and_gets_a_new_revision(self, manager: Client, coming: Matrix) -> None:
        data = self.rows_form(coming, **{"rows-0-minutes": "99"})
        response = manager.post(reverse("admin:sla_matrix_change", args=[coming.pk]), data)
        assert response.status_code == 302, response.context["errors"]
        coming.refresh_from_db()
        assert coming.revision == 2
        assert coming.rows.filter(minutes=99).count() == 1

    def test_refuses_a_target_without_time_or_words(self, manager: Client, coming: Matrix) -> None:
        data = self.rows_form(coming, **{"rows-0-minutes": "", "rows-0-note_en": ""})
        response = manager.post(reverse("admin:sla_matrix_change", args=[coming.pk]), data)
        assert "the words that stand in their place" in response.content.decode()

    def test_is_published_by_nobody_else(self, carl: User, present: Matrix, signed_in: Any) -> None:
        response = signed_in(carl).post(reverse("admin:sla_matrix_publish", args=[present.pk]), {})
        assert response.status_code == 302
        assert Matrix.objects.count() == 1


def test_lists_need_few_queries(manager: Client, django_assert_max_num_queries: Any) -> None:
    for name in ("calendar", "matrix", "severitycriterion"):
        with django_assert_max_num_queries(8):
            manager.get(reverse(f"admin:sla_{name}_changelist"))
