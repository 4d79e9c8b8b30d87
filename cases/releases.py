"""Cases that wait for the release that fixes them: which, until when, and what their customers are told then.

Nothing is changed here: the verb is `cases/lifecycle/releases.py`, the sweep `cases/jobs/release_fixes.py`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import translation

from cases import statuses
from cases.models import Case, Event, ReleaseNotice
from cases.models.release_notice import CODE
from cases.querysets import CaseQuerySet
from products.models import Release
from sla import compiled
from sla.desk_days import wall_day
from sla.models import Calendar
from sla.time_words import format_date

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


def with_start(cases: CaseQuerySet) -> CaseQuerySet:
    """Return cases with the instant at which each was last said to wait for a release, as `awaited_since`."""
    said = Event.objects.filter(case=OuterRef("pk"), kind="release_awaited").order_by("-pk").values("at")
    return cases.annotate(awaited_since=Subquery(said[:1], output_field=DateTimeField()))


def waiting_since(case: Case) -> datetime | None:
    """Return when `case` was last said to wait for a release (UTC), None where it never was. One query."""
    return Event.objects.filter(case=case, kind="release_awaited").order_by("-pk").values_list("at", flat=True).first()


def version_run(case: Case) -> Release | None:
    """Return the newest version that the customer of `case` is known to run, at opening or since; None if unknown."""
    known = [release for release in (case.release, case.instance and case.instance.release) if release]
    return max(known, key=_age, default=None)


def _age(release: Release) -> tuple[date, int]:
    return release.released_on, release.pk


def is_newer(case: Case, release: Release) -> bool:
    """Say whether `release` is newer than the version that the customer runs: an older one brings them nothing."""
    runs = version_run(case)
    return runs is None or _age(release) > _age(runs)


def is_to_come(case: Case, release: Release, *, at: datetime) -> bool:
    """Say whether the day of `release` has not begun for the desk of `case` at `at` (UTC): it opens later on it."""
    if release.released_on < wall_day(compiled.working_time(case.calendar), at):
        return False
    out = out_at(case.calendar, release.released_on)
    return out is None or out > at


def releases_to_come(case: Case, *, at: datetime) -> list[Release]:
    """Return the releases that can bring the fix of `case`: to come at `at` (UTC), newer than its own; soonest first.

    One query, and those for the versions that the customer runs.
    """
    earliest = (at - LATEST_ZONE).date()
    planned = Release.objects.filter(product=case.product_id, is_withdrawn=False, released_on__gte=earliest)
    listed = planned.select_related("product").order_by("released_on", "pk")
    return [release for release in listed if is_newer(case, release) and is_to_come(case, release, at=at)]


def was_out_before(case: Case, release: Release, since: datetime | None) -> bool:
    """Say whether `release` was out for the desk of `case` when the case began to wait for it (`since`, UTC).

    Such a release was made before the fix was: it solves nothing by itself, somebody of ours has to look.
    """
    out = out_at(case.calendar, release.released_on)
    return since is not None and out is not None and out <= since


def to_judge(release: Release) -> int:
    """Return how many cases wait for `release` though it was out before they began to. One query."""
    waiting_for_it = with_start(cases_for(release)).select_related("calendar")
    return sum(was_out_before(case, release, case.awaited_since) for case in waiting_for_it.iterator())  # type: ignore[attr-defined]


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


def format_notice(case: Case, release: Release) -> str:
    """Return what the customer of `case` is told of `release`, in their language; "" where no words are entered."""
    told = ReleaseNotice.objects.filter(pk=CODE).first()
    if told is None:
        return ""
    notes = release.notes_url or release.product.release_notes_url
    with translation.override(case.customer.language):
        known = {
            "version": release.version,
            "product": release.product.name,
            "date": format_date(release.released_on),
            "notes": notes,
        }
        said = [told.text, told.notes if notes else ""]
        return "\n\n".join(PLACE.sub(lambda place: known.get(place[1], place[0]), text) for text in said if text)


def unknown_places(text: str, known: Iterable[str]) -> list[str]:
    """Return the places in braces of `text` for which nothing is filled in."""
    return [f"{{{name}}}" for name in PLACE.findall(text) if name not in set(known)]
