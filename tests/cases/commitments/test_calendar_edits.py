"""Hours are edited while clocks run: these follow from then on; what has ended, and what was missed, stays as it was.

What the database refuses outright is in `tests/sla/test_guards.py`.
"""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from cases.commitments.consistency import differences
from cases.jobs import commitments as sweep
from cases.lifecycle import ask_customer, change_severity, close, provide_solution, reply, restore_service, take
from cases.models import Breach, Case, Commitment, Event
from cases.models.event import ClosingReason
from sla import compiled, editing
from sla.matrices import Severity
from sla.models import Calendar, CalendarVersion, DayOverride, Matrix
from tests.sla import calendar_pages

pytestmark = pytest.mark.django_db

# Tuesday 8 June 2027, 02:00 to 17:00 in Chicago (UTC-5): cases reach us at 10:00. An edit comes the day after.
TUESDAY, WEDNESDAY = date(2027, 6, 8), date(2027, 6, 9)
NOON = ("02:00–12:00",) * 5 + ("", "")


def chicago(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 6, day, tzinfo=UTC) + timedelta(hours=hour + 5, minutes=minute)


def desk() -> Calendar:
    return Calendar.objects.get(code="changepoint")


def stored(hours: tuple[str, ...]) -> dict[str, Any]:
    return {str(day): editing.read_hours(words) for day, words in enumerate(hours)}


def edit(at: datetime, *hours: str) -> None:
    """Let the desk work these hours from Monday to Friday, and ever did."""
    calendar = desk()
    calendar.versions.update(week=stored((", ".join(hours),) * 5 + ("", "")))
    editing.record(calendar, at=at, by="Mona")


def clock(case: Case, metric: str) -> Commitment:
    return case.commitments.get(metric=metric)


def disagreements(at: datetime) -> list[str]:
    return [said for case in Case.objects.for_verbs() for said in differences(case, at=at)]


class TestARunningClock:
    def test_keeps_the_time_it_has_spent_and_counts_the_rest_on_the_new_hours(self, case, later):
        edit(later(minutes=20), "02:00–10:30")  # 20 of 60 minutes are spent, 10 are left today
        sweep.sweep(later(minutes=20))
        assert clock(case, "response").due_at == chicago(9, 2, 30)
        assert clock(case, "restoration").due_at == chicago(9, 3, 30)

    def test_keeps_that_time_also_where_it_would_not_count_on_the_new_hours(self, case, later):
        edit(later(minutes=20), "10:30–17:00")
        sweep.sweep(later(minutes=20))
        assert clock(case, "response").due_at == chicago(8, 11, 10)

    def test_gains_nothing_from_hours_that_would_have_been_open_before(self, open_case, alice):
        case = open_case(alice, at=chicago(8, 16, 30))
        edit(chicago(8, 20), "02:00–22:00")  # the desk had closed at 17:00, 30 minutes were spent
        sweep.sweep(chicago(8, 20))
        assert clock(case, "response").due_at == chicago(8, 20, 30)

    def test_follows_edit_after_edit(self, case, later):
        edit(later(minutes=20), "02:00–10:30")
        edit(later(minutes=25), "02:00–17:00")  # never out of hours: as if nothing had been
        sweep.sweep(later(minutes=26))
        assert clock(case, "response").due_at == later(hours=1)
        assert clock(case, "response").calendar_revision == 3

    def test_is_told_of_with_its_old_and_its_new_time(self, case, later):
        edit(later(minutes=20), "02:00–10:30")
        assert sweep.sweep(later(minutes=21)).moved == 3
        event = Event.objects.get(case=case, kind="dues_moved")
        told = {move["metric"]: (move["was"], move["now"]) for move in event.data["moves"]}
        assert told.keys() == {"response", "restoration", "resolution"}
        assert told["response"] == (later(hours=1).isoformat(), chicago(9, 2, 30).isoformat())
        assert event.at == later(minutes=21)

    def test_that_does_not_move_is_not_told_of(self, case, later):
        edit(later(minutes=20), "01:00–17:00")
        sweep.sweep(later(minutes=21))
        moved = Event.objects.get(case=case, kind="dues_moved").data["moves"]
        assert [move["metric"] for move in moved] == ["resolution"]

    def test_brings_the_lists_along(self, case, later):
        edit(later(minutes=20), "02:00–10:30")
        sweep.sweep(later(minutes=21))
        fresh = Case.objects.get(pk=case.pk)
        assert fresh.next_due_at == chicago(9, 2, 30)
        assert disagreements(later(minutes=21)) == []

    def test_follows_also_where_its_case_counts_round_the_clock_by_now(self, open_case, eve, carl, mona):
        """The promise made first still falls due first, and counts on the hours of the desk."""
        case = open_case(eve, severity="major", at=chicago(8, 10))
        reply(case, by=carl, at=chicago(8, 10, 5), body="Hello")
        restore_service(case, by=carl, at=chicago(8, 10, 6), body="It works.")
        raised_at = clock(case, "resolution").due_at - timedelta(hours=1)
        change_severity(case, by=mona, at=raised_at, severity=Severity.CRITICAL, because="All are hit.")
        assert clock(case, "resolution").due_at == chicago(16, 16)
        assert clock(case, "resolution").calendar == desk()
        edit(chicago(16, 15, 30), "02:00–15:40")
        sweep.sweep(chicago(16, 15, 31))
        assert clock(case, "resolution").due_at == chicago(17, 2, 20)
        assert disagreements(chicago(16, 15, 31)) == []

    def test_of_another_calendar_is_left_alone(self, open_case, alice, later):
        other = open_case(alice, product="daptiv")
        before = list(other.commitments.order_by("pk").values())
        edit(later(minutes=20), "02:00–10:30")
        assert sweep.sweep(later(minutes=21)).moved == 0
        assert list(other.commitments.order_by("pk").values()) == before


