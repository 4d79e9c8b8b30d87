"""Cases that wait for the release that fixes them: which, until when, and what their customers are told then.

Nothing is changed here: the verb is `cases/lifecycle/releasing.py`, the sweep `cases/fixing.py`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import formats, translation

from cases import statuses
from cases.models import Case, ReleaseWords
from cases.models.release_words import CODE
from cases.querysets import CaseQuerySet
from products.models import Release
from sla import compiled
from sla.models import Calendar

# Where a day begins first, and where it ends last, in distance from UTC.
EARLIEST_ZONE, LATEST_ZONE = timedelta(hours=14), timedelta(hours=12)
# How long a desk may be shut before it is asked for the next opening alone.
LONGEST_SHUT = 31
PLACE = re.compile(r"\{(\w*)\}")


def waiting() -> CaseQuerySet:
    """Return the cases that wait for a release."""
    return Case.objects.awaiting_release()


def cases_for(release: Release) -> CaseQuerySet:
    """Return the cases that wait for `release`: a range of a partial index."""
    return waiting().filter(fixed_in=release)


def counted(releases: "QuerySet[Release]") -> "QuerySet[Release]":
    """Return releases with the number of cases that wait for each, as `awaited_by`."""
    wait = Q(fixes__status=statuses.AWAITING_RELEASE)
    return releases.annotate(awaited_by=Count("fixes", filter=wait))


def come_by(at: datetime) -> list[int]:
    """Return the ids of awaited releases whose day has begun anywhere by `at` (UTC), unless withdrawn. One query."""
    awaited = Exists(waiting().filter(fixed_in=OuterRef("pk")))
    come = Release.objects.filter(awaited, released_on__lte=(at + EARLIEST_ZONE).date(), is_withdrawn=False)
    return list(come.order_by("released_on", "pk").values_list("pk", flat=True))


def out_at(calendar: Calendar, day: date) -> datetime | None:
    """Return when those who count on `calendar` see a release of `day` (UTC): when they open on it, or next after it.

    None where they never open.
    """
    hours = compiled.working_time(calendar)
    for passed in range(LONGEST_SHUT):
        span = hours.opening_and_closing(day + timedelta(days=passed))
        if span is not None:
            return span[0]
    zone = hours.local(datetime.combine(day, time(12), UTC)).tzinfo
    return hours.next_open(datetime.combine(day, time.min, zone).astimezone(UTC))


def words(case: Case, release: Release) -> str:
    """Return what the customer of `case` is told of `release`, in their language; "" where no words are entered."""
    told = ReleaseWords.objects.filter(pk=CODE).first()
    if told is None:
        return ""
    notes = release.notes_url or release.product.release_notes_url
    with translation.override(case.customer.language):
        known = {
            "version": release.version,
            "product": release.product.name,
            "date": formats.date_format(release.released_on, "j F Y"),
            "notes": notes,
        }
        said = [told.text, told.notes if notes else ""]
        return "\n\n".join(PLACE.sub(lambda place: known.get(place[1], place[0]), text) for text in said if text)


def unknown_places(text: str, known: Iterable[str]) -> list[str]:
    """Return the places in braces of `text` for which nothing is filled in."""
    return [f"{{{name}}}" for name in PLACE.findall(text) if name not in set(known)]
