"""What the database itself refuses of text, whoever writes it: signs that are never kept, and names that show nothing.

Written from the tables of `sla/plain_text.py`. A column is looked at when it is written or changed: rows from before
the rule can go on changing in their other columns.
"""

from typing import Any

import pgtrigger

from sla.plain_text import BREAKS, REFUSED, REFUSED_IN_LINES, SEPARATORS, UNSEEN, Range, sign_class
from sla.text_fields import CleanTextField, text_columns


def _signs(*tables: tuple[Range, ...]) -> str:
    # PostgreSQL has no NUL, neither in a text nor in a pattern.
    return sign_class([(max(first, 1), last) for table in tables for first, last in table])


# Made by a migration; one that comes after a change of the tables makes them again. With RETURN, names are bound when a
# function is made, whatever the search path is later, and PostgreSQL can write it into what calls it.
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION sla_is_clean_text(words text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN words !~ '[{_signs(REFUSED, BREAKS, SEPARATORS)}]';
CREATE OR REPLACE FUNCTION sla_is_clean_line(words text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN words !~ '[\\t\\n{_signs(REFUSED, BREAKS, SEPARATORS, REFUSED_IN_LINES)}]';
CREATE OR REPLACE FUNCTION sla_is_seen(words text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN words ~ '[^{_signs(UNSEEN)}]';
"""
NO_FUNCTIONS = """
DROP FUNCTION IF EXISTS sla_is_clean_text(text);
DROP FUNCTION IF EXISTS sla_is_clean_line(text);
DROP FUNCTION IF EXISTS sla_is_seen(text);
"""

_COLUMN = """
IF NEW.{column} IS DISTINCT FROM OLD.{column} AND NOT ({right}) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', '{column}', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;"""


class TextGuard(pgtrigger.Trigger):
    """Refuses text that was not cleaned, in every column of the model that holds people's words."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def get_func(self, model: Any) -> str:
        """Return the body of the function for the columns of `model`."""
        return "".join(_guard(field) for field in text_columns(model)) + "\nRETURN NEW;"


def _guard(field: Any) -> str:
    clean = "sla_is_clean_text" if isinstance(field, CleanTextField) else "sla_is_clean_line"
    right = f"{clean}(NEW.{field.column})"
    if not field.blank:
        right += f" AND sla_is_seen(NEW.{field.column})"
    return _COLUMN.format(column=field.column, right=right)


def text_guard() -> pgtrigger.Trigger:
    """Refuse what `sla/plain_text.py` would have cleaned, and what shows nothing where something must be seen."""
    return TextGuard(name="text_is_clean")
