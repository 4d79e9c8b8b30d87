"""Rows of the reference data that can be retired, and those that the code presupposes: never deleted, one always left.

A retired row is not offered any more and stays with all that has it. What the database refuses: the triggers below.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import DatabaseError, models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Names under which the database refuses; what a manager reads of it is in WORDS.
STAYS, ONE_LEFT = "system_row_stays", "one_is_offered"

STAYS_SQL = """
IF TG_OP = 'DELETE' OR NEW.{column} IS DISTINCT FROM OLD.{column} THEN
    RAISE EXCEPTION 'Row % of % is named by the code and stays', OLD.{column}, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
END IF;
RETURN COALESCE(NEW, OLD);
"""

# Two who each take away one of the last two wait for each other: whoever comes second sees what the first one left.
ONE_LEFT_SQL = """
PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME), hashtext('{name}'));
PERFORM 1 FROM {table} WHERE is_offered{condition};
IF NOT FOUND THEN
    RAISE EXCEPTION 'One row of % must be offered', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}';
END IF;
RETURN NULL;
"""

WORDS: dict[str, Promise] = {
    STAYS: _("The portal itself gives this to cases, so it is never deleted. Untick “offered” to retire it."),
    ONE_LEFT: _("At least one must be offered, or customers could not go on. Add another one first."),
    "used": _("This is used, or kept on record: it can be neither deleted nor changed so. Nothing was done."),
}


class Offered(models.Model):
    """A row that can be retired. `SYSTEM`: codes that the code names; `ONE_OF`: of these, one is always offered."""

    SYSTEM: ClassVar[tuple[str, ...]] = ()
    ONE_OF: ClassVar[dict[str, Any] | None] = None

    is_offered = models.BooleanField(
        _("offered"),
        default=True,
        db_default=True,
        help_text=_("Otherwise it is retired: nobody can choose it any more, and all that has it keeps it."),
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Raise ValidationError where this is the last one and is to be retired."""
        super().clean()
        if not self.is_offered and self.pk and is_last(type(self), [self]):
            raise ValidationError({"is_offered": WORDS[ONE_LEFT]})


def is_last(model: type[Offered], rows: Iterable[Any]) -> bool:
    """Say whether nothing that must be there would be offered without `rows`. Two queries at most."""
    if model.ONE_OF is None:
        return False
    needed = model._default_manager.filter(is_offered=True, **model.ONE_OF)
    keys = [row.pk for row in rows]
    return needed.filter(pk__in=keys).exists() and not needed.exclude(pk__in=keys).exists()


def why_kept(model: type[models.Model], rows: Iterable[Any]) -> list[str]:
    """Say in words why `rows` of `model` may not be deleted together; an empty list: the reference data allow it."""
    if not issubclass(model, Offered):
        return []
    chosen = list(rows)
    said = [f"{row}: {WORDS[STAYS]}" for row in chosen if getattr(row, "code", None) in model.SYSTEM]
    return said + ([str(WORDS[ONE_LEFT])] if is_last(model, chosen) else [])


def stays(*codes: str, column: str = "code") -> pgtrigger.Trigger:
    """Refuse to delete the rows with these codes, or to give them another code."""
    named = ", ".join(f"'{code}'" for code in codes)
    return pgtrigger.Trigger(
        name=STAYS,
        operation=pgtrigger.Delete | pgtrigger.Update,
        when=pgtrigger.Before,
        condition=pgtrigger.Condition(f"OLD.{column} IN ({named})"),
        func=STAYS_SQL.format(column=column, name=STAYS),
    )


def one_left(table: str, condition: str = "") -> pgtrigger.Trigger:
    """Refuse a change of `table` after which no row that fulfils the SQL `condition` is offered."""
    return pgtrigger.Trigger(
        name=ONE_LEFT,
        level=pgtrigger.Statement,
        operation=pgtrigger.Delete | pgtrigger.Update,
        when=pgtrigger.After,
        func=ONE_LEFT_SQL.format(table=table, condition=condition and f" AND {condition}", name=ONE_LEFT),
    )


def format_refusal(refusal: DatabaseError) -> str:
    """Say to a manager what the database refused; "" where it was no refusal but a fault."""
    diagnosis = getattr(refusal.__cause__, "diag", None)
    known = WORDS.get(getattr(diagnosis, "constraint_name", None) or "")
    if known is not None:
        return str(known)
    state = getattr(refusal.__cause__, "sqlstate", None) or ""
    return str(WORDS["used"]) if state.startswith("23") or state == "P0001" else ""
