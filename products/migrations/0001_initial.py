import datetime

import django.db.models.deletion
from django.db import migrations, models
from pgtrigger.compiler import Trigger

from sla.schema_operations import CreateModels, InstallTriggers
from sla.triggers import TriggerSql


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Product',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('tenancy', models.CharField(choices=[('single', 'Single tenant'), ('multi', 'Multi-tenant')], max_length=10, verbose_name='tenancy')),
                    ('cadence', models.CharField(choices=[('monthly', 'Every month'), ('twice_monthly', 'Twice a month'), ('every_two_weeks', 'Every two weeks'), ('every_three_weeks', 'Every three weeks'), ('continuous', 'Continuously, many times a day')], max_length=20, verbose_name='release cadence')),
                    ('release_notes_url', models.URLField(blank=True, max_length=300, verbose_name='release notes')),
                    ('who_may_open', models.CharField(choices=[('designated', 'Designated application administrators'), ('anyone', 'Any user of the account')], max_length=12, verbose_name='who may open a case')),
                    ('has_chat', models.BooleanField(default=False, verbose_name='chat')),
                    ('chat_url', models.URLField(blank=True, help_text='Blank when the chat is inside the product.', verbose_name='chat page')),
                    ('previous_version_supported', models.BooleanField(default=True, verbose_name='previous version supported')),
                    ('is_active', models.BooleanField(default=True, verbose_name='offered')),
                ],
                options={
                    'verbose_name': 'product',
                    'verbose_name_plural': 'products',
                },
            ),
            migrations.CreateModel(
                name='Release',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='releases', to='products.product', verbose_name='product')),
                    ('version', models.CharField(max_length=40, verbose_name='version')),
                    ('released_on', models.DateField(verbose_name='released on')),
                    ('notes_url', models.URLField(blank=True, max_length=300, verbose_name='release notes')),
                    ('is_withdrawn', models.BooleanField(default=False, help_text='It does not come, or can be had no more: nothing is promised with it, and no case is solved by it.', verbose_name='withdrawn')),
                ],
                options={
                    'verbose_name': 'release',
                    'verbose_name_plural': 'releases',
                    'indexes': [
                        models.Index(fields=['product', '-released_on'], name='release_latest'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('released_on__gte', datetime.date(2000, 1, 1)), ('released_on__lte', datetime.date(2100, 12, 31))), name='release_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('product', 'version'), name='release_version_once'),
                    ],
                },
            ),
        ]),
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
