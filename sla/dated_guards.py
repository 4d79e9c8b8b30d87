"""What the database refuses of every rule that holds from a date on: one form, given to each model that has one.

No rule begins today or before, on or before one that was promised; none is changed or taken away that is in force; a
matrix that does not promise a first answer for everything is not stored. `sla/effective_dates.py` has the words for it.
"""

from collections.abc import Sequence

import pgtrigger

from sla.effective_dates import FURTHEST_AHEAD
from sla.matrices import Kind, Severity

# Functions of the database, made by a migration. The clock is that of the instant, not of the transaction's beginning.
TODAY = f"""
CREATE OR REPLACE FUNCTION sla_latest_date() RETURNS date LANGUAGE sql VOLATILE
    RETURN (clock_timestamp() AT TIME ZONE 'UTC' + interval '{int(FURTHEST_AHEAD.total_seconds())} seconds')::date;
CREATE OR REPLACE FUNCTION sla_date_in(zone text) RETURNS date LANGUAGE sql VOLATILE
    RETURN (clock_timestamp() AT TIME ZONE zone)::date
"""
NO_TODAY = "DROP FUNCTION IF EXISTS sla_latest_date(); DROP FUNCTION IF EXISTS sla_date_in(text)"

# Each refusal has a name, by which `sla/refusals.py` finds its words, and the column that it is about.
RAISE = "RAISE EXCEPTION '{says}' USING ERRCODE = 'restrict_violation', CONSTRAINT = '{name}'{column};"


def refuse(name: str, says: str, column: str = "") -> str:
    """Return the statement that refuses: `name` is for `sla/refusals.py`, `says` for who sent raw SQL."""
    return RAISE.format(name=name, says=says, column=f", COLUMN = '{column}'" if column else "")


DATED = """
IF TG_OP <> 'INSERT' AND OLD.effective_from <= sla_latest_date() THEN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - {kept} IS DISTINCT FROM to_jsonb(NEW) - {kept} THEN
        {in_force}
    END IF;
    RETURN NEW;
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
IF TG_OP = 'UPDATE' AND ({new}) IS NOT DISTINCT FROM ({old}) THEN
    RETURN NEW;
END IF;
IF {may_be_first} AND NOT EXISTS (SELECT FROM {table} AS other WHERE other.id <> NEW.id AND {same}) THEN
    RETURN NEW;
END IF;
IF NEW.effective_from <= sla_latest_date() THEN
    {too_soon}
END IF;
IF EXISTS (SELECT FROM {table} AS other WHERE other.id <> NEW.id AND {same} AND {promised}) THEN
    {before_promised}
END IF;
RETURN NEW;
"""


def dated(
    table: str, *, promised: str, series: Sequence[str] = (), may_be_first: str = "TRUE", kept: Sequence[str] = ()
) -> pgtrigger.Trigger:
    """Refuse an edition that begins too soon, and any change of one in force but for the columns `kept`.

    `series` are the columns that say to which set of rules an edition belongs; `promised` is the condition, of
    `other`, that it was promised for NEW's date or a later one; `may_be_first`, of NEW, that it may begin in the past
    where its set has no other.
    """
    columns = ("effective_from", *series)
    return pgtrigger.Trigger(
        name="begins_after_today",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=DATED.format(
            table=table,
            kept=f"ARRAY[{', '.join(map(repr, kept))}]::text[]",
            new=", ".join(f"NEW.{column}" for column in columns),
            old=", ".join(f"OLD.{column}" for column in columns),
            same=" AND ".join(f"other.{column} = NEW.{column}" for column in series) or "TRUE",
            may_be_first=may_be_first,
            promised=promised,
            in_force=refuse("in_force_stays", "What is in force stays as it is: add the next one"),
            too_soon=refuse("begins_too_soon", "No rule begins today or before", "effective_from"),
            before_promised=refuse(
                "begins_before_promised", "No rule begins on or before what was promised", "effective_from"
            ),
        ),
    )


# A calendar that is being entered has no edition yet: its hours may begin whenever they did.
WEEK = """
IF TG_OP <> 'DELETE' AND NOT jsonb_path_exists(NEW.week, '$.*[*]') THEN
    {never_open}
END IF;
PERFORM 1 FROM sla_calendarrevision WHERE calendar_id IN (OLD.calendar_id, NEW.calendar_id);
IF NOT FOUND THEN
    RETURN COALESCE(NEW, OLD);
END IF;
IF TG_OP = 'UPDATE' AND (NEW.calendar_id, NEW.effective_from) IS NOT DISTINCT FROM
    (OLD.calendar_id, OLD.effective_from)
THEN
    RETURN NEW;
END IF;
IF TG_OP <> 'INSERT' AND (OLD.effective_from IS NULL OR OLD.effective_from <= sla_latest_date()) THEN
    {in_force}
END IF;
IF TG_OP <> 'DELETE' AND (NEW.effective_from IS NULL OR NEW.effective_from <= sla_latest_date()) THEN
    {too_soon}
END IF;
RETURN COALESCE(NEW, OLD);
"""

