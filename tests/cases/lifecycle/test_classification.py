"""classify, exclude, include, and the three judgements: what each does to which clock."""

import pytest

from cases.events import sentence
from cases.lifecycle import (
    classify,
    exclude,
    include,
    judge_code_change,
    judge_code_problem,
    judge_reach,
    reply,
)
from cases.models import CaseType, Exclusion
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove

pytestmark = pytest.mark.django_db


def states(case):
    return {row.metric: row.state for row in case.commitments.order_by("pk")}


@pytest.fixture
def functional(reference):
    return CaseType.objects.get(code="functional")


@pytest.fixture
def cause(reference):
    return Exclusion.objects.get(code="customer_network")


class TestClassify:
    def test_takes_the_promises_of_the_other_table(self, case, carl, later):
        classify(case, by=carl, at=later(minutes=5), type=case.type, kind="other")
        assert states(case) == {"response": "running", "restoration": "cancelled", "resolution": "running"}
        assert case.commitments.get(metric="resolution").minutes == 120 * 60
        event = case.events.get(kind="classified")
        assert sentence(event).endswith("What we run, not our code")

    def test_excludes_and_includes_with_the_type(self, case, carl, later, functional):
        defect = case.type
        changed = classify(case, by=carl, at=later(minutes=5), type=functional)
        assert changed.exclusion == functional.excluded_by_default
        changed = classify(changed, by=carl, at=later(minutes=6), type=defect)
        assert changed.exclusion is None
        assert case.commitments.filter(state="running", started_at=later(minutes=6)).exists()

    def test_leaves_an_exclusion_for_another_cause(self, case, nora, later, cause):
        exclude(case, by=nora, at=later(minutes=5), exclusion=cause, because="Their network.")
        changed = classify(case, by=nora, at=later(minutes=6), type=case.type, kind="own")
        assert changed.exclusion == cause

    def test_excludes_no_case_again_that_a_judge_included(self, outdated, nora, carl, later):
        include(outdated, by=nora, at=later(minutes=5), because="We promised it by phone.")
        changed = classify(outdated, by=carl, at=later(minutes=6), type=outdated.type, kind="own")
        assert changed.exclusion is None
        assert set(changed.commitments.values_list("state", flat=True)) == {"running"}

    def test_excludes_an_included_case_for_a_cause_that_its_new_type_brings(
        self, outdated, nora, carl, later, functional
    ):
        defect = outdated.type
        include(outdated, by=nora, at=later(minutes=5), because="We promised it by phone.")
        changed = classify(outdated, by=carl, at=later(minutes=6), type=functional)
        assert changed.exclusion_id == "functional"
        assert classify(changed, by=carl, at=later(minutes=7), type=defect).exclusion is None

    def test_leaves_an_exclusion_for_the_cause_that_the_type_would_bring(self, case, nora, later, functional):
        defect = case.type
        classify(case, by=nora, at=later(minutes=5), type=functional)
        include(case, by=nora, at=later(minutes=6), because="A defect after all.")
        exclude(case, by=nora, at=later(minutes=7), exclusion=functional.excluded_by_default, because="No, a question.")
        assert classify(case, by=nora, at=later(minutes=8), type=defect).exclusion_id == "functional"


class TestExclude:
    def test_ends_clocks_and_keeps_breaches(self, case, nora, later, cause):
        changed = exclude(case, by=nora, at=later(hours=3), exclusion=cause, because="Their network.")
        assert set(states(case).values()) == {"cancelled"}
        assert set(case.breaches.filter(voided_at=None).values_list("metric", flat=True)) == {"response", "restoration"}
        assert (changed.sla_state, changed.next_due_at) == ("", None)
        assert case.notes.get().body == "Their network."

    def test_is_refused_twice_for_one_cause_and_to_the_first_level(self, case, nora, carl, later, cause):
        with pytest.raises(NotAllowed):
            exclude(case, by=carl, at=later(minutes=5), exclusion=cause, because="So.")
        exclude(case, by=nora, at=later(minutes=5), exclusion=cause, because="So.")
        with pytest.raises(IllegalMove, match="excluded for this cause"):
            exclude(case, by=nora, at=later(minutes=6), exclusion=cause, because="So.")


class TestInclude:
    def test_begins_clocks_now(self, case, nora, later, cause):
        exclude(case, by=nora, at=later(minutes=5), exclusion=cause, because="Their network.")
        include(case, by=nora, at=later(minutes=30), because="It is ours.")
        running = case.commitments.filter(state="running")
        assert set(running.values_list("started_at", flat=True)) == {later(minutes=30)}

    def test_is_refused_where_times_are_promised(self, case, nora, later):
        with pytest.raises(IllegalMove, match="not excluded"):
            include(case, by=nora, at=later(minutes=5), because="So.")


class TestJudgeCodeChange:
    def test_voids_and_restores_the_restoration_with_its_breach(self, case, nora, carl, later):
        reply(case, by=carl, at=later(hours=3), body="Still at it.")
        missed = case.breaches.get(metric="restoration").breach_at
        judge_code_change(case, by=nora, at=later(hours=4), required=True, because="In the trace.")
        assert states(case)["restoration"] == "void"
        breach = case.breaches.get(metric="restoration")
        assert (breach.voided_at, breach.void_event.actor) == (later(hours=4), nora)
        judge_code_change(case, by=nora, at=later(hours=5), required=False, because="A setting does it.")
        breach.refresh_from_db()
        assert (breach.voided_at, breach.breach_at) == (None, missed)
        assert case.events.filter(kind="breached", data__metric="restoration").count() == 1

    def test_touches_no_other_clock(self, case, nora, later):
        judge_code_change(case, by=nora, at=later(minutes=5), required=True, because="So.")
        assert states(case) == {"response": "running", "restoration": "void", "resolution": "running"}

    def test_of_what_is_not_known_lets_it_run(self, case, nora, later):
        judge_code_change(case, by=nora, at=later(minutes=5), required=True, because="So.")
        judge_code_change(case, by=nora, at=later(minutes=6), required=None, because="Not so sure.")
        assert states(case)["restoration"] == "running"


class TestJudgeCodeProblem:
    def test_voids_the_solution_of_what_we_run(self, case, nora, later):
        judge_code_problem(case, by=nora, at=later(minutes=5), identified=True, because="So.")
        assert states(case)["resolution"] == "running"  # of our software it is promised in any case
        classify(case, by=nora, at=later(minutes=6), type=case.type, kind="other")
        assert states(case)["resolution"] == "void"


class TestJudgeReach:
    def test_makes_a_report_owed_from_the_opening_on(self, open_case, eve, nora, later, at):
        case = open_case(eve, severity="critical")
        classify(case, by=nora, at=later(minutes=5), type=case.type, kind="other")
        judge_reach(case, by=nora, at=later(minutes=6), is_system_wide=True, because="All of them.")
        owed = case.commitments.get(metric="root_cause")
        assert (owed.state, owed.started_at, owed.due_at) == ("running", at, later(days=15))
        judge_reach(case, by=nora, at=later(minutes=7), is_system_wide=False, because="Two of them.")
        assert states(case)["root_cause"] == "cancelled"

    def test_refuses_what_is_known(self, case, nora, later):
        with pytest.raises(IllegalMove, match="known already"):
            judge_reach(case, by=nora, at=later(minutes=5), is_system_wide=False, because="So.")
