"""The tallies of promises: always what counting every row by hand gives, whatever happened, and however often."""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases import lifecycle
from cases.jobs import commitments
from cases.jobs import sweep as sweeping
from cases.load_test_data.generate import generate
from cases.models import Breach, Case, Commitment, Event, Exclusion, PromiseTally, TallyCursor
from cases.reports import tally
from contacts.models import Team
from products.models import Product, Release
from sla.clocks import Metric, State

pytestmark = pytest.mark.django_db

COUNTED = ("met", "missed", "void", "cancelled", "converted", "pending", "cases", "excluded")


def month_of(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)


def fate(clock: Commitment) -> str:
    """What became of a promise, said the long way."""
    if clock.voided_at or clock.state == State.VOID:
        return "void"
    if clock.breached_at:
        return "missed"
    ended = {State.MET: "met", State.CANCELLED: "cancelled", State.CONVERTED: "converted"}
    return ended.get(State(clock.state), "pending")


def by_hand() -> dict[tuple[Any, ...], dict[str, float]]:
    """Count every row there is, one by one."""
    found: dict[tuple[Any, ...], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for case in Case.objects.all():
        whose = (case.plan_id, case.team_id, case.desk_id)
        row = found[(month_of(case.received_at), case.product_id, case.severity, *whose, "")]
        row["cases"] += 1
        row["excluded"] += case.exclusion_id is not None
    for clock in Commitment.objects.select_related("case"):
        case = clock.case
        whose = (case.plan_id, case.team_id, case.desk_id)
        row = found[(month_of(clock.started_at), case.product_id, clock.severity, *whose, clock.metric)]
        row[fate(clock)] += 1
        row["waiting_seconds"] += clock.waiting_seconds
        row["paused_seconds"] += clock.paused_seconds
    return found


def stored() -> dict[tuple[Any, ...], PromiseTally]:
    return {
        (row.month, row.product_id, row.severity, row.plan_id, row.team_id, row.desk_id, row.metric): row
        for row in PromiseTally.objects.all()
    }


def assert_counted() -> None:
    wanted, found = by_hand(), stored()
    assert found.keys() == wanted.keys()
    for key, row in found.items():
        assert {name: getattr(row, name) for name in COUNTED} == {name: wanted[key][name] for name in COUNTED}, key
        assert row.waiting_seconds == pytest.approx(wanted[key]["waiting_seconds"])
        assert row.paused_seconds == pytest.approx(wanted[key]["paused_seconds"])


def total(name: str, **narrowed: Any) -> int:
    return sum(PromiseTally.objects.filter(**narrowed).values_list(name, flat=True))


class TestTally:
    def test_follows_cases_through_all_that_can_become_of_a_promise(
        self, alice, eve, carl, nora, mona, open_case, at, later
    ):
        """Counted after every step, and compared."""
        release = Product.objects.get(code="changepoint")
        Release.objects.create(product=release, version="2027.9", released_on=(at + timedelta(days=60)).date())
        met, missed, excluded, waits = (open_case(alice) for _number in range(4))
        converted = open_case(alice, at=later(minutes=1))
        night = open_case(eve, product="daptiv", severity="critical", at=later(minutes=2))
        reopened = open_case(alice, severity="minor", at=at - timedelta(days=40))
        late = later(days=1)

        def excuse() -> None:
            breach = Breach.objects.filter(case=missed, metric=Metric.RESPONSE).get()
            lifecycle.void_breach(missed, by=mona, at=late + timedelta(hours=1), breach=breach, because="Their relay.")

        cause = Exclusion.objects.first()
        steps = [
            lambda: lifecycle.reply(met, by=carl, at=later(minutes=10), body="We look."),
            lambda: lifecycle.provide_solution(met, by=carl, at=later(minutes=40), body="Install it.", way="release"),
            lambda: lifecycle.ask_customer(waits, by=carl, at=later(minutes=20), body="Since when?"),
            lambda: lifecycle.exclude(excluded, by=nora, at=later(minutes=30), exclusion=cause, because="Proxy."),
            lambda: lifecycle.promise_release(converted, by=nora, at=later(minutes=35), because="No workaround."),
            lambda: lifecycle.assign(
                met, by=carl, at=later(minutes=50), owner=nora, team=Team.objects.get(code="customer-care-2")
            ),
            lambda: lifecycle.change_severity(
                night, by=mona, at=later(minutes=55), severity=2, because="It works for most."
            ),
            lambda: commitments.sweep(late),
            excuse,
            lambda: lifecycle.reply(waits, by=alice, at=late + timedelta(hours=2), body="Since Monday."),
            lambda: lifecycle.close(reopened, by=carl, at=late + timedelta(hours=3), reason="withdrawn"),
            lambda: lifecycle.reopen(reopened, by=carl, at=late + timedelta(hours=4), reason="It is back."),
        ]
        for step in steps:
            step()
            assert tally.tally(late) > 0
            assert_counted()
        for name in ("met", "missed", "void", "cancelled", "converted", "pending", "cases", "excluded"):
            assert total(name) > 0, name
        assert total("waiting_seconds") > 0
        assert total("paused_seconds") > 0
        assert PromiseTally.objects.values("month").distinct().count() == 2
        assert PromiseTally.objects.values("team").distinct().count() == 2

    def test_counts_a_promise_missed_and_ended_late_as_missed(self, case, carl, later):
        commitments.sweep(later(hours=2))
        lifecycle.reply(case, by=carl, at=later(hours=3), body="We look.")
        tally.tally(later(hours=3))
        assert (total("missed", metric="response"), total("met", metric="response")) == (1, 0)

    def test_leaves_no_row_of_the_team_that_a_case_was_taken_from(self, case, carl, nora, later):
        tally.tally(later())
        other = Team.objects.get(code="customer-care-2")
        lifecycle.assign(case, by=carl, at=later(minutes=1), owner=nora, team=other)
        tally.tally(later(minutes=1))
        assert set(PromiseTally.objects.values_list("team", flat=True)) == {other.pk}

    def test_does_nothing_where_nothing_happened(self, case, at, django_assert_max_num_queries):
        assert tally.tally(at) == 1
        before = {row.pk for row in PromiseTally.objects.all()}
        with django_assert_max_num_queries(6):
            assert tally.tally(at) == 0
        assert {row.pk for row in PromiseTally.objects.all()} == before

    def test_counts_only_the_months_that_were_touched(self, alice, carl, open_case, at, later):
        old, new = open_case(alice, at=at - timedelta(days=100)), open_case(alice)
        assert tally.tally(at) == 2
        TallyCursor.objects.update(last_event=Event.objects.latest("pk").pk + tally.OVERLAP)
        untouched = set(PromiseTally.objects.filter(month=month_of(old.received_at)).values_list("pk", flat=True))
        far = Event.objects.latest("pk").pk + tally.OVERLAP * 3
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('cases_event', 'id'), %s)", [far])
        lifecycle.reply(new, by=carl, at=later(minutes=1), body="We look.")
        assert tally.tally(at) == 1
        assert untouched == set(PromiseTally.objects.filter(month__lt=month_of(at)).values_list("pk", flat=True))
        assert_counted()

    def test_counts_an_event_that_was_committed_after_a_later_one(self, case, carl, later):
        """Its id was given out first: the mark is past it already."""
        lifecycle.reply(case, by=carl, at=later(minutes=1), body="We look.")
        TallyCursor.objects.create(pk=tally.MARK, last_event=Event.objects.latest("pk").pk - 1)
        assert tally.tally(later()) == 1
        lifecycle.note(case, by=carl, at=later(minutes=2), body="Seen before.")
        TallyCursor.objects.update(last_event=Event.objects.latest("pk").pk + 7)
        assert tally.tally(later()) == 1
        assert_counted()

    def test_counts_everything_where_asked_or_where_very_much_happened(self, alice, open_case, at, monkeypatch):
        open_case(alice, at=at - timedelta(days=100))
        open_case(alice)
        monkeypatch.setattr(tally, "MANY", 1)
        assert tally.tally(at) == 5  # the months between as well
        PromiseTally.objects.update(met=77)
        PromiseTally.objects.filter(month=month_of(at)).update(month=date(2027, 9, 1))
        assert tally.tally(at, everything=True) == 8
        assert_counted()

    def test_of_an_empty_house_is_empty(self, reference, at):
        assert tally.tally(at) == tally.tally(at, everything=True) == 0
        assert tally.counted_to() is None

    def test_months_begin_at_midnight_of_utc(self, alice, open_case):
        open_case(alice, at=datetime(2027, 5, 31, 23, 59, 59, tzinfo=UTC))
        open_case(alice, at=datetime(2027, 6, 1, tzinfo=UTC))
        tally.tally(datetime(2027, 6, 2, tzinfo=UTC))
        assert {row.month: row.cases for row in PromiseTally.objects.filter(metric="")} == {
            date(2027, 5, 1): 1,
            date(2027, 6, 1): 1,
        }
        assert_counted()


