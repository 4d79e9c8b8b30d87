"""One pass of all periodic work: as of any instant, repeatable, one at a time, and no piece stops another."""

import inspect
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime, timedelta
from io import StringIO

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import enqueue, tasks
from cases.commitments import stored
from cases.commitments.stored import STORED
from cases.integrity import heartbeats
from cases.jobs import commitments as clocks_sweep
from cases.jobs import sweep as sweeping
from cases.jobs.assignment import Handed
from cases.jobs.batches import BATCH
from cases.jobs.commitments import Pass
from cases.lifecycle import reply
from cases.lifecycle.auto_close import Steps
from cases.models import Commitment, Event, OutboxMail
from cases.models.advisory_lock import alone
from cases.models.outbox_mail import Delivery
from sla.clocks import Metric, State
from sla.models import Calendar

pytestmark = pytest.mark.django_db


def sweep(*arguments):
    out = StringIO()
    call_command("sweep", *arguments, stdout=out)
    return out.getvalue()


def response(case):
    return Commitment.objects.get(case=case, metric=Metric.RESPONSE)


def recorded(case):
    """What the sweep told of a case, in order."""
    events = Event.objects.filter(case=case, kind__in=("at_risk", "breached")).order_by("pk")
    return [(event.kind, event.data["metric"], event.at) for event in events]


class TestSweep:
    def test_records_what_was_missed_and_sends_what_is_due(self, case, sink, later):
        swept = sweeping.sweep(later(hours=1, seconds=1))
        assert (swept.clocks, swept.mails) == (Pass(breached=1), {Delivery.SENT: 1})
        assert response(case).breached_at == later(hours=1)
        assert len(sink.messages) == 1

    def test_does_nothing_early_and_nothing_twice(self, case, sink, later):
        assert sweeping.sweep(later(minutes=44, seconds=59)).clocks == Pass()
        assert sweeping.sweep(later(minutes=45)).clocks == Pass(warned=1)
        assert sweeping.sweep(later(hours=1)).clocks == Pass()
        assert sweeping.sweep(later(hours=1, seconds=1)).clocks == Pass(breached=1)
        swept = sweeping.sweep(later(hours=1, seconds=1))
        assert (swept.clocks, swept.mails) == (Pass(), {})
        assert recorded(case) == [
            ("at_risk", "response", later(minutes=45)),
            ("breached", "response", later(hours=1, seconds=1)),
        ]

    def test_catches_up_with_a_missed_hour_in_one_pass(self, eve, open_case, sink, later):
        """Of what ran short and ran out since the last look only the latter is told; silent periods one by one."""
        case = open_case(eve, severity="critical")
        assert sweeping.sweep(later(minutes=1)).clocks == Pass()
        assert sweeping.sweep(later(hours=13)).clocks == Pass(breached=4)
        assert [row[:2] for row in recorded(case)] == [
            ("breached", "response"),
            ("breached", "restoration"),
            ("breached", "status_update"),
            ("breached", "status_update"),
        ]
        assert list(case.breaches.order_by("pk").values_list("metric", "period_no", "breach_at", "detected_at")) == [
            ("response", 1, later(minutes=30), later(hours=13)),
            ("restoration", 1, later(hours=2), later(hours=13)),
            ("status_update", 1, later(hours=6), later(hours=13)),
            ("status_update", 2, later(hours=12), later(hours=13)),
        ]
        assert sweeping.sweep(later(hours=13)).clocks == Pass()
        assert sweeping.sweep(later(hours=14)).clocks == Pass()

    def test_is_the_same_however_often_it_came_by(self, eve, open_case, sink, later):
        seldom, often = (open_case(eve, severity="critical") for _ in range(2))
        for minutes in range(5, 24 * 60, 5):
            clocks_sweep.update_clocks([often.pk], at=later(minutes=minutes))
        clocks_sweep.update_clocks([seldom.pk], at=later(minutes=24 * 60 - 5))
        facts = [*STORED]
        assert list(often.commitments.order_by("metric", "period_no").values(*facts)) == list(
            seldom.commitments.order_by("metric", "period_no").values(*facts)
        )
        when = ("metric", "period_no", "breach_at", "minutes")
        assert set(often.breaches.values_list(*when)) == set(seldom.breaches.values_list(*when))

    def test_bounds_the_mails_of_a_pass(self, case, carl, sink, later):
        for minute in range(50):
            reply(case, by=carl, at=later(seconds=minute), body="Word")
        assert sweeping.sweep(later(minutes=50), most_mails=20).mails.total() == 20
        assert sweeping.sweep(later(minutes=50)).mails.total() == 31

    def test_goes_on_past_a_case_that_cannot_be_reckoned(self, case, bob, open_case, sink, later, monkeypatch):
        other = open_case(bob, product="daptiv")
        replay = stored.replay

        def fail(reckoned, events, *, at):
            if reckoned.pk == case.pk:
                raise ValueError("its calendar has no hours")
            return replay(reckoned, events, at=at)

        monkeypatch.setattr(stored, "replay", fail)
        swept = sweeping.sweep(later(hours=2))
        assert (swept.clocks, swept.mails) == (Pass(breached=1, warned=1), {Delivery.SENT: 2})
        assert response(case).breached_at is None
        assert response(other).breached_at is not None

    def test_sends_the_mails_also_where_the_clocks_fail(self, case, sink, later, monkeypatch):
        def fail(_at):
            raise RuntimeError("all clocks stand still")

        monkeypatch.setattr(clocks_sweep, "sweep", fail)
        with pytest.raises(RuntimeError):
            sweeping.sweep(later(hours=2))
        assert len(sink.messages) == 1


