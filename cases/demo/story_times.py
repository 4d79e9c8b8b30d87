"""When the turns of a story happened: everything is counted in open time back from the moment of loading. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sla.working_time import WorkingTime

AMOUNT = re.compile(r"(?:(\d+)d)? ?(?:(\d+)h)? ?(?:(\d+)m)?")
LONGEST = timedelta(days=400)


class StoryTooLong(Exception):
    """The turns of a story need more time than has passed since it began."""


def open_minutes(amount: str, day: float) -> float:
    """Return the minutes of open time that "2d 3h 10m" means, where a day has `day` of them. Raises ValueError."""
    parts = AMOUNT.fullmatch(amount)
    if not amount or parts is None:
        raise ValueError(f"{amount!r} is no amount such as 2d 3h 10m")
    days, hours, minutes = (int(part or 0) for part in parts.groups())
    return days * day + hours * 60 + minutes


def day_of(hours: WorkingTime, around: datetime) -> float:
    """Return the open minutes of a usual day of a calendar: a week's, over the days it opens on."""
    week = [around + timedelta(days=n) for n in range(7)]
    days = [minutes for start in week if (minutes := hours.between(start, start + timedelta(days=1)))]
    return sum(days) / len(days)


def back(hours: WorkingTime, until: datetime, minutes: float) -> datetime:
    """Return the latest open instant (UTC) from which `minutes` of open time have passed by `until`."""
    span = timedelta(days=7)
    while hours.between(until - span, until) < minutes:
        span *= 2
        if span > 2 * LONGEST:
            raise StoryTooLong("more open time than this calendar has")
    left = timedelta(minutes=minutes)
    for start, end in reversed(list(hours.spans(until - span, until))):
        if end - start >= left:
            return end - left
        left -= end - start
    raise AssertionError("spans and between disagree")


def instants(hours: WorkingTime, now: datetime, ago: str, afters: Sequence[str]) -> tuple[datetime, ...]:
    """Return when a story began, `ago` before `now`, and when each further turn happened, each after the one before.

    All amounts are open time of `hours`. Raises StoryTooLong where the last turn would lie in the future.
    """
    day = day_of(hours, now)
    moments = [back(hours, now, open_minutes(ago, day))]
    for after in afters:
        moment = hours.add(moments[-1], open_minutes(after, day))
        if moment is None or moment > now:
            raise StoryTooLong(f"{ago} ago is not long enough for {', '.join(afters)}")
        moments.append(moment)
    return tuple(moments)
