"""Two sweeps at once, and sweeps beside people at work, on real rows: nothing twice, nothing lost, nobody stuck.

Without the advisory lock that keeps sweepers apart. The same checker is shown a sweep that holds no rows, and a
database that does not mind a breach twice.
"""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from threading import Event as Signal
from time import monotonic

import pytest
from django.db import connection, transaction

from cases.commitments import breaches, stored
from cases.commitments.consistency import differences
from cases.jobs import commitments as sweep
from cases.jobs.commitments import Pass
from cases.lifecycle import ask_customer, change_severity, provide_solution, reject_solution, reply
from cases.models import Breach, Case, Commitment, Event, OutboxMail, bulk_update
from cases.querysets import CaseQuerySet
from cases.statuses import IllegalMove
from tests.emptying import empty
from tests.proofs.races.pairs import PATIENCE, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def many(eve, carl, mona, open_case):
    """Twenty Critical cases, each with four clocks."""
    return [open_case(eve, severity="critical", subject=f"Case {number}") for number in range(20)]


@pytest.fixture
def meet(monkeypatch):
    """`meet(module, name)`: let two sweeps come to this function before either goes on, if both can get there."""

    def arrange(module: object, name: str, patience: float = 0.3) -> None:
        gate, met, right = Barrier(2), Signal(), getattr(module, name)

        def wait_for_the_other(*arguments, **options):
            if not met.is_set():
                with suppress(BrokenBarrierError):  # the other one was kept out
                    gate.wait(patience)
                met.set()
            return right(*arguments, **options)

        monkeypatch.setattr(module, name, wait_for_the_other)

    return arrange


def problems(at) -> list[str]:
    """Say what is wrong as of `at`: the checker."""
    told = Counter(
        (event.case_id, event.kind, event.data["metric"], event.data["cycle"], event.data["period_no"])
        for event in Event.objects.filter(kind__in=("breached", "at_risk"))
    )
    mails = Counter(
        (mail.case_id, mail.notice, *_clock(mail.event), mail.recipient_id)
        for mail in OutboxMail.objects.filter(notice__in=("breached", "at_risk")).select_related("event")
    )
    missed = set(
        Commitment.objects.filter(breached_at__isnull=False).values_list("case", "metric", "cycle", "period_no")
    )
    kept = Counter(Breach.objects.values_list("case", "metric", "cycle", "period_no"))
    return [
        *(f"told {times} times: {what}" for what, times in told.items() if times > 1),
        *(f"mailed {times} times: {what}" for what, times in mails.items() if times > 1),
        *(f"recorded {times} times: {what}" for what, times in kept.items() if times > 1),
        *(f"not recorded: {what}" for what in missed - set(kept)),
        *(f"not told: {what}" for what in kept if (what[0], "breached", *what[1:]) not in told),
        *(f"{case}: {found}" for case in Case.objects.for_verbs() for found in differences(case, at=at)),
    ]


def _clock(event):
    return event.data["metric"], event.data["cycle"], event.data["period_no"]


class TestTwoSweepsAtOnce:
    def test_do_what_one_would_have_done(self, many, later):
        for minutes in (25, 31, 95, 125, 300, 365, 800):
            at = later(minutes=minutes)
            results = at_once(lambda at=at: sweep.sweep(at), lambda at=at: sweep.sweep(at))
            assert [result for result in results if not isinstance(result, Pass)] == []
            sweep.sweep(at)  # what each left to the other
            assert problems(at) == []
        # Response, restoration and two silent periods.
        assert Breach.objects.count() == 4 * len(many)
        assert Event.objects.filter(kind="breached").count() == 4 * len(many)

    def test_that_would_read_the_same_cases_do_not_do_it_twice(self, many, later, meet):
        meet(stored, "replay")
        at = later(minutes=31)
        results = at_once(*[lambda: sweep.update_clocks([case.pk for case in many], at=at)] * 2)
        assert sorted(result.breached for result in results) == [0, len(many)]
        assert problems(at) == []

    def test_as_of_different_times_leave_what_the_later_one_gives(self, many, later):
        early, late = later(minutes=31), later(minutes=125)
        results = at_once(*[lambda at=at: sweep.sweep(at) for at in (early, late, early, late)])
        assert [result for result in results if not isinstance(result, Pass)] == []
        sweep.sweep(late)
        assert problems(late) == []
        assert Breach.objects.count() == 2 * len(many)


def work(cases, at, act):
    """Do the same to one case after the other; what a case does not allow is refused."""
    for case in cases:
        with suppress(IllegalMove):
            act(case, at)