@pytest.mark.django_db(transaction=True)
class TestAlone:
    def test_a_second_sweeper_does_nothing(self, case, sink, later):
        def second(_nothing):
            try:
                return sweeping.sweep(later(hours=2)), sweep("--at", "2027-06-08T18:00Z")
            finally:
                connection.close()

        with alone(sweeping.LOCK) as held, ThreadPoolExecutor(1) as pool:
            assert held
            assert pool.submit(second, None).result() == (None, "Another sweep is at work; nothing done.\n")
        assert sink.messages == []
        assert sweeping.sweep(later(hours=2)).clocks == Pass(breached=1, warned=1)

    def test_the_lock_is_free_again_after_a_failure(self, case, later, monkeypatch):
        def fail(_at):
            raise RuntimeError("gone")

        with monkeypatch.context() as patched:
            patched.setattr(clocks_sweep, "sweep", fail)
            with pytest.raises(RuntimeError):
                sweeping.sweep(later(hours=2))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            assert cursor.fetchone() == (0,)


class TestQueries:
    """What is due is found by a range of an index, however many clocks there are and have been."""

    @pytest.fixture
    def many(self, case, at):
        """Four thousand clocks that have ended, eighty that run, twelve of them late."""
        like = response(case)
        wanted = []
        for number in range(4_080):
            row = Commitment(**{field.attname: getattr(like, field.attname) for field in Commitment._meta.fields})
            row.pk, row.period_no = None, number + 2
            ended = number < 4_000
            row.state, row.stopped_at = (State.MET, at) if ended else (State.RUNNING, None)
            row.breach_at = row.warn_at = at + timedelta(hours=number % 40 - 6)
            row.calendar_revision = 1 if ended or number % 20 else 0
            wanted.append(row)
        Commitment.objects.bulk_create(wanted)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_commitment")

    @pytest.mark.parametrize(
        ("find", "index", "count"),
        [
            pytest.param(clocks_sweep.overdue, "commitment_to_breach", 12, id="overdue"),
            pytest.param(clocks_sweep.running_short, "commitment_to_warn", 14, id="running_short"),
            pytest.param(lambda _at: clocks_sweep.outdated(changepoint()), "commitment_to_reckon", 4, id="outdated"),
        ],
    )
    def test_are_range_scans_of_a_partial_index(self, many, at, find, index, count):
        """As the sweep asks: the cases, at most a batch of them, without those that are stuck."""
        found = find(at).exclude(case__in={0}).values_list("case", flat=True)[:BATCH]
        plan = found.explain()
        assert re.search(rf"Index Scan (using|on) {index}\b", plan)
        assert "Seq Scan" not in plan
        assert "Index Cond" in plan
        assert len(found) == count

    def test_for_calendars_that_were_edited_look_at_few_clocks(self, many):
        assert list(clocks_sweep.edited()) == [changepoint()]
        plan = clocks_sweep.edited().explain()
        assert re.search(r"Index (Only )?Scan (using|on) commitment_to_reckon\b", plan)
        assert "Seq Scan on cases_commitment" not in plan

    def test_are_few_where_nothing_is_due(self, many, at, django_assert_num_queries):
        Commitment.objects.all().delete()
        with django_assert_num_queries(3):
            assert clocks_sweep.sweep(at) == Pass()

    def test_are_as_many_for_ten_cases_as_for_one(self, alice, carl, mona, open_case, later):
        def count(cases, at):
            with CaptureQueriesContext(connection) as queries:
                assert clocks_sweep.update_clocks([case.pk for case in cases], at=at) == Pass(breached=len(cases))
            return len(queries)

        one, *others = (open_case(alice) for _ in range(11))
        assert count([one], later(minutes=61)) == count(others, later(minutes=61))


