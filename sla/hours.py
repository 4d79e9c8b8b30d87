"""Opening hours as people read them: the week ahead of a calendar, in any zone, alike days together."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sla.working_time import WorkingTime


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start` to `end`, wall times in the reader's zone; `past_midnight` where the end is on a later day."""

    start: time
    end: time
    past_midnight: bool


@dataclass(frozen=True, slots=True)
class Days:
    """Days of the week in a row with the same hours (Monday is 0); no spans: closed."""

    first: int
    last: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """Whether the desk is open at an instant, and when that changes; `until` None: never."""

    is_open: bool
    until: datetime | None


def week_ahead(hours: WorkingTime, zone: ZoneInfo, *, at: datetime) -> tuple[Days, ...]:
    """Return the hours of the seven days from `at`'s local date on, as wall times of `zone`, from Monday to Sunday.

    A span belongs to the day of `zone` on which it begins. Closed dates in these days show as closed.
    """
    today = at.astimezone(zone).date()
    by_day = {(today + timedelta(days=n)).weekday(): _spans(hours, zone, today + timedelta(days=n)) for n in range(7)}
    rows = []
    for _spans_of_days, group in groupby(sorted(by_day), key=by_day.__getitem__):
        days = list(group)
        rows.append(Days(days[0], days[-1], by_day[days[0]]))
    return tuple(rows)


def now(hours: WorkingTime, *, at: datetime) -> Now:
    """Return whether `hours` are open at `at`, and until when they stay so (UTC)."""
    is_open = hours.is_open(at)
    return Now(is_open, hours.next_closing(at) if is_open else hours.next_open(at))


def _spans(hours: WorkingTime, zone: ZoneInfo, day: date) -> tuple[Span, ...]:
    start = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    found = []
    for opening, closing in hours.spans(start - timedelta(days=1), end + timedelta(days=1)):
        opens, closes = opening.astimezone(zone), closing.astimezone(zone)
        if start <= opens < end:
            found.append(Span(opens.time(), closes.time(), closes.date() > opens.date()))
    return tuple(found)
