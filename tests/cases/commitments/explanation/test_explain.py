"""The explanation of a clock: the worked examples span by span, other lives, and what customers do not read."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cases import lifecycle
from cases.commitments.explanation.explain import NoSuchClock, explain, explain_all
from cases.jobs import commitments
from cases.lifecycle import ask_customer, reply
from cases.models import Case, Exclusion
from contacts.models import Plan
from products.models import Release
from sla import editing
from sla.clocks import Metric
from sla.matrices import Severity
from sla.models import CalendarVersion, ClosedDate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_chicago():
    timezone.activate(CENTRAL)


CENTRAL = ZoneInfo("America/Chicago")


def central(text: str) -> datetime:
    """ "2027-06-12 10:00" in Chicago."""
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


def notified(case, metric, at, *, cycle=1, period_no=1, **more):
    fresh = Case.objects.for_verbs().get(pk=case.pk)
    return explain(fresh, (Metric(metric), cycle, period_no), at=at, **more)


def table(explanation):
    """The rows as "Thu 10 Jun 2027 16:30–17:00 0:30:00" with "+" before what is to come."""
    return [
        f"{'+' if row.is_ahead else ''}{row.desk.day[:-5]} {row.desk.start}–{row.desk.last} "
        f"{row.shown_counted if row.counts else row.reason}"
        for row in explanation.rows
    ]


def counted(explanation):
    return sum((row.counted for row in explanation.rows if not row.is_ahead), timedelta(0))


def agrees(explanation):
    """Say whether the spans add up to what the clock says."""
    return counted(explanation).total_seconds() == explanation.state.consumed_seconds


class TestWorkedExamples:
    def test_1_working_hours_over_a_weekend(self, alice, open_case):
        case = open_case(alice, product="daptiv", severity="critical", at=central("2027-06-12 10:00"))
        one = notified(case, "resolution", central("2027-06-12 11:00"))
        assert one.promise == "The solution within 48 hours of working time."
        assert table(one) == [
            "Sat 12 Jun 10:00–11:00 closed",
            "+Sat 12 Jun 11:00–Mon 14 Jun 02:00 closed",
            "+Mon 14 Jun 02:00–19:30 17:30:00",
            "+Mon 14 Jun 19:30–Tue 15 Jun 02:00 closed",
            "+Tue 15 Jun 02:00–19:30 17:30:00",
            "+Tue 15 Jun 19:30–Wed 16 Jun 02:00 closed",
            "+Wed 16 Jun 02:00–15:00 13:00:00",
        ]
        assert one.rows[1].because == "Closed: weekend, outside 02:00–19:30"
        assert one.rows[-1].shown_total == "48:00:00"
        assert [hours.name for hours in one.hours] == ["Daptiv, worldwide"]
        assert "Edition 1, in use from the beginning." in one.hours[0].said

    def test_3_an_answer_at_night(self, alice, carl, open_case):
        case = open_case(alice, product="changepoint", severity="major", at=central("2027-06-10 16:30"))
        reply(case, by=carl, at=central("2027-06-10 23:00"), body="We are looking.")
        one = notified(case, "response", central("2027-06-11 09:00"))
        assert one.promise == "The first answer within 60 minutes of working time."
        assert table(one) == ["Thu 10 Jun 16:30–17:00 0:30:00", "Thu 10 Jun 17:00–23:00 closed"]
        assert "in time" in one.outcome
        assert [turn.cause for turn in one.turning_points] == ["Alice Adams opened the case", "Carl Care replied"]
        assert agrees(one)

    def test_5_waiting_for_the_customer(self, alice, carl, open_case):
        case = open_case(alice, product="barometer", severity="major", at=central("2027-06-08 11:00"))
        ask_customer(case, by=carl, at=central("2027-06-09 16:00"), body="Which report?")
        waiting = notified(case, "resolution", central("2027-06-10 12:00"))
        assert waiting.state.due_at is None
        assert "no due time" in waiting.outcome
        assert agrees(waiting)
        reply(case, by=alice, at=central("2027-06-11 12:00"), body="The weekly one.")
        one = notified(case, "resolution", central("2027-06-11 13:00"))
        assert table(one)[:6] == [
            "Tue 8 Jun 11:00–19:00 8:00:00",
            "Tue 8 Jun 19:00–Wed 9 Jun 10:00 closed",
            "Wed 9 Jun 10:00–16:00 6:00:00",
            "Wed 9 Jun 16:00–Fri 11 Jun 12:00 waiting",
            "Fri 11 Jun 12:00–13:00 1:00:00",
            "+Fri 11 Jun 13:00–19:00 6:00:00",
        ]
        assert table(one)[-1] == "+Thu 24 Jun 10:00–13:00 3:00:00"
        assert "since the question of Wed 9 Jun 2027, 16:00 CDT" in one.rows[3].because
        assert one.rows[3].shown_uncounted == "14:00:00"
        assert one.rows[-1].shown_total == "96:00:00"
        assert "before that Tue 22 Jun 2027, 17:00 CDT" in one.turning_points[-1].after
        assert agrees(one)

    def test_6_raised_to_critical(self, alice, carl, mona, open_case):
        case = open_case(alice, product="barometer", severity="moderate", at=central("2027-06-07 10:00"))
        reply(case, by=carl, at=central("2027-06-07 10:40"), body="We are looking.")
        lifecycle.change_severity(
            case, by=mona, at=central("2027-06-08 11:00"), severity=Severity.CRITICAL, because="nobody can work"
        )
        one = notified(case, "resolution", central("2027-06-08 12:00"))
        assert one.state.due_at == central("2027-06-15 14:00")
        assert table(one)[0] == "Tue 8 Jun 11:00–12:00 1:00:00"
        assert one.causes[0] == "Alice Adams opened the case (Mon 7 Jun 2027, 10:00 CDT)"
        assert one.causes[1].endswith("from Moderate to Critical: nobody can work (Tue 8 Jun 2027, 11:00 CDT)")
        assert one.terms[0].words == "Our software, Critical"
        first = notified(case, "response", central("2027-06-08 12:00"))
        assert first.terms[0].words == "Our software, Moderate"
        assert table(first) == ["Mon 7 Jun 10:00–10:40 0:40:00"]

    def test_7_time_that_runs_out_at_closing(self, alice, carl, open_case):
        case = open_case(alice, product="changepoint", severity="minor", at=central("2027-06-08 13:00"))
        reply(case, by=carl, at=central("2027-06-08 20:00"), body="Here is how.")
        one = notified(case, "response", central("2027-06-09 09:00"))
        assert table(one) == ["Tue 8 Jun 13:00–17:00 4:00:00", "Tue 8 Jun 17:00–20:00 closed"]
        [last] = [fact for fact in one.results if fact.name == "In time until"]
        assert last.at == central("2027-06-09 02:00")
        assert "Exactly the promised time is in time" in str(last.because)

    def test_9_calendar_days_over_the_end_of_summer_time(self, alice, carl, nora, open_case):
        case = open_case(alice, product="daptiv", severity="critical", at=central("2027-10-30 15:00"))
        lifecycle.classify(case, by=carl, at=central("2027-10-30 16:00"), type=case.type, kind="other")
        lifecycle.judge_reach(case, by=nora, at=central("2027-10-30 17:00"), is_system_wide=True, because="all see it")
        one = notified(case, "root_cause", central("2027-11-01 00:00"))
        assert "15 calendar days, to the same time of day (361 hours" in one.promise
        assert one.state.due_at == central("2027-11-14 15:00")
        assert table(one)[0] == "Sat 30 Oct 15:00–24:00 9:00:00"
        assert "+Sun 7 Nov 00:00–24:00 25:00:00" in table(one)
        assert table(one)[-1] == "+Sun 14 Nov 00:00–15:00 15:00:00"
        assert one.rows[-1].shown_total == "361:00:00"
        assert one.hours[0].is_elapsed
        assert agrees(one)

    def test_10_six_hours_over_the_start_of_summer_time(self, eve, globex, open_case):
        globex.plan = Plan.objects.get(code="elite")
        globex.save(update_fields=["plan"])
        case = open_case(eve, product="daptiv", severity="critical", at=central("2027-03-13 20:00"), account=globex)
        one = notified(case, "status_update", central("2027-03-14 03:00"))
        assert table(one) == ["Sat 13 Mar 20:00–24:00 4:00:00", "Sun 14 Mar 00:00–03:00 2:00:00"]
        assert "counted round the clock" in one.promise
        assert one.hours_because == "“Critical” is counted round the clock on the plan Elite."
        assert agrees(one)

    def test_11_void_while_a_change_of_code_is_needed(self, alice, nora, open_case):
        case = open_case(alice, product="changepoint", severity="critical", at=central("2027-06-08 10:00"))
        commitments.sweep(central("2027-06-08 12:30"))
        lifecycle.judge_code_change(
            case, by=nora, at=central("2027-06-08 13:00"), required=True, because="canary-reason"
        )
        one = notified(case, "restoration", central("2027-06-08 14:00"))
        assert one.outcome == "Binds nobody since Tue 8 Jun 2027, 13:00 CDT."
        assert any("canary-reason" in turn.cause for turn in one.turning_points)
        theirs = notified(case, "restoration", central("2027-06-08 14:00"), for_customer=True)
        assert not any("canary-reason" in turn.cause for turn in theirs.turning_points)
        assert any("whether a change of code is needed" in turn.cause for turn in theirs.turning_points)
        lifecycle.judge_code_change(case, by=nora, at=central("2027-06-08 15:00"), required=False, because="config")
        again = notified(case, "restoration", central("2027-06-08 16:00"))
        assert again.state.breached_at == central("2027-06-08 12:00")
        assert [row.is_over for row in again.rows] == [False, True]
        assert agrees(again)


class TestOtherLives:
    def test_hours_edited_on_the_way(self, alice, open_case):
        case = open_case(alice, product="changepoint", severity="major", at=central("2027-06-08 10:00"))
        calendar = case.calendar
        ClosedDate.objects.create(calendar=calendar, date=date(2027, 6, 10), name="Foundation Day")
        CalendarVersion.objects.filter(calendar=calendar).update(
            week={str(day): [["02:00", "12:00"]] for day in range(5)}
        )
        editing.record(calendar, at=central("2027-06-09 03:00"), by="Mona Manager")
        at = central("2027-06-09 04:00")
        commitments.sweep(at)
        one = notified(case, "resolution", at)
        assert table(one)[:7] == [
            "Tue 8 Jun 10:00–17:00 7:00:00",
            "Tue 8 Jun 17:00–Wed 9 Jun 02:00 closed",
            "Wed 9 Jun 02:00–03:00 1:00:00",
            "Wed 9 Jun 03:00–04:00 1:00:00",
            "+Wed 9 Jun 04:00–12:00 8:00:00",
            "+Wed 9 Jun 12:00–Fri 11 Jun 02:00 closed",
            "+Fri 11 Jun 02:00–12:00 10:00:00",
        ]
        assert one.rows[5].because == "Closed: outside 02:00–12:00, Thu 10 Jun, Foundation Day"
        assert [hours.edition.number for hours in one.hours] == [1, 2]
        assert "Edition 2, recorded Wed 9 Jun 2027, 03:00 CDT." in one.hours[1].said
        edited = one.turning_points[-1]
        assert (edited.words, edited.was_due) == ("The hours it counts on were edited", central("2027-06-16 16:00"))
        assert agrees(one)

    def test_two_calendars_after_a_change_of_severity(self, eve, carl, mona, open_case):
        case = open_case(eve, product="changepoint", severity="major", at=central("2027-06-08 16:00"))
        lifecycle.change_severity(
            case, by=mona, at=central("2027-06-08 16:30"), severity=Severity.CRITICAL, because="all are down"
        )
        one = notified(case, "resolution", central("2027-06-09 10:00"))
        assert one.rows[0].reason == "earlier"
        assert one.rows[1].because == "Counted round the clock"
        assert one.hours[-1].round_the_clock
        assert one.state.due_at == central("2027-06-10 16:30")
        assert agrees(one)
        first = notified(case, "response", central("2027-06-09 10:00"))
        assert agrees(first)

    def test_an_earlier_promise_that_falls_due_sooner_stands(self, alice, mona, open_case):
        case = open_case(alice, product="changepoint", severity="major", at=central("2027-06-08 10:00"))
        lifecycle.change_severity(
            case, by=mona, at=central("2027-06-08 10:45"), severity=Severity.CRITICAL, because="all are down"
        )
        one = notified(case, "response", central("2027-06-08 10:50"))
        assert one.state.due_at == central("2027-06-08 11:00")
        assert one.promise == "The first answer within 60 minutes of working time."
        assert one.terms[0].words == "Our software, Major"
        assert one.turning_points[-1].words.endswith("the earlier promise falls due sooner and stands")
        assert agrees(one)

    def test_a_solution_that_was_not_accepted(self, alice, carl, case, later):
        lifecycle.provide_solution(case, by=carl, at=later(hours=1), body="Clear the cache.")
        lifecycle.reject_solution(case, by=alice, at=later(hours=3), reason="Still broken.")
        one = notified(case, "resolution", later(hours=4))
        assert [row.reason for row in one.rows][:3] == ["counted", "solved", "counted"]
        assert "a solution stood from Tue 8 Jun 2027, 11:00 CDT on" in one.rows[1].because
        assert agrees(one)

    def test_restoration_withdrawn(self, carl, case, later):
        lifecycle.restore_service(case, by=carl, at=later(minutes=30), body="It works again.")
        lifecycle.withdraw_restoration(case, by=carl, at=later(minutes=90))
        one = notified(case, "restoration", later(minutes=100))
        assert [row.reason for row in one.rows if not row.is_ahead] == ["counted", "restored", "counted"]
        assert agrees(one)

    def test_a_release_in_place_of_a_workaround(self, carl, nora, case, later):
        Release.objects.create(product=case.product, version="2027.7", released_on=date(2027, 7, 9))
        lifecycle.promise_release(case, by=nora, at=later(hours=2), because="no stable workaround")
        at = later(hours=3)
        was = notified(case, "resolution", at)
        assert "Replaced" in was.outcome
        one = notified(case, "resolution", at, period_no=2)
        assert "The solution with" in one.promise
        assert "2027.7, on the day of that release: by Fri 9 Jul 2027, 17:00 CDT." in one.promise
        assert one.hours[0].is_elapsed
        assert agrees(one)

    def test_an_agreed_date(self, nora, alice, open_case, at, later):
        case = open_case(alice, severity="moderate")
        lifecycle.agree_date(case, by=nora, at=later(hours=1), due_at=later(days=30))
        one = notified(case, "agreed", later(days=2))
        assert one.promise == "The solution on the date that both sides agreed: by Thu 8 Jul 2027, 10:00 CDT."
        assert one.terms[0].words == "A date entered by hand, beside the target matrix"
        assert agrees(one)

    def test_an_update_that_was_not_given_begins_the_next_period(self, eve, open_case):
        case = open_case(eve, product="daptiv", severity="critical", at=central("2027-06-12 10:00"))
        one = notified(case, "status_update", central("2027-06-13 11:00"), period_no=2)
        assert one.turning_points[0].words == "The period began when the update before it fell due and was not given"
        assert "none was given by then" in one.outcome
        assert one.promise.endswith("the next update within 6 hours, counted round the clock.")
        assert agrees(one)

    def test_an_excluded_case(self, carl, nora, case, later):
        exclusion = Exclusion.objects.get(code="customer_network")
        lifecycle.exclude(case, by=nora, at=later(hours=3), exclusion=exclusion, because="canary-reason")
        one = notified(case, "resolution", later(hours=4), for_customer=True)
        assert "nothing is promised any more" in one.outcome
        assert one.turning_points[-1].cause.startswith("Nora Night: no times are promised")
        assert "canary" not in str(one)
        assert agrees(one)

    def test_an_unknown_clock_is_none(self, case, later):
        with pytest.raises(NoSuchClock):
            notified(case, "root_cause", later(hours=1))
        with pytest.raises(NoSuchClock):
            notified(case, "response", later(hours=1), period_no=2)

    def test_an_instant_of_the_past_knows_nothing_of_what_came_later(self, carl, case, later):
        reply(case, by=carl, at=later(hours=2), body="Late.")
        one = notified(case, "response", later(minutes=30))
        assert one.outcome == "Due Tue 8 Jun 2027, 11:00 CDT."

    def test_all_clocks_agree_with_the_stored_ones(self, case, carl, later):
        ask_customer(case, by=carl, at=later(hours=30), body="Which?")
        fresh = Case.objects.for_verbs().get(pk=case.pk)
        at = later(hours=30)
        stored = {row.key: (row.due_at, row.consumed_seconds) for row in case.commitments.all()}
        shown = {
            (one.key[0].value, *one.key[1:]): (one.state.due_at, counted(one).total_seconds())
            for one in explain_all(fresh, at=at)
        }
        assert shown == stored
