from django.db import migrations
from pgtrigger.compiler import Trigger

from sla.dated_guards import TODAY
from sla.guards import STATEMENT
from sla.text_guard import FUNCTIONS
from sla.schema_operations import InstallTriggers
from sla.triggers import TriggerSql


class Migration(migrations.Migration):
    """Write every trigger and function anew, with the schema that it looks in (docs/decisions/search-path.md)."""

    dependencies = [
        ("sla", "0008_times_within_bounds"),
    ]

    operations = [
        migrations.RunSQL([FUNCTIONS, TODAY, STATEMENT], migrations.RunSQL.noop),
        InstallTriggers([
            ("calendar", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_calendar", pgid="pgtrigger_text_is_clean_2e9bb", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name_en IS DISTINCT FROM OLD.name_en AND NOT (sla_is_clean_line(NEW.name_en) AND sla_is_seen(NEW.name_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name_fr IS DISTINCT FROM OLD.name_fr AND NOT (sla_is_clean_line(NEW.name_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.zone IS DISTINCT FROM OLD.zone AND NOT (sla_is_clean_line(NEW.zone) AND sla_is_seen(NEW.zone)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'zone', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("calendar", Trigger(name="calendar_is_recorded", sql=TriggerSql(
                table="sla_calendar",
                pgid="pgtrigger_calendar_is_recorded_0dfd1",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="UPDATE",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint; stated jsonb; known jsonb;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.id, NEW.id] LOOP
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
""",
            ))),
            ("calendarrevision", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_calendarrevision", pgid="pgtrigger_text_is_clean_1a1a9", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.recorded_by IS DISTINCT FROM OLD.recorded_by AND NOT (sla_is_clean_line(NEW.recorded_by)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'recorded_by', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("calendarrevision", Trigger(name="append_only", sql=TriggerSql(table="sla_calendarrevision", pgid="pgtrigger_append_only_7ea64", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("calendarrevision", Trigger(name="edition_follows", sql=TriggerSql(
                table="sla_calendarrevision", pgid="pgtrigger_edition_follows_96604", when="BEFORE", operation="INSERT", declare="DECLARE last record;",
                func="""
SELECT number, recorded_at INTO last FROM sla_calendarrevision
    WHERE calendar_id = NEW.calendar_id ORDER BY number DESC LIMIT 1;
IF FOUND AND (
    NEW.number <> last.number + 1 OR NEW.recorded_at IS NULL OR NEW.recorded_at < last.recorded_at
) THEN
    RAISE EXCEPTION 'Edition % of calendar % does not follow the one before it', NEW.number, NEW.calendar_id
        USING ERRCODE = 'restrict_violation';
END IF;
RETURN NEW;
""",
            ))),
            ("calendarrevision", Trigger(name="edition_is_stated", sql=TriggerSql(
                table="sla_calendarrevision",
                pgid="pgtrigger_edition_is_stated_99bac",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint; stated jsonb; known jsonb;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.calendar_id, NEW.calendar_id] LOOP
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
""",
            ))),
            ("calendarrevision", Trigger(name="never_emptied", sql=TriggerSql(table="sla_calendarrevision", pgid="pgtrigger_never_emptied_1e8eb", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("calendarversion", Trigger(name="version_is_recorded", sql=TriggerSql(
                table="sla_calendarversion",
                pgid="pgtrigger_version_is_recorded_78196",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT OR UPDATE OR DELETE",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint; stated jsonb; known jsonb;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.calendar_id, NEW.calendar_id] LOOP
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
""",
            ))),
            ("calendarversion", Trigger(name="begins_after_today", sql=TriggerSql(
                table="sla_calendarversion", pgid="pgtrigger_begins_after_today_de508", when="BEFORE", operation="INSERT OR UPDATE OR DELETE",
                func="""
IF TG_OP <> 'DELETE' AND NOT jsonb_path_exists(NEW.week, '$.*[*]') THEN
    RAISE EXCEPTION 'A week without hours: nothing would ever fall due' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'week_is_open', COLUMN = 'week';
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
    RAISE EXCEPTION 'Hours in force stay: add a week that begins later' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
END IF;
IF TG_OP <> 'DELETE' AND (NEW.effective_from IS NULL OR NEW.effective_from <= sla_latest_date()) THEN
    RAISE EXCEPTION 'No week begins today or before' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'begins_too_soon', COLUMN = 'effective_from';
END IF;
RETURN COALESCE(NEW, OLD);
""",
            ))),
            ("calendarversion", Trigger(name="never_emptied", sql=TriggerSql(table="sla_calendarversion", pgid="pgtrigger_never_emptied_38336", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("closeddate", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_closeddate", pgid="pgtrigger_text_is_clean_8c362", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("closeddate", Trigger(name="closed_date_is_recorded", sql=TriggerSql(
                table="sla_closeddate",
                pgid="pgtrigger_closed_date_is_recorded_e23bd",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT OR UPDATE OR DELETE",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint; stated jsonb; known jsonb;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.calendar_id, NEW.calendar_id] LOOP
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
""",
            ))),
            ("closeddate", Trigger(name="day_is_to_come", sql=TriggerSql(
                table="sla_closeddate", pgid="pgtrigger_day_is_to_come_d10da", when="BEFORE", operation="INSERT OR UPDATE OR DELETE", declare="DECLARE today date;",
                func="""
SELECT sla_date_in(zone) INTO today FROM sla_calendar WHERE id = COALESCE(NEW.calendar_id, OLD.calendar_id);
PERFORM 1 FROM sla_calendarrevision WHERE calendar_id IN (OLD.calendar_id, NEW.calendar_id);
IF NOT FOUND OR today IS NULL THEN
    RETURN COALESCE(NEW, OLD);
END IF;
IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'name' = to_jsonb(OLD) - 'name' THEN
    RETURN NEW;
END IF;
IF OLD.date < today OR NEW.date < today THEN
    RAISE EXCEPTION 'A day that is over stays as it was' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'day_is_over', COLUMN = 'date';
END IF;
RETURN COALESCE(NEW, OLD);
""",
            ))),
            ("closeddate", Trigger(name="never_emptied", sql=TriggerSql(table="sla_closeddate", pgid="pgtrigger_never_emptied_0047c", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("dayoverride", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_dayoverride", pgid="pgtrigger_text_is_clean_8913e", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("dayoverride", Trigger(name="override_is_recorded", sql=TriggerSql(
                table="sla_dayoverride",
                pgid="pgtrigger_override_is_recorded_8e1de",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT OR UPDATE OR DELETE",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint; stated jsonb; known jsonb;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.calendar_id, NEW.calendar_id] LOOP
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
""",
            ))),
            ("dayoverride", Trigger(name="day_is_to_come", sql=TriggerSql(
                table="sla_dayoverride", pgid="pgtrigger_day_is_to_come_46484", when="BEFORE", operation="INSERT OR UPDATE OR DELETE", declare="DECLARE today date;",
                func="""
SELECT sla_date_in(zone) INTO today FROM sla_calendar WHERE id = COALESCE(NEW.calendar_id, OLD.calendar_id);
PERFORM 1 FROM sla_calendarrevision WHERE calendar_id IN (OLD.calendar_id, NEW.calendar_id);
IF NOT FOUND OR today IS NULL THEN
    RETURN COALESCE(NEW, OLD);
END IF;
IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'name' = to_jsonb(OLD) - 'name' THEN
    RETURN NEW;
END IF;
IF OLD.date < today OR NEW.date < today THEN
    RAISE EXCEPTION 'A day that is over stays as it was' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'day_is_over', COLUMN = 'date';
END IF;
RETURN COALESCE(NEW, OLD);
""",
            ))),
            ("dayoverride", Trigger(name="never_emptied", sql=TriggerSql(table="sla_dayoverride", pgid="pgtrigger_never_emptied_ad87c", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("matrix", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_matrix", pgid="pgtrigger_text_is_clean_c820e", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.document IS DISTINCT FROM OLD.document AND NOT (sla_is_clean_line(NEW.document) AND sla_is_seen(NEW.document)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'document', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("matrix", Trigger(name="begins_after_today", sql=TriggerSql(
                table="sla_matrix", pgid="pgtrigger_begins_after_today_92839", when="BEFORE", operation="INSERT OR UPDATE OR DELETE",
                func="""
IF TG_OP <> 'INSERT' AND OLD.effective_from <= sla_latest_date() THEN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ARRAY['sealed_at', 'revision']::text[] IS DISTINCT FROM to_jsonb(NEW) - ARRAY['sealed_at', 'revision']::text[] THEN
        RAISE EXCEPTION 'What is in force stays as it is: add the next one' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
    END IF;
    RETURN NEW;
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
IF TG_OP = 'UPDATE' AND (NEW.effective_from, NEW.series) IS NOT DISTINCT FROM (OLD.effective_from, OLD.series) THEN
    RETURN NEW;
END IF;
IF NEW.series = '' AND NOT EXISTS (SELECT FROM sla_matrix AS other WHERE other.id <> NEW.id AND other.series = NEW.series) THEN
    RETURN NEW;
END IF;
IF NEW.effective_from <= sla_latest_date() THEN
    RAISE EXCEPTION 'No rule begins today or before' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'begins_too_soon', COLUMN = 'effective_from';
END IF;
IF EXISTS (SELECT FROM sla_matrix AS other WHERE other.id <> NEW.id AND other.series = NEW.series AND other.sealed_at IS NOT NULL AND NEW.effective_from <= GREATEST(other.effective_from, (other.sealed_at AT TIME ZONE 'UTC')::date)) THEN
    RAISE EXCEPTION 'No rule begins on or before what was promised' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'begins_before_promised', COLUMN = 'effective_from';
END IF;
RETURN NEW;
""",
            ))),
            ("matrix", Trigger(name="matrix_is_complete", sql=TriggerSql(
                table="sla_matrix",
                pgid="pgtrigger_matrix_is_complete_2eba4",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.id, NEW.id] LOOP
    CONTINUE WHEN NOT EXISTS (SELECT FROM sla_matrix WHERE id = which);
    IF EXISTS (SELECT wanted.kind, wanted.severity FROM (VALUES ('own', 1), ('own', 2), ('own', 3), ('own', 4), ('other', 1), ('other', 2), ('other', 3), ('other', 4)) AS wanted (kind, severity) WHERE NOT EXISTS (SELECT FROM sla_matrixrow AS cell WHERE cell.matrix_id = which AND cell.kind = wanted.kind AND cell.severity = wanted.severity AND cell.metric = 'response' AND cell.minutes > 0)) THEN
        RAISE EXCEPTION 'A matrix promises a first answer for every kind and severity' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'matrix_is_complete';
    END IF;
END LOOP;
RETURN NULL;
""",
            ))),
            ("matrix", Trigger(name="never_emptied", sql=TriggerSql(table="sla_matrix", pgid="pgtrigger_never_emptied_6f938", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("matrix", Trigger(name="matrix_is_sealed", sql=TriggerSql(table="sla_matrix", pgid="pgtrigger_matrix_is_sealed_7c407", when="BEFORE", operation="UPDATE OR DELETE", condition='WHEN (OLD."sealed_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("matrixrow", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_matrixrow", pgid="pgtrigger_text_is_clean_2262a", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.note_en IS DISTINCT FROM OLD.note_en AND NOT (sla_is_clean_line(NEW.note_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'note_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.note_fr IS DISTINCT FROM OLD.note_fr AND NOT (sla_is_clean_line(NEW.note_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'note_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("matrixrow", Trigger(name="targets_are_sealed", sql=TriggerSql(
                table="sla_matrixrow", pgid="pgtrigger_targets_are_sealed_fdf14", when="BEFORE", operation="INSERT OR UPDATE OR DELETE",
                func="""
PERFORM 1 FROM sla_matrix
    WHERE id IN (OLD.matrix_id, NEW.matrix_id) AND sealed_at IS NOT NULL;
IF FOUND THEN
    RAISE EXCEPTION 'Cases were promised the times of this matrix: publish a new version instead'
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
END IF;
RETURN COALESCE(NEW, OLD);
""",
            ))),
            ("matrixrow", Trigger(name="targets_in_force_stay", sql=TriggerSql(
                table="sla_matrixrow", pgid="pgtrigger_targets_in_force_stay_80db9", when="BEFORE", operation="INSERT OR UPDATE OR DELETE",
                func="""
PERFORM 1 FROM sla_matrix AS matrix
    WHERE matrix.id IN (OLD.matrix_id, NEW.matrix_id) AND matrix.sealed_at IS NULL
    AND matrix.effective_from <= sla_latest_date()
    AND (TG_OP <> 'INSERT' OR matrix.series <> '' OR EXISTS (
        SELECT FROM sla_matrix AS other WHERE other.id <> matrix.id AND other.series = matrix.series
    ));
IF FOUND THEN
    RAISE EXCEPTION 'What is in force stays as it is: add the next one' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
END IF;
RETURN COALESCE(NEW, OLD);
""",
            ))),
            ("matrixrow", Trigger(name="targets_are_complete", sql=TriggerSql(
                table="sla_matrixrow",
                pgid="pgtrigger_targets_are_complete_7e307",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT OR UPDATE OR DELETE",
                timing="DEFERRABLE INITIALLY DEFERRED",
                declare="DECLARE which bigint;",
                func="""
FOREACH which IN ARRAY ARRAY[OLD.matrix_id, NEW.matrix_id] LOOP
    CONTINUE WHEN NOT EXISTS (SELECT FROM sla_matrix WHERE id = which);
    IF EXISTS (SELECT wanted.kind, wanted.severity FROM (VALUES ('own', 1), ('own', 2), ('own', 3), ('own', 4), ('other', 1), ('other', 2), ('other', 3), ('other', 4)) AS wanted (kind, severity) WHERE NOT EXISTS (SELECT FROM sla_matrixrow AS cell WHERE cell.matrix_id = which AND cell.kind = wanted.kind AND cell.severity = wanted.severity AND cell.metric = 'response' AND cell.minutes > 0)) THEN
        RAISE EXCEPTION 'A matrix promises a first answer for every kind and severity' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'matrix_is_complete';
    END IF;
END LOOP;
RETURN NULL;
""",
            ))),
            ("matrixrow", Trigger(name="never_emptied", sql=TriggerSql(table="sla_matrixrow", pgid="pgtrigger_never_emptied_dd602", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("severitycriterion", Trigger(name="text_is_clean", sql=TriggerSql(
                table="sla_severitycriterion", pgid="pgtrigger_text_is_clean_07ea6", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.text_en IS DISTINCT FROM OLD.text_en AND NOT (sla_is_clean_line(NEW.text_en) AND sla_is_seen(NEW.text_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'text_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.text_fr IS DISTINCT FROM OLD.text_fr AND NOT (sla_is_clean_line(NEW.text_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'text_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("severitycriterion", Trigger(name="one_is_offered", sql=TriggerSql(
                table="sla_severitycriterion", pgid="pgtrigger_one_is_offered_a5f23", when="AFTER", operation="DELETE OR UPDATE", level="STATEMENT",
                func="""
PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME), hashtext('one_is_offered'));
PERFORM 1 FROM sla_severitycriterion WHERE is_offered AND severity = 1;
IF NOT FOUND THEN
    RAISE EXCEPTION 'One row of % must be offered', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'one_is_offered';
END IF;
RETURN NULL;
""",
            ))),
        ]),
    ]
