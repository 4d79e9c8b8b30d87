"""Two managers decide at once, two customers ask at once, on real rows: one decision, one request, the other is told.

The same checkers are shown verbs that hold no row, first with the database's own guards, then without them.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection

from cases.jobs import severity_reminders
from cases.lifecycle import approve_severity, close, decline_severity, request_severity, withdraw_severity_request
from cases.lifecycle import severity as verbs
from cases.lifecycle.severity import AlreadyDecided, AskerDecides, RequestIsOpen
from cases.models import Case, Event, SeverityRequest
from cases.querysets import CaseQuerySet
from cases.statuses import IllegalMove
from contacts.roles import Role
from tests.conftest import person
from tests.emptying import empty
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)
DECIDED = ("severity_approved", "severity_declined", "severity_request_withdrawn")
GUARD = "severity_request_one_open"
TABLE = "cases_severityrequest"


@pytest.fixture
def max_(reference):
    return person("Max Manager", Role.MANAGER)


@pytest.fixture
def asked(alice, open_case, later):
    """`asked(turn)`: a request that is with the managers."""

    def make(turn: int) -> SeverityRequest:
        case = open_case(alice, subject=f"Race {turn}")
        request_severity(case, by=alice, at=later(minutes=1), severity=1, body="Down.")
        return case.severity_requests.get()

    return make


def approve(request, by, at):
    words: dict[str, Any] = {"criteria": ["production_down"], "because": "Yes."}
    return approve_severity(request.case, by=by, at=at, request=request, **words)


def decline(request, by, at):
    return decline_severity(request.case, by=by, at=at, request=request, because="No.")


def decisions(request) -> list[str]:
    return list(Event.objects.filter(case=request.case, kind__in=DECIDED).values_list("kind", flat=True))


class TestTwoManagersAtOnce:
    @pytest.mark.rotating(3)
    def test_make_one_decision_and_the_other_is_told(self, asked, mona, max_, later, times, deadlocks):
        for turn in range(times(60)):
            request = asked(turn)
            second = approve if turn % 2 else decline
            results = at_once(
                lambda request=request: approve(request, mona, later(minutes=2)),
                lambda request=request, second=second: second(request, max_, later(minutes=2)),
            )
            assert sorted(type(result).__name__ for result in results) == ["AlreadyDecided", "Case"]
            loser = next(result for result in results if isinstance(result, AlreadyDecided))
            request.refresh_from_db()
            assert str(request.decided_by) in str(loser)
            assert len(decisions(request)) == 1
            expected = 1 if request.was_approved else 2
            assert Case.objects.get(pk=request.case_id).severity == expected

    @pytest.mark.rotating(3)
    def test_beside_a_customer_who_withdraws_leave_one_end(self, asked, alice, mona, later, times, deadlocks):
        for turn in range(times(25)):
            request = asked(turn)
            results = at_once(
                lambda request=request: approve(request, mona, later(minutes=2)),
                lambda request=request: withdraw_severity_request(request.case, by=alice, at=later(minutes=2)),
            )
            assert sum(isinstance(result, Case) for result in results) == 1
            assert all(isinstance(result, Case | IllegalMove) for result in results), results
            assert len(decisions(request)) == 1

    @pytest.mark.rotating(3)
    def test_beside_a_closing_and_a_reminder_get_stuck_nowhere(self, asked, carl, mona, later, times, deadlocks):
        for turn in range(times(25)):
            request = asked(turn)
            results = at_once(
                lambda request=request: decline(request, mona, later(hours=1)),
                lambda request=request: close(request.case, by=carl, at=later(hours=1), reason="withdrawn"),
                lambda: severity_reminders.remind(later(hours=1)),
            )
            assert all(isinstance(result, Case | IllegalMove | int) for result in results), results
            request.refresh_from_db()
            assert not request.is_open


class TestWhoAsked:
    """A manager who wrote the request down, against another: they never decide it themselves, whoever comes first."""

    @pytest.mark.rotating(3)
    def test_never_decides_beside_another_manager(self, open_case, alice, mona, max_, later, times, deadlocks):
        for turn in range(times(30)):
            case = open_case(alice, subject=f"Own {turn}")
            request_severity(case, by=mona, at=later(minutes=1), severity=1, body="Down.", channel="phone")
            request = case.severity_requests.get()
            own, other = at_once(
                lambda request=request: approve(request, mona, later(minutes=2)),
                lambda request=request: decline(request, max_, later(minutes=2)),
            )
            assert isinstance(own, AskerDecides | AlreadyDecided), own
            assert isinstance(other, Case), other
            request.refresh_from_db()
            assert (request.state, request.decided_by) == ("declined", max_)

    def test_is_stopped_by_the_database_where_nobody_asks(self, open_case, alice, mona, later, monkeypatch):
        case = open_case(alice)
        request_severity(case, by=mona, at=later(minutes=1), severity=1, body="Down.", channel="phone")
        request = case.severity_requests.get()
        monkeypatch.setattr(verbs, "_examined", lambda change, request: request)
        with pytest.raises(IntegrityError, match="severity_request_not_by_asker"):
            approve(request, mona, later(minutes=2))
        assert Case.objects.get(pk=case.pk).severity == 2


class TestTwoDecisionsWithoutALock:
    """The wrong variant: both managers look before either has written."""

    def test_are_two_unless_the_database_stops_the_second(self, asked, mona, max_, later, monkeypatch):
        gate, examined = Barrier(2), verbs._examined

        def look(change, request):
            found = examined(change, request)
            with suppress(BrokenBarrierError):
                gate.wait(5)
            return found

        monkeypatch.setattr(CaseQuerySet, "locked", lambda self, pk: self.for_verbs().get(pk=pk))
        monkeypatch.setattr(verbs, "_examined", look)
        request = asked(0)
        results = at_once(
            lambda: approve(request, mona, later(minutes=2)), lambda: decline(request, max_, later(minutes=2))
        )
        assert sum(isinstance(result, DatabaseError) for result in results) == 1, results
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
        try:
            unguarded = asked(1)
            at_once(
                lambda: approve(unguarded, mona, later(minutes=2)), lambda: decline(unguarded, max_, later(minutes=2))
            )
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
        assert sorted(decisions(unguarded)) == ["severity_approved", "severity_declined"]


class TestTwoWishesAtOnce:
    @pytest.mark.rotating(3)
    def test_make_one_request_and_the_other_is_told(self, open_case, alice, bob, later, times, deadlocks):
        for turn in range(times(25)):
            case = open_case(alice, subject=f"Race {turn}")
            results = at_once(*(self._ask(case, who, later(minutes=1)) for who in (alice, bob)))
            assert sorted(type(result).__name__ for result in results) == ["Case", "RequestIsOpen"]
            assert case.severity_requests.count() == 1
            assert case.messages.count() == 2

    def _ask(self, case, by, at):
        return lambda: request_severity(case, by=by, at=at, severity=1, body="Down.")


class TestAVerbThatHoldsNoRow:
    """The wrong variant: nobody locks the case, and both look before either has written."""

    @pytest.fixture
    def unlocked(self, monkeypatch):
        meeting = Barrier(2)

        def look(case):
            found = SeverityRequest.objects.filter(case=case, state="open").first()
            with suppress(BrokenBarrierError):
                meeting.wait(5)
            return found

        monkeypatch.setattr(CaseQuerySet, "locked", lambda self, pk: self.for_verbs().get(pk=pk))
        monkeypatch.setattr(verbs.severity_requests, "open_request", look)

    def _two(self, open_case, alice, bob, later):
        case = open_case(alice)
        asking = TestTwoWishesAtOnce()
        results = at_once(*(asking._ask(case, who, later(minutes=1)) for who in (alice, bob)))
        return case, results

    def test_is_stopped_by_the_constraint(self, unlocked, open_case, alice, bob, later):
        case, results = self._two(open_case, alice, bob, later)
        assert sum(isinstance(result, DatabaseError) for result in results) == 1
        assert case.severity_requests.filter(state="open").count() == 1

    def test_without_the_constraint_is_seen(self, unlocked, open_case, alice, bob, later):
        with without_the_constraint():
            case, results = self._two(open_case, alice, bob, later)
            assert not any(isinstance(result, RequestIsOpen) for result in results)
            assert case.severity_requests.filter(state="open").count() == 2


@contextmanager
def without_the_constraint() -> Iterator[None]:
    """Take the guard away, and put it back over an emptied table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [GUARD])
        made = cursor.fetchone()[0]
        cursor.execute(f"DROP INDEX {GUARD}")
        try:
            yield
        finally:
            empty(TABLE)
            cursor.execute(made)
