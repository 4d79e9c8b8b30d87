"""Instants, days and durations in words, in the language that is active: all that people read of time.

An aware datetime is shown in `zone`, by default the reader's; a plain date, time or naive datetime as it stands.
Nothing else in the portal formats them (`tests/test_time_words.py`).
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from django.utils import formats, timezone
from django.utils.timesince import timesince
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

SECOND = timedelta(seconds=1)
MOST_IN_MINUTES = 90

_Day = TypeVar("_Day", bound=date)

_PATTERNS = {
    "days": gettext_lazy("%(days)d d %(hours)d h"),
    "hours": gettext_lazy("%(hours)d h %(minutes)02d min"),
    "whole-hours": gettext_lazy("%(hours)d h"),
    "minutes": gettext_lazy("%(minutes)d min"),
    "left": gettext_lazy("%(span)s left"),
    "late": gettext_lazy("%(span)s late"),
    "now": gettext_lazy("just now"),
}


def script_patterns() -> dict[str, str]:
    """Return the patterns by which countdown.js and moments.js say time in the reader's language."""
    return {name: str(pattern) for name, pattern in _PATTERNS.items()}


# --- Days and months -------------------------------------------------------------------------------------------------


def format_day(day: date, zone: tzinfo | None = None, *, with_year: bool = True) -> str:
    """Return a short day of the week and date: "Tue 8 Jun 2027"."""
    # Translators: a short day, with and without the year; the letters are those of Django's date filter.
    return _format(_local(day, zone), _("D j M Y") if with_year else _("D j M"))


def format_long_day(day: date) -> str:
    """Return a day of the week and date in full: "Tuesday 8 June 2027"."""
    return _format(_local(day), "l j F Y")


def format_date(day: date, *, short: bool = False) -> str:
    """Return a date without its day of the week: "8 June 2027", or `short` "8 Jun 2027"."""
    # Translators: a short date; the letters are those of Django's date filter.
    return _format(_local(day), _("j M Y") if short else "j F Y")


def _format(day: date, pattern: str) -> str:
    """Return a day by the letters of Django's date filter; the first of a month is an ordinal in French: "1er juin"."""
    first = day.day == 1 and (get_language() or "").startswith("fr")
    return formats.date_format(day, pattern.replace("j", r"j\e\r") if first else pattern)


def format_month(month: date) -> str:
    """Return a month in full: "June 2027"."""
    return formats.date_format(month, "F Y")


def format_short_month(month: date) -> str:
    """Return a month as the foot of a chart has room for it: "Jun", and in place of January the year."""
    return formats.date_format(month, "M") if month.month > 1 else str(month.year)


# --- Instants --------------------------------------------------------------------------------------------------------


def format_clock(at: datetime | time, zone: tzinfo | None = None, *, to_minute: bool = False) -> str:
    """Return the wall time "10:00", with seconds where it is not a whole minute, unless `to_minute`."""
    local = at if isinstance(at, time) else _local(at, zone)
    return f"{local:%H:%M:%S}" if local.second and not to_minute else f"{local:%H:%M}"


def format_instant(at: datetime, zone: tzinfo | None = None) -> str:
    """Return a short day, the wall time to the second and the name of the zone: "Tue 8 Jun 2027, 10:00 CDT"."""
    return f"{format_day(at, zone)}, {format_clock(at, zone)} {zone_name(at, zone)}"


def format_long_instant(at: datetime) -> str:
    """Return an instant as a mail writes it, in whole words: "Tuesday 8 June 2027, 10:00 CDT"."""
    return _("%(day)s, %(time)s %(zone)s") % {
        "day": format_long_day(at),
        "time": format_clock(at, to_minute=True),
        "zone": zone_name(at),
    }


def format_utc(at: datetime) -> str:
    """Return an instant in UTC, to the second: "2027-06-08 15:00:00 UTC"."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def format_iso(at: datetime) -> str:
    """Return an instant as scripts read it, in UTC: "2027-06-08T15:00:00Z"."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def format_ago(at: datetime, now: datetime) -> str:
    """Return how far `at` lies from `now`, in one unit: "3 hours ago", "in 2 days", "just now"."""
    if abs(now - at) < timedelta(minutes=1):
        return str(_PATTERNS["now"])
    if at > now:
        return _("in %(span)s") % {"span": timesince(now, at, depth=1)}
    return _("%(span)s ago") % {"span": timesince(at, now, depth=1)}


def zone_name(at: datetime, zone: tzinfo | None = None, *, with_offset: bool = False) -> str:
    """Name what the clocks of a zone show at `at`: "CDT", or "UTC+05:30" where it has no letters of its own.

    `with_offset` names both, "CDT, UTC-05:00", where two hours of one night are told apart.
    """
    local = _local(at, zone)
    name, offset = local.tzname() or "", f"{local:%z}"
    utc = f"UTC{offset[:3]}:{offset[3:5]}"
    if not name.isalpha():
        return utc
    return f"{name}, {utc}" if with_offset else name


# --- Durations -------------------------------------------------------------------------------------------------------


def format_minutes(minutes: int) -> str:
    """Return an amount of time, never in days, which working time does not have: "60 minutes", "1 hour 45 minutes"."""
    return _minutes(minutes) if minutes <= MOST_IN_MINUTES else _hours_and_minutes(minutes)


def format_estimate(minutes: int | None, words: str) -> str:
    """Return how much work is expected, and what was written beside it: "about 1 hour 30 minutes; at most"."""
    if minutes is None:
        return words or _("no estimate yet")
    about = _("about %(span)s") % {"span": _hours_and_minutes(minutes)}
    return f"{about}; {words}" if words else about


def format_duration(minutes: float) -> str:
    """Return a short amount of time, never in days: "48 h", "3 h 05 min", "12 min". Rounded down."""
    hours, rest = divmod(int(abs(minutes)), 60)
    pattern = ("hours" if rest else "whole-hours") if hours else "minutes"
    return str(_PATTERNS[pattern]) % {"hours": hours, "minutes": rest}


def format_span(minutes: float) -> str:
    """Return a span of the wall clock in at most two units: "2 d 4 h", "3 h 05 min", "12 min". Rounded down."""
    days, rest = divmod(int(abs(minutes)), 24 * 60)
    return str(_PATTERNS["days"]) % {"days": days, "hours": rest // 60} if days else format_duration(rest)


def format_left(span: timedelta) -> str:
    """Return what is left of a span: "3 h 05 min left"; never less than none."""
    return str(_PATTERNS["left"]) % {"span": format_span(max(span.total_seconds() / 60, 0))}


def format_late(span: timedelta) -> str:
    """Return how late something is: "3 h 05 min late"; never less than not at all."""
    return str(_PATTERNS["late"]) % {"span": format_span(max(span.total_seconds() / 60, 0))}


def format_elapsed(since: datetime, until: datetime) -> str:
    """Return how long it is between two instants on the wall clock, in words, in two units at most."""
    if until - since < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, until, depth=2)


def format_stopwatch(span: timedelta) -> str:
    """Return an amount as hours, minutes and seconds, "17:30:00"; parts of a second are dropped."""
    minutes, seconds = divmod(span // SECOND, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _hours_and_minutes(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _minutes(rest)
    whole = ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(hours)s %(minutes)s") % {"hours": whole, "minutes": _minutes(rest)} if rest else whole


def _minutes(minutes: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _local(day: _Day, zone: tzinfo | None = None) -> _Day:
    if isinstance(day, datetime) and timezone.is_aware(day):
        return day.astimezone(zone or timezone.get_current_timezone())
    return day
