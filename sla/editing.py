"""Changing calendars and matrices: what is refused, and the revision that tells compiled copies to be made anew."""

import re
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from sla.models import Calendar, Matrix, MatrixRow
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


def revised(thing: Calendar | Matrix) -> None:
    """Give a calendar or matrix, any part of which was edited, its next revision. Inside the edit's transaction."""
    type(thing)._default_manager.filter(pk=thing.pk).update(revision=F("revision") + 1)


@transaction.atomic
def publish(matrix: Matrix, *, code: str, document: str, effective_from: date) -> Matrix:
    """Copy a matrix with all its targets into a new version, in force from a local date on, to be edited until then."""
    version = Matrix.objects.create(code=code, document=document, effective_from=effective_from)
    copies = list(MatrixRow.objects.filter(matrix=matrix).order_by("pk"))
    for row in copies:
        row.pk, row.matrix = None, version
    MatrixRow.objects.bulk_create(copies)
    return version
