"""Stored promises against the events they follow from: they agree; where they do not, it is seen and put right."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cases.commitments.consistency import differences
from cases.jobs import sweep as sweeping
from cases.lifecycle import (
    accept_solution,
    ask_customer,
    provide_solution,
    reject_solution,
    reopen,
    reply,
    restore_service,
    resume_work,
    take,
)
from cases.models import Case, Commitment
from sla.clocks import Metric, State
from sla.editing import record
from sla.models import CalendarVersion

pytestmark = pytest.mark.django_db


def recompute(*arguments):
    """Run the command; return what it printed and its exit code."""
    out = StringIO()
    try:
        call_command("recompute_commitments", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


@pytest.fixture
def lives(alice, eve, carl, open_case, at):
    """Cases that have been through much: missed, paused, restored, solved, closed, opened again; most in the past."""
    cases = []
    for number, (by, severity) in enumerate([(alice, "critical"), (eve, "critical"), (alice, "minor"), (eve, "major")]):
        moments = iter(at + timedelta(hours=7 * step + number) for step in range(1, 20))
        case = open_case(by, severity=severity)
        take(case, by=carl, at=next(moments))
        ask_customer(case, by=carl, at=next(moments), body="What?")
        if number % 2:
            reply(case, by=by, at=next(moments), body="That.")
        else:
            resume_work(case, by=carl, at=next(moments))
        restore_service(case, by=carl, at=next(moments), body="It works.")
        provide_solution(case, by=carl, at=next(moments), body="Do this.")
        reject_solution(case, by=by, at=next(moments), reason="No.")
        provide_solution(case, by=carl, at=next(moments), body="Or this.")
        if number:
            accept_solution(case, by=by, at=next(moments))
            reopen(case, by=by, at=next(moments), reason="Again")
        cases.append(case)
    cases.append(open_case(eve, severity="critical", subject="Nobody ever touched it"))
    return cases


class TestCheck:
    def test_finds_nothing_after_the_verbs(self, lives):
        assert recompute("--check") == ("5 cases, 0 differ\n", 0)

    def test_finds_nothing_at_any_time_before_a_sweep_and_after(self, lives, at):
        for hours in (1, 3, 24, 72, 240):
            now = at + timedelta(hours=hours)
            for case in Case.objects.for_page():
                assert differences(case, at=now) == []
            sweeping.sweep(now)
            for case in Case.objects.for_page():
                assert differences(case, at=now) == []
        assert Commitment.objects.filter(breached_at__isnull=False).count() > 10

    def test_finds_each_thing_that_is_not_so_and_changes_nothing(self, case, later):
        clock = Commitment.objects.get(case=case, metric=Metric.RESPONSE)
        Commitment.objects.filter(pk=clock.pk).update(due_at=later(hours=9))
        Commitment.objects.filter(case=case, metric=Metric.RESTORATION).delete()
        Case.objects.filter(pk=case.pk).update(next_metric="resolution")
        said, code = recompute("--check")
        assert code == 1
        assert said.startswith(f"{case.number}: ")
        assert "restoration 1.1: missing" in said
        assert "response 1.1: due_at is 2027-06-09 00:00:00+00:00, should be 2027-06-08 16:00:00+00:00" in said
        assert "next_metric is resolution, should be response" in said
        assert said.endswith("1 cases, 1 differ\n")
        assert recompute("--check") == (said, 1)

    def test_takes_no_edit_of_the_hours_for_a_difference_nor_what_ran_out_before_it(self, case, later):
        """No sweep did either yet: it will find what the old hours broke, and move what is still to come."""
        for number, closes in enumerate(("12:30", "13:00"), start=2):
            CalendarVersion.objects.filter(calendar=case.calendar).update(week={"1": [["02:00", closes]]})
            record(case.calendar, at=later(hours=number), by="Mona")
        fresh = Case.objects.for_verbs().get(pk=case.pk)
        for hours in (1.5, 2.5, 3.5):
            assert differences(fresh, at=later(hours=hours)) == []
        sweeping.sweep(later(hours=3.5))
        fresh = Case.objects.for_verbs().get(pk=case.pk)
        assert differences(fresh, at=later(hours=3.5)) == []
        assert set(fresh.breaches.values_list("metric", "breach_at")) == {
            ("response", later(hours=1)),
            ("restoration", later(hours=2)),
        }

    def test_finds_a_promise_that_should_not_be(self, case):
        extra = Commitment.objects.get(case=case, metric=Metric.RESPONSE)
        extra.pk, extra.cycle = None, 7
        extra.save(force_insert=True)
        said, code = recompute("--check")
        assert (code, "response 7.1: should not be" in said) == (1, True)

    def test_takes_seconds_used_since_for_what_they_are_but_not_those_of_a_stopped_clock(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=5), body="Hello")
        Commitment.objects.filter(state=State.RUNNING).update(consumed_seconds=1.0)
        assert recompute("--check")[1] == 0
        Commitment.objects.filter(metric=Metric.RESPONSE).update(consumed_seconds=1.0)
        assert recompute("--check")[1] == 1


class TestRecompute:
    def test_puts_right_what_differs(self, lives):
        Commitment.objects.filter(metric=Metric.RESPONSE).update(state=State.PAUSED, due_at=None, breach_at=None)
        assert recompute("--check")[1] == 1
        said, code = recompute()
        assert (code, said.endswith("5 cases, 5 put right\n")) == (0, True)
        assert recompute("--check") == ("5 cases, 0 differ\n", 0)

    def test_can_be_about_one_case(self, lives):
        Commitment.objects.filter(metric=Metric.RESPONSE).delete()
        number = lives[1].number
        assert recompute("--case", number)[0].endswith("1 cases, 1 put right\n")
        assert recompute("--check", "--case", number) == ("1 cases, 0 differ\n", 0)
        assert recompute("--check")[1] == 1

    @pytest.mark.parametrize("number", ["CC-999999", "nonsense"])
    def test_says_that_there_is_no_such_case(self, case, number):
        with pytest.raises(CommandError, match="There is no case"):
            recompute("--case", number)
