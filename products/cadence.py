"""When a product is released: the dates that follow from its cadence. What was really released is a `Release`."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count as numbers
from itertools import islice

from products.models import Cadence, Product

# Weeks are counted from a Thursday that is nobody's: only the distance is stated, not the day.
FIRST_THURSDAY = date(2021, 1, 7)
DAYS_OF_MONTH = {Cadence.MONTHLY: (1,), Cadence.TWICE_MONTHLY: (1, 15)}
WEEKS_BETWEEN = {Cadence.EVERY_TWO_WEEKS: 2, Cadence.EVERY_THREE_WEEKS: 3}


def next_release_dates(product: Product, after: date, count: int) -> tuple[date, ...]:
    """Return the first `count` dates later than `after` on which `product` is due for a release. No query, no clock.

    Our reading, where a release calendar is not entered: once a month is the 1st, twice a month the 1st and the 15th,
    each or the next business day (Monday to Friday); every two or three weeks is a Thursday; a product released
    continuously has a release every day.
    """
    return tuple(islice((day for day in _due(product.cadence, after) if day > after), count))


def _due(cadence: str, after: date) -> Iterator[date]:
    """Yield dates in order, from one that is not later than `after` on."""
    if cadence in DAYS_OF_MONTH:
        first = after.year * 12 + after.month - 2
        for month in numbers(first):
            for day in DAYS_OF_MONTH[Cadence(cadence)]:
                yield business_day(date(month // 12, month % 12 + 1, day))
    step = timedelta(weeks=WEEKS_BETWEEN[Cadence(cadence)]) if cadence in WEEKS_BETWEEN else timedelta(days=1)
    start = FIRST_THURSDAY + (after - FIRST_THURSDAY) // step * step
    for n in numbers():
        yield start + n * step


def business_day(day: date) -> date:
    """Return `day`, or the Monday after it where it falls on a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day
