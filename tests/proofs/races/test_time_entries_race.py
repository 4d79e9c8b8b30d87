"""Two entries of help at once on one instance, on real rows: the free minutes are given out once, to the last one.

The same checker is shown verbs that do not hold the instance, first with the database's own fence, then without it.
a proof runs 1,000 pairs.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Sum

from cases.lifecycle import correct_assistance, log_assistance, time_entries
from cases.lifecycle.time_entries import ConsentNeeded
from cases.models import AssistanceKind, Case, TimeEntry
from cases.time_entries import allowance
from contacts.models import Instance
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)
A_CASE = 25  # pairs on the same two cases: their events are read again each time
FENCE = "within_allowance"


@pytest.fixture
def kind(reference):
    return AssistanceKind.objects.get(code="configuration")


@pytest.fixture
def log(carl, kind, later):
    """`log(case, 40)`: what a thread does."""
    return lambda case, minutes: (
        lambda: log_assistance(case, by=carl, at=later(minutes=1), kind=kind, minutes=minutes, words="So.")
    )


@pytest.fixture
def pair(alice, open_case):
    """`pair(turn)`: two cases of one instance that has 60 free minutes more than are used."""
    cases: list[Case] = []

    def make(turn: int) -> list[Case]:
        if turn % A_CASE == 0:
            cases[:] = [open_case(alice, subject=f"Race {turn} {side}") for side in "ab"]
        allow(cases[0].instance_id, used(cases[0].instance_id) + 60)
        return cases

    return make


def allow(instance: int, minutes: int) -> None:
    Instance.objects.filter(pk=instance).update(free_help_minutes=minutes)


def used(instance: int) -> int:
    return TimeEntry.objects.filter(instance=instance).aggregate(free=Sum("free_minutes"))["free"] or 0


def overdrawn(instance: int) -> int:
    """Return by how many minutes more was given than there is: the checker."""
    meter = allowance.meter(instance)
    return max(meter.used - meter.allowance, 0)


class TestTwoEntriesAtOnce:
    @pytest.mark.rotating(3)
    def test_give_out_what_is_free_once_and_the_other_is_told(self, times, pair, log):
        for turn in range(times(100)):
            one, other = pair(turn)
            before = used(one.instance_id)
            results = at_once(log(one, 40), log(other, 40))
            assert sorted(type(result).__name__ for result in results) == ["Case", "ConsentNeeded"]
            refusal = next(result for result in results if isinstance(result, ConsentNeeded))
            assert "Only 20 minutes of it are free. The other 20 minutes are billable" in str(refusal)
            assert used(one.instance_id) == before + 40
            assert overdrawn(one.instance_id) == 0

    @pytest.mark.rotating(3)
    def test_that_fit_are_both_written_down_and_one_uses_it_up(self, times, pair, log):
        for turn in range(times(25, full=250)):
            one, other = pair(turn)
            before = used(one.instance_id)
            assert all(isinstance(result, Case) for result in at_once(log(one, 30), log(other, 30)))
            assert used(one.instance_id) == before + 60
            ends = [case.events.filter(kind="assistance_logged").latest("pk").data["used_up"] for case in (one, other)]
            assert sorted(ends) == [False, True]

    @pytest.mark.rotating(3)
    def test_beside_a_correction_and_an_opening_get_stuck_nowhere(
        self, times, pair, log, alice, carl, open_case, later
    ):
        for turn in range(times(25, full=250)):
            one, other = pair(turn)
            log(one, 30)()
            entry = one.time_entries.latest("pk")
            correction = {"by": carl, "at": later(minutes=2), "entry": entry, "because": "A slip."}
            results = at_once(
                lambda one=one, correction=correction: correct_assistance(one, minutes=10, **correction),
                log(other, 30),
                lambda: open_case(alice, subject="Meanwhile"),
            )
            assert all(isinstance(result, Case) for result in results), results
            assert overdrawn(one.instance_id) == 0

    @pytest.mark.rotating(3)
    def test_two_corrections_of_one_entry_are_one(self, times, pair, log, carl, mona, later):
        for turn in range(times(25, full=250)):
            one, _other = pair(turn)
            log(one, 30)()
            entry = one.time_entries.latest("pk")
            results = at_once(
                *(
                    lambda by=by, entry=entry: correct_assistance(
                        entry.case, by=by, at=later(minutes=2), entry=entry, minutes=10, because="A slip."
                    )
                    for by in (carl, mona)
                )
            )
            assert sorted(type(result).__name__ for result in results) == ["Case", "CorrectedAlready"]


class TestRawInserts:
    """By nobody's verb: the fence alone."""

    def insert(self, case, by, at):
        def doing():
            with transaction.atomic():
                TimeEntry.objects.create(
                    case=case,
                    instance_id=case.instance_id,
                    kind_id="configuration",
                    minutes=40,
                    free_minutes=40,
                    billable_minutes=0,
                    worked_on=at.date(),
                    at=at,
                    by=by,
                    words="So.",
                )

        return doing

    @pytest.mark.rotating(3)
    def test_at_once_do_not_overdraw(self, times, pair, carl, later):
        for turn in range(times(25, full=250)):
            one, other = pair(turn)
            results = at_once(*(self.insert(case, carl, later(minutes=1)) for case in (one, other)))
            assert sorted(type(result).__name__ for result in results) == ["IntegrityError", "NoneType"]
            assert overdrawn(one.instance_id) == 0

    def test_that_see_the_past_do_not_overdraw(self, pair, carl, later):
        """REPEATABLE READ: who comes second cannot see the first entry, and is stopped all the same."""
        one, other = pair(0)
        gate = Barrier(2)

        def doing(case):
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                used(case.instance_id)
                gate.wait(5)
                self.insert(case, carl, later(minutes=1))()

        results = at_once(lambda: doing(one), lambda: doing(other))
        assert sum(isinstance(result, DatabaseError) for result in results) == 1
        assert overdrawn(one.instance_id) == 0


class TestAVerbThatHoldsNoInstance:
    """The wrong variant: nobody locks the instance, and both read what is left before either has written."""

    @pytest.fixture
    def unlocked(self, monkeypatch):
        meeting = Barrier(2)

        def look(case):
            found = allowance.meter(case.instance_id)
            with suppress(BrokenBarrierError):
                meeting.wait(5)
            return found

        monkeypatch.setattr(time_entries, "_held", look)

    def test_is_stopped_by_the_fence(self, unlocked, pair, log):
        one, other = pair(0)
        results = at_once(log(one, 40), log(other, 40))
        assert sum(isinstance(result, IntegrityError) for result in results) == 1
        assert overdrawn(one.instance_id) == 0

    def test_without_the_fence_is_seen(self, unlocked, pair, log):
        one, other = pair(0)
        with without_the_fence():
            results = at_once(log(one, 40), log(other, 40))
        assert all(isinstance(result, Case) for result in results)
        assert overdrawn(one.instance_id) == 20


@contextmanager
def without_the_fence() -> Iterator[None]:
    """Take the database's fence away, and put it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE %s", [f"pgtrigger_{FENCE}%"])
        [(name,)] = cursor.fetchall()
        cursor.execute(f"ALTER TABLE cases_timeentry DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE cases_timeentry ENABLE TRIGGER {name}")
