"""Enters releases that a cadence would have brought: for the demo and generated populations, never for customers."""

from datetime import date

from products.cadence import next_release_dates
from products.models import Cadence, Product, Release

MOST_A_YEAR = 27  # every two weeks, and one more for the year's edge


def publish(first: date, last: date) -> None:
    """Enter the releases of every product due from `first` to `last`, named year.number; leave those that are there.

    A product released many times a day gets none: everybody always runs the latest.
    """
    for product in Product.objects.exclude(cadence=Cadence.CONTINUOUS):
        Release.objects.bulk_create(
            (
                Release(product=product, version=version, released_on=day, notes_url=product.release_notes_url)
                for year in range(first.year, last.year + 1)
                for version, day in _of_year(product, year)
                if first <= day <= last
            ),
            ignore_conflicts=True,
        )


def _of_year(product: Product, year: int) -> list[tuple[str, date]]:
    dates = [day for day in next_release_dates(product, date(year - 1, 12, 31), MOST_A_YEAR) if day.year == year]
    return [(f"{year}.{number}", day) for number, day in enumerate(dates, start=1)]