def changepoint():
    return Calendar.objects.get(code="changepoint")


class TestTheCommand:
    def test_says_what_it_did_as_of_another_time(self, case, sink):
        said = sweep("--at", "2027-06-08T19:00:00+02:00")
        assert said.splitlines() == [
            "As of 2027-06-08 17:00:00 UTC",
            "  promises: 1 missed, 1 at risk, 0 moved",
            "  silence: 0 reminded, 0 closed, 0 left to their owners",
            "  dispatch: 0 handed over, 0 found nobody at work",
            "  mails: 1 sent, 0 put off, 0 failed, 0 withheld",
        ]
        assert "  mails: 0 sent" in sweep("--at", "2027-06-08T17:00Z")

    @pytest.mark.parametrize("text", ["yesterday", "2027-06-08T17:00", "2027-06-08"])
    def test_refuses_what_is_no_instant(self, text, db):
        with pytest.raises(CommandError, match=r"no ISO 8601 instant|names no offset"):
            sweep("--at", text)

    def test_is_a_tick_only_when_it_is_of_the_present(self, case, sink):
        sweep("--at", "2027-06-08T17:00Z")
        assert heartbeats.last(heartbeats.Work.SWEEP) is None
        before = timezone.now()
        sweep()
        assert before <= heartbeats.last(heartbeats.Work.SWEEP).ended_at <= timezone.now()


class TestTasks:
    def test_have_the_names_that_are_enqueued(self):
        enqueued = set(re.findall(r'"(cases\.tasks\.\w+)"', inspect.getsource(enqueue)))
        assert len(enqueued) == 5
        assert {"cases.tasks.sweep", *enqueued} <= set(current_app.tasks)

    def test_sweep_leaves_a_tick(self, db, sink):
        tasks.sweep()
        assert isinstance(heartbeats.last(heartbeats.Work.SWEEP).ended_at, datetime)

    def test_sweep_leaves_none_when_it_failed(self, db, monkeypatch):
        def fail(_at):
            raise RuntimeError("gone")

        monkeypatch.setattr(clocks_sweep, "sweep", fail)
        with pytest.raises(RuntimeError):
            tasks.sweep()
        assert heartbeats.last(heartbeats.Work.SWEEP) is None

    def test_deliver_outbox_rings_until_nothing_is_due(self, case, sink, monkeypatch):
        OutboxMail.objects.update(due_at=timezone.now())
        rung = []
        monkeypatch.setattr(enqueue, "deliver_outbox", lambda: rung.append(1))
        tasks.deliver_outbox()
        assert (len(sink.messages), rung) == (1, [1])
        tasks.deliver_outbox()
        assert rung == [1]


class TestTheLog:
    def test_tells_cases_and_mails_apart(self):
        """One line of the log holds the counts of all parts of a sweep, each under a name of its own."""
        names = [field.name for part in (Pass, Steps, Handed) for field in fields(part)] + Delivery.values
        assert len(set(names)) == len(names)
