from django.db import migrations
from pgtrigger.compiler import Trigger

from sla.schema_operations import InstallTriggers
from sla.triggers import TriggerSql

# Functions of triggers that are gone, and the one by which pgtrigger's own asked whether they were to be passed by.
UNUSED = """
DO $$
DECLARE
    unused regprocedure;
BEGIN
    FOR unused IN
        SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND (proname = '_pgtrigger_should_ignore' OR starts_with(proname, 'pgtrigger_'))
        AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = pg_proc.oid)
    LOOP
        EXECUTE format('DROP FUNCTION %s', unused);
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    """Write every trigger and function anew, with the schema that it looks in (docs/decisions/search-path.md)."""

    dependencies = [
        ("cases", "0017_waiting_times_within_bounds"),
        ("contacts", "0012_search_path"),
        ("products", "0005_search_path"),
        ("sla", "0009_search_path"),
    ]

    operations = [
        InstallTriggers([
            ("exclusion", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_exclusion", pgid="pgtrigger_text_is_clean_0f073", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name_en IS DISTINCT FROM OLD.name_en AND NOT (sla_is_clean_line(NEW.name_en) AND sla_is_seen(NEW.name_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name_fr IS DISTINCT FROM OLD.name_fr AND NOT (sla_is_clean_line(NEW.name_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.explanation_en IS DISTINCT FROM OLD.explanation_en AND NOT (sla_is_clean_text(NEW.explanation_en) AND sla_is_seen(NEW.explanation_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'explanation_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.explanation_fr IS DISTINCT FROM OLD.explanation_fr AND NOT (sla_is_clean_text(NEW.explanation_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'explanation_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("exclusion", Trigger(name="system_row_stays", sql=TriggerSql(
                table="cases_exclusion",
                pgid="pgtrigger_system_row_stays_25b58",
                when="BEFORE",
                operation="DELETE OR UPDATE",
                condition="WHEN (OLD.code IN ('unsupported_version', 'functional', 'beyond_free_help'))",
                func="""
IF TG_OP = 'DELETE' OR NEW.code IS DISTINCT FROM OLD.code THEN
    RAISE EXCEPTION 'Row % of % is named by the code and stays', OLD.code, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'system_row_stays';
END IF;
RETURN COALESCE(NEW, OLD);
""",
            ))),
            ("casetype", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_casetype", pgid="pgtrigger_text_is_clean_ab08e", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name_en IS DISTINCT FROM OLD.name_en AND NOT (sla_is_clean_line(NEW.name_en) AND sla_is_seen(NEW.name_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name_fr IS DISTINCT FROM OLD.name_fr AND NOT (sla_is_clean_line(NEW.name_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.definition_en IS DISTINCT FROM OLD.definition_en AND NOT (sla_is_clean_text(NEW.definition_en) AND sla_is_seen(NEW.definition_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'definition_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.definition_fr IS DISTINCT FROM OLD.definition_fr AND NOT (sla_is_clean_text(NEW.definition_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'definition_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("casetype", Trigger(name="one_is_offered", sql=TriggerSql(
                table="cases_casetype", pgid="pgtrigger_one_is_offered_d5107", when="AFTER", operation="DELETE OR UPDATE", level="STATEMENT",
                func="""
PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME), hashtext('one_is_offered'));
PERFORM 1 FROM cases_casetype WHERE is_offered;
IF NOT FOUND THEN
    RAISE EXCEPTION 'One row of % must be offered', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'one_is_offered';
END IF;
RETURN NULL;
""",
            ))),
            ("closingrule", Trigger(name="begins_after_today", sql=TriggerSql(
                table="cases_closingrule", pgid="pgtrigger_begins_after_today_f201e", when="BEFORE", operation="INSERT OR UPDATE OR DELETE",
                func="""
IF TG_OP <> 'INSERT' AND OLD.effective_from <= sla_latest_date() THEN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - ARRAY[]::text[] IS DISTINCT FROM to_jsonb(NEW) - ARRAY[]::text[] THEN
        RAISE EXCEPTION 'What is in force stays as it is: add the next one' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
    END IF;
    RETURN NEW;
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
IF TG_OP = 'UPDATE' AND (NEW.effective_from) IS NOT DISTINCT FROM (OLD.effective_from) THEN
    RETURN NEW;