DAY = """
SELECT sla_date_in(zone) INTO today FROM sla_calendar WHERE id = COALESCE(NEW.calendar_id, OLD.calendar_id);
PERFORM 1 FROM sla_calendarrevision WHERE calendar_id IN (OLD.calendar_id, NEW.calendar_id);
IF NOT FOUND OR today IS NULL THEN
    RETURN COALESCE(NEW, OLD);
END IF;
IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'name' = to_jsonb(OLD) - 'name' THEN
    RETURN NEW;
END IF;
IF OLD.date < today OR NEW.date < today THEN
    {over}
END IF;
RETURN COALESCE(NEW, OLD);
"""


def weeks_to_come() -> pgtrigger.Trigger:
    """Refuse a week that is never open, one that begins today or before, and the end of one in force.

    What a week in force says may change: an edition records it, and it counts from that instant on.
    """
    return pgtrigger.Trigger(
        name="begins_after_today",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=WEEK.format(
            never_open=refuse("week_is_open", "A week without hours: nothing would ever fall due", "week"),
            in_force=refuse("in_force_stays", "Hours in force stay: add a week that begins later"),
            too_soon=refuse("begins_too_soon", "No week begins today or before", "effective_from"),
        ),
    )


def days_to_come() -> pgtrigger.Trigger:
    """Refuse what changes a day that is over in the zone of its calendar."""
    return pgtrigger.Trigger(
        name="day_is_to_come",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        declare=[("today", "date")],
        func=DAY.format(over=refuse("day_is_over", "A day that is over stays as it was", "date")),
    )


def unanswered(matrix: str) -> str:
    """Return the SQL of the kinds and severities for which the matrix with this id promises no first answer."""
    wanted = ", ".join(f"('{kind}', {severity.value})" for kind in Kind.values for severity in Severity)
    return (
        f"SELECT wanted.kind, wanted.severity FROM (VALUES {wanted}) AS wanted (kind, severity)"
        f" WHERE NOT EXISTS (SELECT FROM sla_matrixrow AS cell WHERE cell.matrix_id = {matrix}"
        " AND cell.kind = wanted.kind AND cell.severity = wanted.severity AND cell.metric = 'response'"
        " AND cell.minutes > 0)"
    )


COMPLETE = """
FOREACH which IN ARRAY ARRAY[OLD.{column}, NEW.{column}] LOOP
    CONTINUE WHEN NOT EXISTS (SELECT FROM sla_matrix WHERE id = which);
    IF EXISTS ({unanswered}) THEN
        {refused}
    END IF;
END LOOP;
RETURN NULL;
"""


def complete(name: str, column: str = "matrix_id") -> pgtrigger.Trigger:
    """Refuse, at the end of the transaction, a matrix without a first answer for every kind and severity."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete if column == "matrix_id" else pgtrigger.Insert,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("which", "bigint")],
        func=COMPLETE.format(
            column=column,
            unanswered=unanswered("which"),
            refused=refuse("matrix_is_complete", "A matrix promises a first answer for every kind and severity"),
        ),
    )


# While a matrix is entered for the first time it is in force already, and its cells follow it.
FIXED = """
PERFORM 1 FROM sla_matrix AS matrix
    WHERE matrix.id IN (OLD.matrix_id, NEW.matrix_id) AND matrix.sealed_at IS NULL
    AND matrix.effective_from <= sla_latest_date()
    AND (TG_OP <> 'INSERT' OR matrix.series <> '' OR EXISTS (
        SELECT FROM sla_matrix AS other WHERE other.id <> matrix.id AND other.series = matrix.series
    ));
IF FOUND THEN
    {refused}
END IF;
RETURN COALESCE(NEW, OLD);
"""


def targets_in_force_stay() -> pgtrigger.Trigger:
    """Refuse any change of the targets of a matrix in force; one that was promised has a guard of its own."""
    return pgtrigger.Trigger(
        name="targets_in_force_stay",
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=FIXED.format(refused=refuse("in_force_stays", "What is in force stays as it is: add the next one")),
    )