class TestASweepBesidePeople:
    def test_loses_nothing_and_stops_nobody(self, many, eve, carl, mona, later):
        """Everybody works on the same cases, in either order, while two sweeps go over them."""
        for minute in (28, 30, 31, 34):
            at = later(minutes=minute)
            results = at_once(
                *[partial(sweep.sweep, at)] * 2,
                partial(work, many, at, lambda case, at: reply(case, by=carl, at=at, body="Word")),
                partial(work, many[::-1], at, lambda case, at: ask_customer(case, by=carl, at=at, body="What?")),
                partial(work, many[::3], at, lambda case, at: reply(case, by=eve, at=at, body="That.")),
            )
            assert [result for result in results if isinstance(result, Exception)] == []
            sweep.sweep(at)
            assert problems(at) == []

    def test_and_a_verb_at_the_very_case_find_the_breach_once(self, eve, carl, mona, open_case, later):
        for turn in range(8):
            case = open_case(eve, severity="critical", subject=f"Turn {turn}")
            results = at_once(
                lambda: sweep.sweep(later(minutes=31)),
                lambda case=case: provide_solution(case, by=carl, at=later(minutes=31), body="Do this."),
                lambda case=case: change_severity(case, by=mona, at=later(minutes=31), severity=2, because="So"),
            )
            assert [result for result in results if isinstance(result, Exception)] == []
            reject_solution(case, by=eve, at=later(minutes=32), reason="No.")
            assert problems(later(minutes=32)) == []
        assert Breach.objects.count() == 8


class TestAHeldCase:
    def test_is_left_and_done_by_the_next_sweep(self, many, later):
        at, held, go = later(minutes=31), Signal(), Signal()

        def hold():
            try:
                with transaction.atomic():
                    Case.objects.locked(many[7].pk)
                    held.set()
                    go.wait(PATIENCE)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            holding = pool.submit(hold)
            assert held.wait(PATIENCE)
            began = monotonic()
            assert sweep.sweep(at) == Pass(breached=len(many) - 1)
            assert monotonic() - began < PATIENCE / 2
            assert not Breach.objects.filter(case=many[7]).exists()
            go.set()
            holding.result(PATIENCE)
        assert sweep.sweep(at) == Pass(breached=1)
        assert problems(at) == []

    def test_is_waited_for_by_who_asks_for_that_one_case(self, many, later):
        at, held = later(minutes=31), Signal()

        def hold():
            try:
                with transaction.atomic():
                    Case.objects.locked(many[7].pk)
                    held.set()
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(0.3)")
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            holding = pool.submit(hold)
            assert held.wait(PATIENCE)
            sweep.recompute(many[7].pk, at=at)
            holding.result(PATIENCE)
        assert Breach.objects.filter(case=many[7]).count() == 1


@pytest.fixture
def careless(meet, monkeypatch):
    """A sweep that holds no rows, and tells before it writes: two of them meet after they saw that nothing was told."""

    notify = sweep.alerts.notify

    def notify_first(found, *, at):
        notify(found, at=at)
        rows = [row for _case, changes in found for row in changes.changed]
        bulk_update.update(Commitment, stored.WRITTEN, rows)

    meet(breaches, "breach", patience=5)
    monkeypatch.setattr(CaseQuerySet, "select_for_update", lambda self, **options: self.all())
    monkeypatch.setattr(stored, "_store", lambda found: None)
    monkeypatch.setattr(sweep.alerts, "notify", notify_first)


class TestTheChecker:
    """Shown what must not be."""

    def test_notices_a_sweep_that_holds_no_rows(self, careless, many, later):
        at = later(minutes=31)
        at_once(*[lambda: sweep.update_clocks([case.pk for case in many], at=at)] * 2)
        found = problems(at)
        assert any(problem.startswith("told 2 times") for problem in found)
        # The unique key holds even then: one record a breach.
        assert not any(problem.startswith("recorded") for problem in found)

    def test_notices_a_database_that_keeps_a_breach_twice(self, careless, many, later):
        at = later(minutes=31)
        with _without("cases_breach", "breach_once", "UNIQUE (case_id, metric, cycle, period_no)"):
            at_once(*[lambda: sweep.update_clocks([case.pk for case in many], at=at)] * 2)
            assert any(problem.startswith("recorded 2 times") for problem in problems(at))


@contextmanager
def _without(table: str, constraint: str, definition: str) -> Iterator[None]:
    """Take a constraint away, and put it back over an empty table."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        empty(table)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")