END IF;
IF TRUE AND NOT EXISTS (SELECT FROM cases_closingrule AS other WHERE other.id <> NEW.id AND TRUE) THEN
    RETURN NEW;
END IF;
IF NEW.effective_from <= sla_latest_date() THEN
    RAISE EXCEPTION 'No rule begins today or before' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'begins_too_soon', COLUMN = 'effective_from';
END IF;
IF EXISTS (SELECT FROM cases_closingrule AS other WHERE other.id <> NEW.id AND TRUE AND other.effective_from >= NEW.effective_from AND EXISTS (SELECT FROM cases_case WHERE closing_rule_id = other.id)) THEN
    RAISE EXCEPTION 'No rule begins on or before what was promised' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'begins_before_promised', COLUMN = 'effective_from';
END IF;
RETURN NEW;
""",
            ))),
            ("dispatchrule", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_dispatchrule", pgid="pgtrigger_text_is_clean_156ef", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name_en IS DISTINCT FROM OLD.name_en AND NOT (sla_is_clean_line(NEW.name_en) AND sla_is_seen(NEW.name_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name_fr IS DISTINCT FROM OLD.name_fr AND NOT (sla_is_clean_line(NEW.name_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("dispatchrule", Trigger(name="for_all_else_stays", sql=TriggerSql(table="cases_dispatchrule", pgid="pgtrigger_for_all_else_stays_1635b", when="BEFORE", operation="DELETE", condition="WHEN (OLD.code = 'otherwise')", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("case", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_case", pgid="pgtrigger_text_is_clean_f0872", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.subject IS DISTINCT FROM OLD.subject AND NOT (sla_is_clean_line(NEW.subject) AND sla_is_seen(NEW.subject)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'subject', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("case", Trigger(name="status_moves", sql=TriggerSql(table="cases_case", pgid="pgtrigger_status_moves_d5ecd", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.status IS DISTINCT FROM NEW.status)", declare="DECLARE _is_valid_transition BOOLEAN;", func='SELECT CONCAT(OLD."status", \':\', NEW."status") = ANY(\'{awaiting_release:closed,awaiting_release:development,awaiting_release:in_progress,awaiting_release:solution_provided,awaiting_release:waiting,closed:awaiting_release,closed:development,closed:in_progress,closed:new,closed:reopened,closed:solution_provided,closed:waiting,development:awaiting_release,development:closed,development:in_progress,development:solution_provided,development:waiting,in_progress:awaiting_release,in_progress:closed,in_progress:development,in_progress:solution_provided,in_progress:waiting,new:awaiting_release,new:closed,new:development,new:in_progress,new:solution_provided,new:waiting,reopened:awaiting_release,reopened:closed,reopened:development,reopened:in_progress,reopened:solution_provided,reopened:waiting,solution_provided:closed,solution_provided:in_progress,waiting:awaiting_release,waiting:closed,waiting:development,waiting:in_progress,waiting:solution_provided}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."status" IS DISTINCT FROM NEW."status") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "status" from "%" to "%" on table %\', OLD."status", NEW."status", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'))),
            ("case", Trigger(name="status_is_recorded", sql=TriggerSql(
                table="cases_case",
                pgid="pgtrigger_status_is_recorded_1e76c",
                when="AFTER",
                operation='UPDATE OF "status"',
                condition="WHEN (OLD.status IS DISTINCT FROM NEW.status)",
                declare="DECLARE known varchar;",
                func="""
SELECT status INTO known FROM cases_event WHERE case_id = NEW.id ORDER BY id DESC LIMIT 1;
IF known IS DISTINCT FROM NEW.status THEN
    RAISE EXCEPTION 'The status of case % was changed to "%" without an event that says so', NEW.id, NEW.status
        USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;