class TestAPausedClock:
    def test_goes_on_upon_the_new_hours(self, case, alice, carl, later):
        ask_customer(case, by=carl, at=later(minutes=5), body="Which?")
        edit(later(minutes=20), "02:00–10:30")
        sweep.sweep(later(minutes=21))
        assert clock(case, "resolution").calendar_revision == 2
        assert clock(case, "resolution").due_at is None
        reply(case, by=alice, at=chicago(9, 2), body="That one.")
        hours = compiled.working_time(desk())
        left = 96 * 60 - 5
        assert clock(case, "resolution").due_at == hours.add(chicago(9, 2), left)
        assert clock(case, "resolution").paused_seconds == 25 * 60  # till 10:30, by the hours known then
        assert disagreements(chicago(9, 2)) == []


class TestASweep:
    def test_has_nothing_left_to_do_the_second_time(self, case, later):
        edit(later(minutes=20), "02:00–10:30")
        assert sweep.sweep(later(minutes=21)).moved == 3
        assert sweep.sweep(later(minutes=22)) == sweep.Pass()
        assert Event.objects.filter(case=case, kind="dues_moved").count() == 1

    def test_records_what_ran_out_before_the_edit_on_the_hours_of_then(self, case, later):
        """Nobody swept in between: what was broken by then is broken, whatever the desk did to its hours since."""
        edit(later(hours=3), "13:30–17:00")
        sweep.sweep(later(hours=4))
        broken = {row.metric: (row.breach_at, row.calendar_revision) for row in Breach.objects.filter(case=case)}
        assert broken == {"response": (later(hours=1), 1), "restoration": (later(hours=2), 1)}


# --- What must stay as it was ---------------------------------------------------------------------------------


@pytest.fixture
def past(alice, bob, carl, open_case, at, later):
    """What was kept, missed, closed, or is still overdue, all on Tuesday: the cases that no edit may change."""
    missed, kept, overdue, waiting = (open_case(alice, severity=name) for name in ("major", "minor", "major", "major"))
    take(kept, by=carl, at=later(minutes=1))
    reply(kept, by=carl, at=later(minutes=2), body="Hello")
    ask_customer(waiting, by=carl, at=later(minutes=30), body="Which?")
    provide_solution(kept, by=carl, at=later(minutes=40), body="Do this.")
    close(kept, by=carl, at=later(minutes=50), reason=ClosingReason.CONFIRMED)
    sweep.sweep(later(hours=3))
    take(missed, by=carl, at=later(hours=3))
    reply(missed, by=carl, at=later(hours=3, minutes=5), body="Sorry.")
    restore_service(missed, by=carl, at=later(hours=4), body="It works.")
    provide_solution(missed, by=carl, at=later(hours=5), body="Do this.")
    assert Breach.objects.filter(case=missed).count() == Breach.objects.filter(case=overdue).count() == 2
    return [missed, kept, overdue, waiting]


def finished() -> list[dict[str, Any]]:
    """Every field of every clock that has ended, and of every breach that is recorded."""
    ended = Commitment.objects.filter(stopped_at__isnull=False).order_by("pk")
    return [*ended.values(), *Breach.objects.order_by("pk").values()]


def shut_the_day_that_is_over(calendar: Calendar) -> dict[str, str]:
    return calendar_pages.closing(TUESDAY.isoformat(), WEDNESDAY.isoformat(), name="Flood")


def give_that_day_other_hours(calendar: Calendar) -> dict[str, str]:
    return {
        "overrides-TOTAL_FORMS": "1",
        "overrides-0-date": TUESDAY.isoformat(),
        "overrides-0-hours": "16:00–16:30",
    }


def change_the_week_from_the_beginning(calendar: Calendar) -> dict[str, str]:
    return calendar_pages.week(NOON)


def change_the_week_from_the_past(calendar: Calendar) -> dict[str, str]:
    begins = {"effective_from": "2027-06-01", "calendar": str(calendar.pk), "id": ""}
    return {"versions-TOTAL_FORMS": "2", **calendar_pages.week(NOON, 1, **begins)}


def move_to_another_zone(calendar: Calendar) -> dict[str, str]:
    return {"zone": "Asia/Tokyo"}


EDITS = [
    shut_the_day_that_is_over,
    give_that_day_other_hours,
    change_the_week_from_the_beginning,
    change_the_week_from_the_past,
    move_to_another_zone,
]
TWO_TO_FIVE = ("02:00–17:00",) * 5 + ("", "")


