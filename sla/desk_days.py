"""Which day it is for a desk, by its own hours. Pure; nothing else asks an instant for its date.

Two days: the date on its wall, by which rules with a date hold, and the last date on which it has opened, by which
releases are out and versions are supported.
"""

from datetime import date, datetime, timedelta

from sla.working_time import WorkingTime

# How far back an opening is looked for: a desk shut for longer goes by its wall.
LONGEST_SHUT = 400


def wall_day(hours: WorkingTime, at: datetime) -> date:
    """Return the date on the wall of the desk with these `hours` at `at` (aware)."""
    return hours.local(at).date()


def opened_day(hours: WorkingTime, at: datetime) -> date:
    """Return the last date on which the desk with these `hours` has opened by `at` (aware): what is of it is out.

    A date begins when the desk opens on it; one on which it is shut begins with the next that it opens on. Round the
    clock it begins at midnight. For a desk that never opens, the date that is over on its wall.
    """
    today = wall_day(hours, at)
    for past in range(LONGEST_SHUT):
        day = today - timedelta(days=past)
        span = hours.opening_and_closing(day)
        if span is not None and span[0] <= at:
            return day
    return today - timedelta(days=1)
