"""Between which days the portal keeps dates and instants: for forms, for addresses, and as constraints of the database.

What a person types lies within 2000 and 2100. Beyond them lie slips of the hand, and instants that no page could read.
"""

import re
from datetime import UTC, date, datetime

from django.db import models
from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
# A day wider on either side, for the first and the last day begin and end at another instant in each zone.
FIRST_INSTANT, PAST_INSTANT = datetime(1999, 12, 31, tzinfo=UTC), datetime(2101, 1, 2, tzinfo=UTC)
# What is computed from a typed instant (due times, grace) may lie later, as far as every page can read it.
PAST_COMPUTED = datetime(9998, 1, 1, tzinfo=UTC)

OUT_OF_BOUNDS = _("Choose a day between 1 January 2000 and 31 December 2100.")


def within_bounds(*instants: str, days: tuple[str, ...] = (), computed: tuple[str, ...] = ()) -> models.CheckConstraint:
    """Return the constraint that holds columns of a model within the bounds; beside them, only a null passes.

    `instants` and `days` are held to 2000–2100, `computed` instants from 2000 to the last year a page can read. None of
    them can be infinite, which PostgreSQL would allow.
    """
    held = Q()
    for name in instants:
        held &= Q(**{f"{name}__gte": FIRST_INSTANT, f"{name}__lt": PAST_INSTANT})
    for name in computed:
        held &= Q(**{f"{name}__gte": FIRST_INSTANT, f"{name}__lt": PAST_COMPUTED})
    for name in days:
        held &= Q(**{f"{name}__gte": FIRST_DAY, f"{name}__lte": LAST_DAY})
    return models.CheckConstraint(
        condition=held, name="%(class)s_times_within_bounds", violation_error_message=OUT_OF_BOUNDS
    )


def is_within(at: datetime) -> bool:
    """Say whether an aware instant can be kept."""
    return FIRST_INSTANT <= at < PAST_INSTANT


def read_instant(text: str) -> datetime | None:
    """Return the instant (UTC) that an address or a command names, ISO 8601 with its offset; None for all else."""
    try:
        at = parse_datetime(text)
    except ValueError:
        return None
    return at.astimezone(UTC) if at and at.tzinfo and is_within(at) else None


def read_month(text: str | None) -> date | None:
    """Return the first day of a month as addresses write it, "2027-06"; None where it is none within the bounds."""
    if not text or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text, re.ASCII):
        return None
    year, month = text.split("-")
    return date(int(year), int(month), 1) if FIRST_DAY.year <= int(year) <= LAST_DAY.year else None