@pytest.fixture(scope="class")
def population(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """A generated population, undone after the class."""
    now = datetime(2027, 6, 10, 15, 20, 8, tzinfo=UTC)
    with django_db_blocker.unblock(), transaction.atomic():
        if not Product.objects.exists():
            call_command("load_reference", verbosity=0)
        generate(600, seed=11, now=now)
        yield now
        transaction.set_rollback(True)


class TestOfAPopulation:
    def test_is_what_counting_by_hand_gives(self, population):
        assert tally.tally(population) > 24
        assert_counted()
        assert total("cases") == 600

    def test_reads_cases_and_clocks_by_the_ranges_of_their_indexes(self, population):
        """Of a month, that is; a full count looks for the ends of the same indexes."""
        with CaptureQueriesContext(connection) as captured:
            tally.tally(population, everything=True)
        count = next(query["sql"] for query in captured if "INSERT INTO cases_promisetally" in query["sql"])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # 600 cases are read whole sooner
            PromiseTally.objects.all().delete()
            cursor.execute("EXPLAIN " + count)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            transaction.set_rollback(True)
        assert "case_of_month" in plan
        assert "commitment_of_month" in plan

    def test_stays_so_while_work_goes_on(self, population, carl):
        tally.tally(population)
        for case in Case.objects.not_closed().order_by("?")[:20]:
            lifecycle.note(case, by=carl, at=population + timedelta(minutes=1), body="Looked at.")
        commitments.sweep(population + timedelta(days=3))
        tally.tally(population)
        assert_counted()


class TestKeep:
    def test_counts_at_once_where_nothing_was_counted(self, case, at):
        assert tally.keep(at) == 1
        assert tally.counted_to() == at

    def test_waits_a_while_after_what_it_counted_last(self, case, carl, at, later):
        tally.keep(at)
        lifecycle.reply(case, by=carl, at=later(minutes=2), body="We look.")
        assert tally.keep(later(minutes=2)) == 0
        assert tally.keep(at + tally.PAUSE) == 1
        assert tally.counted_to() == later(minutes=2)
        assert_counted()

    def test_does_not_wait_for_the_future(self, case, carl, at, later):
        """Events of a time that is yet to come, say of a world that was loaded, do not stop the count."""
        lifecycle.reply(case, by=carl, at=later(days=30), body="We look.")
        tally.keep(later(days=30))
        lifecycle.note(case, by=carl, at=later(days=31), body="Seen before.")
        assert tally.keep(later(days=2)) == 1


class TestInTheSweep:
    def test_is_part_of_every_pass(self, case, sink, later):
        sweeping.sweep(later(hours=2))
        assert total("missed", metric="response") == 1
        assert_counted()

    def test_stops_nothing_where_it_fails(self, case, sink, later, monkeypatch):
        def fail(_at):
            raise RuntimeError("no room")

        monkeypatch.setattr(tally, "keep", fail)
        swept = sweeping.sweep(later(hours=2))
        assert swept is not None
        assert swept.clocks.breached == 1
        assert sink.messages


class TestTheCommand:
    def test_says_how_much_it_counted(self, case):
        said = [StringIO(), StringIO(), StringIO()]
        for out, arguments in zip(said, ([], [], ["--all"]), strict=True):
            call_command("tally_promises", *arguments, stdout=out)
        assert [out.getvalue() for out in said] == [f"{count} months counted\n" for count in (1, 0, 1)]


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    def test_count_the_same(self, case, carl, at, later):
        lifecycle.reply(case, by=carl, at=later(minutes=1), body="We look.")

        def count(everything: bool) -> None:
            try:
                for _time in range(5):
                    tally.tally(at, everything=everything)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count, [False, True, False, True]))
        assert_counted()
        assert TallyCursor.objects.count() == 1
