"""Two consultants take the same case at once, on real rows: one has it, the other is told who.

The same checker is shown a taking that holds no row.
"""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from cases.lifecycle import assignment, take
from cases.lifecycle.assignment import AlreadyTaken
from cases.models import Case, Event
from cases.querysets import CaseQuerySet
from tests.proofs.races.pairs import at_once, names

pytestmark = pytest.mark.django_db(transaction=True)


def race(cases, carl, nora, at) -> list[list[object]]:
    """Let both take each case; return what came of it, case by case."""
    return [
        at_once(lambda case=case: take(case, by=carl, at=at), lambda case=case: take(case, by=nora, at=at))
        for case in cases
    ]


def problems(cases, outcomes) -> list[str]:
    """Say where both had it, nobody did, or the loser was told another name: the checker."""
    found = []
    for case, results in zip(cases, outcomes, strict=True):
        owner = Case.objects.get(pk=case.pk).owner
        events = list(Event.objects.filter(case=case, kind="taken").values_list("actor", flat=True))
        told = [str(result) for result in results if isinstance(result, AlreadyTaken)]
        if (
            names(results) != ["AlreadyTaken", "Case"]
            or events != [owner and owner.pk]
            or told != [str(AlreadyTaken(owner=owner))]
        ):
            found.append(f"{case.number}: {names(results)}, owner {owner}, taken by {events}")
    return found


class TestTwoConsultants:
    @pytest.mark.rotating(3)
    def test_never_both_take_the_same_case(self, open_case, alice, carl, nora, later, times, deadlocks):
        cases = [open_case(alice, subject=f"Race {turn}") for turn in range(times(80))]
        assert problems(cases, race(cases, carl, nora, later(minutes=1))) == []

    def test_both_do_where_nobody_holds_the_row(self, open_case, alice, carl, nora, later, monkeypatch):
        gate = Barrier(2)

        def look_only(self, pk):
            found = self.for_verbs().get(pk=pk)
            with suppress(BrokenBarrierError):
                gate.wait(5)
            return found

        monkeypatch.setattr(CaseQuerySet, "locked", look_only)
        cases = [open_case(alice, subject=f"Race {turn}") for turn in range(3)]
        assert len(problems(cases, race(cases, carl, nora, later(minutes=1)))) == len(cases)

    def test_is_seen_by_the_checker_that_a_taker_was_not_asked(self, open_case, alice, carl, nora, later, monkeypatch):
        """The lock held, but nobody looks whether the case has an owner."""

        def seize(case, *, by, at):
            with assignment.changing(case, "take", by=by, at=at) as change:
                change.set(owner=by)
                change.move("take")
                change.happened("taken")
            return change.case

        case = open_case(alice)
        results = at_once(*(lambda by=by: seize(case, by=by, at=later(minutes=1)) for by in (carl, nora)))
        assert problems([case], [results]) != []
