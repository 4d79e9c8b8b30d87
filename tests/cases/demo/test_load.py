"""The demo's world: all that it promises to show, and that loading it twice changes nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse

from cases import statuses
from cases.commitments.consistency import differences
from cases.demo import load as world
from cases.demo import people as cast
from cases.demo.stories import stories
from cases.demo.story_times import StoryTooLong, back, instants, open_minutes
from cases.models import (
    Attachment,
    Case,
    Commitment,
    Event,
    Incident,
    IncidentDelivery,
    Message,
    Note,
    OutboxMail,
    RootCauseDelivery,
    RootCauseVersion,
    StatusSubscriber,
)
from cases.models.outbox_mail import Delivery
from cases.time_entries import allowance
from contacts.models import Account, Instance, Plan, Team, User
from contacts.roles import Role
from products.models import Cadence, Product, Release
from products.support_window import is_covered, support_window
from sla.matrices import Severity
from sla.working_time import WorkingTime

NOW = datetime(2027, 6, 10, 15, 20, tzinfo=UTC)  # a Thursday, all desks open
OFFICE = WorkingTime("Europe/Berlin", {day: [("09:00", "18:00")] for day in range(5)})


@pytest.fixture(scope="class")
def demo(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Load the demo once for all tests of a class, and undo it."""
    folder = tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=folder), transaction.atomic():
        if not Product.objects.exists():
            call_command("load_reference", verbosity=0)
        yield world.load(NOW)
        transaction.set_rollback(True)


@pytest.fixture
def loaded(demo: int, db: None) -> int:
    return demo


