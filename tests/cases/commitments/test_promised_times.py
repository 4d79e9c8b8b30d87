"""Promised times in words, as they stand on a case."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cases import lifecycle
from cases.commitments import promised_times
from cases.events import timeline
from cases.models import Case
from products.models import Release
from sla import compiled
from tests.cases.reports.tallied import given


def notified(case, at):
    case.refresh_from_db()
    return {line.label: line for line in promised_times.lines(case, case.commitments.all(), at=at)}


class TestLines:
    def test_tells_what_is_words_only_in_place_of_a_time(self, alice, open_case, at):
        line = notified(open_case(alice, severity="moderate"), at)["Solution"]
        assert line.due_at is None
        assert line.words == "in a later update, as both sides agree"

    def test_tells_on_what_a_promise_depends(self, case, at):
        assert notified(case, at)["Service restored"].words == "if no change of code is needed"

    def test_is_late_as_soon_as_the_time_is_over(self, case, later):
        assert not notified(case, later(minutes=60))["First answer"].is_late
        assert notified(case, later(minutes=60, seconds=1))["First answer"].is_late

    def test_keeps_of_many_status_updates_the_current_one(self, eve, open_case, carl, later):
        case = open_case(eve, severity="critical")
        lifecycle.reply(case, by=carl, at=later(hours=13), body="Still at it")
        lines = notified(case, later(hours=13))
        assert lines["Status update"].is_running
        missed = promised_times.missed(case.commitments.all(), lines.values())
        assert [clock.metric for clock in missed] == ["status_update", "status_update"]

    def test_tells_nothing_where_nothing_is_promised(self, alice, open_case, at):
        assert notified(open_case(alice, type="functional"), at) == {}


def read(case, browser):
    return " ".join(browser.get(f"/cases/{case.number}/").content.decode().split())


class TestChangedPromises:
    """What the customer is told of promises that are void, replaced, agreed, owed; never why we let a breach go."""

    @pytest.fixture
    def there(self, signed_in, alice, monkeypatch, later):
        monkeypatch.setattr(timezone, "now", lambda: later(hours=4))
        return signed_in(alice)

    def test_void_by_its_condition_does_not_apply(self, case, nora, there, later):
        lifecycle.judge_code_change(case, by=nora, at=later(hours=3), required=True, because="canary")
        line = notified(case, later(hours=3))["Service restored"]
        assert (line.is_void, line.is_late) == (True, False)
        page = read(case, there)
        assert "Does not apply here" in page
        assert "Promised only if no change of code is needed" in page
        assert "canary" not in page

    def test_an_excused_breach_is_not_told_as_broken(self, case, carl, mona, there, later):
        lifecycle.reply(case, by=carl, at=later(minutes=70), body="Late.")
        lifecycle.void_breach(case, by=mona, at=later(minutes=80), breach=case.breaches.get(), because="canary")
        line = notified(case, later(minutes=80))["First answer"]
        assert (line.is_void, line.is_late) == (True, False)
        page = read(case, there)
        assert "too late" not in page
        assert "canary" not in page

    def test_an_excused_period_of_long_ago_is_not_listed_as_missed(self, eve, open_case, carl, mona, later):
        case = open_case(eve, severity="critical")
        lifecycle.reply(case, by=carl, at=later(hours=13), body="Still at it")
        first = case.breaches.filter(metric="status_update").order_by("period_no").first()
        lifecycle.void_breach(case, by=mona, at=later(hours=13), breach=first, because="So.")
        lines = notified(case, later(hours=13))
        assert len(promised_times.missed(case.commitments.all(), lines.values())) == 1

    def test_a_promised_release_is_told_with_its_day(self, case, carl, there, later):
        Release.objects.create(product=case.product, version="2027.7", released_on=date(2027, 7, 30))
        lifecycle.promise_release(case, by=carl, at=later(hours=1), because="No workaround holds.")
        line = notified(case, later(hours=1))["Solution"]
        assert (line.is_running, line.words) == (True, "with a coming version")
        page = read(case, there)
        assert "With a coming version" in page
        assert "the solution comes with Changepoint 2027.7" in page

    def test_an_agreed_date_is_told_as_such(self, case, carl, there, later):
        lifecycle.agree_date(case, by=carl, at=later(hours=1), due_at=later(days=9))
        line = notified(case, later(hours=1))["Agreed date"]
        assert (line.due_at, line.words) == (later(days=9), "as agreed with you")
        assert "As agreed with you" in read(case, there)

    def test_a_root_cause_report_is_told_while_it_is_owed_and_when_given(self, eve, open_case, nora, later):
        case = open_case(eve, severity="critical")
        lifecycle.classify(case, by=nora, at=later(minutes=1), type=case.type, kind="other")
        assert "Root-cause report" not in notified(case, later(minutes=1))
        lifecycle.judge_reach(case, by=nora, at=later(minutes=2), is_system_wide=True, because="All.")
        assert notified(case, later(minutes=2))["Root-cause report"].is_running
        given(case=case, at=later(minutes=3))
        assert notified(case, later(minutes=3))["Root-cause report"].is_done

    def test_what_our_own_people_judge_is_no_line_of_the_customers_timeline(self, case, nora, mona, there, later):
        lifecycle.judge_code_change(case, by=nora, at=later(hours=3), required=True, because="canary")
        lifecycle.judge_code_problem(case, by=nora, at=later(hours=3), identified=True, because="canary")
        lifecycle.judge_reach(case, by=nora, at=later(hours=3), is_system_wide=True, because="canary")
        breach = case.breaches.get(metric="response")
        lifecycle.void_breach(case, by=mona, at=later(hours=3), breach=breach, because="canary")
        lifecycle.reinstate_breach(case, by=mona, at=later(hours=3), breach=breach, because="canary")
        assert {entry.event.kind for entry in timeline.build(case, case.customer)} == {"opened"}
        assert "canary" not in read(case, there)


class TestLate:
    """A promise that falls due as the desk closes is kept until the desk is open again: due is no breach."""

    @pytest.fixture
    def due_at_closing(self, alice, open_case) -> Case:
        minutes = open_case(alice, product="changepoint", severity="major").commitments.get(metric="response").minutes
        hours = compiled.working_time(Case.objects.latest("pk").calendar)
        closing = datetime(2027, 6, 8, 17, 0, tzinfo=ZoneInfo("America/Chicago"))
        case = open_case(alice, product="changepoint", severity="major", at=closing - timedelta(minutes=minutes))
        assert case.commitments.get(metric="response").due_at == closing
        assert not hours.is_open(closing)
        return case

    def test_is_said_from_the_breach_on(self, due_at_closing):
        clock = due_at_closing.commitments.get(metric="response")
        assert clock.breach_at - clock.due_at > timedelta(hours=8)
        second = timedelta(seconds=1)
        for at in (clock.due_at - second, clock.due_at + second, clock.breach_at - second, clock.breach_at):
            assert not promised_times.line(clock, at=at).is_late
            assert not promised_times.next_line(due_at_closing, at=at).is_late
        assert promised_times.line(clock, at=clock.breach_at + second).is_late
        assert promised_times.next_line(due_at_closing, at=clock.breach_at + second).is_late

    def test_is_said_by_the_queue_at_the_same_instant(self, due_at_closing):
        case = due_at_closing
        assert case.next_due_at < case.next_breach_at == case.commitments.get(metric="response").breach_at
