from django.db import migrations
from pgtrigger.compiler import Trigger

from sla.schema_operations import InstallTriggers
from sla.triggers import TriggerSql


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0001_initial'),
        ('mfa', '0003_authenticator_type_uniq'),
    ]

    operations = [
        migrations.CreateModel(
            name='Factor',
            fields=[
            ],
            options={
                'proxy': True,
            },
            bases=('mfa.authenticator',),
        ),
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
        ]),
    ]
