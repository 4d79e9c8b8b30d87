"""Worked examples of the promises, lived through the verbs and read from the stored rows. Times are US Central."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cases.jobs import commitments
from cases.lifecycle import (
    accept_solution,
    ask_customer,
    change_severity,
    classify,
    judge_code_change,
    judge_reach,
    provide_solution,
    reopen,
    reply,
    resume_work,
)
from cases.models import Breach, CaseType
from contacts.models import Plan
from sla import compiled
from sla.editing import publish, revised
from sla.matrices import Kind, Severity
from sla.models import Matrix, MatrixRow

pytestmark = pytest.mark.django_db
CENTRAL = ZoneInfo("America/Chicago")


def central(text: str) -> datetime:
    """ "2027-06-12 10:00" in Chicago."""
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


def due(case, metric, period_no=1):
    return case.commitments.get(metric=metric, cycle=1, period_no=period_no).due_at


def test_1_critical_on_standard_counts_the_hours_of_the_desk(alice, open_case):
    case = open_case(alice, product="daptiv", severity="critical", at=central("2027-06-12 10:00"))
    assert due(case, "response") == central("2027-06-14 02:30")
    assert due(case, "restoration") == central("2027-06-14 04:00")
    assert due(case, "status_update") == central("2027-06-14 08:00")
    assert due(case, "resolution") == central("2027-06-16 15:00")


def test_2_critical_on_platinum_counts_round_the_clock_and_every_silent_period(eve, open_case):
    case = open_case(eve, product="daptiv", severity="critical", at=central("2027-06-12 10:00"))
    assert due(case, "response") == central("2027-06-12 10:30")
    assert due(case, "restoration") == central("2027-06-12 12:00")
    assert due(case, "status_update") == central("2027-06-12 16:00")
    assert due(case, "resolution") == central("2027-06-14 10:00")

    commitments.sweep(central("2027-06-13 11:00"))

    updates = case.commitments.filter(metric="status_update").order_by("period_no")
    assert [row.due_at for row in updates] == [
        central(text)
        for text in (
            "2027-06-12 16:00",
            "2027-06-12 22:00",
            "2027-06-13 04:00",
            "2027-06-13 10:00",
            "2027-06-13 16:00",
        )
    ]
    assert [row.breached_at is not None for row in updates] == [True, True, True, True, False]
    assert case.commitments.get(metric="response").breached_at == central("2027-06-12 10:30")


def test_3_an_answer_at_night_is_in_time_and_uses_only_open_time(alice, carl, open_case):
    case = open_case(alice, product="changepoint", severity="major", at=central("2027-06-10 16:30"))
    assert due(case, "response") == central("2027-06-11 02:30")
    reply(case, by=carl, at=central("2027-06-10 23:00"), body="We are looking.")
    response = case.commitments.get(metric="response")
    assert (response.state, response.consumed_seconds) == ("met", 30 * 60)


def test_4_moderate_has_a_response_and_nothing_else(alice, open_case):
    case = open_case(alice, product="barometer", severity="moderate", at=central("2027-06-11 18:30"))
    assert due(case, "response") == central("2027-06-14 11:30")
    assert [row.metric for row in case.commitments.all()] == ["response"]


def test_5_waiting_for_the_customer_moves_the_resolution(alice, carl, open_case):
    case = open_case(alice, product="barometer", severity="major", at=central("2027-06-08 11:00"))
    assert due(case, "resolution") == central("2027-06-22 17:00")

    ask_customer(case, by=carl, at=central("2027-06-09 16:00"), body="Which report?")
    assert due(case, "resolution") is None

    reply(case, by=alice, at=central("2027-06-11 12:00"), body="The weekly one.")
    resolution = case.commitments.get(metric="resolution")
    assert resolution.due_at == central("2027-06-24 13:00")
    assert resolution.paused_seconds == 14 * 3600


def test_6_raised_by_a_manager_the_new_times_count_from_the_approval(alice, carl, mona, open_case):
    case = open_case(alice, product="barometer", severity="moderate", at=central("2027-06-07 10:00"))
    reply(case, by=carl, at=central("2027-06-07 10:40"), body="We are looking.")
    change_severity(case, by=mona, at=central("2027-06-08 11:00"), severity=Severity.CRITICAL, because="Data damaged")
    assert due(case, "restoration") == central("2027-06-08 13:00")
    assert due(case, "status_update") == central("2027-06-08 17:00")
    assert due(case, "resolution") == central("2027-06-15 14:00")
    response = case.commitments.get(metric="response")
    assert (response.state, response.severity, response.due_at) == ("met", 3, central("2027-06-07 12:00"))


def test_7_time_that_runs_out_at_closing_is_breached_only_at_the_next_opening(alice, carl, open_case):
    case = open_case(alice, product="changepoint", severity="minor", at=central("2027-06-08 13:00"))
    response = case.commitments.get(metric="response")
    assert response.due_at == central("2027-06-08 17:00")
    assert response.breach_at == central("2027-06-09 02:00")
    reply(case, by=carl, at=central("2027-06-08 20:00"), body="Here is how.")
    response.refresh_from_db()
    assert (response.state, response.consumed_seconds) == ("met", 4 * 3600)


def test_8_the_tenth_business_day_after_a_solution(alice, carl, open_case):
    """Proves the date, by the engine that will close the case, and that a word of the customer ends the countdown.

    The reminders, the closing itself and the task where fewer than two mails went out are not verbs yet.
    """
    case = open_case(alice, product="changepoint", severity="major", at=central("2027-06-17 15:30"))
    case = provide_solution(case, by=carl, at=central("2027-06-17 16:00"), body="Do this.")
    hours = compiled.working_time(case.calendar)
    assert case.solution_provided_at == central("2027-06-17 16:00")
    assert hours.add_days(case.solution_provided_at, 10) == central("2027-07-01 17:00")
    assert {row.state for row in case.commitments.all()} == {"met"}
    assert case.next_due_at is None

    case = reply(case, by=alice, at=central("2027-06-30 12:00"), body="It is back.")
    assert (case.status, case.countdown_at) == ("solution_answered", None)
    case = resume_work(case, by=carl, at=central("2027-06-30 12:30"))
    assert (case.status, case.solution_provided_at) == ("in_progress", None)
    assert case.commitments.get(metric="resolution").state == "running"


@pytest.mark.parametrize("judged_first", [True, False])
def test_9_a_system_wide_problem_owes_a_report_after_fifteen_dates(alice, carl, nora, open_case, judged_first):
    case = open_case(alice, product="daptiv", severity="critical", at=central("2027-10-30 15:00"))
    steps = [
        lambda at: classify(case, by=carl, at=at, type=CaseType.objects.get(code="defect"), kind=Kind.OTHER),
        lambda at: judge_reach(case, by=nora, at=at, is_system_wide=True, because="All sites"),
    ]
    for minute, step in enumerate(reversed(steps) if judged_first else steps):
        assert not case.commitments.filter(metric="root_cause").exists()
        step(central("2027-10-30 15:10") + timedelta(minutes=minute))
    report = case.commitments.get(metric="root_cause")
    assert report.due_at == report.breach_at == central("2027-11-14 15:00")
    assert report.minutes == 361 * 60

    judge_reach(case, by=nora, at=central("2027-10-31 15:00"), is_system_wide=False, because="One site")
    assert case.commitments.get(metric="root_cause").state == "cancelled"


@pytest.mark.parametrize("plan", ["standard", "elite", "platinum", "medallion"])
@pytest.mark.parametrize(
    ("opened", "due_at"),
    [("2027-10-30 15:00", "2027-11-14 15:00"), ("2027-03-08 10:00", "2027-03-23 10:00")],
)
def test_9_the_report_is_due_by_the_wall_of_the_desk_on_every_plan(
    alice, acme, carl, nora, mona, open_case, plan, opened, due_at
):
    """Hours round the clock are counted in UTC; a day of the report is one of the desk, over both changes of clocks."""
    acme.plan = Plan.objects.get(code=plan)
    acme.save(update_fields=["plan"])
    case = open_case(alice, product="daptiv", severity="critical", at=central(opened))
    at = central(opened) + timedelta(minutes=5)
    classify(case, by=carl, at=at, type=CaseType.objects.get(code="defect"), kind=Kind.OTHER)
    judge_reach(case, by=nora, at=at + timedelta(minutes=1), is_system_wide=True, because="All sites")
    report = case.commitments.get(metric="root_cause")
    assert report.due_at == report.breach_at == central(due_at)
    change_severity(case, by=nora, at=at + timedelta(hours=3), severity=2, because="Less")
    change_severity(case, by=mona, at=at + timedelta(hours=4), severity=1, because="More")
    assert case.commitments.filter(metric="root_cause").latest("pk").due_at == central(due_at)


def test_10_six_hours_are_six_elapsed_hours_over_a_change_of_clocks(eve, globex, open_case):
    globex.plan = Plan.objects.get(code="elite")
    globex.save(update_fields=["plan"])
    case = open_case(eve, product="daptiv", severity="critical", at=central("2027-03-13 20:00"), account=globex)
    assert due(case, "status_update") == central("2027-03-14 03:00")


def test_11_a_needed_change_of_code_voids_the_restoration_and_its_breach(alice, nora, open_case):
    case = open_case(alice, product="changepoint", severity="critical", at=central("2027-06-08 10:00"))
    commitments.sweep(central("2027-06-08 12:30"))
    missed = Breach.objects.get(case=case, metric="restoration")
    assert (missed.breach_at, missed.detected_at) == (central("2027-06-08 12:00"), central("2027-06-08 12:30"))

    judge_code_change(case, by=nora, at=central("2027-06-08 13:00"), required=True, because="The query must change")
    clock = case.commitments.get(metric="restoration")
    assert (clock.state, clock.voided_at) == ("void", central("2027-06-08 13:00"))
    missed.refresh_from_db()
    assert (missed.voided_at, missed.breach_at) == (central("2027-06-08 13:00"), central("2027-06-08 12:00"))
    assert missed.void_event is not None
    assert (missed.void_event.actor, missed.void_event.data["because"]) == (nora, "The query must change")

    judge_code_change(case, by=nora, at=central("2027-06-08 14:00"), required=False, because="A setting will do")
    clock.refresh_from_db()
    assert (clock.state, clock.breach_at, clock.voided_at) == ("running", central("2027-06-08 12:00"), None)
    missed.refresh_from_db()
    assert (missed.breach_at, missed.voided_at, missed.void_event) == (central("2027-06-08 12:00"), None, None)
    assert Breach.objects.filter(case=case, metric="restoration").count() == 1
    assert case.events.filter(kind="breached", data__metric="restoration").count() == 1


def test_12_a_reopened_case_keeps_the_matrix_it_was_opened_under(alice, carl, open_case):
    first = Matrix.objects.get()
    second = publish(first, code="2027", document="Edition of 2027", effective_from=date(2027, 4, 1))
    MatrixRow.objects.filter(matrix=second, metric="resolution", severity=2, kind="own").update(minutes=9 * 60)
    revised(second)
    case = open_case(alice, severity="major", at=central("2027-03-02 10:00"))
    provide_solution(case, by=carl, at=central("2027-03-03 10:00"), body="Do this.")
    accept_solution(case, by=alice, at=central("2027-03-04 10:00"))
    cycle_1 = list(case.commitments.order_by("pk").values())

    case = reopen(case, by=alice, at=central("2027-05-11 12:00"), reason="Again")
    fresh = {row.metric: (row.minutes, row.due_at) for row in case.commitments.filter(cycle=2)}
    assert fresh == {
        "restoration": (120, central("2027-05-11 14:00")),
        "resolution": (96 * 60, central("2027-05-20 03:00")),
    }
    assert list(case.commitments.filter(cycle=1).order_by("pk").values()) == cycle_1
    assert case.matrix == first

    new = open_case(alice, severity="major", at=central("2027-05-11 12:00"))
    assert (new.matrix, new.commitments.get(metric="resolution").minutes) == (second, 9 * 60)
