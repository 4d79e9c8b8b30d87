"""Rules that hold whatever calendar counts: wall times and days are those of the desk, and due is not late."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases import lifecycle
from cases.commitments import promised_times
from cases.commitments.overruns import overruns
from cases.jobs import commitments as sweep
from cases.models import Breach
from contacts.desk_days import DeskDays
from contacts.models import Desk, Region
from products.models import Product, Release
from sla.compiled import working_time
from sla.desk_days import opened_day
from sla.models import Calendar

pytestmark = pytest.mark.django_db
CENTRAL = ZoneInfo("America/Chicago")


def central(text: str) -> datetime:
    """Return a wall time of Chicago, "2027-06-12 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


def test_a_root_cause_report_is_due_by_the_wall_of_the_desk_on_every_plan(alice, eve, carl, mona, open_case):
    for customer in (alice, eve):
        for opened, due in (
            ("2027-03-08 10:00", "2027-03-23 10:00"),
            ("2027-10-30 15:00", "2027-11-14 15:00"),
        ):
            case = open_case(customer, product="changepoint", severity="critical", at=central(opened))
            lifecycle.classify(case, by=carl, at=central(opened) + timedelta(minutes=1), type=case.type, kind="other")
            lifecycle.judge_reach(
                case, by=mona, at=central(opened) + timedelta(minutes=2), because="All of them.", is_system_wide=True
            )
            assert case.commitments.get(metric="root_cause").due_at == central(due)


class TestLate:
    """Changepoint, Minor, opened Tuesday 13:00: due at 17:00, in time until Wednesday 02:00."""

    @pytest.mark.parametrize(
        ("now", "late"),
        [
            ("2027-06-08 17:00", False),
            ("2027-06-08 23:00", False),
            ("2027-06-09 02:00", False),
            ("2027-06-09 02:00:01", True),
        ],
    )
    def test_is_not_said_before_the_promise_is_broken(self, alice, open_case, now, late):
        case = open_case(alice, product="changepoint", severity="minor", at=central("2027-06-08 13:00"))
        assert (case.next_due_at, case.next_breach_at) == (central("2027-06-08 17:00"), central("2027-06-09 02:00"))
        at = central(now)
        assert promised_times.next_line(case, at=at).is_late is late
        assert any(line.is_late for line in promised_times.lines(case, case.commitments.all(), at=at)) is late


class TestOverrun:
    def test_of_a_breach_that_still_runs_is_as_of_now(self, alice, open_case):
        case = open_case(alice, product="changepoint", severity="minor", at=central("2027-06-08 10:00"))
        sweep.sweep(central("2027-06-08 14:01"))
        breach = Breach.objects.get(case=case)
        assert breach.overrun_seconds == 60
        assert overruns([breach], at=central("2027-06-09 05:00")) == {breach.pk: 6 * 3600}

    def test_once_ended_is_what_was_recorded(self, alice, carl, open_case):
        case = open_case(alice, product="changepoint", severity="minor", at=central("2027-06-08 10:00"))
        sweep.sweep(central("2027-06-08 14:01"))
        lifecycle.reply(case, by=carl, at=central("2027-06-08 15:00"), body="At last.")
        breach = Breach.objects.get(case=case)
        assert overruns([breach], at=central("2027-06-20 05:00")) == {breach.pk: 3600}


class TestDay:
    def test_of_the_desk_begins_when_it_opens(self, reference):
        hours = working_time(Calendar.objects.get(code="barometer"))  # 10:00 to 19:00
        assert opened_day(hours, central("2027-06-08 09:59:59")) == date(2027, 6, 7)
        assert opened_day(hours, central("2027-06-08 10:00")) == date(2027, 6, 8)
        assert opened_day(hours, central("2027-06-12 12:00")) == date(2027, 6, 11)  # Saturday
        assert opened_day(hours, central("2027-06-08 19:30")) == date(2027, 6, 8)  # Wednesday in UTC

    def test_is_that_of_the_desk_that_serves_for_each_product_and_region(self, reference):
        days = DeskDays(central("2027-06-08 03:00"))
        for product in Product.objects.all():
            for region in Region.objects.all():
                desk = Desk.objects.select_related("calendar").serving(product, region)
                assert days.of(product, region) == opened_day(working_time(desk.calendar), days.at)

    def test_decides_whether_a_version_is_supported_the_same_before_and_after_midnight_of_utc(
        self, alice, acme, open_case
    ):
        product = Product.objects.get(code="changepoint")
        first, *_others = (
            Release.objects.create(product=product, version=f"30.{day}", released_on=date(2030, 5, day))
            for day in (1, 15, 29)
        )
        acme.instances.filter(product=product).update(release=first)
        eve_of_release = datetime(2030, 5, 28, 23, 57, tzinfo=UTC)  # 18:57 in Chicago
        kept = [
            open_case(alice, product="changepoint", at=eve_of_release + timedelta(minutes=minutes))
            for minutes in (0, 3, 60)
        ]
        assert [case.version_covered for case in kept] == [True, True, True]
        assert not open_case(alice, product="changepoint", at=central("2030-05-29 02:00")).version_covered
