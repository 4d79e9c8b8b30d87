"""The words for what the database refuses of reference data, for whoever filled in the form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy as _

from sla import effective_dates

INCOMPLETE = _("A matrix promises a first answer, in minutes, for every kind and every severity.")

WORDS: dict[str, Any] = {
    "begins_too_soon": _("Choose a date to come: what was opened until today was promised what holds now."),
    "begins_before_promised": _("Cases were already promised what begins on this date or later. Choose a later date."),
    "in_force_stays": effective_dates.IN_FORCE,
    "day_is_over": _("This day is over: it stays as it was."),
    "week_is_open": _("This week has no hours at all: no promise would ever fall due."),
    "matrix_is_complete": INCOMPLETE,
    "matrix_date_once": effective_dates.TAKEN,
    "closing_date_once": effective_dates.TAKEN,
    "own_matrix_stays": _("Another version is not put in its place: take these objectives away and add others."),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was refused: words for a person, and the field that they are about, blank for the whole."""

    words: Any
    field: str = ""

    @property
    def as_error(self) -> ValidationError:
        return ValidationError(self.words)


class RefusedByDatabase(Exception):
    """What was to be saved was refused, and nothing of it is stored: `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.words))
        self.refusal = refusal


def refusal_of(error: DatabaseError) -> Refusal | None:
    """Return the words for an error of the database, None where it is not one of those that are known."""
    said = getattr(error.__cause__, "diag", None)
    words = WORDS.get(said.constraint_name or "") if said else None
    return Refusal(words, said.column_name or "") if said and words is not None else None


def look_now() -> None:
    """Have the database look now at what it would look at as the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def explained() -> Iterator[None]:
    """Run a block as one whole, looked at to its end; raise RefusedByDatabase for a refusal that has words."""
    try:
        with transaction.atomic():
            yield
            look_now()
    except DatabaseError as error:
        refusal = refusal_of(error)
        if refusal is None:
            raise
        raise RefusedByDatabase(refusal) from error
