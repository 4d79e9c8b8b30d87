"""Working time, example by example: what peers got wrong stands here as a test."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    BAROMETER,
    CENTRAL,
    CHANGEPOINT,
    DAPTIV,
    EMPTY,
    PPM_PRO,
    at,
    wall,
    weekdays,
)

NIGHTS = WorkingTime(CENTRAL, {day: [("22:00", "06:00")] for day in range(7)})
LUNCH = WorkingTime(CENTRAL, {day: [("09:00", "12:00"), ("13:00", "17:00")] for day in range(5)})


class TestAdd:
    def test_ends_at_closing_time_not_at_the_next_opening(self) -> None:
        assert wall(CHANGEPOINT.add(at("2027-06-08 13:00"), 240)) == "2027-06-08 17:00"

    def test_begins_at_the_next_opening_when_closed(self) -> None:
        assert wall(DAPTIV.add(at("2027-06-12 10:00"), 30)) == "2027-06-14 02:30"

    def test_crosses_nights_and_weekends(self) -> None:
        assert wall(DAPTIV.add(at("2027-06-12 10:00"), 48 * 60)) == "2027-06-16 15:00"
        assert wall(BAROMETER.add(at("2027-06-08 11:00"), 96 * 60)) == "2027-06-22 17:00"

    def test_skips_a_break(self) -> None:
        assert wall(LUNCH.add(at("2027-06-08 11:30"), 60)) == "2027-06-08 13:30"

    def test_starts_after_midnight_inside_a_night(self) -> None:
        assert wall(NIGHTS.add(at("2027-06-08 03:00"), 60)) == "2027-06-08 04:00"

    def test_keeps_seconds_and_fractions_of_minutes(self) -> None:
        start = at("2027-06-08 16:59:45")
        assert CHANGEPOINT.add(start, 0.25) == at("2027-06-08 17:00")
        assert CHANGEPOINT.add(start, 0.5) == at("2027-06-09 02:00:15")
        assert CHANGEPOINT.add(start + timedelta(microseconds=7), 1) == at("2027-06-09 02:00:45") + timedelta(
            microseconds=7
        )

    def test_of_nothing_is_the_start_itself_even_when_closed(self) -> None:
        assert CHANGEPOINT.add(at("2027-06-12 10:00"), 0) == at("2027-06-12 10:00")

    def test_takes_any_zone_and_gives_utc(self) -> None:
        start = datetime(2027, 6, 8, 20, 0, tzinfo=ZoneInfo("Europe/Berlin"))
        due = CHANGEPOINT.add(start, 60)
        assert due == at("2027-06-08 14:00")
        assert due is not None
        assert due.tzinfo is UTC
        assert CHANGEPOINT.add(start.astimezone(timezone(timedelta(hours=-11))), 60) == due

    def test_reaches_over_many_years(self) -> None:
        sundays = WorkingTime("UTC", {6: [("10:00", "11:00")]})
        first = datetime(2024, 1, 7, 11, tzinfo=UTC)
        assert sundays.add(datetime(2024, 1, 1, tzinfo=UTC), 3000 * 60) == first + timedelta(weeks=2999)

    def test_gives_none_when_nothing_ever_opens(self) -> None:
        assert EMPTY.add(at("2027-06-08 10:00"), 1) is None
        once = WorkingTime(CENTRAL, {}, overrides={date(2027, 6, 8): [("09:00", "10:00")]})
        assert once.add(at("2027-06-01 00:00"), 60) == at("2027-06-08 10:00")
        assert once.add(at("2027-06-01 00:00"), 61) is None

    def test_works_in_any_order_of_years(self) -> None:
        calendar = WorkingTime(CENTRAL, weekdays("09:00", "17:00"))
        for year in (2027, 1999, 2050, 2026, 2101):
            start = datetime(year, 12, 31, 12, 0, tzinfo=UTC)
            due = calendar.add(start, 5000)
            assert due is not None
            assert calendar.between(start, due) == 5000

    @pytest.mark.parametrize("minutes", [-1, float("nan"), float("inf")])
    def test_refuses_impossible_minutes(self, minutes: float) -> None:
        with pytest.raises(ValueError, match="cannot add"):
            CHANGEPOINT.add(at("2027-06-08 10:00"), minutes)


class TestBetween:
    def test_counts_open_time_only(self) -> None:
        assert BAROMETER.between(at("2027-06-09 16:00"), at("2027-06-11 12:00")) == 14 * 60

    def test_is_zero_backwards_and_outside_hours(self) -> None:
        assert CHANGEPOINT.between(at("2027-06-09 10:00"), at("2027-06-08 10:00")) == 0
        assert CHANGEPOINT.between(at("2027-06-09 10:00"), at("2027-06-09 10:00")) == 0
        assert CHANGEPOINT.between(at("2027-06-12 00:00"), at("2027-06-13 23:00")) == 0

    def test_keeps_seconds(self) -> None:
        assert CHANGEPOINT.between(at("2027-06-08 16:59:59"), at("2027-06-09 02:00:30")) == 31 / 60
        assert CHANGEPOINT.open_time(at("2027-06-08 16:59:59"), at("2027-06-09 02:00:30")) == timedelta(seconds=31)

    def test_is_elapsed_time_round_the_clock_over_a_change(self) -> None:
        assert ALL_HOURS.between(at("2027-03-14 00:00"), at("2027-03-15 00:00")) == 23 * 60
        assert ALL_HOURS.between(at("2027-11-07 00:00"), at("2027-11-08 00:00")) == 25 * 60

    def test_counts_an_empty_calendar_as_nothing(self) -> None:
        assert EMPTY.between(at("2020-01-01 00:00"), at("2030-01-01 00:00")) == 0

    def test_counts_the_hour_open_at_new_year_once(self) -> None:
        for zone in ("Asia/Tokyo", CENTRAL, "UTC"):
            calendar = WorkingTime(zone, {day: [("20:00", "10:00")] for day in range(7)})
            start = datetime(2026, 12, 25, tzinfo=ZoneInfo(zone))
            assert calendar.between(start, start + timedelta(days=14)) == 14 * 14 * 60


class TestIsOpen:
    def test_includes_the_start_and_not_the_end(self) -> None:
        assert CHANGEPOINT.is_open(at("2027-06-08 02:00"))
        assert CHANGEPOINT.is_open(at("2027-06-08 16:59:59"))
        assert not CHANGEPOINT.is_open(at("2027-06-08 17:00"))
        assert not CHANGEPOINT.is_open(at("2027-06-08 01:59:59"))

    def test_follows_the_season_of_the_instant_not_of_today(self) -> None:
        assert CHANGEPOINT.is_open(datetime(2027, 6, 8, 7, 0, tzinfo=UTC))
        assert not CHANGEPOINT.is_open(datetime(2027, 12, 8, 7, 0, tzinfo=UTC))
        assert CHANGEPOINT.is_open(datetime(2027, 12, 8, 8, 0, tzinfo=UTC))

    def test_is_never_shut_round_the_clock(self) -> None:
        assert ALL_HOURS.is_open(at("2027-03-14 02:30"))
        touching = WorkingTime(CENTRAL, {day: [("00:00", "12:00"), ("12:00", "24:00")] for day in range(7)})
        assert touching.is_open(at("2027-06-13 12:00"))
        assert touching.next_closing(at("2027-06-13 12:00")) is None
        assert touching.is_open(datetime(2900, 1, 1, tzinfo=UTC))

    def test_passes_midnight(self) -> None:
        calendar = WorkingTime(CENTRAL, PPM_PRO)
        assert calendar.is_open(at("2027-06-14 00:30"))  # the tail of Sunday
        assert not calendar.is_open(at("2027-06-14 01:00"))
        assert not calendar.is_open(at("2027-06-12 00:30"))  # Friday closes at 19:00

    def test_reads_an_end_equal_to_the_start_as_a_whole_day(self) -> None:
        calendar = WorkingTime("UTC", {0: [("08:00", "08:00")]})
        assert calendar.between(datetime(2027, 6, 7, tzinfo=UTC), datetime(2027, 6, 14, tzinfo=UTC)) == 24 * 60


class TestNextOpen:
    def test_is_the_instant_itself_when_open(self) -> None:
        assert CHANGEPOINT.next_open(at("2027-06-08 10:00:01")) == at("2027-06-08 10:00:01")

    def test_is_the_next_opening_at_closing_time(self) -> None:
        assert wall(CHANGEPOINT.next_open(at("2027-06-11 17:00"))) == "2027-06-14 02:00"

    def test_ignores_an_end_where_the_next_window_touches(self) -> None:
        calendar = WorkingTime(CENTRAL, {0: [("09:00", "12:00"), ("12:00", "17:00")]})
        assert calendar.next_open(at("2027-06-07 12:00")) == at("2027-06-07 12:00")
        assert calendar.next_closing(at("2027-06-07 10:00")) == at("2027-06-07 17:00")

    def test_crosses_a_month_of_closed_dates(self) -> None:
        closed = [date(2027, 12, 1) + timedelta(days=n) for n in range(62)]
        calendar = WorkingTime(CENTRAL, weekdays("09:00", "17:00"), closed)
        assert wall(calendar.next_open(at("2027-12-01 08:00"))) == "2028-02-01 09:00"

    def test_is_none_when_nothing_ever_opens(self) -> None:
        assert EMPTY.next_open(at("2027-06-08 10:00")) is None
        assert EMPTY.next_closing(at("2027-06-08 10:00")) is None


class TestFollowTheWallClock:
    """Open is what the clock on the wall says, whatever the zone does to it."""

    def test_opens_after_the_gap_when_the_edge_falls_into_it(self) -> None:
        sundays = WorkingTime(CENTRAL, {6: [("02:30", "10:00")]})
        assert wall(sundays.next_open(at("2027-03-14 00:00"))) == "2027-03-14 03:00"
        assert sundays.between(at("2027-03-14 00:00"), at("2027-03-14 12:00")) == 7 * 60
        assert sundays.is_open(at("2027-03-14 03:10"))

    def test_opens_twice_in_the_repeated_hour_and_counts_both(self) -> None:
        sundays = WorkingTime(CENTRAL, {6: [("00:30", "01:30")]})
        assert sundays.between(at("2027-11-07 00:00"), at("2027-11-07 03:00")) == 90
        first, second = at("2027-11-07 01:00"), at("2027-11-07 01:00", fold=1)
        assert sundays.is_open(first)
        assert sundays.is_open(second)
        assert not sundays.is_open(first + timedelta(minutes=30))
        assert sundays.next_open(first + timedelta(minutes=30)) == second

    def test_skips_a_window_that_lies_in_the_gap_for_that_day_alone(self) -> None:
        sundays = WorkingTime(CENTRAL, {6: [("02:15", "02:45")]})
        assert sundays.between(at("2027-03-14 00:00"), at("2027-03-15 00:00")) == 0
        assert sundays.between(at("2027-03-21 00:00"), at("2027-03-22 00:00")) == 30

    @pytest.mark.parametrize(
        ("zone", "day", "minutes"),
        [
            ("America/Santiago", "2027-09-05", 23 * 60),  # midnight does not exist
            ("America/Santiago", "2027-04-03", 25 * 60),  # at midnight it is 23:00 again
            ("America/Havana", "2027-03-14", 23 * 60),
            ("America/Havana", "2027-11-07", 25 * 60),  # the first hour of the date comes twice
            ("Africa/Cairo", "2027-04-30", 23 * 60),
            ("Africa/Cairo", "2027-10-28", 25 * 60),
            ("Australia/Lord_Howe", "2027-10-03", 23.5 * 60),
            ("Australia/Lord_Howe", "2027-04-04", 24.5 * 60),
        ],
    )
    def test_gives_a_whole_day_its_real_length(self, zone: str, day: str, minutes: float) -> None:
        only_that = WorkingTime(zone, {}, overrides={date.fromisoformat(day): [("00:00", "24:00")]})
        start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        assert only_that.between(start - timedelta(days=2), start + timedelta(days=3)) == minutes

    def test_has_no_date_that_the_zone_skipped(self) -> None:
        samoa = WorkingTime("Pacific/Apia", weekdays("09:00", "17:00"))
        assert samoa.between(at("2011-12-29 00:00", "Pacific/Apia"), at("2012-01-03 00:00", "Pacific/Apia")) == 16 * 60
        assert samoa.opening_and_closing(date(2011, 12, 30)) is None
        assert wall(samoa.add_days(at("2011-12-29 10:00", "Pacific/Apia"), 1), "Pacific/Apia") == "2012-01-02 17:00"

    def test_measures_what_it_adds_over_every_change(self) -> None:
        for day in (date(2027, 3, 13), date(2027, 11, 6)):
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            for minutes in range(0, 3 * 24 * 60, 7):
                due = NIGHTS.add(start, minutes)
                assert due is not None
                assert NIGHTS.between(start, due) == minutes


class TestAddDays:
    def test_closes_the_tenth_business_date_after_the_day_itself(self) -> None:
        assert wall(CHANGEPOINT.add_days(at("2027-06-17 16:00"), 10)) == "2027-07-01 17:00"

    def test_skips_closed_dates_and_dates_overridden_to_nothing(self) -> None:
        calendar = WorkingTime(
            CENTRAL, weekdays("02:00", "17:00"), [date(2027, 6, 18), date(2027, 6, 19)], {date(2027, 6, 21): []}
        )
        assert wall(calendar.add_days(at("2027-06-17 16:00"), 1)) == "2027-06-22 17:00"

    def test_does_not_count_the_day_itself_even_when_closed_or_before_opening(self) -> None:
        assert wall(CHANGEPOINT.add_days(at("2027-06-12 10:00"), 1)) == "2027-06-14 17:00"
        assert wall(CHANGEPOINT.add_days(at("2027-06-14 00:30"), 1)) == "2027-06-15 17:00"

    def test_takes_the_local_date_of_the_calendar(self) -> None:
        start = datetime(2027, 6, 15, 3, 0, tzinfo=UTC)  # still Monday in Chicago
        assert wall(CHANGEPOINT.add_days(start, 1)) == "2027-06-15 17:00"

    def test_ends_a_round_the_clock_date_at_its_midnight(self) -> None:
        assert wall(ALL_HOURS.add_days(at("2027-06-17 16:00"), 2)) == "2027-06-22 00:00"

    def test_ends_a_night_where_it_ends(self) -> None:
        assert wall(NIGHTS.add_days(at("2027-06-07 12:00"), 1)) == "2027-06-09 06:00"
        assert wall(WorkingTime(CENTRAL, PPM_PRO).add_days(at("2027-06-17 12:00"), 2)) == "2027-06-22 01:00"

    def test_ends_a_night_at_midnight_where_the_next_date_is_closed(self) -> None:
        calendar = WorkingTime(CENTRAL, PPM_PRO, [date(2027, 6, 9)])
        assert wall(calendar.add_days(at("2027-06-07 12:00"), 1)) == "2027-06-09 00:00"

    def test_ends_with_the_longer_day_when_the_clock_goes_back(self) -> None:
        thursdays = WorkingTime("Africa/Cairo", {3: [("09:00", "23:30")]})
        closing = thursdays.add_days(at("2027-10-27 12:00", "Africa/Cairo"), 1)
        assert closing == at("2027-10-28 23:30", "Africa/Cairo", fold=1)

    def test_crosses_the_new_year(self) -> None:
        assert wall(CHANGEPOINT.add_days(at("2027-12-30 16:00"), 3)) == "2028-01-04 17:00"

    def test_counts_monday_to_friday_of_a_seven_day_calendar(self) -> None:
        seven = WorkingTime(CENTRAL, {day: [("09:00", "17:00")] for day in range(7)})
        assert wall(seven.add_days(at("2027-06-18 10:00"), 1)) == "2027-06-21 17:00"

    def test_counts_other_days_when_told(self) -> None:
        days = {day: [("09:00", "17:00")] for day in (6, 0, 1, 2, 3)}
        assert wall(WorkingTime(CENTRAL, days).add_days(at("2027-06-18 10:00"), 1)) == "2027-06-21 17:00"
        told = WorkingTime(CENTRAL, days, business_days=days)
        assert wall(told.add_days(at("2027-06-18 10:00"), 1)) == "2027-06-20 17:00"

    def test_counts_the_days_it_opens_when_none_is_monday_to_friday(self) -> None:
        assert wall(WorkingTime(CENTRAL, {5: [("09:00", "12:00")]}).add_days(at("2027-06-18 10:00"), 2)) == (
            "2027-06-26 12:00"
        )

    def test_is_none_when_there_are_no_such_days(self) -> None:
        assert EMPTY.add_days(at("2027-06-18 10:00"), 1) is None

    def test_refuses_fewer_than_one_day(self) -> None:
        with pytest.raises(ValueError, match="business days"):
            CHANGEPOINT.add_days(at("2027-06-18 10:00"), 0)


class TestRead:
    """What pages show of a calendar."""

    def test_gives_the_open_spans_clipped(self) -> None:
        spans = list(LUNCH.spans(at("2027-06-08 10:00"), at("2027-06-08 14:00")))
        assert spans == [
            (at("2027-06-08 10:00"), at("2027-06-08 12:00")),
            (at("2027-06-08 13:00"), at("2027-06-08 14:00")),
        ]
        assert list(LUNCH.spans(at("2027-06-08 12:00"), at("2027-06-08 13:00"))) == []
        assert list(LUNCH.spans(at("2027-06-08 13:00"), at("2027-06-08 12:00"))) == []
        assert list(ALL_HOURS.spans(at("2027-06-08 10:00"), at("2027-06-09 10:00"))) == [
            (at("2027-06-08 10:00"), at("2027-06-09 10:00"))
        ]

    def test_gives_the_opening_and_the_closing_of_a_date(self) -> None:
        assert LUNCH.opening_and_closing(date(2027, 6, 8)) == (at("2027-06-08 09:00"), at("2027-06-08 17:00"))
        assert LUNCH.opening_and_closing(date(2027, 6, 12)) is None
        assert NIGHTS.opening_and_closing(date(2027, 6, 8)) == (at("2027-06-08 22:00"), at("2027-06-09 06:00"))
        assert ALL_HOURS.opening_and_closing(date(2027, 6, 8)) == (at("2027-06-08 00:00"), at("2027-06-09 00:00"))

    def test_gives_the_next_closing(self) -> None:
        assert wall(LUNCH.next_closing(at("2027-06-08 10:00"))) == "2027-06-08 12:00"
        assert wall(LUNCH.next_closing(at("2027-06-08 12:00"))) == "2027-06-08 17:00"

    def test_sees_a_night_whole_at_new_year(self) -> None:
        """Years are compiled one by one, and a night lies in two."""
        eve, midnight = datetime(2027, 12, 31, 23, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
        nights = {day: [("22:00", "06:00")] for day in range(7)}
        calendar = WorkingTime("UTC", nights)
        assert calendar.between(eve, eve + timedelta(minutes=1)) == 1
        assert calendar.is_open(midnight)
        assert WorkingTime("UTC", nights).next_closing(eve) == midnight + timedelta(hours=6)

    def test_gives_the_wall_clock(self) -> None:
        assert str(CHANGEPOINT.local(datetime(2027, 6, 8, 12, 0, tzinfo=UTC))) == "2027-06-08 07:00:00-05:00"


class TestCompare:
    def test_is_equal_when_the_hours_are(self) -> None:
        same = WorkingTime(CENTRAL, {0: [("09:00", "12:00")], 1: []}, {date(2027, 1, 1)})
        assert same == WorkingTime(CENTRAL, {0: (("09:00", "12:00"),)}, [date(2027, 1, 1)])
        assert hash(same) == hash(WorkingTime(CENTRAL, {0: (("09:00", "12:00"),)}, [date(2027, 1, 1)]))

    def test_differs_when_anything_differs(self) -> None:
        base = WorkingTime(CENTRAL, weekdays("09:00", "12:00"))
        assert base != WorkingTime("America/Denver", weekdays("09:00", "12:00"))
        assert base != WorkingTime(CENTRAL, weekdays("09:00", "12:01"))
        assert base != WorkingTime(CENTRAL, weekdays("09:00", "12:00"), [date(2027, 1, 1)])
        assert base != WorkingTime(CENTRAL, weekdays("09:00", "12:00"), overrides={date(2027, 1, 1): []})
        assert base != "hours"


class TestStayPure:
    def test_needs_no_django_and_no_database(self) -> None:
        program = "import sys, sla.clocks; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
