"""The dates that follow from a product's cadence."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from products.cadence import business_day, next_release_dates
from products.models import Cadence, Product


def dates(cadence: str, after: date, count: int) -> list[str]:
    return [day.isoformat() for day in next_release_dates(Product(cadence=cadence), after, count)]


class TestNextReleaseDates:
    def test_twice_a_month_is_the_1st_and_the_15th_or_the_next_business_day(self) -> None:
        # 15 August 2026 is a Saturday, 1 November 2026 and 15 November 2026 are Sundays.
        assert dates(Cadence.TWICE_MONTHLY, date(2026, 7, 31), 8) == [
            "2026-08-03",
            "2026-08-17",
            "2026-09-01",
            "2026-09-15",
            "2026-10-01",
            "2026-10-15",
            "2026-11-02",
            "2026-11-16",
        ]

    def test_a_date_that_the_weekend_moved_is_not_lost_on_the_day_before(self) -> None:
        assert dates(Cadence.TWICE_MONTHLY, date(2026, 11, 1), 1) == ["2026-11-02"]
        assert dates(Cadence.TWICE_MONTHLY, date(2026, 11, 2), 1) == ["2026-11-16"]

    def test_once_a_month_is_the_first_business_day_from_the_1st_on(self) -> None:
        assert dates(Cadence.MONTHLY, date(2026, 10, 1), 4) == ["2026-11-02", "2026-12-01", "2027-01-01", "2027-02-01"]

    @pytest.mark.parametrize(("cadence", "weeks"), [(Cadence.EVERY_TWO_WEEKS, 2), (Cadence.EVERY_THREE_WEEKS, 3)])
    def test_weeks_lie_between_releases_whenever_one_asks(self, cadence: str, weeks: int) -> None:
        known = next_release_dates(Product(cadence=cadence), date(2026, 1, 1), 40)
        assert {(later - one).days for one, later in pairwise(known)} == {weeks * 7}
        for day in range(1, 300):
            after = date(2026, 1, 1) + timedelta(days=day)
            assert next_release_dates(Product(cadence=cadence), after, 1)[0] == next(d for d in known if d > after)

    def test_a_continuous_product_has_a_release_every_day(self) -> None:
        assert dates(Cadence.CONTINUOUS, date(2027, 2, 27), 3) == ["2027-02-28", "2027-03-01", "2027-03-02"]

    @pytest.mark.parametrize("cadence", Cadence.values)
    def test_dates_ascend_and_are_later_than_asked(self, cadence: str) -> None:
        for day in range(400):
            after = date(2026, 1, 1) + timedelta(days=day)
            found = next_release_dates(Product(cadence=cadence), after, 5)
            assert len(found) == 5
            assert all(one < later for one, later in pairwise((after, *found)))

    def test_none_are_none(self) -> None:
        assert dates(Cadence.MONTHLY, date(2026, 1, 1), 0) == []


class TestBusinessDay:
    def test_moves_weekends_to_monday_and_leaves_the_rest(self) -> None:
        week = [business_day(date(2026, 11, day)).day for day in range(16, 23)]
        assert week == [16, 17, 18, 19, 20, 23, 23]
