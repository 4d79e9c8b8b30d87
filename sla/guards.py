"""What the database itself refuses of hours, matrices and records, whoever asks: page, shell, bulk or raw SQL."""

from typing import Any

import pgtrigger

from sla.triggers import SEARCH_PATH

# The hours of a calendar as its rows state them: the shape of `CalendarRevision.definition`. Made by a migration.
STATEMENT = f"""
CREATE OR REPLACE FUNCTION sla_calendar_statement(which bigint) RETURNS jsonb LANGUAGE sql STABLE {SEARCH_PATH} AS $$
    SELECT jsonb_build_object(
        'zone', calendar.zone,
        'round_the_clock', calendar.round_the_clock,
        'versions', COALESCE((
            SELECT jsonb_agg(
                jsonb_build_object('from', effective_from, 'week', week) ORDER BY effective_from NULLS FIRST
            ) FROM sla_calendarversion WHERE calendar_id = which), '[]'),
        'closed', COALESCE((
            SELECT jsonb_object_agg(date, name) FROM sla_closeddate WHERE calendar_id = which), '{{}}'),
        'overrides', COALESCE((
            SELECT jsonb_object_agg(date, spans) FROM sla_dayoverride WHERE calendar_id = which), '{{}}')
    ) FROM sla_calendar AS calendar WHERE calendar.id = which
$$
"""
NO_STATEMENT = "DROP FUNCTION IF EXISTS sla_calendar_statement(bigint)"

RECORDED = """
FOREACH which IN ARRAY ARRAY[OLD.{column}, NEW.{column}] LOOP
    CONTINUE WHEN which IS NULL;
    stated := sla_calendar_statement(which);
    SELECT definition INTO known FROM sla_calendarrevision
        WHERE calendar_id = which ORDER BY number DESC LIMIT 1;
    IF stated IS NOT NULL AND stated IS DISTINCT FROM known THEN
        RAISE EXCEPTION 'The hours of calendar % were changed without recording an edition of it', which
            USING ERRCODE = 'restrict_violation';
    END IF;
END LOOP;
RETURN NULL;
"""

FOLLOWS = """
SELECT number, recorded_at INTO last FROM sla_calendarrevision
    WHERE calendar_id = NEW.calendar_id ORDER BY number DESC LIMIT 1;
IF FOUND AND (
    NEW.number <> last.number + 1 OR NEW.recorded_at IS NULL OR NEW.recorded_at < last.recorded_at
) THEN
    RAISE EXCEPTION 'Edition % of calendar % does not follow the one before it', NEW.number, NEW.calendar_id
        USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;
"""

UNSEALED = """
PERFORM 1 FROM sla_matrix
    WHERE id IN (OLD.matrix_id, NEW.matrix_id) AND sealed_at IS NOT NULL;
IF FOUND THEN
    RAISE EXCEPTION 'Cases were promised the times of this matrix: publish a new version instead'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
END IF;
RETURN COALESCE(NEW, OLD);
"""


def never_emptied() -> pgtrigger.Trigger:
    """Refuse TRUNCATE, which passes by the guards of rows; also where it comes by CASCADE from another table."""
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        operation=pgtrigger.Truncate,
        when=pgtrigger.Before,
        func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';",
    )


def recorded(name: str, column: str = "calendar_id", operation: Any = None) -> pgtrigger.Trigger:
    """Refuse, at the end of the transaction, hours of which no edition says the same (`sla.editing.record`)."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation or pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("which", "bigint"), ("stated", "jsonb"), ("known", "jsonb")],
        func=RECORDED.format(column=column),
    )


def follows(name: str) -> pgtrigger.Trigger:
    """Refuse an edition that is not the next one, or is said to have been known before the one that it follows."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert,
        when=pgtrigger.Before,
        declare=[("last", "record")],
        func=FOLLOWS,
    )


def unsealed(name: str) -> pgtrigger.Trigger:
    """Refuse any change of the targets of a matrix that a case was promised."""
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        when=pgtrigger.Before,
        func=UNSEALED,
    )