""",
            ))),
            ("case", Trigger(name="never_deleted", sql=TriggerSql(table="cases_case", pgid="pgtrigger_never_deleted_d7375", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("message", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_message", pgid="pgtrigger_text_is_clean_3327a", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.body IS DISTINCT FROM OLD.body AND NOT (sla_is_clean_text(NEW.body) AND sla_is_seen(NEW.body)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'body', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("message", Trigger(name="append_only", sql=TriggerSql(table="cases_message", pgid="pgtrigger_append_only_fefcd", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("message", Trigger(name="never_emptied", sql=TriggerSql(table="cases_message", pgid="pgtrigger_never_emptied_0252b", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("note", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_note", pgid="pgtrigger_text_is_clean_ec208", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.body IS DISTINCT FROM OLD.body AND NOT (sla_is_clean_text(NEW.body) AND sla_is_seen(NEW.body)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'body', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("note", Trigger(name="append_only", sql=TriggerSql(table="cases_note", pgid="pgtrigger_append_only_13d6f", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("note", Trigger(name="never_emptied", sql=TriggerSql(table="cases_note", pgid="pgtrigger_never_emptied_b2079", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("consultingreferral", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_consultingreferral", pgid="pgtrigger_text_is_clean_1bf04", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.estimate IS DISTINCT FROM OLD.estimate AND NOT (sla_is_clean_line(NEW.estimate)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'estimate', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("consultingreferral", Trigger(name="facts_stay", sql=TriggerSql(table="cases_consultingreferral", pgid="pgtrigger_facts_stay_8b29e", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."message_id" IS DISTINCT FROM (NEW."message_id") OR OLD."estimate_minutes" IS DISTINCT FROM (NEW."estimate_minutes") OR OLD."estimate" IS DISTINCT FROM (NEW."estimate"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("consultingreferral", Trigger(name="decided_once", sql=TriggerSql(table="cases_consultingreferral", pgid="pgtrigger_decided_once_0faac", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.state <> 'open')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("consultingreferral", Trigger(name="never_deleted", sql=TriggerSql(table="cases_consultingreferral", pgid="pgtrigger_never_deleted_e8f40", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("assistancekind", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_assistancekind", pgid="pgtrigger_text_is_clean_4678c", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name_en IS DISTINCT FROM OLD.name_en AND NOT (sla_is_clean_line(NEW.name_en) AND sla_is_seen(NEW.name_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name_fr IS DISTINCT FROM OLD.name_fr AND NOT (sla_is_clean_line(NEW.name_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.definition_en IS DISTINCT FROM OLD.definition_en AND NOT (sla_is_clean_text(NEW.definition_en) AND sla_is_seen(NEW.definition_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'definition_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.definition_fr IS DISTINCT FROM OLD.definition_fr AND NOT (sla_is_clean_text(NEW.definition_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'definition_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("timeentry", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_timeentry", pgid="pgtrigger_text_is_clean_5812d", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.words IS DISTINCT FROM OLD.words AND NOT (sla_is_clean_text(NEW.words) AND sla_is_seen(NEW.words)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'words', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("timeentry", Trigger(name="append_only", sql=TriggerSql(table="cases_timeentry", pgid="pgtrigger_append_only_dc966", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("timeentry", Trigger(name="within_allowance", sql=TriggerSql(
                table="cases_timeentry", pgid="pgtrigger_within_allowance_f1444", when="BEFORE", operation="INSERT", declare="DECLARE allowance integer; used bigint;",
                func="""
IF NEW.corrects_id IS NULL THEN
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id AND instance_id = NEW.instance_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Help is written down for the instance of its case' USING ERRCODE = 'check_violation';
    END IF;
ELSE
    PERFORM 1 FROM cases_timeentry WHERE id = NEW.corrects_id AND minutes > 0
        AND case_id = NEW.case_id AND instance_id = NEW.instance_id AND (NEW.minutes > 0 OR (
            kind_id = NEW.kind_id AND free_minutes = -NEW.free_minutes AND billable_minutes = -NEW.billable_minutes
        ));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'A correction takes back what stands in the entry, as it was split'
            USING ERRCODE = 'check_violation';
    END IF;
