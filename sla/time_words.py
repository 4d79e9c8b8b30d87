"""Amounts and instants as people who reckon with them read them: to the second, with the zone named."""

from datetime import UTC, datetime, timedelta, tzinfo

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SECOND = timedelta(seconds=1)
MOST_IN_MINUTES = 90


def amount(minutes: int) -> str:
    """Say an amount of time, never in days, which working time does not have: "60 minutes", "1 hour 45 minutes"."""
    hours, rest = divmod(minutes, 60)
    if minutes <= MOST_IN_MINUTES:
        return _minutes(minutes)
    if not rest:
        return _hours(hours)
    return _("%(hours)s %(minutes)s") % {"hours": _hours(hours), "minutes": _minutes(rest)}


def _hours(hours: int) -> str:
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


def _minutes(minutes: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def stopwatch(span: timedelta) -> str:
    """Return an amount as hours, minutes and seconds, "17:30:00"; parts of a second are dropped."""
    minutes, seconds = divmod(span // SECOND, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def clock(at: datetime, zone: tzinfo) -> str:
    """Return the wall time of `at`, to the second where it is not a whole minute."""
    local = at.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def day(at: datetime, zone: tzinfo, *, with_year: bool = True) -> str:
    """Return the local date of `at`."""
    # Translators: a short day, with and without the year; the letters are those of Django's date filter.
    return formats.date_format(at.astimezone(zone), _("D j M Y") if with_year else _("D j M"))


def instant(at: datetime, zone: tzinfo | None = None) -> str:
    """Return `at` in a zone, that of the reader unless another is given, and name the zone."""
    zone = zone or timezone.get_current_timezone()
    return f"{day(at, zone)}, {clock(at, zone)} {zone_at(at, zone)}"


def utc(at: datetime) -> str:
    """Return `at` in UTC, to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def zone_at(at: datetime, zone: tzinfo) -> str:
    """Name what the clocks of a zone show at `at`: "CDT", or "UTC+05:30" where it has no letters of its own."""
    local = at.astimezone(zone)
    name, offset = local.tzname() or "", f"{local:%z}"
    return name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:5]}"
