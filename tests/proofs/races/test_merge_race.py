"""Two people merge each of two cases into the other at once, on real rows: one merging, no circle, nobody stuck.

The same checker is shown locks in the order in which the cases are named, and a merging that looks at nothing.
"""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from cases import lifecycle
from cases.lifecycle import merge, merging, reply, tag, unmerge
from cases.models import Case, CaseTag, Event, Tag
from cases.querysets import CaseQuerySet
from cases.statuses import IllegalMove, Refusal
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair(alice, open_case):
    """`pair(turn)`: two new cases of Acme."""
    return lambda turn: (open_case(alice, subject=f"A {turn}"), open_case(alice, subject=f"B {turn}"))


def found_wrong(one: Case, two: Case, results: list[object]) -> list[str]:
    """Return what is wrong after both were merged into each other at once: nothing, if all is well."""
    wrong = []
    if any(isinstance(result, DatabaseError) for result in results):
        wrong.append("stuck, or stopped by the database alone")
    if sum(isinstance(result, Case) for result in results) != 1:
        wrong.append("not one merging")
    pointers = dict(Case.objects.filter(pk__in=(one.pk, two.pk)).values_list("pk", "merged_into"))
    if all(pointers.values()):
        wrong.append("a circle")
    kinds = list(
        Event.objects.filter(case__in=(one, two), kind__in=("merged", "absorbed")).values_list("kind", flat=True)
    )
    if sorted(kinds) != ["absorbed", "merged"]:
        wrong.append(f"events: {kinds}")
    return wrong


def cross(one, two, carl, nora, at):
    return at_once(
        lambda: merge(one, by=carl, at=at, into=two),
        lambda: merge(two, by=nora, at=at, into=one),
    )


class TestEachIntoTheOther:
    @pytest.mark.rotating(3)
    def test_makes_one_merging_and_tells_the_other(self, times, pair, carl, nora, later):
        for turn in range(times(60)):
            one, two = pair(turn)
            results = cross(one, two, carl, nora, later(minutes=1))
            assert found_wrong(one, two, results) == [], turn
            assert any(isinstance(result, Refusal) for result in results)

    @pytest.mark.rotating(3)
    def test_in_a_ring_of_three_makes_no_chain(self, times, alice, open_case, carl, nora, dora, later):
        for turn in range(times(15, full=125)):
            ring = [open_case(alice, subject=f"{name} {turn}") for name in "ABC"]
            results = at_once(
                *(
                    lambda case=case, into=into, by=by: merge(case, by=by, at=later(minutes=1), into=into)
                    for case, into, by in zip(ring, ring[1:] + ring[:1], (carl, nora, dora), strict=True)
                )
            )
            assert all(isinstance(result, Case | Refusal) for result in results), results
            ids = [case.pk for case in ring]
            pointers = dict(Case.objects.filter(pk__in=ids).values_list("pk", "merged_into"))
            targets = {into for into in pointers.values() if into}
            assert len(targets) == 1
            assert all(pointers[into] is None for into in targets)

    @pytest.mark.rotating(3)
    def test_beside_words_and_an_undoing_loses_nothing(self, times, pair, alice, carl, nora, later):
        for turn in range(times(15, full=125)):
            one, two = pair(turn)
            merge(one, by=carl, at=later(minutes=1), into=two)
            results = at_once(
                lambda one=one: unmerge(one, by=carl, at=later(minutes=2), because="No."),
                lambda one=one: unmerge(one, by=nora, at=later(minutes=2), because="No."),
                lambda two=two: reply(two, by=alice, at=later(minutes=2), body="Any news?"),
            )
            assert all(isinstance(result, Case | IllegalMove) for result in results), results
            assert Event.objects.filter(case=one, kind="unmerged").count() == 1
            assert Event.objects.filter(case=two, kind="answered").count() == 1


