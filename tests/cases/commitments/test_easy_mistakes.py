"""What is easily got wrong about the promises, each by the verbs and read from the stored rows."""

from datetime import timedelta

import pytest

from cases.lifecycle import (
    ask_customer,
    assign,
    change_severity,
    classify,
    close,
    judge_reach,
    note,
    provide_solution,
    reopen,
    reply,
    restore_service,
    take,
)
from cases.models import CaseType, Commitment
from cases.models.event import ClosingReason
from contacts.models import Plan
from sla.clocks import State

pytestmark = pytest.mark.django_db

HOUR = 60
# kind, severity: the clocks that run for it, in minutes: what of the reference file reaches a case.
CLOCKS = {
    ("own", "critical"): {"response": 30, "restoration": 2 * HOUR, "resolution": 48 * HOUR, "status_update": 6 * HOUR},
    ("own", "major"): {"response": 60, "restoration": 2 * HOUR, "resolution": 96 * HOUR},
    ("own", "moderate"): {"response": 2 * HOUR},
    ("own", "minor"): {"response": 4 * HOUR},
    ("other", "critical"): {
        "response": 30,
        "restoration": 2 * HOUR,
        "resolution": 48 * HOUR,
        "status_update": 6 * HOUR,
    },
    ("other", "major"): {"response": 60, "resolution": 120 * HOUR},
    ("other", "moderate"): {"response": 2 * HOUR},
    ("other", "minor"): {"response": 4 * HOUR},
}


def live(case):
    """Return the minutes of the clocks of `case` that have not ended."""
    return dict(Commitment.objects.filter(case=case, stopped_at=None).values_list("metric", "minutes"))


def clock(case, metric, **more):
    return Commitment.objects.get(case=case, metric=metric, **more)


class TestEachCell:
    @pytest.mark.parametrize(("kind", "severity"), CLOCKS, ids="-".join)
    def test_runs_its_clocks_and_no_other(self, alice, carl, open_case, later, kind, severity):
        case = open_case(alice, severity=severity)
        assert live(case) == CLOCKS["own", severity]  # ours until it is classified
        classify(case, by=carl, at=later(seconds=1), type=case.type, kind=kind)
        assert live(case) == CLOCKS[kind, severity]

    @pytest.mark.parametrize(("kind", "severity"), CLOCKS, ids="-".join)
    def test_owes_a_report_only_for_critical_system_wide_problems_of_what_we_run(
        self, alice, carl, nora, open_case, later, kind, severity
    ):
        case = open_case(alice, severity=severity)
        classify(case, by=carl, at=later(seconds=1), type=case.type, kind=kind)
        judge_reach(case, by=nora, at=later(seconds=2), is_system_wide=True, because="All sites")
        report = {"root_cause": 15 * 24 * HOUR} if (kind, severity) == ("other", "critical") else {}
        assert live(case) == CLOCKS[kind, severity] | report

    @pytest.mark.parametrize(("kind", "pauses"), [("own", True), ("other", False)])
    def test_pauses_the_solution_alone_and_only_of_our_software(self, alice, carl, open_case, later, kind, pauses):
        case = open_case(alice, severity="critical")
        classify(case, by=carl, at=later(seconds=1), type=case.type, kind=kind)
        ask_customer(case, by=carl, at=later(minutes=5), body="Since when?")
        states = dict(Commitment.objects.filter(case=case, stopped_at=None).values_list("metric", "state"))
        assert states == {
            "restoration": "running",
            "status_update": "running",
            "resolution": "paused" if pauses else "running",
        }


