import datetime
import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models
from pgtrigger.compiler import Trigger

import cases.models.attachment
from sla.schema_operations import CreateModels, InstallTriggers
from sla.triggers import TriggerSql

# No chain and no circle, and never another account, whatever is done at the same time: a merged case refers to a row
# (its target, its own account, "not merged itself"). A case to which another points so cannot become merged, for the
# key that is referred to would change; the row locks of foreign keys hold this between transactions too.
MERGING = """
ALTER TABLE cases_case
    ADD COLUMN is_merged boolean GENERATED ALWAYS AS (merged_into_id IS NOT NULL) STORED,
    ADD COLUMN target_is_merged boolean GENERATED ALWAYS AS (false) STORED;
CREATE UNIQUE INDEX case_merging_key ON cases_case (id, account_id, is_merged);
ALTER TABLE cases_case ADD CONSTRAINT case_merged_into_one_of_its_account
    FOREIGN KEY (merged_into_id, account_id, target_is_merged) REFERENCES cases_case (id, account_id, is_merged);
"""

UNMERGING = """
ALTER TABLE cases_case DROP CONSTRAINT case_merged_into_one_of_its_account;
DROP INDEX case_merging_key;
ALTER TABLE cases_case DROP COLUMN is_merged, DROP COLUMN target_is_merged;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contacts', '0002_factor'),
        ('products', '0001_initial'),
        ('sla', '0001_initial'),
    ]

    operations = [
        TrigramExtension(),
        CreateModels([
            migrations.CreateModel(
                name='Exclusion',
                fields=[
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                    ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=80, verbose_name='name (French)')),
                    ('explanation_en', models.TextField(verbose_name='explanation for the customer (English)')),
                    ('explanation_fr', models.TextField(blank=True, verbose_name='explanation for the customer (French)')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ],
                options={
                    'verbose_name': 'exclusion',
                    'verbose_name_plural': 'exclusions',
                },
            ),
            migrations.CreateModel(
                name='CaseType',
                fields=[
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                    ('name_en', models.CharField(max_length=60, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=60, verbose_name='name (French)')),
                    ('definition_en', models.TextField(verbose_name='definition (English)')),
                    ('definition_fr', models.TextField(blank=True, verbose_name='definition (French)')),
                    ('excluded_by_default', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.exclusion', verbose_name='starts excluded as')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ],
                options={
                    'verbose_name': 'case type',
                    'verbose_name_plural': 'case types',
                },
            ),
            migrations.CreateModel(
                name='ClosingRule',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('effective_from', models.DateField(verbose_name='in force from')),
                    ('first_attempt_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1)], verbose_name='first reminder after business day')),
                    ('second_attempt_days', models.PositiveSmallIntegerField(default=7, verbose_name='second reminder after business day')),
                    ('closing_days', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(250)], verbose_name='closes after business day')),
                    ('wanted_attempts', models.PositiveSmallIntegerField(default=2, help_text='With fewer the case does not close by itself, and its owner is told.', validators=[django.core.validators.MaxValueValidator(2)], verbose_name='reminders that must have been sent')),
                ],
                options={
                    'verbose_name': 'rule of closing',
                    'verbose_name_plural': 'rules of closing',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('effective_from__gte', datetime.date(2000, 1, 1)), ('effective_from__lte', datetime.date(2100, 12, 31))), name='closingrule_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(('first_attempt_days__gte', 1), ('second_attempt_days__gt', models.F('first_attempt_days')), ('closing_days__gt', models.F('second_attempt_days'))), name='closing_days_ascend', violation_error_message='The three days must follow each other, the first at least 1.'),
                        models.CheckConstraint(condition=models.Q(('wanted_attempts__lte', 2)), name='closing_attempts_wanted'),
                        models.CheckConstraint(condition=models.Q(('closing_days__lte', 250)), name='closing_within_a_year'),
                        models.UniqueConstraint(fields=('effective_from',), name='closing_date_once', violation_error_message='Another one begins on this date already. Choose another date, or change that one.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='DispatchRule',
                fields=[
                    ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                    ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=80, verbose_name='name (French)')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                    ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='products.product', verbose_name='product')),
                    ('region', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.region', verbose_name='region')),
                    ('language', models.CharField(blank=True, choices=[('en', 'English'), ('fr', 'French')], max_length=5, verbose_name='customer’s language')),
                    ('type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cases.casetype', verbose_name='type')),
                    ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.plan', verbose_name='plan')),
                    ('severity', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], null=True, verbose_name='severity')),
                    ('channel', models.CharField(blank=True, max_length=10, verbose_name='channel')),
                    ('version_out_of_support', models.BooleanField(default=False, verbose_name='only versions out of support')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contacts.team', verbose_name='goes to')),
                    ('hands_over', models.BooleanField(default=False, help_text='To whoever of the team is at work and has the fewest cases. Otherwise it waits in the queue.', verbose_name='handed to somebody')),
                    ('speaks_language', models.BooleanField(default=False, help_text='Counts where the case is handed to somebody.', verbose_name='only to who works in the customer’s language')),
                ],
                options={
                    'verbose_name': 'dispatch rule',
                    'verbose_name_plural': 'dispatch rules',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(models.Q(('code', 'otherwise'), _negated=True), models.Q(('channel', ''), ('is_active', True), ('language', ''), ('plan__isnull', True), ('product__isnull', True), ('region__isnull', True), ('severity__isnull', True), ('type__isnull', True), ('version_out_of_support', False)), _connector='OR'), name='dispatch_rule_for_all_else', violation_error_message='The rule for all other cases is always in use and has no conditions.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Case',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='contacts.account', verbose_name='account')),
                    ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to=settings.AUTH_USER_MODEL, verbose_name='customer')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='products.product', verbose_name='product')),
                    ('instance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='contacts.instance', verbose_name='instance')),
                    ('release', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.release', verbose_name='version at opening')),
                    ('version_covered', models.BooleanField(default=True, verbose_name='version covered at opening')),
                    ('type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.casetype', verbose_name='type')),
                    ('subject', models.CharField(max_length=200, verbose_name='subject')),
                    ('channel', models.CharField(choices=[('web', 'Portal'), ('phone', 'Phone'), ('mail', 'E-mail'), ('chat', 'Chat')], default='web', max_length=10, verbose_name='channel')),
                    ('status', models.CharField(choices=[('new', 'New'), ('in_progress', 'In progress'), ('reopened', 'Reopened'), ('waiting', 'Waiting for customer'), ('development', 'With development'), ('awaiting_release', 'Awaiting release'), ('solution_provided', 'Solution provided'), ('closed', 'Closed')], default='new', max_length=20, verbose_name='status')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('severity_is_provisional', models.BooleanField(default=False, verbose_name='severity is provisional')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='contacts.team', verbose_name='team')),
                    ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_cases', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                    ('owned_since', models.DateTimeField(blank=True, null=True, verbose_name='owner since')),
                    ('fixed_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fixes', to='products.release', verbose_name='release that fixes it')),
                    ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='contacts.desk', verbose_name='desk')),
                    ('desk_stands_in', models.BooleanField(db_default=False, default=False, help_text='No desk was listed for the product in the region of the account: the desk stands in.', verbose_name='no desk of its own')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contacts.plan', verbose_name='plan at opening')),
                    ('matrix', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='sla.matrix', verbose_name='target matrix')),
                    ('calendar', models.ForeignKey(help_text='Of the desk, at opening.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar', verbose_name='calendar')),
                    ('critical_calendar', models.ForeignKey(help_text='Round the clock, where the plan at opening had it.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar', verbose_name='calendar while Critical')),
                    ('kind', models.CharField(blank=True, choices=[('own', 'Our software'), ('other', 'What we run, not our code')], max_length=10, verbose_name='kind of defect')),
                    ('exclusion', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.exclusion', verbose_name='excluded because')),
                    ('code_change_required', models.BooleanField(blank=True, null=True, verbose_name='a change of code is needed')),
                    ('code_problem_identified', models.BooleanField(blank=True, null=True, verbose_name='a problem of code was found')),
                    ('is_system_wide', models.BooleanField(default=False, verbose_name='system-wide problem')),
                    ('received_at', models.DateTimeField(verbose_name='reached us')),
                    ('opened_at', models.DateTimeField(verbose_name='opened')),
                    ('restored_at', models.DateTimeField(blank=True, null=True, verbose_name='restored')),
                    ('solution_provided_at', models.DateTimeField(blank=True, null=True, verbose_name='solution provided')),
                    ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                    ('reopenings', models.PositiveSmallIntegerField(default=0, verbose_name='reopenings')),
                    ('dispatch_rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.dispatchrule', verbose_name='dispatch rule')),
                    ('dispatch_at', models.DateTimeField(blank=True, null=True, verbose_name='to be handed to somebody')),
                    ('dispatch_failed_at', models.DateTimeField(blank=True, null=True, verbose_name='found nobody at work')),
                    ('answered_in_full_at', models.DateTimeField(blank=True, null=True, verbose_name='complete answer')),
                    ('closing_rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.closingrule', verbose_name='rule of closing')),
                    ('countdown_from', models.DateTimeField(blank=True, null=True, verbose_name='days to closing counted from')),
                    ('countdown_revision', models.PositiveIntegerField(blank=True, null=True, verbose_name='edition of the calendar counted on')),
                    ('countdown_at', models.DateTimeField(blank=True, null=True, verbose_name='next step towards closing')),
                    ('close_at', models.DateTimeField(blank=True, null=True, verbose_name='closes by itself')),
                    ('contact_attempts', models.PositiveSmallIntegerField(default=0, verbose_name='reminders to the customer')),
                    ('contacted_at', models.DateTimeField(blank=True, null=True, verbose_name='last reminder')),
                    ('closing_held_at', models.DateTimeField(blank=True, null=True, verbose_name='not closed by itself')),
                    ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='cases.case', verbose_name='merged into')),
                    ('last_word_at', models.DateTimeField(verbose_name='last word')),
                    ('last_word_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='last word by')),
                    ('next_metric', models.CharField(blank=True, max_length=20, verbose_name='next commitment')),
                    ('next_due_at', models.DateTimeField(blank=True, null=True, verbose_name='next due')),
                    ('next_warn_at', models.DateTimeField(blank=True, null=True, verbose_name='next warning')),
                    ('sla_state', models.CharField(blank=True, choices=[('missed', 'Missed'), ('at_risk', 'At risk'), ('running', 'Running'), ('paused', 'Paused')], max_length=10, verbose_name='promises')),
                ],
                options={
                    'verbose_name': 'case',
                    'verbose_name_plural': 'cases',
                    'indexes': [
                        models.Index(condition=models.Q(('status', 'closed'), _negated=True), fields=['severity', 'next_due_at', 'id'], name='case_queue'),
                        models.Index(condition=models.Q(('status', 'closed'), _negated=True), fields=['team', 'severity', 'next_due_at', 'id'], name='case_team_queue'),
                        models.Index(condition=models.Q(('status', 'closed'), _negated=True), fields=['owner', 'severity', 'next_due_at', 'id'], name='case_owner_queue'),
                        models.Index(condition=models.Q(('sla_state__in', ['missed', 'at_risk'])), fields=['team', 'sla_state', 'next_due_at'], name='case_promises_in_danger'),
                        models.Index(condition=models.Q(('status', 'closed')), fields=['-closed_at', '-id'], name='case_closed_latest'),
                        models.Index(fields=['account', '-last_word_at'], name='case_of_account'),
                        models.Index(fields=['customer', '-last_word_at'], name='case_of_customer'),
                        models.Index(fields=['received_at'], name='case_of_month'),
                        models.Index(condition=models.Q(('status', 'solution_provided')), fields=['countdown_at', 'id'], name='case_countdown'),
                        models.Index(condition=models.Q(('status', 'solution_provided')), fields=['calendar', 'countdown_revision'], name='case_countdown_edition'),
                        models.Index(condition=models.Q(('desk_stands_in', True), ('owner__isnull', True)), fields=['id'], name='case_without_desk'),
                        models.Index(condition=models.Q(('dispatch_at__isnull', False)), fields=['dispatch_at', 'id'], name='case_to_be_dispatched'),
                        models.Index(fields=['owner', '-owned_since'], name='case_of_owner'),
                        models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='case_absorbed'),
                        models.Index(condition=models.Q(('status', 'awaiting_release')), fields=['fixed_in', 'id'], name='case_awaits_release'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('owned_since__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('owned_since__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('received_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('received_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('restored_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('restored_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('solution_provided_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('solution_provided_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('closed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('dispatch_failed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('dispatch_failed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('answered_in_full_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('answered_in_full_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('countdown_from__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('countdown_from__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('contacted_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('contacted_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('closing_held_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('closing_held_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('last_word_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('last_word_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('dispatch_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('dispatch_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('countdown_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('countdown_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('close_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('close_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('next_due_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('next_due_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('next_warn_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('next_warn_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='case_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='case_closed_has_time'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'solution_provided'), _negated=True), ('solution_provided_at__isnull', False), _connector='OR'), name='case_solution_has_time'),
                        models.CheckConstraint(condition=models.Q(('status', 'solution_provided'), models.Q(('close_at__isnull', True), ('closing_held_at__isnull', True), ('countdown_at__isnull', True), ('countdown_from__isnull', True)), _connector='OR'), name='case_counts_down_with_solution'),
                        models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('dispatch_at__isnull', True), _connector='OR'), name='case_owned_is_dispatched'),
                        models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), ('version_covered', True), ('answered_in_full_at__isnull', False), _connector='OR'), name='case_closed_answers_review'),
                        models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='case_not_merged_into_itself'),
                        models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), ('status', 'closed'), _connector='OR'), name='case_merged_is_closed'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Message',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='cases.case', verbose_name='case')),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                    ('from_customer', models.BooleanField(verbose_name='from the customer')),
                    ('purpose', models.CharField(choices=[('opening', 'Description'), ('reply', 'Reply'), ('question', 'Question'), ('solution', 'Solution'), ('rejection', 'Not solved'), ('reopening', 'Reopening'), ('restoration', 'Service restored'), ('root_cause', 'Root-cause report'), ('severity', 'Change of severity'), ('consulting', 'Work that is billed'), ('review', 'Complete answer'), ('incident', 'Known problem')], default='reply', max_length=12, verbose_name='purpose')),
                    ('channel', models.CharField(choices=[('web', 'Portal'), ('phone', 'Phone'), ('mail', 'E-mail'), ('chat', 'Chat')], default='web', max_length=10, verbose_name='channel')),
                    ('body', models.TextField(verbose_name='text')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('copied_from', models.ForeignKey(blank=True, db_index=False, help_text='The message from which this case was split off.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message', verbose_name='copied from')),
                ],
                options={
                    'verbose_name': 'message',
                    'verbose_name_plural': 'messages',
                    'indexes': [
                        models.Index(fields=['case', 'id'], name='message_of_case'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='message_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Note',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='cases.case', verbose_name='case')),
                    ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                    ('body', models.TextField(verbose_name='text')),
                    ('at', models.DateTimeField(verbose_name='time')),
                ],
                options={
                    'verbose_name': 'internal note',
                    'verbose_name_plural': 'internal notes',
                    'indexes': [
                        models.Index(fields=['case', 'id'], name='note_of_case'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='note_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Attachment',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.case', verbose_name='case')),
                    ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.message', verbose_name='message')),
                    ('note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='cases.note', verbose_name='internal note')),
                    ('file', models.FileField(max_length=60, upload_to=cases.models.attachment.place, verbose_name='file')),
                    ('name', models.CharField(max_length=200, verbose_name='name')),
                    ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                    ('content_type', models.CharField(max_length=100, verbose_name='type')),
                    ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                    ('uploaded_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='from')),
                    ('at', models.DateTimeField(verbose_name='time')),
                ],
                options={
                    'verbose_name': 'file',
                    'verbose_name_plural': 'files',
                    'indexes': [
                        models.Index(fields=['case'], name='attachment_of_case'),
                        models.Index(fields=['uploaded_by', 'at'], name='attachment_of_sender'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='attachment_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('message__isnull', False), ('note__isnull', True)), models.Q(('message__isnull', True), ('note__isnull', False)), _connector='OR'), name='attachment_has_one_parent'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Event',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.case', verbose_name='case')),
                    ('kind', models.CharField(max_length=30, verbose_name='kind')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('actor', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('channel', models.CharField(choices=[('web', 'Portal'), ('phone', 'Phone'), ('mail', 'E-mail'), ('chat', 'Chat')], default='web', max_length=10, verbose_name='channel')),
                    ('status', models.CharField(choices=[('new', 'New'), ('in_progress', 'In progress'), ('reopened', 'Reopened'), ('waiting', 'Waiting for customer'), ('development', 'With development'), ('awaiting_release', 'Awaiting release'), ('solution_provided', 'Solution provided'), ('closed', 'Closed')], max_length=20, verbose_name='status after')),
                    ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message', verbose_name='message')),
                    ('note', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.note', verbose_name='internal note')),
                    ('data', models.JSONField(default=dict, verbose_name='details')),
                    ('submission', models.UUIDField(blank=True, help_text='One key a form sent; a second sending changes nothing.', null=True, verbose_name='submission')),
                ],
                options={
                    'verbose_name': 'event',
                    'verbose_name_plural': 'events',
                    'indexes': [
                        models.Index(fields=['case', 'id'], name='event_of_case'),
                        models.Index(fields=['actor', 'at'], name='event_of_actor'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='event_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(condition=models.Q(('submission__isnull', False)), fields=('submission',), name='event_submission_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Commitment',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commitments', to='cases.case', verbose_name='case')),
                    ('metric', models.CharField(choices=[('response', 'First answer'), ('restoration', 'Service restored'), ('resolution', 'Solution'), ('status_update', 'Status update'), ('root_cause', 'Root-cause report'), ('agreed', 'Agreed date')], max_length=20, verbose_name='commitment')),
                    ('cycle', models.PositiveSmallIntegerField(default=1, verbose_name='cycle')),
                    ('period_no', models.PositiveIntegerField(default=1, verbose_name='period')),
                    ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Paused'), ('met', 'Met'), ('missed', 'Missed'), ('cancelled', 'Cancelled'), ('converted', 'Replaced by a date'), ('void', 'Void')], max_length=10, verbose_name='state')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('kind', models.CharField(choices=[('own', 'Our software'), ('other', 'What we run, not our code')], max_length=10, verbose_name='kind of defect')),
                    ('minutes', models.PositiveIntegerField(verbose_name='minutes promised')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar', verbose_name='calendar')),
                    ('calendar_revision', models.PositiveIntegerField(default=1, verbose_name='revision of the calendar')),
                    ('started_at', models.DateTimeField(verbose_name='started')),
                    ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due')),
                    ('warn_at', models.DateTimeField(blank=True, null=True, verbose_name='warning')),
                    ('breach_at', models.DateTimeField(blank=True, null=True, verbose_name='breached after')),
                    ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped')),
                    ('breached_at', models.DateTimeField(blank=True, null=True, verbose_name='breached')),
                    ('consumed_seconds', models.FloatField(default=0, verbose_name='seconds used')),
                    ('paused_seconds', models.FloatField(default=0, verbose_name='seconds paused')),
                    ('waiting_seconds', models.FloatField(default=0, verbose_name='seconds waiting for the customer')),
                    ('is_dated', models.BooleanField(default=False, verbose_name='promised for a date')),
                    ('warned_at', models.DateTimeField(blank=True, null=True, verbose_name='warned')),
                    ('voided_at', models.DateTimeField(blank=True, null=True, verbose_name='void since')),
                    ('void_event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.event', verbose_name='void by')),
                ],
                options={
                    'verbose_name': 'commitment',
                    'verbose_name_plural': 'commitments',
                    'indexes': [
                        models.Index(condition=models.Q(('breached_at__isnull', True), ('state', 'running')), fields=['breach_at'], name='commitment_to_breach'),
                        models.Index(condition=models.Q(('breached_at__isnull', True), ('state', 'running'), ('warned_at__isnull', True)), fields=['warn_at'], name='commitment_to_warn'),
                        models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['calendar', 'calendar_revision'], name='commitment_to_reckon'),
                        models.Index(fields=['started_at'], name='commitment_of_month'),
                        models.Index(condition=models.Q(('metric', 'root_cause'), ('stopped_at__isnull', True)), fields=['due_at'], name='commitment_root_cause_owed'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('started_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('started_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('stopped_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('stopped_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('breached_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('breached_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('warned_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('warned_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('voided_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('voided_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('warn_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('warn_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('breach_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('breach_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='commitment_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('case', 'metric', 'cycle', 'period_no'), name='commitment_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'paused'), _negated=True), models.Q(('breach_at__isnull', True), ('due_at__isnull', True)), _connector='OR'), name='commitment_paused_has_no_due'),
                        models.CheckConstraint(condition=models.Q(('stopped_at__isnull', True), ('stopped_at__gte', models.F('started_at')), _connector='OR'), name='commitment_stops_after_start'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Breach',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='cases.case', verbose_name='case')),
                    ('metric', models.CharField(choices=[('response', 'First answer'), ('restoration', 'Service restored'), ('resolution', 'Solution'), ('status_update', 'Status update'), ('root_cause', 'Root-cause report'), ('agreed', 'Agreed date')], max_length=20, verbose_name='commitment')),
                    ('cycle', models.PositiveSmallIntegerField(verbose_name='cycle')),
                    ('period_no', models.PositiveIntegerField(verbose_name='period')),
                    ('kind', models.CharField(choices=[('own', 'Our software'), ('other', 'What we run, not our code')], max_length=10, verbose_name='kind of defect')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contacts.plan', verbose_name='plan')),
                    ('matrix', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.matrix', verbose_name='target matrix')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar', verbose_name='calendar')),
                    ('calendar_revision', models.PositiveIntegerField(verbose_name='edition of the calendar')),
                    ('minutes', models.PositiveIntegerField(verbose_name='minutes promised')),
                    ('started_at', models.DateTimeField(verbose_name='started')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('breach_at', models.DateTimeField(verbose_name='breached')),
                    ('detected_at', models.DateTimeField(verbose_name='detected')),
                    ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped')),
                    ('overrun_seconds', models.FloatField(default=0, verbose_name='seconds over the promise')),
                    ('paused_seconds', models.FloatField(default=0, verbose_name='seconds paused')),
                    ('waiting_seconds', models.FloatField(default=0, verbose_name='seconds waiting for the customer')),
                    ('voided_at', models.DateTimeField(blank=True, null=True, verbose_name='void since')),
                    ('void_event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.event', verbose_name='void by')),
                ],
                options={
                    'verbose_name': 'missed commitment',
                    'verbose_name_plural': 'missed commitments',
                    'indexes': [
                        models.Index(fields=['-breach_at'], name='breach_latest'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('started_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('started_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('detected_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('detected_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('stopped_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('stopped_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('voided_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('voided_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('breach_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('breach_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='breach_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('case', 'metric', 'cycle', 'period_no'), name='breach_once'),
                        models.CheckConstraint(condition=models.Q(('voided_at__isnull', False), ('void_event__isnull', True), _connector='OR'), name='breach_void_has_time'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CaseLink',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='cases.case', verbose_name='case')),
                    ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_to', to='cases.case', verbose_name='other case')),
                    ('kind', models.CharField(choices=[('related', 'has to do with'), ('caused_by', 'is caused by'), ('follow_up', 'follows up on'), ('split_off', 'was split off from')], default='related', max_length=10, verbose_name='kind')),
                    ('at', models.DateTimeField(verbose_name='since')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                    ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                ],
                options={
                    'verbose_name': 'link between cases',
                    'verbose_name_plural': 'links between cases',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('removed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('removed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='caselink_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(django.db.models.functions.comparison.Least('case', 'other'), django.db.models.functions.comparison.Greatest('case', 'other'), condition=models.Q(('removed_at__isnull', True)), name='case_pair_linked_once'),
                        models.CheckConstraint(condition=models.Q(('case', models.F('other')), _negated=True), name='case_not_linked_to_itself'),
                        models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='case_link_removed_by_whom'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ConsultingReferral',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consulting_referrals', to='cases.case', verbose_name='case')),
                    ('asked_at', models.DateTimeField(verbose_name='asked')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message', verbose_name='what the customer was told')),
                    ('estimate_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='estimated minutes')),
                    ('estimate', models.CharField(blank=True, max_length=200, verbose_name='estimate in words')),
                    ('state', models.CharField(choices=[('open', 'Waits for the customer’s consent'), ('agreed', 'The customer agreed'), ('declined', 'The customer declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=10, verbose_name='state')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='entered by')),
                    ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='word of')),
                    ('channel', models.CharField(choices=[('web', 'Portal'), ('phone', 'Phone'), ('mail', 'E-mail'), ('chat', 'Chat')], default='web', max_length=10, verbose_name='channel')),
                    ('words', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message', verbose_name='the customer’s words')),
                ],
                options={
                    'verbose_name': 'referral to Consulting',
                    'verbose_name_plural': 'referrals to Consulting',
                    'indexes': [
                        models.Index(condition=models.Q(('state', 'open')), fields=['asked_at'], name='consulting_referral_open'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('asked_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('asked_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='consultingreferral_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case',), name='consulting_referral_one_open'),
                        models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('given_by__isnull', True), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('given_by__isnull', False), ('state__in', ('agreed', 'declined'))), models.Q(('decided_at__isnull', False), ('given_by__isnull', True), ('state', 'withdrawn')), _connector='OR'), name='consulting_referral_decided_by_whom'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('agreed', 'declined')), _negated=True), models.Q(('given_by', models.F('asked_by')), _negated=True), _connector='OR'), name='consulting_referral_not_by_asker'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('agreed', 'declined')), _negated=True), ('given_by', models.F('decided_by')), ('words__isnull', False), _connector='OR'), name='consulting_referral_in_whose_words'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ExportRecord',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('format', models.CharField(choices=[('json', 'JSON'), ('pdf', 'PDF'), ('jsonl', 'JSON lines')], max_length=5, verbose_name='format')),
                    ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='cases.case', verbose_name='case')),
                    ('query', models.CharField(blank=True, max_length=1000, verbose_name='filters')),
                    ('is_complete', models.BooleanField(verbose_name='with what only our own people see')),
                    ('total', models.PositiveIntegerField(verbose_name='cases asked for')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                    ('written', models.PositiveIntegerField(blank=True, null=True, verbose_name='cases sent')),
                    ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ],
                options={
                    'verbose_name': 'export',
                    'verbose_name_plural': 'exports',
                    'indexes': [
                        models.Index(fields=['-at', '-id'], name='export_latest'),
                        models.Index(fields=['by', 'at'], name='export_of_taker'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('ended_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('ended_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='exportrecord_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('written__isnull', True)), models.Q(('ended_at__isnull', False), ('written__isnull', False)), _connector='OR'), name='export_ended_with_what'),
                        models.CheckConstraint(condition=models.Q(('case__isnull', True), ('total', 1), _connector='OR'), name='export_of_one_is_one'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ExportJob',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('export', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='job', to='cases.exportrecord', verbose_name='export')),
                    ('state', models.CharField(choices=[('queued', 'waiting'), ('running', 'being made'), ('ready', 'ready'), ('failed', 'failed'), ('expired', 'taken away')], default='queued', max_length=8, verbose_name='state')),
                    ('language', models.CharField(max_length=8, verbose_name='language')),
                    ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                    ('cases', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None, verbose_name='cases to be written')),
                    ('position', models.PositiveIntegerField(default=0, verbose_name='cases done')),
                    ('written', models.PositiveIntegerField(default=0, verbose_name='cases written')),
                    ('size', models.PositiveBigIntegerField(default=0, verbose_name='size in bytes')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('moved_at', models.DateTimeField(verbose_name='last worked on')),
                    ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='file kept until')),
                    ('failure', models.CharField(blank=True, choices=[('too_long', 'This record is too long for a document. Take it as JSON: that has all of it.'), ('out_of_sight', 'You may no longer see what you asked for.'), ('broken', 'The export could not be made. Try it again; if it fails again, write to us.')], max_length=12, verbose_name='why it failed')),
                ],
                options={
                    'verbose_name': 'making of an export',
                    'verbose_name_plural': 'making of exports',
                    'indexes': [
                        models.Index(condition=models.Q(('state__in', ('queued', 'running'))), fields=['moved_at'], name='export_job_unfinished'),
                        models.Index(condition=models.Q(('state', 'ready')), fields=['expires_at'], name='export_job_expiring'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('moved_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('moved_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('expires_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('expires_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='exportjob_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', False), ('state__in', ['ready', 'expired'])), models.Q(models.Q(('state__in', ['ready', 'expired']), _negated=True), ('expires_at__isnull', True)), _connector='OR'), name='export_job_is_kept_until'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), models.Q(('failure', ''), _negated=True)), models.Q(models.Q(('state', 'failed'), _negated=True), ('failure', '')), _connector='OR'), name='export_job_failed_why'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Follower',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='followers', to='cases.case', verbose_name='case')),
                    ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='followed', to=settings.AUTH_USER_MODEL, verbose_name='who follows')),
                    ('at', models.DateTimeField(verbose_name='since')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ],
                options={
                    'verbose_name': 'follower',
                    'verbose_name_plural': 'followers',
                    'indexes': [
                        models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['user', 'case'], name='cases_followed'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('ended_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('ended_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='follower_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case', 'user'), name='case_followed_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CaseTypeMatrix',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('type', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='own_matrices', to='cases.casetype', verbose_name='type')),
                    ('matrix', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='own_of', to='sla.matrix', verbose_name='target matrix')),
                ],
                options={
                    'verbose_name': 'objectives of its own',
                    'verbose_name_plural': 'objectives of its own',
                },
            ),
            migrations.CreateModel(
                name='OutboxMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('message_id', models.CharField(max_length=200, unique=True, verbose_name='Message-ID')),
                    ('state', models.CharField(choices=[('due', 'Due'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('withheld', 'Withheld')], default='due', max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='claimed')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='cases.case', verbose_name='case')),
                    ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='cases.event', verbose_name='event')),
                    ('notice', models.CharField(max_length=30, verbose_name='notice')),
                    ('recipient', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recipient')),
                ],
                options={
                    'verbose_name': 'mail',
                    'verbose_name_plural': 'mails',
                    'indexes': [
                        models.Index(condition=models.Q(('state', 'due')), fields=['due_at'], name='mail_due'),
                        models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='mail_being_sent'),
                        models.Index(fields=['case'], name='mail_of_case'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('claimed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('claimed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='outboxmail_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('event', 'notice', 'recipient'), name='mail_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='mail_sent_has_time'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='PromiseTally',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('month', models.DateField(verbose_name='month')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='products.product', verbose_name='product')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.plan', verbose_name='plan')),
                    ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.team', verbose_name='team')),
                    ('desk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='contacts.desk', verbose_name='desk')),
                    ('metric', models.CharField(blank=True, max_length=20, verbose_name='commitment')),
                    ('met', models.PositiveIntegerField(default=0, verbose_name='met')),
                    ('missed', models.PositiveIntegerField(default=0, verbose_name='missed')),
                    ('void', models.PositiveIntegerField(default=0, verbose_name='void')),
                    ('cancelled', models.PositiveIntegerField(default=0, verbose_name='cancelled')),
                    ('converted', models.PositiveIntegerField(default=0, verbose_name='replaced by a date')),
                    ('pending', models.PositiveIntegerField(default=0, verbose_name='still running')),
                    ('cases', models.PositiveIntegerField(default=0, verbose_name='cases')),
                    ('excluded', models.PositiveIntegerField(default=0, verbose_name='excluded')),
                    ('waiting_seconds', models.FloatField(default=0, verbose_name='seconds waiting for the customer')),
                    ('paused_seconds', models.FloatField(default=0, verbose_name='seconds paused')),
                ],
                options={
                    'verbose_name': 'tally of promises',
                    'verbose_name_plural': 'tallies of promises',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('month__gte', datetime.date(2000, 1, 1)), ('month__lte', datetime.date(2100, 12, 31))), name='promisetally_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('month', 'product', 'severity', 'plan', 'team', 'desk', 'metric'), name='tally_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='TallyCursor',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('last_event', models.BigIntegerField(default=0, verbose_name='last event')),
                ],
                options={
                    'verbose_name': 'mark of the tallies',
                    'verbose_name_plural': 'marks of the tallies',
                },
            ),
            migrations.CreateModel(
                name='ReleaseNotice',
                fields=[
                    ('code', models.SlugField(default='fixed', primary_key=True, serialize=False, verbose_name='code')),
                    ('text_en', models.TextField(help_text='{version}, {product} and {date} are filled in.', verbose_name='words (English)')),
                    ('text_fr', models.TextField(blank=True, help_text='{version}, {product} and {date} are filled in.', verbose_name='words (French)')),
                    ('notes_en', models.CharField(blank=True, help_text='{notes} is their address.', max_length=200, verbose_name='on the release notes (English)')),
                    ('notes_fr', models.CharField(blank=True, help_text='{notes} is their address.', max_length=200, verbose_name='on the release notes (French)')),
                ],
                options={
                    'verbose_name': 'words at a release',
                    'verbose_name_plural': 'words at a release',
                },
            ),
            migrations.CreateModel(
                name='SeverityRequest',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='severity_requests', to='cases.case', verbose_name='case')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], default=1, verbose_name='severity wanted')),
                    ('asked_at', models.DateTimeField(verbose_name='asked')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                    ('channel', models.CharField(choices=[('web', 'Portal'), ('phone', 'Phone'), ('mail', 'E-mail'), ('chat', 'Chat')], default='web', max_length=10, verbose_name='channel')),
                    ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.message', verbose_name="the customer's words")),
                    ('state', models.CharField(choices=[('open', 'With a manager'), ('approved', 'Approved'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=10, verbose_name='state')),
                    ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='managers told again')),
                    ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                    ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                    ('reason', models.TextField(blank=True, help_text='The customer reads it.', verbose_name='reason')),
                    ('criteria', models.JSONField(blank=True, default=list, verbose_name='criteria that hold')),
                ],
                options={
                    'verbose_name': 'request for Critical',
                    'verbose_name_plural': 'requests for Critical',
                    'indexes': [
                        models.Index(condition=models.Q(('state', 'open')), fields=['asked_at'], name='severity_request_open'),
                        models.Index(condition=models.Q(('reminded_at__isnull', True), ('state', 'open')), fields=['asked_at'], name='severity_request_unreminded'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('asked_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('asked_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('reminded_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('reminded_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('decided_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='severityrequest_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('case',), name='severity_request_one_open'),
                        models.CheckConstraint(condition=models.Q(('severity', 1)), name='severity_request_for_critical'),
                        models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'open')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ('approved', 'declined'))), models.Q(('decided_at__isnull', False), ('state', 'withdrawn')), _connector='OR'), name='severity_request_decided_by_whom'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('approved', 'declined')), _negated=True), models.Q(('decided_by', models.F('asked_by')), _negated=True), _connector='OR'), name='severity_request_not_by_asker'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'declined'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='severity_request_declined_why'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('criteria', []), _negated=True), _connector='OR'), name='severity_request_approved_why'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='ReviewRule',
                fields=[
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], default=1, primary_key=True, serialize=False, verbose_name='severity wanted')),
                    ('remind_after_minutes', models.PositiveSmallIntegerField(verbose_name='tell the managers again after (minutes)')),
                ],
                options={
                    'verbose_name': 'time to examine a request',
                    'verbose_name_plural': 'times to examine a request',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('severity', 1)), name='review_rule_for_critical'),
                        models.CheckConstraint(condition=models.Q(('remind_after_minutes__gte', 1)), name='review_rule_waits'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SimilarityRule',
                fields=[
                    ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                    ('within_hours', models.PositiveSmallIntegerField(help_text='0: nobody is asked.', verbose_name='opened within the last (hours)')),
                    ('least_percent', models.PositiveSmallIntegerField(help_text='How many groups of three letters both subjects share, of all that they have.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='subjects alike by at least (per cent)')),
                ],
                options={
                    'verbose_name': 'rule of similar cases',
                    'verbose_name_plural': 'rules of similar cases',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('least_percent__gte', 1), ('least_percent__lte', 100)), name='similarity_is_a_share'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='StatusSubscriber',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                    ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], default='en', max_length=2, verbose_name='language')),
                    ('all_products', models.BooleanField(default=True, verbose_name='all products')),
                    ('asked_at', models.DateTimeField(verbose_name='asked for')),
                    ('token_hash', models.CharField(blank=True, max_length=64, verbose_name='hash of the link')),
                    ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed')),
                    ('products', models.ManyToManyField(blank=True, related_name='+', to='products.product', verbose_name='products')),
                ],
                options={
                    'verbose_name': 'subscriber of the status page',
                    'verbose_name_plural': 'subscribers of the status page',
                    'indexes': [
                        models.Index(condition=models.Q(('confirmed_at__isnull', True)), fields=['asked_at'], name='status_subscriber_unconfirmed'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('asked_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('asked_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('confirmed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('confirmed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='statussubscriber_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('confirmed_at__isnull', False)), name='status_subscriber_once'),
                        models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('confirmed_at__isnull', True)), name='status_subscriber_asks_once'),
                        models.UniqueConstraint(condition=models.Q(('token_hash', ''), _negated=True), fields=('token_hash',), name='status_subscriber_link'),
                        models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('token_hash', ''), _connector='OR'), name='status_subscriber_link_used_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Tag',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                    ('coined_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='coined by')),
                    ('coined_at', models.DateTimeField(verbose_name='coined')),
                    ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retired')),
                    ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='cases.tag', verbose_name='merged into')),
                ],
                options={
                    'verbose_name': 'tag',
                    'verbose_name_plural': 'tags',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('coined_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('coined_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('retired_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('retired_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='tag_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(('name', django.db.models.functions.text.Lower('name')), models.Q(('name', ''), _negated=True)), name='tag_is_normal'),
                        models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='tag_not_into_itself'),
                        models.CheckConstraint(condition=models.Q(('merged_into__isnull', True), ('retired_at__isnull', False), _connector='OR'), name='tag_merged_is_retired'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='CaseTag',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tagged', to='cases.case', verbose_name='case')),
                    ('tag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='cases.tag', verbose_name='tag')),
                    ('at', models.DateTimeField(verbose_name='since')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                    ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken away by')),
                ],
                options={
                    'verbose_name': 'tag of a case',
                    'verbose_name_plural': 'tags of cases',
                    'indexes': [
                        models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['tag', 'case'], name='cases_of_tag'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('removed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('removed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='casetag_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('case', 'tag'), name='case_bears_tag_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='case_tag_removed_by_whom'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='AssistanceKind',
                fields=[
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(primary_key=True, serialize=False, verbose_name='code')),
                    ('name_en', models.CharField(max_length=60, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=60, verbose_name='name (French)')),
                    ('definition_en', models.TextField(verbose_name='definition (English)')),
                    ('definition_fr', models.TextField(blank=True, verbose_name='definition (French)')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ],
                options={
                    'verbose_name': 'kind of help',
                    'verbose_name_plural': 'kinds of help',
                },
            ),
            migrations.CreateModel(
                name='TimeEntry',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='cases.case', verbose_name='case')),
                    ('instance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='contacts.instance', verbose_name='instance')),
                    ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.assistancekind', verbose_name='kind of help')),
                    ('minutes', models.IntegerField(verbose_name='minutes')),
                    ('free_minutes', models.IntegerField(verbose_name='free minutes')),
                    ('billable_minutes', models.IntegerField(verbose_name='billable minutes')),
                    ('worked_on', models.DateField(verbose_name='day of the work')),
                    ('at', models.DateTimeField(verbose_name='written down')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('words', models.TextField(help_text='The customer reads it.', verbose_name='what was done')),
                    ('referral', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='cases.consultingreferral', verbose_name='the customer’s consent')),
                    ('corrects', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='cases.timeentry', verbose_name='corrects')),
                ],
                options={
                    'verbose_name': 'entry of help',
                    'verbose_name_plural': 'entries of help',
                    'indexes': [
                        models.Index(fields=['instance'], include=('free_minutes', 'billable_minutes'), name='time_entry_of_instance'),
                        models.Index(condition=models.Q(('billable_minutes', 0), _negated=True), fields=['at'], name='time_entry_billed'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('worked_on__gte', datetime.date(2000, 1, 1)), ('worked_on__lte', datetime.date(2100, 12, 31))), name='timeentry_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(('minutes', django.db.models.expressions.CombinedExpression(models.F('free_minutes'), '+', models.F('billable_minutes')))), name='time_entry_adds_up'),
                        models.CheckConstraint(condition=models.Q(models.Q(('billable_minutes__gte', 0), ('free_minutes__gte', 0), ('minutes__gt', 0)), models.Q(('billable_minutes__lte', 0), ('corrects__isnull', False), ('free_minutes__lte', 0), ('minutes__lt', 0)), _connector='OR'), name='time_entry_taken_back_by_correction'),
                        models.UniqueConstraint(condition=models.Q(('minutes__lt', 0)), fields=('corrects',), name='time_entry_taken_back_once'),
                        models.UniqueConstraint(condition=models.Q(('minutes__gt', 0)), fields=('corrects',), name='time_entry_replaced_once'),
                        models.CheckConstraint(condition=models.Q(('billable_minutes', 0), ('referral__isnull', False), _connector='OR'), name='time_entry_billed_with_consent'),
                        models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='time_entry_says_what'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Incident',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('title_en', models.CharField(max_length=160, verbose_name='title (English)')),
                    ('title_fr', models.CharField(max_length=160, verbose_name='title (French)')),
                    ('state', models.CharField(choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved')], default='investigating', max_length=15, verbose_name='state')),
                    ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Critical'), (2, 'Major'), (3, 'Moderate'), (4, 'Minor')], verbose_name='severity')),
                    ('kind', models.CharField(choices=[('own', 'Our software'), ('other', 'What we run, not our code')], default='other', max_length=10, verbose_name='kind of defect')),
                    ('is_public', models.BooleanField(default=True, verbose_name='on the public status page')),
                    ('started_at', models.DateTimeField(verbose_name='began')),
                    ('opened_at', models.DateTimeField(verbose_name='opened')),
                    ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by')),
                    ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='resolved')),
                    ('products', models.ManyToManyField(related_name='incidents', through='cases.IncidentProduct', to='products.product', verbose_name='products')),
                ],
                options={
                    'verbose_name': 'incident',
                    'verbose_name_plural': 'incidents',
                    'indexes': [
                        models.Index(fields=['-started_at', '-id'], name='incident_latest'),
                        models.Index(condition=models.Q(('state', 'resolved'), _negated=True), fields=['-started_at'], name='incident_under_way'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('started_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('started_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('opened_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('resolved_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('resolved_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='incident_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('resolved_at__isnull', False), ('state', 'resolved')), models.Q(models.Q(('state', 'resolved'), _negated=True), ('resolved_at__isnull', True)), _connector='OR'), name='incident_resolved_has_time'),
                        models.CheckConstraint(condition=models.Q(models.Q(('title_en', ''), _negated=True), models.Q(('title_fr', ''), _negated=True)), name='incident_named_in_both_languages'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='IncidentProduct',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='effects', to='cases.incident', verbose_name='incident')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='products.product', verbose_name='product')),
                    ('effect', models.CharField(choices=[('down', 'Down'), ('disturbed', 'Disturbed'), ('maintenance', 'Under maintenance')], default='disturbed', max_length=12, verbose_name='effect')),
                ],
                options={
                    'verbose_name': 'affected product',
                    'verbose_name_plural': 'affected products',
                    'constraints': [
                        models.UniqueConstraint(fields=('incident', 'product'), name='incident_product_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='IncidentCase',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='cases.incident', verbose_name='incident')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incident_links', to='cases.case', verbose_name='case')),
                    ('linked_at', models.DateTimeField(verbose_name='linked')),
                    ('linked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='linked by')),
                    ('made_system_wide', models.BooleanField(default=False, verbose_name='made the case system-wide')),
                    ('gave_kind', models.BooleanField(default=False, verbose_name='gave the case its kind of defect')),
                    ('unlinked_at', models.DateTimeField(blank=True, null=True, verbose_name='taken back')),
                    ('unlinked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
                    ('holds', models.BooleanField(default=True, verbose_name='holds')),
                ],
                options={
                    'verbose_name': 'case of an incident',
                    'verbose_name_plural': 'cases of incidents',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('linked_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('linked_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('unlinked_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('unlinked_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='incidentcase_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(condition=models.Q(('holds', True)), fields=('case',), name='incident_one_open_a_case'),
                        models.UniqueConstraint(condition=models.Q(('unlinked_at__isnull', True)), fields=('incident', 'case'), name='incident_case_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('unlinked_at__isnull', True), ('unlinked_by__isnull', True)), models.Q(('holds', False), ('unlinked_at__isnull', False), ('unlinked_by__isnull', False)), _connector='OR'), name='incident_case_unlinked_by_whom'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='IncidentUpdate',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='cases.incident', verbose_name='incident')),
                    ('state', models.CharField(choices=[('investigating', 'Investigating'), ('identified', 'Identified'), ('monitoring', 'Monitoring'), ('resolved', 'Resolved')], max_length=15, verbose_name='state after')),
                    ('text_en', models.TextField(verbose_name='text (English)')),
                    ('text_fr', models.TextField(verbose_name='text (French)')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('submission', models.UUIDField(blank=True, help_text='One key a form sent; a second sending changes nothing.', null=True, unique=True, verbose_name='submission')),
                ],
                options={
                    'verbose_name': 'update of an incident',
                    'verbose_name_plural': 'updates of incidents',
                    'indexes': [
                        models.Index(fields=['incident', 'id'], name='update_of_incident'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='incidentupdate_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('text_en', ''), _negated=True), models.Q(('text_fr', ''), _negated=True)), name='incident_update_in_both_languages'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='IncidentDelivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('update', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='cases.incidentupdate', verbose_name='update')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.case', verbose_name='case')),
                    ('gives_solution', models.BooleanField(default=False, verbose_name='as the solution')),
                    ('state', models.CharField(choices=[('due', 'Waits'), ('told', 'Told'), ('refused', 'Not told')], default='due', max_length=10, verbose_name='state')),
                    ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.event', verbose_name='event')),
                    ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                    ('refusal', models.CharField(blank=True, choices=[('closed', 'The case is closed.'), ('unlinked', 'The case was taken out of the incident.'), ('solved', 'The case has a solution already.'), ('not_allowed', 'Who published the update may no longer write to the case.'), ('error', 'It was tried several times and failed.')], max_length=12, verbose_name='why not')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='failed attempts')),
                ],
                options={
                    'verbose_name': 'delivery of an update',
                    'verbose_name_plural': 'deliveries of updates',
                    'indexes': [
                        models.Index(condition=models.Q(('state', 'due')), fields=['id'], name='incident_delivery_due'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('settled_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('settled_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='incidentdelivery_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('update', 'case'), name='incident_update_told_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', True), ('refusal', ''), ('settled_at__isnull', True), ('state', 'due')), models.Q(('event__isnull', False), ('refusal', ''), ('settled_at__isnull', False), ('state', 'told')), models.Q(('event__isnull', True), ('settled_at__isnull', False), ('state', 'refused'), models.Q(('refusal', ''), _negated=True)), _connector='OR'), name='incident_delivery_settled_how'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='IncidentEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.incident', verbose_name='incident')),
                    ('kind', models.CharField(max_length=30, verbose_name='kind')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('data', models.JSONField(default=dict, verbose_name='details')),
                    ('submission', models.UUIDField(blank=True, help_text='One key a form sent; a second sending changes nothing.', null=True, unique=True, verbose_name='submission')),
                ],
                options={
                    'verbose_name': 'event of an incident',
                    'verbose_name_plural': 'events of incidents',
                    'indexes': [
                        models.Index(fields=['incident', 'id'], name='event_of_incident'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='incidentevent_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RootCauseReport',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('case', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='root_cause_report', to='cases.case', verbose_name='case')),
                    ('incident', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='root_cause_report', to='cases.incident', verbose_name='incident')),
                    ('begun_at', models.DateTimeField(verbose_name='begun')),
                ],
                options={
                    'verbose_name': 'root-cause report',
                    'verbose_name_plural': 'root-cause reports',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('begun_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('begun_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='rootcausereport_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(models.Q(('case__isnull', False), ('incident__isnull', True)), models.Q(('case__isnull', True), ('incident__isnull', False)), _connector='OR'), name='root_cause_of_one_thing'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RootCauseVersion',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='cases.rootcausereport', verbose_name='report')),
                    ('number', models.PositiveSmallIntegerField(default=1, verbose_name='version')),
                    ('state', models.CharField(choices=[('writing', 'Being written'), ('in_review', 'In review'), ('reviewed', 'Reviewed'), ('published', 'Published')], default='writing', max_length=10, verbose_name='state')),
                    ('title_en', models.CharField(blank=True, max_length=160, verbose_name='title (English)')),
                    ('title_fr', models.CharField(blank=True, max_length=160, verbose_name='title (French)')),
                    ('happened_en', models.TextField(blank=True, verbose_name='what happened (English)')),
                    ('happened_fr', models.TextField(blank=True, verbose_name='what happened (French)')),
                    ('effect_en', models.TextField(blank=True, verbose_name='effect (English)')),
                    ('effect_fr', models.TextField(blank=True, verbose_name='effect (French)')),
                    ('cause_en', models.TextField(blank=True, verbose_name='cause (English)')),
                    ('cause_fr', models.TextField(blank=True, verbose_name='cause (French)')),
                    ('done_en', models.TextField(blank=True, verbose_name='what was done (English)')),
                    ('done_fr', models.TextField(blank=True, verbose_name='what was done (French)')),
                    ('prevention_en', models.TextField(blank=True, verbose_name='prevention (English)')),
                    ('prevention_fr', models.TextField(blank=True, verbose_name='prevention (French)')),
                    ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                    ('written_at', models.DateTimeField(verbose_name='last written')),
                    ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='handed in')),
                    ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by')),
                    ('reviewed_at', models.DateTimeField(blank=True, null=True, verbose_name='reviewed')),
                    ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
                    ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ],
                options={
                    'verbose_name': 'version of a root-cause report',
                    'verbose_name_plural': 'versions of root-cause reports',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('written_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('written_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('submitted_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('submitted_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('reviewed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('reviewed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('published_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('published_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='rootcauseversion_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('report', 'number'), name='root_cause_version_once'),
                        models.UniqueConstraint(condition=models.Q(('state', 'published'), _negated=True), fields=('report',), name='root_cause_one_in_work'),
                        models.CheckConstraint(condition=models.Q(('reviewed_by__isnull', True), models.Q(('reviewed_by', models.F('written_by')), _negated=True), _connector='OR'), name='root_cause_writer_never_reviews'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'writing'), ('submitted_at__isnull', True)), models.Q(models.Q(('state', 'writing'), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='root_cause_submitted_when'),
                        models.CheckConstraint(condition=models.Q(models.Q(('reviewed_at__isnull', True), ('reviewed_by__isnull', True), ('state__in', ['writing', 'in_review'])), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False), ('state__in', ['reviewed', 'published'])), _connector='OR'), name='root_cause_reviewed_by_whom'),
                        models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', False), ('published_by__isnull', False), ('state', 'published')), models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', True), ('published_by__isnull', True)), _connector='OR'), name='root_cause_published_by_whom'),
                        models.CheckConstraint(condition=models.Q(('state', 'writing'), models.Q(('title_en', ''), ('title_fr', ''), ('happened_en', ''), ('happened_fr', ''), ('effect_en', ''), ('effect_fr', ''), ('cause_en', ''), ('cause_fr', ''), ('done_en', ''), ('done_fr', ''), ('prevention_en', ''), ('prevention_fr', ''), _connector='OR', _negated=True), _connector='OR'), name='root_cause_whole_in_both_languages'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RootCauseEvent',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.rootcausereport', verbose_name='report')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='cases.rootcauseversion', verbose_name='version')),
                    ('kind', models.CharField(max_length=20, verbose_name='kind')),
                    ('at', models.DateTimeField(verbose_name='time')),
                    ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                    ('data', models.JSONField(default=dict, verbose_name='details')),
                ],
                options={
                    'verbose_name': 'event of a root-cause report',
                    'verbose_name_plural': 'events of root-cause reports',
                    'indexes': [
                        models.Index(fields=['report', 'id'], name='event_of_root_cause'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='rootcauseevent_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='RootCauseDelivery',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='cases.rootcauseversion', verbose_name='version')),
                    ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='root_cause_deliveries', to='cases.case', verbose_name='case')),
                    ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.event', verbose_name='event')),
                    ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='told')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='failed attempts')),
                ],
                options={
                    'verbose_name': 'delivery of a root-cause report',
                    'verbose_name_plural': 'deliveries of root-cause reports',
                    'indexes': [
                        models.Index(condition=models.Q(('told_at__isnull', True)), fields=['id'], name='root_cause_to_tell'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('told_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('told_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='rootcausedelivery_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('version', 'case'), name='root_cause_told_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('event__isnull', True), ('told_at__isnull', True)), models.Q(('event__isnull', False), ('told_at__isnull', False)), _connector='OR'), name='root_cause_told_by_event'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='StatusMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('message_id', models.CharField(max_length=200, unique=True, verbose_name='Message-ID')),
                    ('state', models.CharField(choices=[('due', 'Due'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('withheld', 'Withheld')], default='due', max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='claimed')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='cases.statussubscriber', verbose_name='subscriber')),
                    ('update', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='cases.incidentupdate', verbose_name='update')),
                    ('put_at', models.DateTimeField(verbose_name='written')),
                ],
                options={
                    'verbose_name': 'mail of the status page',
                    'verbose_name_plural': 'mails of the status page',
                    'indexes': [
                        models.Index(condition=models.Q(('state', 'due')), fields=['due_at'], name='status_mail_due'),
                        models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='status_mail_being_sent'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('put_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('put_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('claimed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('claimed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='statusmail_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(fields=('update', 'subscriber'), name='status_mail_once'),
                        models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='status_mail_sent_has_time'),
                    ],
                },
            ),
        ]),
        migrations.RunSQL(MERGING, UNMERGING),
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
            ("incidentdelivery", Trigger(name="settled_once", sql=TriggerSql(table="cases_incidentdelivery", pgid="pgtrigger_settled_once_219e6", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.state <> 'due')", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("incidentdelivery", Trigger(name="never_deleted", sql=TriggerSql(table="cases_incidentdelivery", pgid="pgtrigger_never_deleted_cf8c6", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
            ("incidentevent", Trigger(name="append_only", sql=TriggerSql(table="cases_incidentevent", pgid="pgtrigger_append_only_42911", when="BEFORE", operation="UPDATE OR DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;"))),
            ("casetypematrix", Trigger(name="version_follows", sql=TriggerSql(
                table="cases_casetypematrix", pgid="pgtrigger_version_follows_69abf", when="AFTER", operation="INSERT OR UPDATE OR DELETE",
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
            ("outboxmail", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_outboxmail", pgid="pgtrigger_text_is_clean_44d37", when="BEFORE", operation="INSERT OR UPDATE",
                func="""
IF NEW.error IS DISTINCT FROM OLD.error AND NOT (sla_is_clean_text(NEW.error)) THEN
    RAISE EXCEPTION 'This cannot be the text of % of %', 'error', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;""",
            ))),
            ("releasenotice", Trigger(name="text_is_clean", sql=TriggerSql(
                table="cases_releasenotice", pgid="pgtrigger_text_is_clean_95074", when="BEFORE", operation="INSERT OR UPDATE",
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
            ("rootcausedelivery", Trigger(name="told_stays", sql=TriggerSql(table="cases_rootcausedelivery", pgid="pgtrigger_told_stays_7fbdb", when="BEFORE", operation="UPDATE", condition="WHEN (OLD.told_at IS NOT NULL)", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;"))),
            ("rootcausedelivery", Trigger(name="never_deleted", sql=TriggerSql(table="cases_rootcausedelivery", pgid="pgtrigger_never_deleted_62726", when="BEFORE", operation="DELETE", func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;"))),
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
        ]),
    ]
