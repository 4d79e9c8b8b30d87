"""hold_dispatch, and who hands cases over: the sweep and the doorbell."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.events import sentence
from cases.jobs import assignment
from cases.jobs import sweep as sweeping
from cases.jobs.assignment import Handed
from cases.lifecycle import assign, dispatch, hold_dispatch, provide_solution, take
from cases.models import Case, OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.roles import Role
from sla.models import Calendar
from tests.cases.assignment.rota import NIGHT, away, consultant, fresh, recipients
from tests.conftest import person

pytestmark = pytest.mark.django_db


class TestHoldDispatch:
    @pytest.fixture
    def held(self, mailed, carl, dora):
        """A mail in the night, for which nobody is at work."""
        case = mailed(at=NIGHT)
        assert assignment.sweep(NIGHT) == Handed(0, 1)
        return fresh(case)

    def test_leaves_the_case_with_its_team_for_our_eyes_only(self, held):
        assert (held.owner, held.team.code, held.dispatch_failed_at) == (None, "customer-care-1", NIGHT)
        event = held.events.get(kind="dispatch_failed")
        assert sentence(event) == (
            "Customer Care handed the case to nobody: nobody of Customer Care, level I is at work "
            "(rule “Cases by mail”)"
        )

    def test_is_looked_at_again_and_told_once(self, held, dora):
        assert held.dispatch_at == NIGHT + timedelta(minutes=10)
        for minutes in (5, 10, 20, 30):
            assert assignment.sweep(NIGHT + timedelta(minutes=minutes)) == Handed()
        assert held.events.filter(kind="dispatch_failed").count() == 1
        assert OutboxMail.objects.filter(case=held, notice="dispatch_failed").count() == 1

    def test_is_handed_over_when_somebody_comes_to_work(self, held, carl):
        opening = datetime(2027, 6, 9, 7, 0, tzinfo=UTC)
        assert assignment.sweep(opening - timedelta(minutes=9)) == Handed()
        assert fresh(held).dispatch_at == opening
        assert assignment.sweep(opening) == Handed(1, 0)
        assert fresh(held).owner == carl

    def test_tells_dispatchers_at_work(self, mailed, dora, later):
        off = person("Dirk Dispatch", Role.DISPATCHER, working_hours=Calendar.objects.get(code="emea"))
        ill = person("Dina Dispatch", Role.DISPATCHER)
        away(ill, later(), days=1)
        case = mailed()
        assignment.sweep(later(hours=2))  # 19:00 in Berlin
        assert recipients(case, "dispatch_failed") == {dora}
        assert off not in recipients(case, "dispatch_failed")

    def test_tells_all_dispatchers_but_those_away_where_none_is_at_work(self, mailed, dora, mona):
        other = person("Dirk Dispatch", Role.DISPATCHER)
        away(person("Dina Dispatch", Role.DISPATCHER), NIGHT, days=1)
        case = mailed(at=NIGHT)
        assignment.sweep(NIGHT)
        assert recipients(case, "dispatch_failed") == {dora, other}

    def test_tells_managers_where_every_dispatcher_is_away(self, mailed, dora, mona):
        away(dora, NIGHT, days=1)
        away(person("Max Manager", Role.MANAGER), NIGHT, days=1)
        case = mailed(at=NIGHT)
        assignment.sweep(NIGHT)
        assert recipients(case, "dispatch_failed") == {mona}

    def test_is_nobodys_to_do_by_hand(self, mailed, mona, later):
        with pytest.raises(NotAllowed):
            hold_dispatch(mailed(), by=mona, at=later(minutes=1))

    def test_of_what_waits_for_nobody_is_refused(self, case, later):
        with pytest.raises(IllegalMove):
            hold_dispatch(case, at=later(minutes=1))

    @pytest.mark.parametrize("end", ["take", "assign", "solve"])
    def test_ends_when_the_case_has_an_owner_or_a_solution(self, held, carl, dora, end):
        at = NIGHT + timedelta(minutes=3)
        if end == "take":
            take(held, by=carl, at=at)
        elif end == "assign":
            assign(held, by=dora, at=at, owner=carl)
        else:
            provide_solution(held, by=carl, at=at, body="Try this.")
        assert (fresh(held).dispatch_at, fresh(held).dispatch_failed_at) == (None, None)


class TestSweep:
    def test_is_one_query_where_nothing_is_due(self, case, mailed, carl, later):
        dispatch(mailed(), at=later(minutes=1))
        with CaptureQueriesContext(connection) as captured:
            assert assignment.sweep(later(minutes=2)) == Handed()
        assert len(captured) == 1

    def test_reads_an_index(self, mailed, later):
        mailed()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = assignment.due(later()).values_list("pk", flat=True)[:500].explain()
        assert "case_to_be_dispatched" in plan

    def test_of_everything_hands_cases_over(self, mailed, carl, later):
        mailed()
        assert sweeping.sweep(later(minutes=1)).handed == Handed(1, 0)

    def test_spreads_what_comes_at_once(self, mailed, carl, later):
        other = consultant("Olga Other")
        for _turn in range(6):
            mailed()
        assert assignment.sweep(later(minutes=1)) == Handed(6, 0)
        assert Case.objects.filter(owner=carl).count() == Case.objects.filter(owner=other).count() == 3

    def test_goes_on_after_one_that_fails(self, mailed, carl, later, monkeypatch):
        broken, whole = mailed(), mailed()
        right = assignment.dispatch

        def wrong(case, **words):
            if case.pk == broken.pk:
                raise ZeroDivisionError
            return right(case, **words)

        monkeypatch.setattr(assignment, "dispatch", wrong)
        assert assignment.sweep(later(minutes=1)) == Handed(1, 0)
        assert (fresh(broken).owner, fresh(whole).owner) == (None, carl)


class TestDoorbell:
    def test_rings_when_the_case_is_committed(self, mailed, case, monkeypatch, django_capture_on_commit_callbacks):
        from cases import enqueue

        rung = []
        monkeypatch.setattr(enqueue, "wake_worker", lambda task, **arguments: rung.append((task, arguments)))
        with django_capture_on_commit_callbacks(execute=True):
            by_mail = mailed()
        assert rung.count(("cases.tasks.dispatch_case", {"case_id": by_mail.pk})) == 1

    def test_hands_over_that_case(self, mailed, carl, monkeypatch, later):
        from cases import tasks

        case, other = mailed(), mailed()
        monkeypatch.setattr(tasks.timezone, "now", lambda: later(seconds=2))
        tasks.dispatch_case(case_id=case.pk)
        assert (fresh(case).owner, fresh(other).owner) == (carl, None)
