"""promise_release, agree_date, withdraw_agreed_date, void_breach, reinstate_breach."""

from datetime import UTC, date, datetime

import pytest

from cases.lifecycle import (
    agree_date,
    exclude,
    promise_release,
    provide_solution,
    reinstate_breach,
    reject_solution,
    reply,
    void_breach,
    withdraw_agreed_date,
)
from cases.lifecycle.commitments import NoRelease, NotPromised
from cases.models import Breach, Exclusion
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from products.models import Release

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2027, 6, 18, 17, 0, tzinfo=UTC)


@pytest.fixture
def release(case):
    return Release.objects.create(product=case.product, version="2027.7", released_on=date(2027, 7, 30))


class TestPromiseRelease:
    def test_replaces_the_clock_by_the_closing_of_that_day(self, case, carl, later, release):
        promise_release(case, by=carl, at=later(hours=1), because="No workaround.")
        first, second = case.commitments.filter(metric="resolution").order_by("period_no")
        assert (first.state, second.state, second.is_dated) == ("converted", "running", True)
        assert second.due_at == datetime(2027, 7, 30, 22, 0, tzinfo=UTC)  # Changepoint closes at 17:00 in Chicago
        assert case.events.get(kind="release_promised").data["release"] == "Changepoint 2027.7"

    def test_leaves_missed_what_had_run_out(self, case, carl, later, release):
        reply(case, by=carl, at=later(days=30), body="Late.")
        promise_release(case, by=carl, at=later(days=31), because="No workaround.")
        first = case.commitments.filter(metric="resolution").order_by("period_no").first()
        assert first.state == "missed"

    def test_needs_a_coming_release_and_a_promise_to_replace(self, case, open_case, alice, carl, later):
        Release.objects.filter(product=case.product, released_on__gt=later().date()).delete()
        with pytest.raises(NoRelease):
            promise_release(case, by=carl, at=later(hours=1), because="So.")
        minor = open_case(alice, severity="minor")
        with pytest.raises(NotPromised):
            promise_release(minor, by=carl, at=later(hours=1), because="So.")

    def test_happens_once(self, case, carl, later, release):
        promise_release(case, by=carl, at=later(hours=1), because="So.")
        with pytest.raises(IllegalMove, match="already"):
            promise_release(case, by=carl, at=later(hours=2), because="So.")


class TestAgreeDate:
    def test_runs_a_clock_to_that_instant(self, case, carl, later):
        agree_date(case, by=carl, at=later(hours=1), due_at=FRIDAY)
        agreed = case.commitments.get(metric="agreed")
        assert (agreed.state, agreed.due_at, agreed.is_dated) == ("running", FRIDAY, True)

    def test_takes_the_place_of_the_one_before(self, case, carl, later):
        agree_date(case, by=carl, at=later(hours=1), due_at=FRIDAY)
        agree_date(case, by=carl, at=later(hours=2), due_at=FRIDAY.replace(day=25))
        states = case.commitments.filter(metric="agreed").order_by("period_no").values_list("state", flat=True)
        assert list(states) == ["converted", "running"]

    def test_is_met_by_the_solution_and_goes_on_where_it_does_not_solve(self, case, carl, alice, later):
        agree_date(case, by=carl, at=later(hours=1), due_at=FRIDAY)
        provide_solution(case, by=carl, at=later(hours=2), body="So.")
        assert case.commitments.get(metric="agreed").state == "met"
        reject_solution(case, by=alice, at=later(hours=3), reason="No.")
        assert case.commitments.get(metric="agreed").state == "running"

    def test_refuses_the_past_and_an_excluded_case(self, case, nora, later):
        with pytest.raises(NotPromised, match="future"):
            agree_date(case, by=nora, at=later(hours=1), due_at=later(hours=1))
        exclude(case, by=nora, at=later(hours=1), exclusion=Exclusion.objects.first(), because="So.")
        with pytest.raises(NotPromised, match="Include it first"):
            agree_date(case, by=nora, at=later(hours=2), due_at=FRIDAY)


class TestWithdrawAgreedDate:
    def test_ends_the_clock(self, case, carl, later):
        agree_date(case, by=carl, at=later(hours=1), due_at=FRIDAY)
        withdraw_agreed_date(case, by=carl, at=later(hours=2), because="You move first.")
        assert case.commitments.get(metric="agreed").state == "cancelled"

    def test_is_refused_where_none_is_agreed(self, case, carl, later):
        with pytest.raises(IllegalMove, match="No date is agreed"):
            withdraw_agreed_date(case, by=carl, at=later(hours=2), because="So.")


class TestVoidBreach:
    @pytest.fixture
    def breach(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=70), body="Late.")
        return Breach.objects.get(case=case)

    def test_keeps_it_on_record_with_who_and_why(self, case, breach, mona, later):
        void_breach(case, by=mona, at=later(minutes=80), breach=breach, because="The line was down.")
        breach.refresh_from_db()
        assert (breach.voided_at, breach.void_event.actor) == (later(minutes=80), mona)
        assert case.commitments.get(metric="response").state == "void"

    def test_is_a_managers(self, case, breach, nora, later):
        with pytest.raises(NotAllowed):
            void_breach(case, by=nora, at=later(minutes=80), breach=breach, because="So.")

    def test_is_refused_for_the_breach_of_another_case(self, open_case, alice, breach, mona, later):
        with pytest.raises(IllegalMove, match="no missed commitment"):
            void_breach(open_case(alice), by=mona, at=later(minutes=80), breach=breach, because="So.")

    def test_is_possible_where_the_clock_was_cancelled_since(self, open_case, alice, mona, later):
        case = open_case(alice)
        exclude(case, by=mona, at=later(hours=2), exclusion=Exclusion.objects.first(), because="Their network.")
        breach = Breach.objects.get(case=case, metric="response")
        void_breach(case, by=mona, at=later(hours=3), breach=breach, because="It was their network.")
        breach.refresh_from_db()
        assert breach.voided_at == later(hours=3)

    def test_leaves_the_case_at_peace_while_its_clock_runs_on(self, case, mona, later):
        from cases.jobs import commitments

        commitments.sweep(later(minutes=65))
        breach = Breach.objects.get(case=case)
        changed = void_breach(case, by=mona, at=later(minutes=80), breach=breach, because="The line was down.")
        assert (changed.sla_state, changed.next_metric) == ("running", "restoration")

    def test_is_taken_back(self, case, breach, mona, later):
        with pytest.raises(IllegalMove, match="No manager has voided"):
            reinstate_breach(case, by=mona, at=later(minutes=80), breach=breach, because="So.")
        void_breach(case, by=mona, at=later(minutes=80), breach=breach, because="The line was down.")
        reinstate_breach(case, by=mona, at=later(minutes=90), breach=breach, because="It was not.")
        breach.refresh_from_db()
        assert (breach.voided_at, breach.void_event) == (None, None)
        assert case.commitments.get(metric="response").state == "missed"
