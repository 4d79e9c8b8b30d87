"""Worked examples of the promises, lived through the verbs and read from the stored rows. Times are US Central."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from cases import reckoning
from cases.lifecycle import ask_customer, reply
from contacts.models import Plan

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

    reckoning.sweep(central("2027-06-13 11:00"))

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


def test_7_time_that_runs_out_at_closing_is_breached_only_at_the_next_opening(alice, carl, open_case):
    case = open_case(alice, product="changepoint", severity="minor", at=central("2027-06-08 13:00"))
    response = case.commitments.get(metric="response")
    assert response.due_at == central("2027-06-08 17:00")
    assert response.breach_at == central("2027-06-09 02:00")
    reply(case, by=carl, at=central("2027-06-08 20:00"), body="Here is how.")
    response.refresh_from_db()
    assert (response.state, response.consumed_seconds) == ("met", 4 * 3600)


def test_10_six_hours_are_six_elapsed_hours_over_a_change_of_clocks(eve, globex, open_case):
    globex.plan = Plan.objects.get(code="elite")
    globex.save(update_fields=["plan"])
    case = open_case(eve, product="daptiv", severity="critical", at=central("2027-03-13 20:00"), account=globex)
    assert due(case, "status_update") == central("2027-03-14 03:00")