class TestTheFirstAnswer:
    def test_is_awaited_from_when_the_customer_reached_us(self, alice, open_case, at, later):
        case = open_case(alice, at=later(minutes=50), received_at=at)
        response = clock(case, "response")
        assert (response.started_at, response.due_at) == (at, later(hours=1))

    def test_is_to_the_second(self, alice, open_case, later):
        case = open_case(alice, at=later(seconds=7))
        assert clock(case, "response").due_at == later(hours=1, seconds=7)

    def test_is_given_by_the_call_in_which_the_case_was_opened(self, alice, dora, open_case, later):
        case = open_case(dora, customer=alice, account=alice.accounts.get(), channel="phone")
        assert clock(case, "response").state == State.MET

    def test_is_none_of_what_is_no_word_of_ours_to_the_customer(self, case, alice, carl, nora, dora, later):
        """The acknowledgement that went out with the opening is none either."""
        note(case, by=carl, at=later(minutes=1), body="Odd.")
        take(case, by=carl, at=later(minutes=2))
        assign(case, by=dora, at=later(minutes=3), owner=nora)
        reply(case, by=alice, at=later(minutes=4), body="Anybody?")
        change_severity(case, by=carl, at=later(minutes=5), severity=3, because="Smaller")
        assert clock(case, "response").state == State.RUNNING

    def test_is_asked_for_once_in_a_life(self, case, alice, carl, later):
        provide_solution(case, by=carl, at=later(minutes=5), body="Do this.")
        close(case, by=carl, at=later(minutes=6), reason=ClosingReason.CONFIRMED)
        reopen(case, by=alice, at=later(minutes=7), reason="Again")
        assert set(live(case)) == {"restoration", "resolution"}


class TestStatusUpdates:
    @pytest.fixture
    def critical(self, eve, open_case):
        return open_case(eve, severity="critical")

    def test_end_when_the_service_is_restored_not_when_it_is_solved(self, critical, carl, later):
        restore_service(critical, by=carl, at=later(hours=1), body="It runs.")
        assert set(live(critical)) == {"resolution"}

    def test_are_not_given_by_the_customer_nor_put_off_by_them(self, critical, eve, later):
        before = clock(critical, "status_update").due_at
        reply(critical, by=eve, at=later(hours=5), body="And?")
        assert clock(critical, "status_update").due_at == before == later(hours=6)

    def test_go_on_while_the_customer_is_awaited(self, critical, carl, later):
        ask_customer(critical, by=carl, at=later(hours=2), body="Which?")
        assert clock(critical, "status_update", period_no=2).due_at == later(hours=8)


class TestTheTerms:
    def test_stay_those_of_the_plan_at_the_opening(self, alice, acme, open_case, later, mona):
        """A plan bought later is for new cases, also when an old one becomes Critical."""
        old = open_case(alice, severity="major")
        acme.plan = Plan.objects.get(code="platinum")
        acme.save(update_fields=["plan"])
        change_severity(old, by=mona, at=later(hours=8), severity=1, because="Down")
        new = open_case(alice, severity="critical", at=later(hours=8))
        assert clock(old, "restoration").calendar.code == "changepoint"
        assert clock(new, "restoration").calendar.round_the_clock
        assert clock(new, "restoration").due_at == later(hours=10)

    def test_of_intake_round_the_clock_do_not_start_a_clock_of_the_desk(self, alice, open_case, at):
        case = open_case(alice, at=at + timedelta(days=4))  # a Saturday
        assert clock(case, "response").due_at == at + timedelta(days=5, hours=17)

    def test_end_for_a_duplicate_which_misses_nothing_more(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=5), body="Known.")
        close(case, by=carl, at=later(minutes=6), reason=ClosingReason.DUPLICATE)
        assert dict(Commitment.objects.filter(case=case).values_list("metric", "state")) == {
            "response": "met",
            "restoration": "cancelled",
            "resolution": "cancelled",
        }

    def test_begin_when_a_question_turns_out_to_be_a_defect(self, alice, carl, open_case, later):
        case = open_case(alice, type="functional")
        assert live(case) == {}
        classify(case, by=carl, at=later(hours=2), type=CaseType.objects.get(code="defect"))
        assert clock(case, "response").due_at == later(hours=3)
