"""Two people change different fields of one case at the same time, again and again: nothing is lost, nothing altered.

Each writer knows what they wrote last; their fields are asked for at the end, and after every turn the events are as
many as the changes. The same checker is shown a house whose verbs save the whole case without holding its row.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import DatabaseError, connection

from cases.commitments.consistency import differences
from cases.lifecycle import assign, change_severity, classify, judge_code_change, judge_reach
from cases.lifecycle import change as changes
from cases.models import Case, CaseType, Event
from cases.querysets import CaseQuerySet
from cases.statuses import IllegalMove
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)

Writer = Callable[[Case, int, datetime], Case]


@pytest.fixture
def writers(carl, nora, mona) -> tuple[Writer, Writer]:
    """One says how severe it is and how far it reaches; one says whose it is, of what type and what it needs."""
    types = list(CaseType.objects.filter(code__in=["defect", "issue", "performance"]))

    def judge(case: Case, turn: int, at: datetime) -> Case:
        if turn % 2:
            return judge_reach(case, by=mona, at=at, is_system_wide=turn % 4 == 1, because=f"{turn}")
        return change_severity(case, by=mona, at=at, severity=2 + (turn // 2 + 1) % 3, because=f"{turn}")

    def work(case: Case, turn: int, at: datetime) -> Case:
        if turn % 3 == 0:
            return assign(case, by=nora, at=at, owner=(carl, nora)[turn // 3 % 2])
        if turn % 3 == 1:
            return classify(case, by=nora, at=at, type=types[turn // 3 % 3], kind=("own", "other")[turn // 3 % 2])
        return judge_code_change(case, by=nora, at=at, required=(True, False)[turn // 3 % 2], because=f"{turn}")

    return judge, work


@pytest.fixture
def cases(open_case, alice) -> Callable[[int], Iterator[Case]]:
    """`cases(20)`: so many new cases of Alice's, one after the other."""
    return lambda count: (open_case(alice, subject=f"Written by two ({number})") for number in range(count))


TURNS = 100  # on one case: more than any case ever sees, and each replays what was before
# What each writer writes, turn after turn.
FIELDS = {
    0: (("severity",), ("is_system_wide",)),
    1: (("owner",), ("type", "kind"), ("code_change_required",)),
}


def write(case: Case, writers, turns: int, at: datetime) -> list[str]:
    """Let both write that often, each at their own pace; return what was lost, and what the record does not tell."""
    lost: list[str] = []

    mine: dict[int, dict[str, object]] = {0: {}, 1: {}}  # what each wrote last

    def check(number: int, turn: int, found: Case) -> None:
        for name, value in mine[number].items():
            if (now := _value(found, name)) != value:
                lost.append(f"writer {number}, turn {turn}: {name} is {now} instead of {value}")

    def go_on(number: int) -> int:
        done = 0
        for turn in range(turns):
            try:
                after = writers[number](case, turn, at + timedelta(seconds=turn))
            except IllegalMove as refusal:  # what was changed before is as it was
                lost.append(f"writer {number}, turn {turn}: {refusal}")
                continue
            mine[number] |= {name: _value(after, name) for name in FIELDS[number][turn % len(FIELDS[number])]}
            check(number, turn, after)
            check(number, turn, Case.objects.get(pk=case.pk))  # whatever the other one did since
            done += 1
        return done

    results = at_once(lambda: go_on(0), lambda: go_on(1), patience=3600)
    for number in mine:
        check(number, turns, Case.objects.get(pk=case.pk))
    made = sum(result for result in results if isinstance(result, int))
    told = Event.objects.filter(case=case).exclude(kind__in=("opened", "at_risk", "breached")).count()
    problems = [repr(result) for result in results if not isinstance(result, int)]
    return lost + problems + ([] if made == told else [f"{made} changes, {told} events"])


def _value(case: Case, name: str) -> object:
    return getattr(case, f"{name}_id" if name in ("owner", "type") else name)


class TestTwoWriters:
    @pytest.mark.rotating(3)
    def test_lose_nothing_and_each_change_has_its_event(self, cases, writers, at, times, deadlocks):
        for case in cases(times(1, full=20)):
            assert write(case, writers, TURNS, at) == []
            fresh = Case.objects.for_verbs().get(pk=case.pk)
            assert differences(fresh, at=at + timedelta(seconds=TURNS)) == []
            # In the order of the record, what each change says of the case is what the next one finds.
            kinds = Counter(Event.objects.filter(case=case).values_list("kind", flat=True))
            assert kinds["severity_changed"] + kinds["system_wide_judged"] == TURNS
            assert kinds["assigned"] + kinds["classified"] + kinds["code_change_judged"] == TURNS

    def test_lose_much_where_a_verb_holds_no_row_and_saves_everything(self, case, writers, at, monkeypatch):
        gate, right = Barrier(2), changes.finish

        def finish(change, submission=None):
            with suppress(BrokenBarrierError):
                gate.wait(10)
            done = right(change, submission)
            change.case.save()
            return done

        monkeypatch.setattr(CaseQuerySet, "locked", lambda self, pk: self.for_verbs().get(pk=pk))
        monkeypatch.setattr(changes, "finish", finish)
        found = write(case, writers, 12, at)
        assert any(problem.startswith("writer") for problem in found), found


class TestTheRecord:
    """Under two writers, somebody tries to alter what was written: by the model, in bulk, and in plain SQL."""

    TRIES = (
        lambda case: Event.objects.filter(case=case).update(channel="chat"),
        lambda case: Event.objects.filter(case=case).first().delete(),
        lambda case: Event.objects.bulk_update([_touched(Event.objects.filter(case=case).first())], ["data"]),
        lambda case: _sql("UPDATE cases_event SET at = now() WHERE case_id = %s", case),
        lambda case: _sql("DELETE FROM cases_event WHERE case_id = %s", case),
        lambda case: _sql(
            "WITH x AS (SELECT id FROM cases_event WHERE case_id = %s) DELETE FROM cases_event"
            " USING x WHERE cases_event.id = x.id",
            case,
        ),
    )

    @pytest.mark.rotating(3)
    def test_cannot_be_altered_while_two_write_it(self, cases, writers, at, times, deadlocks):
        for case in cases(times(1, full=25)):
            self.hold(case, writers, at, turns=40)

    def hold(self, case, writers, at, *, turns):
        random, refused = Random(case.pk), list[object]()

        def tamper() -> int:
            for _turn in range(turns):
                try:
                    random.choice(self.TRIES)(case)
                except DatabaseError as refusal:
                    refused.append(refusal)
            return 0

        def go_on(number: int) -> int:
            for turn in range(turns):
                writers[number](case, turn, at + timedelta(seconds=turn))
            return turns

        results = at_once(lambda: go_on(0), lambda: go_on(1), tamper, patience=3600)
        assert results == [turns, turns, 0]
        assert len(refused) == turns
        events = Event.objects.filter(case=case).exclude(kind__in=("opened", "at_risk", "breached"))
        assert events.count() == 2 * turns
        assert not Event.objects.filter(case=case, channel="chat").exists()

    def test_is_altered_where_the_guard_is_off(self, case, at):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
        try:
            self.TRIES[0](case)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")
        assert Event.objects.get(case=case).channel == "chat"


def _touched(event: Event) -> Event:
    event.data = {"severity": 4}
    return event


def _sql(statement: str, case: Case) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [case.pk])