class TestTheWrongVariants:
    def test_locks_in_the_order_of_naming_get_stuck(self, pair, carl, nora, later, monkeypatch):
        meeting = Barrier(2)

        def as_named(self, *pks):
            for place, pk in enumerate(pks):
                if place:
                    with suppress(BrokenBarrierError):
                        meeting.wait(3)
                list(self.filter(pk=pk).select_for_update().values_list("pk"))

        monkeypatch.setattr(CaseQuerySet, "in_order", as_named)
        one, two = pair(0)
        assert "stuck, or stopped by the database alone" in found_wrong(
            one, two, cross(one, two, carl, nora, later(minutes=1))
        )

    @pytest.fixture
    def unlocked(self, monkeypatch):
        """Nobody holds a row, and both look before either has written."""
        meeting = Barrier(2)
        looks = merging._refuse_what_cannot_be_one

        def look(case, into):
            looks(case, into)
            with suppress(BrokenBarrierError):
                meeting.wait(3)

        monkeypatch.setattr(CaseQuerySet, "in_order", lambda self, *pks: None)
        monkeypatch.setattr(CaseQuerySet, "locked", lambda self, pk: self.for_verbs().with_followers().get(pk=pk))
        monkeypatch.setattr(merging, "_refuse_what_cannot_be_one", look)

    def test_unlocked_ones_are_stopped_by_the_database(self, unlocked, pair, carl, nora, later):
        one, two = pair(0)
        wrong = found_wrong(one, two, cross(one, two, carl, nora, later(minutes=1)))
        assert "stuck, or stopped by the database alone" in wrong
        assert "a circle" not in wrong

    def naive(self, meeting, case, into):
        """Look, then write one row: all that a pointer seems to need."""
        with transaction.atomic():
            if Case.objects.get(pk=into.pk).is_merged:
                return None
            with suppress(BrokenBarrierError):
                meeting.wait(3)
            # Of the guards of the record the pointer is to be told apart.
            with pgtrigger.ignore("cases.Case:status_is_recorded"):
                Case.objects.filter(pk=case.pk).update(merged_into=into, status="closed", closed_at=case.opened_at)
        return case

    def circle(self, pair):
        one, two = pair(0)
        meeting = Barrier(2)
        results = at_once(lambda: self.naive(meeting, one, two), lambda: self.naive(meeting, two, one))
        return "a circle" in found_wrong(one, two, results), results

    def test_naive_ones_are_stopped_by_the_database_and_make_a_circle_without_it(self, pair):
        circle, results = self.circle(pair)
        assert not circle
        assert sum(isinstance(result, DatabaseError) for result in results) == 1
        with without_the_key():
            circle, results = self.circle(pair)
            assert circle
            assert all(isinstance(result, Case) for result in results)


class TestSentTwiceAtOnce:
    @pytest.mark.rotating(3)
    def test_a_merging_a_split_and_a_tag_are_one(self, times, pair, alice, carl, later):
        from cases.models import CaseType

        words = {"subject": "Split", "type": CaseType.objects.get(code="issue")}
        at = later(minutes=1)
        for turn in range(times(10, full=83)):
            one, two = pair(turn)
            key, other_key = uuid4(), uuid4()
            message = one.messages.get()
            acts = (
                lambda one=one, k=key, m=message: lifecycle.split(
                    one, by=carl, at=at, message=m, submission=k, **words
                ),
                lambda one=one, two=two, k=other_key: merge(one, by=carl, at=at, into=two, submission=k),
                lambda two=two: tag(two, by=carl, at=at, names=["new", f"new {two.pk}"]),
            )
            for act in acts:
                results = at_once(act, act)
                assert all(isinstance(result, Case | IllegalMove) for result in results), results
            kinds = ("split", "merged", "absorbed", "tagged")
            found = Event.objects.filter(case__in=(one, two), kind__in=kinds).values_list("kind", flat=True)
            assert sorted(found) == sorted(kinds)
        assert Tag.objects.filter(name="new").count() == 1
        assert CaseTag.objects.count() == 2 * (times(10, full=83))


class without_the_key:
    """Take the foreign key of three columns away, and put it back."""

    NAME, INDEX = "case_merged_into_one_of_its_account", "case_merging_key"

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [self.NAME])
            self.made = cursor.fetchone()[0]
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [self.INDEX])
            self.index = cursor.fetchone()[0]
            cursor.execute(f"ALTER TABLE cases_case DROP CONSTRAINT {self.NAME}")
            cursor.execute(f"DROP INDEX {self.INDEX}")

    def __exit__(self, *_failure: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE cases_case SET merged_into_id = NULL WHERE merged_into_id IS NOT NULL")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(self.index)
            cursor.execute(f"ALTER TABLE cases_case ADD CONSTRAINT {self.NAME} {self.made}")
