"""Today, as the database of the tests knows it: the real one, until the year in which the tests live begins."""

from datetime import date, timedelta

from django.db import connection

from sla import effective_dates
from sla.dated_guards import TODAY

BEGINS = date(2027, 1, 1)


def let_the_year_begin() -> None:
    """Let no day of 2027 be over for the guards of rules with a date, however late the tests run."""
    latest = f"LEAST('{BEGINS}'::date, (clock_timestamp()"
    with connection.cursor() as cursor:
        cursor.execute(TODAY.replace("(clock_timestamp()", latest).replace(")::date", ")::date)"))


def day(days: int) -> date:
    """Return the day so many days after today, by the clock that the guards go by."""
    return effective_dates.today() + timedelta(days=days)