END IF;
IF NEW.free_minutes > 0 THEN
    UPDATE contacts_instance SET free_help_minutes = free_help_minutes WHERE id = NEW.instance_id;
    SELECT COALESCE(instance.free_help_minutes, plan.free_help_minutes) INTO allowance
        FROM contacts_instance AS instance
        JOIN contacts_account AS account ON account.id = instance.account_id
        JOIN contacts_plan AS plan ON plan.id = account.plan_id
        WHERE instance.id = NEW.instance_id;
    SELECT COALESCE(SUM(free_minutes), 0) INTO used FROM cases_timeentry WHERE instance_id = NEW.instance_id;
    IF used + NEW.free_minutes > allowance THEN
        RAISE EXCEPTION 'Instance % has % free minutes of help, % are used, % more are too many',
            NEW.instance_id, allowance, used, NEW.free_minutes USING ERRCODE = 'check_violation';
    END IF;
END IF;
RETURN NEW;
""",
            ))),
            ("timeentry", Trigger(name="agreed_to", sql=TriggerSql(
                table="cases_timeentry",
                pgid="pgtrigger_agreed_to_d5027",
                constraint="CONSTRAINT",
                when="AFTER",
                operation="INSERT",
                timing="DEFERRABLE INITIALLY DEFERRED",
                condition="WHEN (NEW.referral_id IS NOT NULL)",
                func="""
PERFORM 1 FROM cases_consultingreferral WHERE id = NEW.referral_id AND case_id = NEW.case_id AND state = 'agreed';
IF NOT FOUND THEN
    RAISE EXCEPTION 'Nothing is billable that the customer has not agreed to' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
