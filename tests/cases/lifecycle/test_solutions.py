"""restore_service, withdraw_restoration, provide_solution, accept_solution, reject_solution, close."""

import pytest

from cases.events import sentence
from cases.lifecycle import (
    accept_solution,
    close,
    provide_solution,
    reject_solution,
    restore_service,
    withdraw_restoration,
)
from cases.models import OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove

pytestmark = pytest.mark.django_db


def clock(case, metric):
    return case.commitments.get(metric=metric, cycle=1, period_no=1)


@pytest.fixture
def solved(case, carl, later):
    return provide_solution(case, by=carl, at=later(minutes=30), body="Install 2027.5.1.", way="release")


class TestRestoreService:
    def test_meets_restoration_and_response_and_lets_resolution_run(self, case, carl, later):
        changed = restore_service(case, by=carl, at=later(minutes=30), body="Service is back.")
        assert (changed.status, changed.restored_at) == ("in_progress", later(minutes=30))
        states = {row.metric: row.state for row in case.commitments.all()}
        assert states == {"response": "met", "restoration": "met", "resolution": "running"}

    def test_is_refused_to_dispatchers(self, case, dora, later):
        with pytest.raises(NotAllowed):
            restore_service(case, by=dora, at=later(minutes=30), body="Back.")

    def test_said_by_two_counts_from_the_first(self, case, carl, nora, later):
        restore_service(case, by=carl, at=later(minutes=30), body="Service is back.")
        changed = restore_service(case, by=nora, at=later(minutes=31), body="It is back.")
        assert changed.restored_at == later(minutes=30)


class TestWithdrawRestoration:
    def test_of_what_was_never_declared_is_refused(self, case, carl, later):
        with pytest.raises(IllegalMove, match="not been declared restored"):
            withdraw_restoration(case, by=carl, at=later(minutes=40))
        assert case.events.count() == 1

    def test_lets_the_same_clock_go_on(self, case, carl, later):
        due = clock(case, "restoration").due_at
        restore_service(case, by=carl, at=later(minutes=30), body="Service is back.")
        changed = withdraw_restoration(case, by=carl, at=later(minutes=40))
        assert changed.restored_at is None
        restoration = clock(case, "restoration")
        assert restoration.state == "running"
        assert restoration.due_at >= due


class TestProvideSolution:
    def test_meets_the_resolution_and_waits_for_the_customer(self, solved, later):
        assert (solved.status, solved.solution_provided_at) == ("solution_provided", later(minutes=30))
        assert {row.state for row in solved.commitments.all()} != {"running"}
        assert solved.next_due_at is None
        assert OutboxMail.objects.filter(case=solved, notice="solution_provided").exists()

    def test_records_the_way(self, solved):
        assert solved.events.get(kind="solution_provided").data == {"way": "release"}

    def test_twice_is_refused(self, solved, carl, later):
        with pytest.raises(IllegalMove):
            provide_solution(solved, by=carl, at=later(minutes=31), body="Again.")

    def test_by_no_known_way_changes_nothing(self, case, carl, later):
        with pytest.raises(ValueError, match="magic"):
            provide_solution(case, by=carl, at=later(minutes=30), body="Poof.", way="magic")
        case.refresh_from_db()
        assert case.status == "new"
        assert case.messages.count() == 1


class TestAcceptSolution:
    def test_closes_the_case(self, solved, alice, later):
        case = accept_solution(solved, by=alice, at=later(hours=1))
        assert (case.status, case.closed_at) == ("closed", later(hours=1))
        assert OutboxMail.objects.filter(case=case, notice="closed").exists()

    def test_by_a_colleague_who_sees_the_case_counts(self, solved, bob, later):
        assert accept_solution(solved, by=bob, at=later(hours=1)).is_closed

    def test_is_refused_to_another_account(self, solved, eve, later):
        with pytest.raises(NotAllowed):
            accept_solution(solved, by=eve, at=later(hours=1))

    def test_is_refused_to_ours(self, solved, carl, later):
        with pytest.raises(NotAllowed):
            accept_solution(solved, by=carl, at=later(hours=1))

    def test_without_a_solution_is_refused(self, case, alice, later):
        with pytest.raises(IllegalMove):
            accept_solution(case, by=alice, at=later(hours=1))


class TestRejectSolution:
    def test_resumes_the_same_resolution(self, solved, alice, later):
        case = reject_solution(solved, by=alice, at=later(minutes=90), reason="Same error.")
        assert (case.status, case.solution_provided_at) == ("in_progress", None)
        resolution = clock(case, "resolution")
        assert (resolution.state, resolution.cycle, resolution.paused_seconds) == ("running", 1, 3600)
        assert case.messages.get(purpose="rejection").body == "Same error."


class TestClose:
    def test_says_why_in_a_sentence(self, case, carl, later):
        closed = close(case, by=carl, at=later(hours=1), reason="duplicate")
        event = closed.events.get(kind="closed")
        assert sentence(event) == "Carl Care closed the case: another case is about the same"

    def test_without_a_known_reason_is_refused(self, case, carl, later):
        with pytest.raises(ValueError, match="tired"):
            close(case, by=carl, at=later(hours=1), reason="tired")

    @pytest.mark.parametrize("reason", ["confirmed", "duplicate"])
    def test_for_reasons_of_ours_is_refused_to_customers(self, case, alice, later, reason):
        with pytest.raises(NotAllowed):
            close(case, by=alice, at=later(hours=1), reason=reason)

    def test_is_the_customer_s_too_who_needs_it_no_more(self, case, alice, later):
        assert close(case, by=alice, at=later(hours=1), reason="withdrawn").is_closed
