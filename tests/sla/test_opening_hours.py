"""What may be written in a calendar and how it is read: closed dates, overrides, dated versions, refusals."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    CENTRAL,
    CHANGEPOINT,
    EMPTY,
    ROUND_THE_CLOCK,
    at,
    wall,
    weekdays,
)

NIGHTS = WorkingTime(CENTRAL, {day: [("22:00", "06:00")] for day in range(7)})


class TestCloseADate:
    """A closed date is shut from 00:00 to 24:00 of its local date."""

    def test_shuts_that_local_date_and_no_more(self) -> None:
        calendar = WorkingTime("Pacific/Auckland", {day: [("00:00", "24:00")] for day in range(7)}, [date(2027, 6, 8)])
        zone = "Pacific/Auckland"
        assert calendar.is_open(at("2027-06-07 23:59:59", zone))
        assert not calendar.is_open(at("2027-06-08 00:00", zone))
        assert not calendar.is_open(at("2027-06-08 23:59:59", zone))
        assert calendar.is_open(at("2027-06-09 00:00", zone))

    def test_takes_the_tail_of_the_eve_but_not_that_of_its_own_night(self) -> None:
        calendar = WorkingTime(CENTRAL, {day: [("22:00", "06:00")] for day in range(7)}, [date(2027, 6, 8)])
        assert calendar.is_open(at("2027-06-07 23:59"))
        assert not calendar.is_open(at("2027-06-08 00:00"))
        assert not calendar.is_open(at("2027-06-08 23:00"))
        assert calendar.is_open(at("2027-06-09 00:00"))

    def test_gives_way_to_an_override_of_the_same_date(self) -> None:
        day = date(2027, 6, 8)
        calendar = WorkingTime(CENTRAL, weekdays("09:00", "17:00"), [day], {day: [("10:00", "11:00")]})
        assert calendar.between(at("2027-06-08 00:00"), at("2027-06-09 00:00")) == 60
        assert wall(calendar.add_days(at("2027-06-07 12:00"), 1)) == "2027-06-08 11:00"


class TestOverrideADate:
    def test_replaces_the_hours_of_the_date(self) -> None:
        calendar = WorkingTime(
            CENTRAL, weekdays("09:00", "17:00"), overrides={date(2027, 6, 12): [("10:00", "12:00"), ("14:00", "15:00")]}
        )
        assert calendar.between(at("2027-06-12 00:00"), at("2027-06-14 00:00")) == 180

    def test_with_no_hours_closes_it(self) -> None:
        shut = WorkingTime(CENTRAL, weekdays("09:00", "17:00"), overrides={date(2027, 6, 8): []})
        assert shut.between(at("2027-06-08 00:00"), at("2027-06-09 00:00")) == 0

    def test_may_reach_into_the_next_date_and_join_its_hours(self) -> None:
        calendar = WorkingTime(CENTRAL, {2: [("01:00", "05:00")]}, overrides={date(2027, 6, 8): [("22:00", "02:00")]})
        spans = [
            (wall(opens), wall(closes))
            for opens, closes in calendar.spans(at("2027-06-08 00:00"), at("2027-06-10 00:00"))
        ]
        assert spans == [("2027-06-08 22:00", "2027-06-09 05:00")]


class TestJoin:
    """Hours that change from a date on are one timeline."""

    OLD = WorkingTime(CENTRAL, weekdays("09:00", "17:00"))
    NEW = WorkingTime(CENTRAL, weekdays("07:00", "11:00"))

    def test_keeps_the_old_hours_before_the_date_and_has_the_new_ones_from_it(self) -> None:
        joined = WorkingTime.joined([(None, self.OLD), (date(2027, 6, 9), self.NEW)])
        assert joined.between(at("2027-06-07 00:00"), at("2027-06-12 00:00")) == (2 * 8 + 3 * 4) * 60
        assert wall(joined.add(at("2027-06-08 16:00"), 120)) == "2027-06-09 08:00"
        assert joined.opening_and_closing(date(2027, 6, 8)) == self.OLD.opening_and_closing(date(2027, 6, 8))
        assert joined.opening_and_closing(date(2027, 6, 9)) == self.NEW.opening_and_closing(date(2027, 6, 9))

    def test_equals_each_part_far_from_the_date(self) -> None:
        joined = WorkingTime.joined([(None, self.OLD), (date(2027, 6, 9), self.NEW), (date(2029, 1, 1), ALL_HOURS)])
        for part, start in (
            (self.OLD, "2024-01-02 00:00"),
            (self.NEW, "2027-07-01 00:00"),
            (ALL_HOURS, "2030-01-01 00:00"),
        ):
            assert joined.add(at(start), 50_000) == part.add(at(start), 50_000)
            assert joined.between(at(start), at(start) + timedelta(days=200)) == part.between(
                at(start), at(start) + timedelta(days=200)
            )

    def test_cuts_a_night_at_the_midnight_of_the_date(self) -> None:
        joined = WorkingTime.joined([(None, NIGHTS), (date(2027, 6, 9), self.OLD)])
        assert wall(joined.next_closing(at("2027-06-08 23:00"))) == "2027-06-09 00:00"
        assert wall(joined.opening_and_closing(date(2027, 6, 8))[1]) == "2027-06-09 00:00"  # type: ignore[index]

    def test_changes_the_zone_at_midnight_in_the_new_one(self) -> None:
        berlin = WorkingTime("Europe/Berlin", ROUND_THE_CLOCK)
        joined = WorkingTime.joined([(None, EMPTY), (date(2027, 6, 9), berlin)])
        assert joined.next_open(at("2027-06-01 00:00")) == at("2027-06-09 00:00", "Europe/Berlin")
        assert str(joined.local(at("2027-06-01 00:00")).tzinfo) == CENTRAL
        assert str(joined.local(at("2027-07-01 00:00")).tzinfo) == "Europe/Berlin"

    def test_counts_business_dates_over_the_change(self) -> None:
        four_days = WorkingTime(CENTRAL, {day: [("07:00", "11:00")] for day in range(4)})
        joined = WorkingTime.joined([(None, self.OLD), (date(2027, 6, 9), four_days)])
        assert wall(joined.add_days(at("2027-06-07 12:00"), 4)) == "2027-06-14 11:00"

    def test_ends_for_good_when_the_last_part_never_opens(self) -> None:
        joined = WorkingTime.joined([(None, self.OLD), (date(2027, 6, 9), EMPTY)])
        assert joined.add(at("2027-06-08 16:00"), 60) == at("2027-06-08 17:00")
        assert joined.add(at("2027-06-08 16:00"), 61) is None
        assert joined.next_open(at("2027-06-08 17:00")) is None

    def test_refuses_dates_that_do_not_ascend(self) -> None:
        day = date(2027, 6, 9)
        for versions in (
            [],
            [(None, self.OLD), (None, self.NEW)],
            [(day, self.OLD), (day, self.NEW)],
            [(None, self.OLD), (day, self.NEW), (day, self.OLD)],
            [(None, self.OLD), (day, WorkingTime.joined([(None, self.OLD), (day, self.NEW)]))],
        ):
            with pytest.raises(ValueError, match="joined"):
                WorkingTime.joined(versions)


class TestRefuse:
    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America", None])
    def test_refuses_an_unknown_zone(self, zone: str) -> None:
        with pytest.raises(ValueError, match="unknown time zone"):
            WorkingTime(zone, {})

    @pytest.mark.parametrize(
        "span",
        [
            ("9:00", "17:00"),
            ("09:00", "24:01"),
            ("24:00", "10:00"),
            ("09:60", "10:00"),
            ("09:00",),
            "0900",
            ("a", "b"),
            (9, 10),
        ],
    )
    def test_refuses_a_bad_time(self, span: tuple[str, str]) -> None:
        with pytest.raises(ValueError, match="weekday 0"):
            WorkingTime(CENTRAL, {0: [span]})

    def test_refuses_windows_that_overlap(self) -> None:
        for week in (
            {0: [("09:00", "12:00"), ("11:59", "13:00")]},
            {0: [("22:00", "02:00"), ("23:00", "23:30")]},
            {0: [("22:00", "02:00")], 1: [("01:59", "05:00")]},
            {6: [("22:00", "02:00")], 0: [("00:00", "05:00")]},
        ):
            with pytest.raises(ValueError, match="overlap"):
                WorkingTime(CENTRAL, week)
        with pytest.raises(ValueError, match="2027-06-08: windows overlap"):
            WorkingTime(CENTRAL, {}, overrides={date(2027, 6, 8): [("09:00", "12:00"), ("10:00", "11:00")]})

    def test_refuses_a_day_that_is_none(self) -> None:
        with pytest.raises(ValueError, match="not a weekday"):
            WorkingTime(CENTRAL, {7: [("09:00", "12:00")]})
        with pytest.raises(ValueError, match="not a date"):
            WorkingTime(CENTRAL, {}, closed=[datetime(2027, 6, 8, tzinfo=UTC)])
        with pytest.raises(ValueError, match="not a date"):
            WorkingTime(CENTRAL, {}, closed=["2027-06-08"])  # type: ignore[list-item]

    @pytest.mark.parametrize("calendar", [CHANGEPOINT, ALL_HOURS, EMPTY])
    def test_refuses_naive_instants(self, calendar: WorkingTime) -> None:
        naive, aware = datetime(2027, 6, 8, 10, 0), at("2027-06-08 10:00")  # noqa: DTZ001
        for call in (
            lambda: calendar.add(naive, 1),
            lambda: calendar.between(naive, aware),
            lambda: calendar.between(aware, naive),
            lambda: calendar.is_open(naive),
            lambda: calendar.next_open(naive),
            lambda: calendar.next_closing(naive),
            lambda: calendar.add_days(naive, 1),
        ):
            with pytest.raises(ValueError, match="not an aware datetime"):
                call()

    def test_refuses_years_in_which_no_calendar_is_known(self) -> None:
        with pytest.raises(ValueError, match="calendars are known"):
            CHANGEPOINT.between(at("2027-06-08 10:00"), datetime(2900, 1, 1, tzinfo=UTC))
