"""From which date a rule may hold: what the database refuses (`sla/dated_guards.py`) is found here before it is sent.

"Today" is the latest date that it is anywhere on earth, by the clock of the database: whatever zone a case, its desk
or a manager lives in, a rule that begins after it has been promised to nobody.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

# How far the zone that is furthest ahead is ahead of UTC (Kiribati).
FURTHEST_AHEAD = timedelta(hours=14)

NOT_TO_COME = _(
    "This begins no later than today somewhere in the world. The first date that can be chosen is %(first)s."
)
PROMISED = _("Cases were already promised what begins on %(begins)s or later. Choose a date after that.")
TAKEN = _("Another one begins on this date already. Choose another date, or change that one.")
IN_FORCE = _(
    "This is in force, or was promised: it is not changed any more. Add another one that begins on a date to come."
)


OVER = _("This day is over: it stays as it was. Choose today, %(today)s, or a day to come.")
HOURS_IN_FORCE = _("These hours hold already, and keep their date. Add hours that begin on a date to come.")


def latest_date(at: datetime) -> date:
    """Return the latest date that it is anywhere on earth at `at`."""
    return (at.astimezone(UTC) + FURTHEST_AHEAD).date()


def today() -> date:
    """Return the latest date that it is anywhere on earth, as the database knows it. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sla_latest_date()")
        found: date = cursor.fetchone()[0]
    return found


def today_in(zone: str) -> date:
    """Return the date that it is in a zone (IANA name), as the database knows it. One query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sla_date_in(%s)", [zone])
        found: date = cursor.fetchone()[0]
    return found


def check_date_to_come(begins: date | None) -> None:
    """Raise ValidationError, beside `effective_from`, for a date that is not after today; None is a date long past."""
    last = today()
    if begins is None or begins <= last:
        first = last + timedelta(days=1)
        raise ValidationError({"effective_from": ValidationError(NOT_TO_COME, params={"first": first.isoformat()})})


def check_not_begun(begins: date | None) -> None:
    """Raise ValidationError, beside `effective_from`, where hours that began on this date hold already."""
    if begins is None or begins <= today():
        raise ValidationError({"effective_from": HOURS_IN_FORCE})


def check_edition(edition: Any, *, series: models.QuerySet, promised: date | None, may_be_first: bool = True) -> None:
    """Raise ValidationError for an edition that may not begin on its date, or may not be changed any more.

    `series`: the stored editions of the same set of rules, itself among them; `promised`: the latest date that one of
    the others was promised on, or begins on where it was promised. The first of a set may begin in the past.
    """
    if edition.effective_from is None:
        return
    others = series.exclude(pk=edition.pk)
    stored = type(edition)._default_manager.filter(pk=edition.pk).first()
    if stored is not None and stored.effective_from <= today():
        raise ValidationError(IN_FORCE)
    if others.filter(effective_from=edition.effective_from).exists():
        raise ValidationError({"effective_from": TAKEN})
    if may_be_first and not others.exists():
        return
    check_date_to_come(edition.effective_from)
    if promised is not None and edition.effective_from <= promised:
        words = ValidationError(PROMISED, params={"begins": promised.isoformat()})
        raise ValidationError({"effective_from": words})
