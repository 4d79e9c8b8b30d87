"""Changing calendars and matrices: what is refused, and the editions and revisions that clocks go by."""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sla.models import Calendar, CalendarRevision, ClosedDate, Matrix, MatrixRow
from sla.working_time import WorkingTime

Spans = list[tuple[str, str]]
SPAN = re.compile(r"(\d{1,2}):?(\d{2})?\s*[-–—]\s*(\d{1,2}):?(\d{2})?")


class Refused(ValueError):
    """These hours cannot be: the message says why, to the manager who wrote them."""


def read_hours(words: str) -> Spans:
    """Read hours as people write them, "09:00–12:30, 13:30–18:00" or "9-18"; none for no words.

    Raises Refused for what is no hours, for times that are none, and for hours that overlap.
    """
    spans: Spans = []
    for part in filter(None, (piece.strip() for piece in re.split(r"[,;]", words))):
        found = SPAN.fullmatch(part)
        if not found:
            raise Refused(_("“%(part)s” is not hours. Write them like 09:00–12:30, 13:30–18:00.") % {"part": part})
        opens, opens_minute, closes, closes_minute = found.groups(default="00")
        spans.append((f"{opens:0>2}:{opens_minute}", f"{closes:0>2}:{closes_minute}"))
    spans.sort()
    try:
        WorkingTime("UTC", {0: spans})
    except ValueError:
        raise Refused(_("These hours overlap, or are no times between 00:00 and 24:00.")) from None
    return spans


def write_hours(spans: list[list[str]] | Spans) -> str:
    """Return hours as people write them."""
    return ", ".join(f"{opens}–{closes}" for opens, closes in spans)


def check_week(week: dict[int, Spans]) -> None:
    """Raise Refused for a week that is never open, or in which a night's hours run into those of the next day."""
    if not any(week.values()):
        raise Refused(_("This week has no hours at all: no promise would ever fall due."))
    try:
        WorkingTime("UTC", week)
    except ValueError:
        raise Refused(_("The hours of a night run into those of the next day.")) from None


@transaction.atomic
def record(calendar: Calendar, *, at: datetime | None, by: str = "") -> CalendarRevision:
    """Record the hours of `calendar` as they are now stated as its next edition, known from `at` (UTC) on.

    To be called in the transaction of the edit: the database refuses hours of which no edition is recorded. Returns
    the newest edition, which is the one before where nothing was changed. Without `at` (loading) it holds from ever.
    """
    locked = Calendar.objects.select_for_update().get(pk=calendar.pk)
    stated = statement(locked)
    last = CalendarRevision.objects.filter(calendar=locked).order_by("-number").first()
    if last is not None and last.definition == stated:
        return last
    if last is not None and last.recorded_at is not None and at is not None:
        at = max(at, last.recorded_at)
    number = last.number + 1 if last else locked.revision
    edition = CalendarRevision.objects.create(
        calendar=locked, number=number, recorded_at=at, recorded_by=by, definition=stated
    )
    Calendar.objects.filter(pk=locked.pk).update(revision=number)
    calendar.revision = number
    return edition


@transaction.atomic
def close(calendar: Calendar, days: Mapping[date, str], *, at: datetime, by: str) -> list[ClosedDate]:
    """Close `calendar` on these dates, each with its occasion, and record one edition known from `at` (UTC) on.

    Returns the dates that are new; on those entered before it stays closed for the occasion it has.
    """
    locked = Calendar.objects.select_for_update().get(pk=calendar.pk)
    known = set(ClosedDate.objects.filter(calendar=locked, date__in=days).values_list("date", flat=True))
    fresh = [ClosedDate(calendar=locked, date=day, name=days[day]) for day in sorted(days) if day not in known]
    ClosedDate.objects.bulk_create(fresh)
    calendar.revision = record(locked, at=at, by=by).number
    return fresh


def statement(calendar: Calendar) -> dict[str, Any]:
    """Return the hours of `calendar` as its rows state them now, in the shape of `CalendarRevision.definition`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sla_calendar_statement(%s)", [calendar.pk])
        stated: dict[str, Any] = json.loads(cursor.fetchone()[0])
    return stated


def revised(matrix: Matrix) -> None:
    """Give a matrix, any part of which was edited, its next revision. Inside the edit's transaction."""
    Matrix.objects.filter(pk=matrix.pk).update(revision=F("revision") + 1)


def seal(matrix: Matrix, *, at: datetime) -> Matrix:
    """Let nobody change a matrix any more, a case being promised it at `at` (UTC). Returns it as it was sealed."""
    if matrix.sealed_at is not None:
        return matrix
    Matrix.objects.filter(pk=matrix.pk, sealed_at=None).update(sealed_at=at)
    return Matrix.objects.get(pk=matrix.pk)


@transaction.atomic
def publish(matrix: Matrix, *, code: str, document: str, effective_from: date, series: str | None = None) -> Matrix:
    """Copy a matrix with all its targets into a new version, in force from a local date on, to be edited until then.

    It follows in the series of `matrix` unless another one is named.
    """
    of = matrix.series if series is None else series
    version = Matrix.objects.create(code=code, document=document, effective_from=effective_from, series=of)
    copies = list(MatrixRow.objects.filter(matrix=matrix).order_by("pk"))
    for row in copies:
        row.pk, row.matrix = None, version
    MatrixRow.objects.bulk_create(copies)
    return version
