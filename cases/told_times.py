"""Times as a mail says them: whole words, the zone named, in the language and zone that are active."""

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _


def say_time(at: datetime) -> str:
    """Say an instant in the current language and zone, the zone named: "Tuesday 8 June 2027, 10:00 CDT"."""
    local = timezone.localtime(at)
    name, offset = local.tzname() or "", f"{local:%z}"
    return _("%(day)s, %(time)s %(zone)s") % {
        "day": formats.date_format(local, "l j F Y"),
        "time": f"{local:%H:%M}",
        "zone": name if name.isalpha() else f"UTC{offset[:3]}:{offset[3:]}",
    }


def say_span(since: datetime, until: datetime) -> str:
    """Say how long it is from `since` to `until` on the wall clock, in two units at most."""
    if until - since < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(since, until, depth=2)