""",
            ))),
            ("attachment", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_attachment", pgid="pgtrigger_text_is_clean_b0f97", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("attachment", Trigger(name="append_only", sql=TriggerSql(table="cases_attachment", pgid="pgtrigger_append_only_241ac", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("attachment", Trigger(name="never_emptied", sql=TriggerSql(table="cases_attachment", pgid="pgtrigger_never_emptied_a603b", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("event", Trigger(name="append_only", sql=TriggerSql(table="cases_event", pgid="pgtrigger_append_only_6207c", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("event", Trigger(name="never_emptied", sql=TriggerSql(table="cases_event", pgid="pgtrigger_never_emptied_eeee8", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("breach", Trigger(name="facts_stay", sql=TriggerSql(table="cases_breach", pgid="pgtrigger_facts_stay_0d158", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."metric" IS DISTINCT FROM (NEW."metric") OR OLD."cycle" IS DISTINCT FROM (NEW."cycle") OR OLD."period_no" IS DISTINCT FROM (NEW."period_no") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."plan_id" IS DISTINCT FROM (NEW."plan_id") OR OLD."matrix_id" IS DISTINCT FROM (NEW."matrix_id") OR OLD."calendar_id" IS DISTINCT FROM (NEW."calendar_id") OR OLD."calendar_revision" IS DISTINCT FROM (NEW."calendar_revision") OR OLD."minutes" IS DISTINCT FROM (NEW."minutes") OR OLD."started_at" IS DISTINCT FROM (NEW."started_at") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."breach_at" IS DISTINCT FROM (NEW."breach_at") OR OLD."detected_at" IS DISTINCT FROM (NEW."detected_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("breach", Trigger(name="never_deleted", sql=TriggerSql(table="cases_breach", pgid="pgtrigger_never_deleted_8ac70", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("breach", Trigger(name="never_emptied", sql=TriggerSql(table="cases_breach", pgid="pgtrigger_never_emptied_db982", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("caselink", Trigger(name="facts_stay", sql=TriggerSql(table="cases_caselink", pgid="pgtrigger_facts_stay_a3245", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."other_id" IS DISTINCT FROM (NEW."other_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("caselink", Trigger(name="never_deleted", sql=TriggerSql(table="cases_caselink", pgid="pgtrigger_never_deleted_96000", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("exportrecord", Trigger(name="facts_stay", sql=TriggerSql(table="cases_exportrecord", pgid="pgtrigger_facts_stay_fe8b9", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."format" IS DISTINCT FROM (NEW."format") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."query" IS DISTINCT FROM (NEW."query") OR OLD."is_complete" IS DISTINCT FROM (NEW."is_complete") OR OLD."total" IS DISTINCT FROM (NEW."total"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("exportrecord", Trigger(name="ends_once", sql=TriggerSql(table="cases_exportrecord", pgid="pgtrigger_ends_once_28cfd", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.ended_at IS NOT NULL)", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("exportrecord", Trigger(name="never_deleted", sql=TriggerSql(table="cases_exportrecord", pgid="pgtrigger_never_deleted_b0ad9", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("exportrecord", Trigger(name="never_emptied", sql=TriggerSql(table="cases_exportrecord", pgid="pgtrigger_never_emptied_e0fb6", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("exportjob", Trigger(name="states_follow", sql=TriggerSql(table="cases_exportjob", pgid="pgtrigger_states_follow_f0d82", when="BEFORE", operation="UPDATE", declare="DECLARE _is_valid_transition BOOLEAN;", func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{queued:running,queued:failed,running:ready,running:failed,ready:expired}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'))),
            ("exportjob", Trigger(name="asker_stays", sql=TriggerSql(table="cases_exportjob", pgid="pgtrigger_asker_stays_adb86", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."export_id" IS DISTINCT FROM (NEW."export_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("exportjob", Trigger(name="never_deleted", sql=TriggerSql(table="cases_exportjob", pgid="pgtrigger_never_deleted_18c1f", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("follower", Trigger(name="never_deleted", sql=TriggerSql(table="cases_follower", pgid="pgtrigger_never_deleted_68cc6", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("incident", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_incident", pgid="pgtrigger_text_is_clean_b326f", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.title_en IS DISTINCT FROM OLD.title_en AND NOT (sla_is_clean_line(NEW.title_en) AND sla_is_seen(NEW.title_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'title_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.title_fr IS DISTINCT FROM OLD.title_fr AND NOT (sla_is_clean_line(NEW.title_fr) AND sla_is_seen(NEW.title_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'title_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("incident", Trigger(name="never_deleted", sql=TriggerSql(table="cases_incident", pgid="pgtrigger_never_deleted_85b69", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("incident", Trigger(name="facts_stay", sql=TriggerSql(table="cases_incident", pgid="pgtrigger_facts_stay_64ce6", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("incidentcase", Trigger(name="facts_stay", sql=TriggerSql(table="cases_incidentcase", pgid="pgtrigger_facts_stay_000af", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."linked_at" IS DISTINCT FROM (NEW."linked_at") OR OLD."linked_by_id" IS DISTINCT FROM (NEW."linked_by_id") OR OLD."made_system_wide" IS DISTINCT FROM (NEW."made_system_wide") OR OLD."gave_kind" IS DISTINCT FROM (NEW."gave_kind"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("incidentcase", Trigger(name="taken_back_once", sql=TriggerSql(table="cases_incidentcase", pgid="pgtrigger_taken_back_once_cf313", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.unlinked_at IS NOT NULL)", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("incidentcase", Trigger(name="never_deleted", sql=TriggerSql(table="cases_incidentcase", pgid="pgtrigger_never_deleted_4f489", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("incidentupdate", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_incidentupdate", pgid="pgtrigger_text_is_clean_3884b", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.text_en IS DISTINCT FROM OLD.text_en AND NOT (sla_is_clean_text(NEW.text_en) AND sla_is_seen(NEW.text_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'text_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.text_fr IS DISTINCT FROM OLD.text_fr AND NOT (sla_is_clean_text(NEW.text_fr) AND sla_is_seen(NEW.text_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'text_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("incidentupdate", Trigger(name="append_only", sql=TriggerSql(table="cases_incidentupdate", pgid="pgtrigger_append_only_9e6fb", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("incidenttelling", Trigger(name="settled_once", sql=TriggerSql(table="cases_incidenttelling", pgid="pgtrigger_settled_once_67e7d", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.state <> 'due')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("incidenttelling", Trigger(name="never_deleted", sql=TriggerSql(table="cases_incidenttelling", pgid="pgtrigger_never_deleted_9c829", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("incidentevent", Trigger(name="append_only", sql=TriggerSql(table="cases_incidentevent", pgid="pgtrigger_append_only_42911", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("outboxmail", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_outboxmail", pgid="pgtrigger_text_is_clean_44d37", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.error IS DISTINCT FROM OLD.error AND NOT (sla_is_clean_text(NEW.error)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'error', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("ownmatrix", Trigger(name="version_follows", sql=TriggerSql(
                table="cases_ownmatrix", pgid="pgtrigger_version_follows_773d3", when="AFTER", operation="INSERT OR UPDATE OR DELETE",
                func="""
