import datetime

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from pgtrigger.compiler import Trigger

from sla.dated_guards import NO_TODAY, TODAY
from sla.guards import NO_STATEMENT, STATEMENT
from sla.schema_operations import CreateModels, InstallTriggers
from sla.text_guard import FUNCTIONS, NO_FUNCTIONS
from sla.triggers import TriggerSql


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='Calendar',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=80, verbose_name='name (French)')),
                    ('zone', models.CharField(max_length=60, verbose_name='time zone')),
                    ('round_the_clock', models.BooleanField(default=False, verbose_name='round the clock')),
                    ('assumed', models.BooleanField(default=False, help_text='The service description lists no hours; these are our reading.', verbose_name='assumed hours')),
                    ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='revision')),
                ],
                options={
                    'verbose_name': 'calendar',
                    'verbose_name_plural': 'calendars',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('round_the_clock', True)), fields=('round_the_clock',), name='one_calendar_round_the_clock'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CalendarRevision',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='sla.calendar', verbose_name='calendar')),
                    ('number', models.PositiveIntegerField(verbose_name='number')),
                    ('recorded_at', models.DateTimeField(blank=True, null=True, verbose_name='recorded')),
                    ('recorded_by', models.CharField(blank=True, max_length=120, verbose_name='by')),
                    ('definition', models.JSONField(verbose_name='hours')),
                ],
                options={
                    'verbose_name': 'edition of a calendar',
                    'verbose_name_plural': 'editions of calendars',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('recorded_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('recorded_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='calendarrevision_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('calendar', 'number'), name='calendar_revision_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CalendarVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='sla.calendar', verbose_name='calendar')),
                    ('effective_from', models.DateField(blank=True, null=True, verbose_name='in force from')),
                    ('week', models.JSONField(verbose_name='week')),
                ],
                options={
                    'verbose_name': 'hours of a calendar',
                    'verbose_name_plural': 'hours of calendars',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('effective_from__gte', datetime.date(2000, 1, 1)), ('effective_from__lte', datetime.date(2100, 12, 31))), name='calendarversion_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('calendar', 'effective_from'), name='calendar_version_once', nulls_distinct=False),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ClosedDate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closed_dates', to='sla.calendar', verbose_name='calendar')),
                    ('date', models.DateField(verbose_name='date')),
                    ('name', models.CharField(blank=True, max_length=80, verbose_name='occasion')),
                ],
                options={
                    'verbose_name': 'closed date',
                    'verbose_name_plural': 'closed dates',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('date__gte', datetime.date(2000, 1, 1)), ('date__lte', datetime.date(2100, 12, 31))), name='closeddate_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('calendar', 'date'), name='closed_date_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='DayOverride',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='sla.calendar', verbose_name='calendar')),
                    ('date', models.DateField(verbose_name='date')),
                    ('spans', models.JSONField(verbose_name='hours')),
                    ('name', models.CharField(blank=True, max_length=80, verbose_name='occasion')),
                ],
                options={
                    'verbose_name': 'one-day hours',
                    'verbose_name_plural': 'one-day hours',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('date__gte', datetime.date(2000, 1, 1)), ('date__lte', datetime.date(2100, 12, 31))), name='dayoverride_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('calendar', 'date'), name='override_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Matrix',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(unique=True, verbose_name='version')),
                    ('document', models.CharField(max_length=200, verbose_name='document')),
                    ('effective_from', models.DateField(verbose_name='in force from')),
                    ('series', models.SlugField(blank=True, db_index=False, default='', editable=False, verbose_name='series')),
                    ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='revision')),
                    ('sealed_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='first promised')),
                ],
                options={
                    'verbose_name': 'target matrix',
                    'verbose_name_plural': 'target matrices',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('sealed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('sealed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('effective_from__gte', datetime.date(2000, 1, 1)), ('effective_from__lte', datetime.date(2100, 12, 31))), name='matrix_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('series', 'effective_from'), name='matrix_date_once', violation_error_message='Another one begins on this date already. Choose another date, or change that one.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='MatrixRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('matrix', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='sla.matrix', verbose_name='matrix')),
                    ('kind', models.CharField(choices=[('own', 'Our software'), ('other', 'What we run, not our code')], max_length=10, verbose_name='kind')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('metric', models.CharField(choices=[('response', 'First answer'), ('restoration', 'Service restored'), ('resolution', 'Solution'), ('status_update', 'Status update'), ('root_cause', 'Root-cause report'), ('agreed', 'Agreed date')], max_length=20, verbose_name='commitment')),
                    ('minutes', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(527040)], verbose_name='minutes')),
                    ('clock', models.CharField(choices=[('working', 'Working time of the desk'), ('elapsed', 'Elapsed time')], default='working', max_length=10, verbose_name='counted on')),
                    ('pause_on_customer', models.BooleanField(default=False, verbose_name='paused while the customer is awaited')),
                    ('condition', models.CharField(blank=True, choices=[('', 'None'), ('no_code_change', 'If no code change is needed'), ('no_code_problem', 'If no code problem was found'), ('system_wide', 'For system-wide problems')], max_length=20, verbose_name='condition')),
                    ('fallback', models.CharField(blank=True, choices=[('', 'None'), ('update', 'An update'), ('next_release', 'The next release')], max_length=20, verbose_name='without a workaround')),
                    ('warn_percent', models.PositiveSmallIntegerField(default=75, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)], verbose_name='warn at (%)')),
                    ('note_en', models.CharField(blank=True, max_length=200, verbose_name='words (English)')),
                    ('note_fr', models.CharField(blank=True, max_length=200, verbose_name='words (French)')),
                ],
                options={
                    'verbose_name': 'target',
                    'verbose_name_plural': 'targets',
                    'constraints': [
                        models.UniqueConstraint(fields=('matrix', 'kind', 'severity', 'metric'), name='target_once'),
                        models.CheckConstraint(condition=models.Q(('warn_percent__range', (1, 99))), name='target_warns_before'),
                        models.CheckConstraint(condition=models.Q(('minutes__isnull', True), ('minutes__range', (1, 527040)), _connector='OR'), name='target_has_minutes', violation_error_message='A promise takes at least a minute, and at most a year.'),
                        models.CheckConstraint(condition=models.Q(('minutes__isnull', False), models.Q(('note_en', ''), _negated=True), _connector='OR'), name='target_promises_something', violation_error_message='Give the minutes that are promised, or the words that stand in their place.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SeverityCriterion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('text_en', models.CharField(max_length=300, verbose_name='text (English)')),
                    ('text_fr', models.CharField(blank=True, max_length=300, verbose_name='text (French)')),
                ],
                options={
                    'verbose_name': 'criterion of severity',
                    'verbose_name_plural': 'criteria of severity',
                },
            ),
            migrations.CreateModel(
                name='LoadedRow',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('table', models.CharField(max_length=60, verbose_name='table')),
                    ('key', models.CharField(max_length=120, verbose_name='key')),
                ],
                options={
                    'verbose_name': 'row loaded from the reference files',
                    'verbose_name_plural': 'rows loaded from the reference files',
                    'constraints': [
                        models.UniqueConstraint(fields=('table', 'key'), name='loaded_row_once'),
                    ],
                },
            ),
        ]),
        migrations.RunSQL([FUNCTIONS, TODAY, STATEMENT], [NO_STATEMENT, NO_TODAY, NO_FUNCTIONS]),
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
