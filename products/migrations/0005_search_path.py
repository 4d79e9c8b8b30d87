from django.db import migrations
from pgtrigger.compiler import Trigger

from sla.schema_operations import InstallTriggers
from sla.triggers import TriggerSql


class Migration(migrations.Migration):
    """Write every trigger and function anew, with the schema that it looks in (docs/decisions/search-path.md)."""

    dependencies = [
        ("products", "0004_times_within_bounds"),
        ("sla", "0009_search_path"),
    ]

    operations = [
        InstallTriggers([
            ("product", Trigger(name="text_is_clean", sql=TriggerSql(
                table="products_product", pgid="pgtrigger_text_is_clean_12fb0", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.name IS DISTINCT FROM OLD.name AND NOT (sla_is_clean_line(NEW.name) AND sla_is_seen(NEW.name)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'name', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.release_notes_url IS DISTINCT FROM OLD.release_notes_url AND NOT (sla_is_clean_line(NEW.release_notes_url)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'release_notes_url', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.chat_url IS DISTINCT FROM OLD.chat_url AND NOT (sla_is_clean_line(NEW.chat_url)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'chat_url', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("release", Trigger(name="text_is_clean", sql=TriggerSql(
                table="products_release", pgid="pgtrigger_text_is_clean_8599e", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.version IS DISTINCT FROM OLD.version AND NOT (sla_is_clean_line(NEW.version) AND sla_is_seen(NEW.version)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'version', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
IF NEW.notes_url IS DISTINCT FROM OLD.notes_url AND NOT (sla_is_clean_line(NEW.notes_url)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'notes_url', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
        ]),
    ]