PERFORM 1 FROM sla_matrix WHERE id IN (OLD.matrix_id, NEW.matrix_id)
    AND (sealed_at IS NOT NULL OR effective_from <= sla_latest_date());
IF FOUND THEN
    RAISE EXCEPTION 'Objectives in force stay: publish the next version' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'in_force_stays';
END IF;
IF TG_OP = 'UPDATE' AND NEW.matrix_id <> OLD.matrix_id THEN
    RAISE EXCEPTION 'Objectives keep their version' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'own_matrix_stays', COLUMN = 'matrix';
END IF;
IF TG_OP = 'DELETE' THEN
    DELETE FROM sla_matrixrow WHERE matrix_id = OLD.matrix_id;
    DELETE FROM sla_matrix WHERE id = OLD.matrix_id;
    RETURN NULL;
END IF;
UPDATE sla_matrix SET series = NEW.type_id WHERE id = NEW.matrix_id AND series <> NEW.type_id;
RETURN NULL;
""",
            ))),
            ("releasewords", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_releasewords", pgid="pgtrigger_text_is_clean_ec849", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.text_en IS DISTINCT FROM OLD.text_en AND NOT (sla_is_clean_text(NEW.text_en) AND sla_is_seen(NEW.text_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'text_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.text_fr IS DISTINCT FROM OLD.text_fr AND NOT (sla_is_clean_text(NEW.text_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'text_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.notes_en IS DISTINCT FROM OLD.notes_en AND NOT (sla_is_clean_line(NEW.notes_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'notes_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.notes_fr IS DISTINCT FROM OLD.notes_fr AND NOT (sla_is_clean_line(NEW.notes_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'notes_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("rootcausereport", Trigger(name="facts_stay", sql=TriggerSql(table="cases_rootcausereport", pgid="pgtrigger_facts_stay_35665", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."begun_at" IS DISTINCT FROM (NEW."begun_at"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("rootcausereport", Trigger(name="never_deleted", sql=TriggerSql(table="cases_rootcausereport", pgid="pgtrigger_never_deleted_18117", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("rootcauseversion", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_rootcauseversion", pgid="pgtrigger_text_is_clean_352a8", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.title_en IS DISTINCT FROM OLD.title_en AND NOT (sla_is_clean_line(NEW.title_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'title_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.title_fr IS DISTINCT FROM OLD.title_fr AND NOT (sla_is_clean_line(NEW.title_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'title_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.happened_en IS DISTINCT FROM OLD.happened_en AND NOT (sla_is_clean_text(NEW.happened_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'happened_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.happened_fr IS DISTINCT FROM OLD.happened_fr AND NOT (sla_is_clean_text(NEW.happened_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'happened_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.effect_en IS DISTINCT FROM OLD.effect_en AND NOT (sla_is_clean_text(NEW.effect_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'effect_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.effect_fr IS DISTINCT FROM OLD.effect_fr AND NOT (sla_is_clean_text(NEW.effect_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'effect_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.cause_en IS DISTINCT FROM OLD.cause_en AND NOT (sla_is_clean_text(NEW.cause_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'cause_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.cause_fr IS DISTINCT FROM OLD.cause_fr AND NOT (sla_is_clean_text(NEW.cause_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'cause_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.done_en IS DISTINCT FROM OLD.done_en AND NOT (sla_is_clean_text(NEW.done_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'done_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.done_fr IS DISTINCT FROM OLD.done_fr AND NOT (sla_is_clean_text(NEW.done_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'done_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.prevention_en IS DISTINCT FROM OLD.prevention_en AND NOT (sla_is_clean_text(NEW.prevention_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'prevention_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.prevention_fr IS DISTINCT FROM OLD.prevention_fr AND NOT (sla_is_clean_text(NEW.prevention_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'prevention_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("rootcauseversion", Trigger(name="moves", sql=TriggerSql(table="cases_rootcauseversion", pgid="pgtrigger_moves_1118b", when="BEFORE", operation="UPDATE", declare="DECLARE _is_valid_transition BOOLEAN;", func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{writing:in_review,in_review:writing,in_review:reviewed,reviewed:writing,reviewed:published}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;'))),
            ("rootcauseversion", Trigger(name="published_stays", sql=TriggerSql(table="cases_rootcauseversion", pgid="pgtrigger_published_stays_807bd", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.state = 'published')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("rootcauseversion", Trigger(name="words_as_submitted", sql=TriggerSql(table="cases_rootcauseversion", pgid="pgtrigger_words_as_submitted_25b5d", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.state <> 'writing' AND (OLD.title_en IS DISTINCT FROM NEW.title_en OR OLD.title_fr IS DISTINCT FROM NEW.title_fr OR OLD.happened_en IS DISTINCT FROM NEW.happened_en OR OLD.happened_fr IS DISTINCT FROM NEW.happened_fr OR OLD.effect_en IS DISTINCT FROM NEW.effect_en OR OLD.effect_fr IS DISTINCT FROM NEW.effect_fr OR OLD.cause_en IS DISTINCT FROM NEW.cause_en OR OLD.cause_fr IS DISTINCT FROM NEW.cause_fr OR OLD.done_en IS DISTINCT FROM NEW.done_en OR OLD.done_fr IS DISTINCT FROM NEW.done_fr OR OLD.prevention_en IS DISTINCT FROM NEW.prevention_en OR OLD.prevention_fr IS DISTINCT FROM NEW.prevention_fr))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("rootcauseversion", Trigger(name="never_deleted", sql=TriggerSql(table="cases_rootcauseversion", pgid="pgtrigger_never_deleted_6f9ed", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("rootcauseevent", Trigger(name="append_only", sql=TriggerSql(table="cases_rootcauseevent", pgid="pgtrigger_append_only_73277", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("rootcausetelling", Trigger(name="told_stays", sql=TriggerSql(table="cases_rootcausetelling", pgid="pgtrigger_told_stays_c8e14", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.told_at IS NOT NULL)", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("rootcausetelling", Trigger(name="never_deleted", sql=TriggerSql(table="cases_rootcausetelling", pgid="pgtrigger_never_deleted_fa714", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("severityrequest", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_severityrequest", pgid="pgtrigger_text_is_clean_103e5", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.reason IS DISTINCT FROM OLD.reason AND NOT (sla_is_clean_text(NEW.reason)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'reason', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("severityrequest", Trigger(name="facts_stay", sql=TriggerSql(table="cases_severityrequest", pgid="pgtrigger_facts_stay_971b2", when="BEFORE", operation="UPDATE", condition='WHEN (OLD."case_id" IS DISTINCT FROM (NEW."case_id") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."message_id" IS DISTINCT FROM (NEW."message_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("severityrequest", Trigger(name="decided_once", sql=TriggerSql(table="cases_severityrequest", pgid="pgtrigger_decided_once_f4a21", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.state <> 'open')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("severityrequest", Trigger(name="never_deleted", sql=TriggerSql(table="cases_severityrequest", pgid="pgtrigger_never_deleted_1964c", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("severityrequest", Trigger(name="never_emptied", sql=TriggerSql(table="cases_severityrequest", pgid="pgtrigger_never_emptied_49e85", when="BEFORE", operation="TRUNCATE", level="STATEMENT", func="RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"))),
            ("statussubscriber", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_statussubscriber", pgid="pgtrigger_text_is_clean_d5c63", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.email IS DISTINCT FROM OLD.email AND NOT (sla_is_clean_line(NEW.email) AND sla_is_seen(NEW.email)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'email', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("statusmail", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_statusmail", pgid="pgtrigger_text_is_clean_bb06c", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.error IS DISTINCT FROM OLD.error AND NOT (sla_is_clean_text(NEW.error)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'error', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("tag", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_tag", pgid="pgtrigger_text_is_clean_a12b1", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("tag", Trigger(name="never_deleted", sql=TriggerSql(table="cases_tag", pgid="pgtrigger_never_deleted_52729", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("casetag", Trigger(name="never_deleted", sql=TriggerSql(table="cases_casetag", pgid="pgtrigger_never_deleted_c871d", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
        ]),
        migrations.RunSQL(UNUSED, migrations.RunSQL.noop),
    ]
