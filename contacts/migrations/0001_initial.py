import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from pgtrigger.compiler import Trigger

import contacts.models.user
from sla.schema_operations import CreateModels, InstallTriggers
from sla.triggers import TriggerSql


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('products', '0001_initial'),
        ('sla', '0001_initial'),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='User',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('password', models.CharField(max_length=128, verbose_name='password')),
                    ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                    ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('phone', models.CharField(blank=True, max_length=40, verbose_name='phone')),
                    ('role', models.CharField(choices=[('customer', 'Customer'), ('dispatcher', 'Dispatcher'), ('consultant_1', 'Consultant, level I'), ('consultant_2', 'Consultant, level II'), ('manager', 'Manager'), ('product_management', 'Product Management'), ('consulting', 'Consulting'), ('cloud_operations', 'Cloud Operations'), ('administrator', 'Administrator')], default='customer', max_length=20, verbose_name='role')),
                    ('language', models.CharField(choices=[('en', 'English'), ('fr', 'French')], default='en', max_length=5, verbose_name='language')),
                    ('time_zone', models.CharField(default='UTC', max_length=60, validators=[contacts.models.user.validate_zone], verbose_name='time zone')),
                    ('working_hours', models.ForeignKey(blank=True, help_text='When one of ours is handed cases, and hears of promises, Critical ones aside. Blank: the desk’s hours.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sla.calendar', verbose_name='working hours')),
                    ('hears_of_team_promises', models.BooleanField(default=True, help_text='Those of their own cases come in any case.', verbose_name='mails about the promises of their teams’ cases')),
                    ('languages', models.JSONField(blank=True, default=list, help_text='Languages in which one of ours answers customers. None: the language they read in.', verbose_name='works in')),
                    ('is_active', models.BooleanField(default=True, verbose_name='may sign in')),
                    ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joined')),
                    ('sessions_ended', models.PositiveIntegerField(default=0, editable=False)),
                ],
                options={
                    'verbose_name': 'person',
                    'verbose_name_plural': 'people',
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('joined_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('joined_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('last_login__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('last_login__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='user_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Absence',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('starts_at', models.DateTimeField(verbose_name='away from')),
                    ('ends_at', models.DateTimeField(verbose_name='back at')),
                    ('note', models.CharField(blank=True, help_text='For colleagues. May stay blank.', max_length=120, verbose_name='note')),
                ],
                options={
                    'verbose_name': 'absence',
                    'verbose_name_plural': 'absences',
                    'indexes': [
                        models.Index(fields=['user', 'ends_at'], name='absence_of_person'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('starts_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('starts_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('ends_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('ends_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='absence_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_start', violation_error_message='An absence ends after it begins.'),
                        django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func('user', 'user', models.Value('[]'), function='int8range', output_field=django.contrib.postgres.fields.ranges.BigIntegerRangeField()), '&&'), (models.Func(django.db.models.functions.comparison.Least('starts_at', 'ends_at'), django.db.models.functions.comparison.Greatest('starts_at', 'ends_at'), function='tstzrange', output_field=django.contrib.postgres.fields.ranges.DateTimeRangeField()), '&&')], name='absence_once_at_a_time', violation_error_message='This person is away at that time already.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Region',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('name_en', models.CharField(max_length=80, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=80, verbose_name='name (French)')),
                    ('zone', models.CharField(max_length=60, verbose_name='time zone')),
                    ('heading', models.CharField(blank=True, max_length=10, verbose_name='offset in the directory')),
                    ('is_worldwide', models.BooleanField(default=False, verbose_name='worldwide')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ],
                options={
                    'verbose_name': 'region',
                    'verbose_name_plural': 'regions',
                    'constraints': [
                        models.UniqueConstraint(condition=models.Q(('is_worldwide', True)), fields=('is_worldwide',), name='one_worldwide_region'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Desk',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desks', to='products.product', verbose_name='product')),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desks', to='contacts.region', verbose_name='region')),
                    ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desks', to='sla.calendar', verbose_name='calendar')),
                    ('email', models.EmailField(blank=True, max_length=254, verbose_name='mail address')),
                    ('form', models.CharField(choices=[('community', 'The form of this portal'), ('product', "The product's own form"), ('external', 'A form elsewhere')], max_length=12, verbose_name='form')),
                    ('form_url', models.URLField(blank=True, verbose_name='address of the form')),
                    ('has_chat', models.BooleanField(default=False, verbose_name='chat')),
                ],
                options={
                    'verbose_name': 'desk',
                    'verbose_name_plural': 'desks',
                    'constraints': [
                        models.UniqueConstraint(fields=('product', 'region'), name='desk_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='DeskPhone',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('desk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='phones', to='contacts.desk', verbose_name='desk')),
                    ('country', models.CharField(help_text='Two letters, ISO 3166.', max_length=2, verbose_name='country')),
                    ('number', models.CharField(help_text='International form, such as +15123468460.', max_length=20, verbose_name='number')),
                    ('printed', models.CharField(blank=True, max_length=30, verbose_name='as printed')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ],
                options={
                    'verbose_name': 'telephone number',
                    'verbose_name_plural': 'telephone numbers',
                    'constraints': [
                        models.UniqueConstraint(fields=('desk', 'country'), name='desk_phone_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Plan',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('name', models.CharField(max_length=40, verbose_name='name')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('round_the_clock_critical', models.BooleanField(default=False, verbose_name='24 × 7 for Critical cases')),
                    ('emergency_phone', models.CharField(blank=True, help_text='Shown only to people of accounts on this plan, and to our own people.', max_length=40, verbose_name='emergency number')),
                    ('has_emergency_phone', models.BooleanField(default=False, verbose_name='comes with an emergency number')),
                    ('free_help_minutes', models.PositiveIntegerField(default=60, help_text='For custom reports, configuration and self-installation, in total.', verbose_name='free minutes of help per instance')),
                ],
                options={
                    'verbose_name': 'plan',
                    'verbose_name_plural': 'plans',
                },
            ),
            migrations.CreateModel(
                name='CacheEntry',
                fields=[
                    ('key', models.TextField(primary_key=True, serialize=False)),
                    ('value', models.JSONField()),
                    ('expires_at', models.DateTimeField(null=True)),
                ],
                options={
                    'indexes': [
                        models.Index(fields=['expires_at'], name='cache_entry_expires'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('expires_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('expires_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc))), name='cacheentry_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='SignInMail',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('message_id', models.CharField(max_length=200, unique=True, verbose_name='Message-ID')),
                    ('state', models.CharField(choices=[('due', 'Due'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed'), ('withheld', 'Withheld')], default='due', max_length=10, verbose_name='state')),
                    ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                    ('due_at', models.DateTimeField(verbose_name='due')),
                    ('claimed_at', models.DateTimeField(blank=True, null=True, verbose_name='claimed')),
                    ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                    ('error', models.TextField(blank=True, verbose_name='error')),
                    ('notice', models.CharField(max_length=60)),
                    ('address', models.EmailField(max_length=254)),
                    ('subject', models.TextField()),
                    ('text', models.TextField()),
                    ('html', models.TextField()),
                    ('put_at', models.DateTimeField()),
                    ('expires_at', models.DateTimeField()),
                ],
                options={
                    'indexes': [
                        models.Index(condition=models.Q(('state', 'due')), fields=['due_at'], name='sign_in_mail_due'),
                        models.Index(condition=models.Q(('state', 'sending')), fields=['claimed_at'], name='sign_in_mail_being_sent'),
                        models.Index(fields=['expires_at'], name='sign_in_mail_expires'),
                    ],
                    'constraints': [
                        models.CheckConstraint(condition=models.Q(('put_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('put_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('expires_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('expires_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('claimed_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('claimed_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('sent_at__lt', datetime.datetime(2101, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__gte', datetime.datetime(1999, 12, 31, 0, 0, tzinfo=datetime.timezone.utc)), ('due_at__lt', datetime.datetime(9998, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))), name='signinmail_times_within_bounds', violation_error_message='Choose a day between 1 January 2000 and 31 December 2100.'),
                        models.CheckConstraint(condition=models.Q(('state__in', ['due', 'sending'])), name='sign_in_mail_kept_only_unsent'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Team',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('is_offered', models.BooleanField(db_default=True, default=True, help_text='Otherwise it is retired: nobody can choose it any more, and all that has it keeps it.', verbose_name='offered')),
                    ('code', models.SlugField(unique=True, verbose_name='code')),
                    ('name_en', models.CharField(max_length=60, verbose_name='name (English)')),
                    ('name_fr', models.CharField(blank=True, max_length=60, verbose_name='name (French)')),
                    ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                    ('is_told', models.BooleanField(default=False, help_text='Customers read that their case is with this team. Otherwise it is with us.', verbose_name='told to customers')),
                    ('needs_consent', models.BooleanField(default=False, help_text='No case comes to this team before its customer has agreed that the work is billed.', verbose_name='work that is billed')),
                    ('members', models.ManyToManyField(blank=True, related_name='teams', to=settings.AUTH_USER_MODEL, verbose_name='members')),
                ],
                options={
                    'verbose_name': 'team',
                    'verbose_name_plural': 'teams',
                },
            ),
            migrations.CreateModel(
                name='Account',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(max_length=120, verbose_name='name')),
                    ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='contacts.plan', verbose_name='plan')),
                    ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='contacts.region', verbose_name='region')),
                    ('customer_success_manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='accounts_looked_after', to=settings.AUTH_USER_MODEL, verbose_name='Customer Success manager')),
                    ('is_active', models.BooleanField(default=True, verbose_name='subscribes')),
                    ('members', models.ManyToManyField(related_name='accounts', through='contacts.Membership', to=settings.AUTH_USER_MODEL, verbose_name='people')),
                ],
                options={
                    'verbose_name': 'account',
                    'verbose_name_plural': 'accounts',
                },
            ),
            migrations.CreateModel(
                name='Membership',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='contacts.account', verbose_name='account')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                    ('sees_company_cases', models.BooleanField(default=True, verbose_name='sees all cases of the account')),
                ],
                options={
                    'verbose_name': 'membership',
                    'verbose_name_plural': 'memberships',
                    'constraints': [
                        models.UniqueConstraint(fields=('account', 'user'), name='membership_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Designation',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='designations', to='contacts.membership', verbose_name='membership')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='designations', to='products.product', verbose_name='product')),
                ],
                options={
                    'verbose_name': 'application administrator',
                    'verbose_name_plural': 'application administrators',
                    'constraints': [
                        models.UniqueConstraint(fields=('membership', 'product'), name='designation_once'),
                    ],
                },
            ),
            migrations.CreateModel(
                name='Instance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instances', to='contacts.account', verbose_name='account')),
                    ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='products.product', verbose_name='product')),
                    ('name', models.CharField(max_length=80, verbose_name='name')),
                    ('deployment', models.CharField(choices=[('saas', 'SaaS'), ('on_premises', "On the customer's own machines")], default='saas', max_length=12, verbose_name='deployment')),
                    ('purpose', models.CharField(choices=[('production', 'Production'), ('test', 'Test'), ('training', 'Training'), ('development', 'Development')], default='production', max_length=12, verbose_name='purpose')),
                    ('release', models.ForeignKey(blank=True, help_text='Blank when it always runs the latest version.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='products.release', verbose_name='version')),
                    ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                    ('free_help_minutes', models.PositiveIntegerField(blank=True, help_text='For custom reports, configuration and self-installation, in total. Blank: those of the plan.', null=True, verbose_name='free minutes of help')),
                ],
                options={
                    'verbose_name': 'instance',
                    'verbose_name_plural': 'instances',
                    'constraints': [
                        models.UniqueConstraint(fields=('account', 'product', 'name'), name='instance_name_once'),
                    ],
                },
            ),
        ]),
        InstallTriggers([
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
