"""A case is handed over and taken at once, or handed over twice, on real rows: one owner, one event, the other is told.

The same checker is shown verbs that hold no row; and two cases handed over at once are shared out, which they are not
where nobody holds the team.
"""

from collections import Counter
from contextlib import suppress
from importlib import import_module
from threading import Barrier, BrokenBarrierError

import pytest

from cases.assignment import candidates
from cases.lifecycle import agree_to_consulting, dispatch, record_consulting_consent, take, transfer
from cases.lifecycle.assignment import AlreadyTaken
from cases.lifecycle.consulting import refer_to_consulting
from cases.models import Case, Event
from cases.querysets import CaseQuerySet
from cases.statuses import Refusal
from contacts.models import Team
from contacts.roles import Role
from tests.conftest import person
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)
OWNED = ("taken", "dispatched")
verbs = import_module("cases.lifecycle.dispatch")  # the verb of the same name hides it in its package


@pytest.fixture
def olga(reference):
    user = person("Olga Other", Role.CONSULTANT_1)
    Team.objects.get(code="customer-care-1").members.add(user)
    return user


@pytest.fixture
def mailed(open_case, alice):
    return lambda turn=0: open_case(alice, channel="mail", subject=f"Race {turn}")


def owners_notified(case: Case) -> int:
    """How often the case was said to have got an owner."""
    return Event.objects.filter(case=case, kind__in=OWNED).count()


def check(case: Case, results: list[object]) -> None:
    """Fail unless one won, the loser was told who, and the events say the same."""
    assert sorted(type(result).__name__ for result in results) == ["AlreadyTaken", "Case"], results
    loser = next(result for result in results if isinstance(result, AlreadyTaken))
    assert str(loser) == str(AlreadyTaken(owner=Case.objects.get(pk=case.pk).owner))
    assert owners_notified(case) == 1


class TestDispatchAtOnce:
    @pytest.mark.rotating(3)
    def test_with_take_has_one_winner(self, times, mailed, carl, olga, nora, later):
        for turn in range(times(100, full=1000)):
            case = mailed(turn)
            results = at_once(
                lambda case=case: dispatch(case, at=later(minutes=1)),
                lambda case=case: take(case, by=nora, at=later(minutes=1)),
            )
            check(case, results)

    @pytest.mark.rotating(3)
    def test_with_another_dispatch_has_one_winner(self, times, mailed, carl, olga, dora, later):
        for turn in range(times(100, full=1000)):
            case = mailed(turn)
            results = at_once(
                lambda case=case: dispatch(case, at=later(minutes=1)),
                lambda case=case: dispatch(case, by=dora, at=later(minutes=1)),
            )
            check(case, results)

    def test_of_two_cases_shares_them_out(self, mailed, carl, olga, later):
        for turn in range(25):
            cases = mailed(turn), mailed(turn)
            at_once(*(lambda case=case: dispatch(case, at=later(minutes=1)) for case in cases))
            owners = Counter(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("owner", flat=True))
            assert owners == {carl.pk: 1, olga.pk: 1}

    def test_with_a_transfer_leaves_no_owner_of_another_team(self, mailed, carl, dora, later):
        team = Team.objects.get(code="product-management")
        for turn in range(25):
            case = mailed(turn)
            results = at_once(
                lambda case=case: dispatch(case, at=later(minutes=1)),
                lambda case=case: transfer(case, by=dora, at=later(minutes=1), team=team, body="Yours."),
            )
            assert all(isinstance(result, Case | Refusal) for result in results), results
            case = Case.objects.get(pk=case.pk)
            assert (case.team, case.owner) == (team, None)


class TestConsentAtOnce:
    def test_is_given_once(self, open_case, alice, carl, later):
        for turn in range(25):
            case = open_case(alice, type="functional", subject=f"Race {turn}")
            refer_to_consulting(case, by=carl, at=later(minutes=1), reason="Shall we?")
            words = {"agreed": False, "body": "No."}
            results = at_once(
                lambda case=case: agree_to_consulting(case, by=alice, at=later(minutes=2)),
                lambda case=case, words=words: record_consulting_consent(case, by=carl, at=later(minutes=2), **words),
            )
            assert sorted(type(result).__name__ for result in results) == ["Case", "NothingAsked"], results
            answered = ("consulting_agreed", "consulting_declined")
            assert Event.objects.filter(case=case, kind__in=answered).count() == 1


class TestVerbsThatHoldNothing:
    """The wrong variants: both look before either has written."""

    def _meeting(self, monkeypatch, right):
        meeting = Barrier(2)

        def look(*args, **words):
            found = right(*args, **words)
            with suppress(BrokenBarrierError):
                meeting.wait(5)
            return found

        return look

    def test_give_a_case_twice_where_nobody_locks_it(self, mailed, carl, olga, later, monkeypatch):
        case = mailed()
        look = self._meeting(monkeypatch, lambda self, pk: self.for_verbs().get(pk=pk))
        monkeypatch.setattr(CaseQuerySet, "locked", look)
        results = at_once(lambda: dispatch(case, at=later(minutes=1)), lambda: take(case, by=olga, at=later(minutes=1)))
        with pytest.raises(AssertionError):
            check(case, results)
        assert owners_notified(case) == 2

    def test_give_two_cases_to_one_person_where_nobody_holds_the_team(self, mailed, carl, olga, later, monkeypatch):
        cases = mailed(), mailed()
        monkeypatch.setattr(verbs, "_hold_team", lambda pk: Team.objects.get(pk=pk))
        monkeypatch.setattr(candidates, "candidates", self._meeting(monkeypatch, candidates.candidates))
        at_once(*(lambda case=case: dispatch(case, at=later(minutes=1)) for case in cases))
        owners = set(Case.objects.filter(pk__in=[case.pk for case in cases]).values_list("owner", flat=True))
        assert len(owners) == 1
