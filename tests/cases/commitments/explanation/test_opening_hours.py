"""Why a desk is open or closed, in the words of the edition that was counted."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cases.commitments.explanation.opening_hours import Book
from sla import compiled, editing
from sla.meter import ALWAYS
from sla.models import CalendarVersion, ClosedDate, DayOverride

pytestmark = pytest.mark.django_db
CENTRAL = ZoneInfo("America/Chicago")


def central(text):
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


@pytest.fixture
def book(case):
    """The hours of Changepoint, 02:00–17:00, with odd days and other hours from July on."""
    calendar = case.calendar
    ClosedDate.objects.create(calendar=calendar, date=date(2027, 6, 14), name="Founders’ Day")
    ClosedDate.objects.create(calendar=calendar, date=date(2027, 6, 16))
    DayOverride.objects.create(calendar=calendar, date=date(2027, 6, 15), spans=[["10:00", "14:00"]])
    DayOverride.objects.create(calendar=calendar, date=date(2027, 6, 17), spans=[])
    week = {str(day): [["09:00", "12:00"], ["13:00", "18:00"]] for day in (0, 1, 3, 4)}
    CalendarVersion.objects.create(calendar=calendar, effective_from=date(2027, 7, 1), week=week)
    editing.record(calendar, at=central("2027-06-09 03:00"), by="Mona Manager")
    return Book(case)


@pytest.fixture
def hours(book):
    return compiled.working_time(book.case.calendar)


class TestClosed:
    @pytest.mark.parametrize(
        ("start", "end", "reasons"),
        [
            ("2027-06-10 17:00", "2027-06-11 02:00", ("outside 02:00–17:00",)),
            ("2027-06-12 09:00", "2027-06-13 09:00", ("weekend",)),
            ("2027-06-13 12:00", "2027-06-15 00:00", ("weekend", "Mon 14 Jun, Founders’ Day")),
            ("2027-06-15 00:00", "2027-06-15 10:00", ("on Tue 15 Jun open 10:00–14:00 alone",)),
            ("2027-06-16 00:00", "2027-06-18 00:00", ("all of Wed 16 Jun", "all of Thu 17 Jun")),
            ("2027-07-06 12:00", "2027-07-06 13:00", ("outside 09:00–12:00, 13:00–18:00",)),
            ("2027-07-07 09:00", "2027-07-07 12:00", ("no hours on Wed 7 Jul",)),
        ],
    )  # fmt: skip
    def test_gives_each_reason_once(self, book, hours, start, end, reasons):
        assert hours.open_time(central(start), central(end)).total_seconds() == 0
        assert book.closed(hours, central(start), central(end)) == reasons


class TestOpened:
    def test_gives_the_hours_of_the_day(self, book, hours):
        assert book.opened(hours, central("2027-06-15 10:00")) == "Within 10:00–14:00"
        assert book.opened(hours, central("2027-07-06 13:00")) == "Within 09:00–12:00, 13:00–18:00"

    def test_says_that_no_hour_is_left_out(self, book):
        assert book.opened(ALWAYS, central("2027-06-15 10:00")) == "Elapsed time, day and night"


class TestHours:
    def test_are_of_the_edition_known_then(self, book, hours):
        first = compiled.editions(book.case.calendar)[0].hours
        assert book.hours(first, central("2027-06-08 10:00")).edition.number == 1
        used = book.hours(hours, central("2027-06-09 10:00"))
        assert (used.edition.number, used.zone, used.is_elapsed) == (2, "America/Chicago", False)

    def test_are_of_none_for_elapsed_time(self, book):
        used = book.hours(ALWAYS, central("2027-06-09 10:00"))
        assert (used.is_elapsed, used.edition, used.said) == (True, None, ())