@pytest.mark.usefixtures("loaded")
class TestLoadDemo:
    def test_makes_five_accounts_over_both_regions_and_all_plans(self) -> None:
        assert Account.objects.count() == 5
        assert set(Account.objects.values_list("plan__code", flat=True)) == set(
            Plan.objects.values_list("code", flat=True)
        )
        assert set(Account.objects.values_list("region__code", flat=True)) == {"americas-apac", "emea"}
        assert not Account.objects.filter(customer_success_manager=None).exists()

    def test_makes_twenty_people_of_every_role_and_both_languages(self) -> None:
        assert User.objects.count() == 20
        assert set(User.objects.values_list("role", flat=True)) == set(Role.values)
        for customers in (User.objects.filter(role=Role.CUSTOMER), User.objects.exclude(role=Role.CUSTOMER)):
            assert set(customers.values_list("language", flat=True)) == {"en", "fr"}
        assert sum(user.accounts.count() > 1 for user in User.objects.all()) >= 2
        assert all(team.members.exists() for team in Team.objects.all())

    def test_addresses_and_numbers_can_reach_nobody(self) -> None:
        assert all(user.email.endswith(".example") for user in User.objects.all())
        for plan in Plan.objects.all():
            assert bool(plan.emergency_phone) == plan.has_emergency_phone
            assert not plan.emergency_phone or " 555 01" in plan.emergency_phone

    def test_makes_sixty_five_cases_in_every_status_and_a_duplicate(self, loaded: int) -> None:
        assert loaded == Case.objects.count() == 65
        assert Case.objects.get(merged_into__isnull=False).merged_into.absorbed.count() == 1
        seen = Counter(Case.objects.values_list("status", flat=True))
        assert set(seen) == set(statuses.STATUSES)
        assert max(seen.values()) <= loaded // 3

    def test_cases_have_all_severities_types_channels_and_products(self) -> None:
        assert set(Case.objects.values_list("severity", flat=True)) == set(Severity.values)
        assert set(Case.objects.values_list("product", flat=True)) == set(Product.objects.values_list("pk", flat=True))
        assert Case.objects.values("type").distinct().count() == 9
        assert set(Case.objects.values_list("channel", flat=True)) == {"web", "phone", "mail"}
        assert Case.objects.filter(severity_is_provisional=True).exists()
        assert Case.objects.filter(version_covered=False).exists()

    def test_conversations_are_told_in_both_languages(self) -> None:
        long = [case for case in Case.objects.all() if Message.objects.filter(case=case).count() >= 4]
        assert len(long) >= 20
        spoken = Counter(Case.objects.values_list("customer__language", flat=True))
        assert spoken["fr"] >= 20
        assert spoken["en"] >= 30
        # What was published of an incident, its report too, is told to each of its cases in the same words.
        tellings = [row.objects.values("event__message") for row in (IncidentDelivery, RootCauseDelivery)]
        once = Message.objects.exclude(pk__in=tellings[0]).exclude(pk__in=tellings[1])
        bodies = list(once.values_list("body", flat=True))
        assert len(set(bodies)) == len(bodies) > 200
        assert not any("lorem" in body.lower() for body in bodies)
        assert Note.objects.count() >= 10

    def test_some_promises_are_at_risk_and_some_are_broken_but_most_are_kept(self) -> None:
        waiting = Case.objects.filter(next_due_at__isnull=False)
        assert waiting.filter(next_warn_at__lte=NOW, next_due_at__gt=NOW).count() >= 3
        assert waiting.filter(next_due_at__lte=NOW).count() >= 3
        broken = Commitment.objects.filter(breached_at__isnull=False).count()
        kept = Commitment.objects.filter(state="met").count()
        assert 3 <= broken < kept / 5

    def test_shows_an_incident_that_is_over_and_one_that_is_not(self) -> None:
        over, under_way = Incident.objects.order_by("started_at")
        assert (over.is_over, under_way.is_over) == (True, False)
        assert (over.links.count(), under_way.links.count()) == (3, 1)
        assert (NOW - over.resolved_at).days in range(9, 15)
        assert set(IncidentDelivery.objects.values_list("state", flat=True)) == {"told"}
        assert {link.case.status for link in over.links.all()} == {"closed"}

    def test_shows_a_published_report_and_who_gets_updates_by_mail(self) -> None:
        version = RootCauseVersion.objects.get()
        assert (version.state, version.deliveries.filter(told_at__isnull=False).count()) == ("published", 3)
        assert StatusSubscriber.objects.filter(confirmed_at__isnull=False).count() == 3

    def test_what_is_stored_is_what_the_events_give(self) -> None:
        for case in Case.objects.for_verbs():
            assert differences(case, at=NOW + timedelta(seconds=1)) == []

    def test_of_two_instances_one_has_free_help_left_and_one_is_past_it(self) -> None:
        meters = allowance.meters(allowance.with_plan().filter(time_entries__isnull=False))
        assert sorted((meter.used, meter.billable) for meter in meters.values()) == [(40, 0), (60, 35)]

    def test_nothing_happens_in_the_future_and_the_past_is_in_order(self) -> None:
        events = list(Event.objects.order_by("id").values_list("at", flat=True))
        assert events == sorted(events)
        assert events[-1] <= NOW
        for case in Case.objects.all():
            assert case.received_at <= case.opened_at <= case.last_word_at <= NOW

    def test_versions_are_current_previous_and_unsupported(self) -> None:
        behind = {True: 0, False: 0}
        previous = 0
        for instance in Instance.objects.select_related("product", "release"):
            behind[is_covered(instance.product, instance.release, on=NOW.date())] += 1
            window = support_window(instance.product, on=NOW.date()).covered
            previous += bool(instance.release and len(window) > 1 and instance.release == window[1])
        assert behind[True] >= 15
        assert behind[False] >= 2
        assert previous >= 3
        for case in Case.objects.filter(release__isnull=False).select_related("release"):
            assert case.release is not None
            assert case.release.released_on <= case.opened_at.date()

    def test_releases_reach_a_month_ahead(self) -> None:
        for product in Product.objects.exclude(cadence=Cadence.CONTINUOUS):
            dates = sorted(Release.objects.filter(product=product).values_list("released_on", flat=True))
            assert len(dates) >= 12
            assert dates[0] <= NOW.date() - timedelta(days=330)
            assert NOW.date() < dates[-1] <= NOW.date() + timedelta(days=31)

    def test_files_are_there_and_open(self) -> None:
        files = list(Attachment.objects.all())
        assert {file.name.rpartition(".")[2] for file in files} == {"png", "csv", "log", "xml"}
        assert len(files) >= 25
        for file in files:
            content = file.file.read()
            assert len(content) == file.size > 0
            assert file.content_type == "image/png" or not file.name.endswith("png")

    def test_mails_of_the_past_do_not_flood_the_mailbox(self) -> None:
        due = OutboxMail.objects.filter(state=Delivery.DUE)
        assert due.count() == world.STILL_DUE
        sent = OutboxMail.objects.filter(state=Delivery.SENT)
        assert sent.count() > 100
        assert max(mail.due_at for mail in sent) <= min(mail.due_at for mail in due)

    def test_the_logins_work(self, client: Client) -> None:
        lines = world.logins()
        assert [role for role, _email, _password in lines] == [str(role.label) for role in Role]
        for _role, email, password in lines:
            client.logout()
            client.post(reverse("account_login"), {"login": email, "password": password})
            assert client.session.get("_auth_user_id") == str(User.objects.get(email=email).pk)

    def test_a_second_run_changes_nothing(self) -> None:
        tables = (User, Account, Case, Event, Message, Commitment, OutboxMail, Release, Attachment)
        before = [list(table.objects.order_by("pk").values()) for table in tables]
        assert world.load(NOW + timedelta(days=3)) == 0
        assert [list(table.objects.order_by("pk").values()) for table in tables] == before

    def test_prints_one_line_a_role(self, settings: Any) -> None:
        settings.DEMO = True
        out = StringIO()
        call_command("load_demo", logins=True, stdout=out)
        lines = out.getvalue().splitlines()
        assert len(lines) == len(Role)
        assert all(cast.PASSWORD in line and "@" in line for line in lines)


