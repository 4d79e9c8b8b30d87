from django.db import migrations
from pgtrigger.compiler import Trigger

from sla.schema_operations import InstallTriggers
from sla.triggers import TriggerSql


class Migration(migrations.Migration):
    """Write every trigger and function anew, with the schema that it looks in (docs/decisions/search-path.md)."""

    dependencies = [
        ("contacts", "0011_sign_in_mail_of_clean_text"),
        ("sla", "0009_search_path"),
    ]

    operations = [
        InstallTriggers([
            ("factor", Trigger(name="factors_end_sessions", sql=TriggerSql(
                table="mfa_authenticator",
                pgid="pgtrigger_factors_end_sessions_79756",
                when="AFTER",
                operation="INSERT OR UPDATE OR DELETE",
                declare="DECLARE passing text[] := ARRAY['used_mask', 'migrated_codes', 'viewed_at', 'name'];",
                func="""
        IF TG_OP = 'UPDATE' THEN
            IF (NEW.user_id, NEW.type, NEW.data - passing) IS NOT DISTINCT FROM
               (OLD.user_id, OLD.type, OLD.data - passing) THEN
                RETURN NULL;
            END IF;
        END IF;
        UPDATE contacts_user SET sessions_ended = sessions_ended + 1 WHERE id IN (NEW.user_id, OLD.user_id);
        RETURN NULL;
    """,
            ))),
            ("user", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_user", pgid="pgtrigger_text_is_clean_bcdec", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.email IS DISTINCT FROM OLD.email AND NOT (sla_is_clean_line(NEW.email) AND sla_is_seen(NEW.email)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'email', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.phone IS DISTINCT FROM OLD.phone AND NOT (sla_is_clean_line(NEW.phone)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'phone', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.time_zone IS DISTINCT FROM OLD.time_zone AND NOT (sla_is_clean_line(NEW.time_zone) AND sla_is_seen(NEW.time_zone)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'time_zone', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("user", Trigger(name="rights_end_sessions", sql=TriggerSql(
                table="contacts_user", pgid="pgtrigger_rights_end_sessions_10fa5", when="BEFORE", operation="UPDATE",
                func="""
        NEW.sessions_ended = GREATEST(NEW.sessions_ended, OLD.sessions_ended);
        IF (NEW.role, NEW.is_active) IS DISTINCT FROM (OLD.role, OLD.is_active) THEN
            NEW.sessions_ended = OLD.sessions_ended + 1;
        END IF;
        RETURN NEW;
    """,
            ))),
            ("absence", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_absence", pgid="pgtrigger_text_is_clean_ad0c3", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.note IS DISTINCT FROM OLD.note AND NOT (sla_is_clean_line(NEW.note)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'note', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("region", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_region", pgid="pgtrigger_text_is_clean_b2380", when="BEFORE", operation="INSERT OR UPDATE",
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
IF NEW.heading IS DISTINCT FROM OLD.heading AND NOT (sla_is_clean_line(NEW.heading)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'heading', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("desk", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_desk", pgid="pgtrigger_text_is_clean_54db5", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.email IS DISTINCT FROM OLD.email AND NOT (sla_is_clean_line(NEW.email)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'email', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.form_url IS DISTINCT FROM OLD.form_url AND NOT (sla_is_clean_line(NEW.form_url)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'form_url', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("desk", Trigger(name="one_is_offered", sql=TriggerSql(
                table="contacts_desk", pgid="pgtrigger_one_is_offered_7019a", when="AFTER", operation="DELETE OR UPDATE", level="STATEMENT",
                func="""
PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_NAME), hashtext('one_is_offered'));
PERFORM 1 FROM contacts_desk WHERE is_offered;
IF NOT FOUND THEN
    RAISE EXCEPTION 'One row of % must be offered', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'one_is_offered';
END IF;
RETURN NULL;
""",
            ))),
            ("deskphone", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_deskphone", pgid="pgtrigger_text_is_clean_08823", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.country IS DISTINCT FROM OLD.country AND NOT (sla_is_clean_line(NEW.country) AND sla_is_seen(NEW.country)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'country', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.number IS DISTINCT FROM OLD.number AND NOT (sla_is_clean_line(NEW.number) AND sla_is_seen(NEW.number)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'number', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.printed IS DISTINCT FROM OLD.printed AND NOT (sla_is_clean_line(NEW.printed)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'printed', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("plan", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_plan", pgid="pgtrigger_text_is_clean_61a3b", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.emergency_phone IS DISTINCT FROM OLD.emergency_phone AND NOT (sla_is_clean_line(NEW.emergency_phone)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'emergency_phone', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("account", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_account", pgid="pgtrigger_text_is_clean_1edd0", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("instance", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_instance", pgid="pgtrigger_text_is_clean_6feca", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("signinmail", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_signinmail", pgid="pgtrigger_text_is_clean_39f7b", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.error IS DISTINCT FROM OLD.error AND NOT (sla_is_clean_text(NEW.error)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'error', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.address IS DISTINCT FROM OLD.address AND NOT (sla_is_clean_line(NEW.address) AND sla_is_seen(NEW.address)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'address', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("team", Trigger(name="text_is_clean", sql=TriggerSql(
                table="contacts_team", pgid="pgtrigger_text_is_clean_b429d", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name_en IS DISTINCT FROM OLD.name_en AND NOT (sla_is_clean_line(NEW.name_en) AND sla_is_seen(NEW.name_en)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_en', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.name_fr IS DISTINCT FROM OLD.name_fr AND NOT (sla_is_clean_line(NEW.name_fr)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name_fr', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
        ]),
    ]