def by_the_pages(calendar: Calendar, form: dict[str, str], at: datetime, client: Any) -> None:
    data = {**calendar_pages.calendar_form(calendar, TWO_TO_FIVE), **form}
    response = calendar_pages.send(client, calendar, data)
    assert response.status_code == 302, response.content.decode()


def by_bulk_updates(calendar: Calendar, form: dict[str, str], at: datetime, client: Any) -> None:
    """Change the rows behind the pages, and record it, as a script would."""
    Calendar.objects.filter(pk=calendar.pk).update(zone=form.get("zone", calendar.zone))
    if "overrides-0-date" in form:
        spans = editing.read_hours(form["overrides-0-hours"])
        DayOverride.objects.bulk_create([DayOverride(calendar=calendar, date=TUESDAY, spans=spans)])
    if "versions-0-monday" in form:
        calendar.versions.update(week=stored(NOON))
    if "versions-1-monday" in form:
        late = CalendarVersion(calendar=calendar, effective_from=date(2027, 6, 1), week=stored(NOON))
        CalendarVersion.objects.bulk_create([late])
    days = [TUESDAY, WEDNESDAY] if "closed_dates-0-date" in form else []
    editing.close(calendar, dict.fromkeys(days, "Flood"), at=at, by="Mona")


class TestWhatHasEnded:
    @pytest.mark.parametrize("way", [by_the_pages, by_bulk_updates])
    @pytest.mark.parametrize("form", EDITS)
    def test_stays_the_same_to_the_field(self, form, way, past, mona, signed_in, monkeypatch):
        """After the edit, after the sweep that follows, and after everything was reckoned anew from its events."""
        at = chicago(9, 11)
        sweep.sweep(at)
        before, calendar = finished(), desk()
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        way(calendar, form(calendar), at, signed_in(mona))
        calendar.refresh_from_db()
        assert calendar.revision == 2
        assert finished() == before
        compiled.forget()
        sweep.sweep(at)
        assert finished() == before
        assert disagreements(at) == []
        for case in past:
            sweep.recompute(case.pk, at=at)
        call_command("recompute_commitments", "--check", stdout=StringIO())  # exits where anything differs
        assert finished() == before
        assert Commitment.objects.filter(stopped_at=None).exclude(calendar_revision=2).count() == 0

    def test_stays_so_when_its_case_goes_on(self, past, carl, alice):
        at = chicago(9, 11)
        before = {row["id"]: row for row in Breach.objects.values()}
        editing.close(desk(), {TUESDAY: "Flood"}, at=at, by="Mona")
        overdue = past[2]
        reply(overdue, by=carl, at=chicago(9, 12), body="At last.")
        after = {row["id"]: row for row in Breach.objects.values()}
        learned = {"stopped_at", "overrun_seconds", "paused_seconds", "waiting_seconds"}
        for pk, row in before.items():
            assert {k: v for k, v in row.items() if k not in learned} == {
                k: v for k, v in after[pk].items() if k not in learned
            }
        # Overrun by what was open by the hours of each day: Tuesday from 11:00 to 17:00, Wednesday from 02:00 to 12:00.
        answered = Breach.objects.get(case=overdue, metric="response")
        assert answered.overrun_seconds == (6 + 10) * 3600
        assert clock(overdue, "response").state == "missed"
        assert disagreements(chicago(9, 12)) == []

    def test_is_what_a_new_version_of_the_matrix_leaves_alone(self, past, mona, signed_in, monkeypatch):
        """The clocks that run are left alone as well: each case keeps the version that it was promised."""
        at = chicago(9, 11)
        for case in past:
            sweep.recompute(case.pk, at=at)  # what runs has its seconds as of now
        before, running = finished(), list(Commitment.objects.order_by("pk").values())
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        publish = reverse("admin:sla_matrix_publish", args=[past[0].matrix_id])
        data = {"code": "next", "document": "Next", "effective_from": "2027-06-10"}
        assert signed_in(mona).post(publish, data).status_code == 302
        Matrix.objects.get(code="next").rows.update(minutes=1)
        compiled.forget()
        for case in past:
            sweep.recompute(case.pk, at=at)
        assert list(Commitment.objects.order_by("pk").values()) == running
        assert finished() == before
        assert disagreements(at) == []

    def test_is_what_the_import_of_holidays_leaves_alone_too(self, past, mona, signed_in, monkeypatch):
        at = chicago(9, 11)
        sweep.sweep(at)
        before = finished()
        monkeypatch.setattr("django.utils.timezone.now", lambda: at)
        address = reverse("admin:sla_calendar_closed_dates", args=[desk().pk]) + "?country=PT&years=2027"
        client = signed_in(mona)
        preview = client.post(address, {"dates": ["2027-06-10", "2027-10-05"]})
        assert calendar_pages.confirm(client, desk(), preview).status_code == 302
        moved = sweep.sweep(at).moved
        assert moved > 0
        assert finished() == before
        assert disagreements(at) == []