class TestRefusal:
    def test_is_refused_outside_the_demo(self, settings: Any, db: None) -> None:
        settings.DEMO = False
        with pytest.raises(CommandError, match="DEMO=1"):
            call_command("load_demo")
        assert not User.objects.exists()


class TestStories:
    def test_every_story_has_a_key_of_its_own(self) -> None:
        keys = [story.key for story in stories()]
        assert len(set(keys)) == len(keys) == 64

    @pytest.mark.parametrize("hour", range(0, 168, 5))
    def test_fit_into_the_past_whenever_the_demo_is_loaded(self, hour: int) -> None:
        now = datetime(2027, 3, 24, tzinfo=UTC) + timedelta(hours=hour)  # a week with a change of the clocks
        for story in stories():
            told = instants(OFFICE, now, story.ago, [turn.after for turn in story.turns])
            assert list(told) == sorted(told)


class TestSchedule:
    def test_amounts_are_days_hours_and_minutes_of_open_time(self) -> None:
        assert open_minutes("2d 3h 10m", day=540) == 2 * 540 + 190
        assert open_minutes("25m", day=540) == 25

    @pytest.mark.parametrize("wrong", ["", "3", "2 days", "1m 1h"])
    def test_other_amounts_are_refused(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="no amount"):
            open_minutes(wrong, day=540)

    def test_counts_back_over_a_weekend(self) -> None:
        monday = datetime(2027, 6, 7, 8, 0, tzinfo=UTC)  # 10:00 in Berlin
        assert back(OFFICE, monday, 90) == datetime(2027, 6, 4, 15, 30, tzinfo=UTC)
        assert OFFICE.between(back(OFFICE, monday, 90), monday) == 90

    def test_a_story_that_would_end_in_the_future_is_refused(self) -> None:
        with pytest.raises(StoryTooLong):
            instants(OFFICE, NOW, "1h", ["30m", "31m"])
