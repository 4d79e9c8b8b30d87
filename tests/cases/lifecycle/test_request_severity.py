"""request_severity and what becomes of a request: approved, declined, withdrawn, ended with its case."""

from datetime import UTC, datetime

import pytest

from cases import severity_requests
from cases.events import sentence
from cases.lifecycle import (
    approve_severity,
    ask_customer,
    change_severity,
    close,
    decline_severity,
    provide_solution,
    reopen,
    reply,
    request_severity,
    withdraw_severity_request,
)
from cases.lifecycle.severity import AlreadyDecided, AskerDecides, NoCriterion, RequestIsOpen, SameSeverity
from cases.models import OutboxMail, SeverityRequest
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from sla.matrices import Severity

pytestmark = pytest.mark.django_db

CRITICAL = {"severity": Severity.CRITICAL, "body": "Nobody can work any more."}
HOLDS = {"criteria": ["production_down"], "because": "Production is down."}


def promised(case):
    """What is promised, whatever has been consumed meanwhile."""
    return list(
        case.commitments.order_by("pk").values("metric", "state", "severity", "started_at", "due_at", "warn_at")
    )


@pytest.fixture
def asked(case, alice, later):
    """Alice's request, open since five minutes after the opening."""
    request_severity(case, by=alice, at=later(minutes=5), **CRITICAL)
    return case.severity_requests.get()


class TestRequestSeverity:
    def test_to_critical_changes_nothing_until_a_manager_decides(self, case, alice, later):
        before = promised(case)
        changed = request_severity(case, by=alice, at=later(minutes=5), **CRITICAL)
        assert changed.severity == Severity.MAJOR
        assert promised(case) == before
        asked = case.severity_requests.get()
        assert (asked.state, asked.asked_at, asked.asked_by) == ("open", later(minutes=5), alice)
        assert (asked.message.body, asked.message.author) == (CRITICAL["body"], alice)
        assert sentence(case.events.get(kind="severity_requested")) == (
            "Alice Adams asked for Critical: a manager examines it"
        )

    @pytest.mark.parametrize("severity", [Severity.MODERATE, Severity.MINOR])
    def test_downward_holds_at_once(self, case, alice, later, severity):
        changed = request_severity(case, by=alice, at=later(minutes=5), severity=severity, body="Only I see it.")
        assert changed.severity == severity
        assert not case.severity_requests.exists()
        event = case.events.get(kind="severity_changed")
        assert (event.message.body, event.data["because"]) == ("Only I see it.", "Only I see it.")
        assert sentence(event) == f"Alice Adams changed the severity from Major to {severity.label}"

    def test_upward_short_of_critical_holds_at_once(self, alice, open_case, later):
        minor = open_case(alice, severity="minor")
        assert request_severity(minor, by=alice, at=later(minutes=5), severity=2, body="More now.").severity == 2

    def test_by_phone_is_the_customers_word_and_who_wrote_it_down(self, case, alice, carl, later):
        request_severity(case, by=carl, at=later(minutes=5), channel="phone", **CRITICAL)
        asked = case.severity_requests.get()
        assert (asked.asked_by, asked.channel) == (carl, "phone")
        assert (asked.message.author, asked.message.from_customer, asked.message.channel) == (alice, True, "phone")

    @pytest.mark.parametrize(("channel", "state"), [("phone", "met"), ("mail", "running")])
    def test_a_talk_is_an_answer_and_a_mail_of_theirs_is_none(self, case, carl, later, channel, state):
        request_severity(case, by=carl, at=later(minutes=5), channel=channel, **CRITICAL)
        assert case.commitments.get(metric="response").state == state

    def test_ends_a_wait_as_any_word_of_the_customer(self, case, alice, carl, later):
        ask_customer(case, by=carl, at=later(minutes=5), body="Since when?")
        assert request_severity(case, by=alice, at=later(minutes=6), **CRITICAL).status == "in_progress"

    def test_is_an_answer_to_a_solution(self, case, alice, carl, later):
        provide_solution(case, by=carl, at=later(minutes=5), body="Try this.")
        assert request_severity(case, by=alice, at=later(minutes=6), **CRITICAL).status == "solution_answered"

    def test_is_refused_while_one_is_open(self, case, alice, asked, later):
        for severity in Severity:
            with pytest.raises(RequestIsOpen):
                request_severity(case, by=alice, at=later(minutes=6), severity=severity, body="Again.")
        assert case.severity_requests.count() == 1

    def test_is_refused_for_what_it_is_already(self, case, alice, later):
        with pytest.raises(SameSeverity):
            request_severity(case, by=alice, at=later(minutes=5), severity=2, body="So.")
        assert case.messages.count() == 1

    def test_is_refused_on_a_closed_case(self, case, alice, carl, later):
        close(case, by=carl, at=later(minutes=1), reason="withdrawn")
        with pytest.raises(IllegalMove):
            request_severity(case, by=alice, at=later(minutes=5), **CRITICAL)

    def test_is_refused_to_another_account_and_to_specialists(self, case, eve, adam, later):
        for person in (eve, adam):
            with pytest.raises(NotAllowed):
                request_severity(case, by=person, at=later(minutes=5), **CRITICAL)

    def test_sent_twice_is_one(self, case, alice, later):
        from uuid import uuid4

        key = uuid4()
        for minute in (5, 6):
            request_severity(case, by=alice, at=later(minutes=minute), submission=key, **CRITICAL)
        assert (case.severity_requests.count(), case.messages.count()) == (1, 2)

    def test_tells_every_manager_at_once_at_any_hour(self, case, alice, mona, later):
        night = later(hours=15)
        request_severity(case, by=alice, at=night, **CRITICAL)
        mail = OutboxMail.objects.get(notice="severity_requested")
        assert (mail.recipient, mail.due_at) == (mona, night)

    def test_keeps_a_manager_from_raising_it_beside_the_request(self, case, mona, asked, later):
        with pytest.raises(RequestIsOpen):
            change_severity(case, by=mona, at=later(minutes=6), severity=1, because="So.")
        change_severity(case, by=mona, at=later(minutes=6), severity=3, because="Meanwhile.")


class TestApproveSeverity:
    def test_makes_it_critical_from_then_on(self, case, mona, asked, later):
        changed = approve_severity(case, by=mona, at=later(minutes=17), request=asked, **HOLDS)
        asked.refresh_from_db()
        assert changed.severity == Severity.CRITICAL
        assert (asked.state, asked.decided_by, asked.criteria) == ("approved", mona, ["production_down"])
        assert (asked.reason, asked.minutes_taken) == ("Production is down.", 12)
        assert case.commitments.get(metric="response").due_at == later(minutes=47)
        assert case.commitments.get(metric="status_update").started_at == later(minutes=17)
        mail = OutboxMail.objects.get(notice="severity_approved")
        assert mail.recipient == case.customer

    def test_counts_as_the_sixth_worked_example(self, alice, carl, mona, open_case):
        """Barometer Moderate, Monday 10:00, answered 10:40, asked 16:00, approved Tuesday 11:00 (US Central)."""
        monday = datetime(2027, 6, 7, 15, 0, tzinfo=UTC)
        case = open_case(alice, product="barometer", severity="moderate", at=monday)
        reply(case, by=carl, at=monday.replace(minute=40), body="Looking.")
        request_severity(case, by=alice, at=monday.replace(hour=21), **CRITICAL)
        asked, tuesday = case.severity_requests.get(), datetime(2027, 6, 8, 16, 0, tzinfo=UTC)
        approve_severity(case, by=mona, at=tuesday, request=asked, **HOLDS)
        rows = {row.metric: row for row in case.commitments.all()}
        assert rows["response"].state == "met"
        assert rows["restoration"].due_at == datetime(2027, 6, 8, 18, 0, tzinfo=UTC)
        assert rows["status_update"].due_at == datetime(2027, 6, 8, 22, 0, tzinfo=UTC)
        assert rows["resolution"].due_at == datetime(2027, 6, 15, 19, 0, tzinfo=UTC)

    @pytest.mark.parametrize("criteria", [[], ["no_such"], ["few_users"]])
    def test_needs_a_criterion_of_critical(self, case, mona, asked, later, criteria):
        with pytest.raises(NoCriterion):
            approve_severity(case, by=mona, at=later(minutes=6), request=asked, criteria=criteria, because="So.")
        assert SeverityRequest.objects.get().is_open

    @pytest.mark.parametrize("who", ["carl", "nora", "dora", "adam", "alice"])
    def test_is_a_managers_alone(self, case, asked, later, request, who):
        with pytest.raises(NotAllowed):
            approve_severity(case, by=request.getfixturevalue(who), at=later(minutes=6), request=asked, **HOLDS)

    def test_is_refused_to_who_brought_it_in(self, case, mona, later):
        request_severity(case, by=mona, at=later(minutes=5), channel="phone", **CRITICAL)
        asked = case.severity_requests.get()
        with pytest.raises(AskerDecides):
            approve_severity(case, by=mona, at=later(minutes=6), request=asked, **HOLDS)
        with pytest.raises(AskerDecides):
            decline_severity(case, by=mona, at=later(minutes=6), request=asked, because="No.")

    def test_tells_the_second_manager_who_was_first(self, case, mona, asked, later):
        decline_severity(case, by=mona, at=later(minutes=6), request=asked, because="One function works.")
        with pytest.raises(AlreadyDecided, match="Declined, by Mona Manager"):
            approve_severity(case, by=mona, at=later(minutes=7), request=asked, **HOLDS)


class TestDeclineSeverity:
    def test_leaves_everything_and_says_why(self, case, alice, mona, asked, later):
        before = promised(case)
        changed = decline_severity(case, by=mona, at=later(minutes=9), request=asked, because="One function works.")
        assert changed.severity == Severity.MAJOR
        assert promised(case) == before
        assert sentence(case.events.get(kind="severity_declined")) == (
            "Mona Manager declined the request for Critical: One function works."
        )
        assert OutboxMail.objects.get(notice="severity_declined").recipient == alice

    def test_lets_them_ask_again(self, case, alice, mona, asked, later):
        decline_severity(case, by=mona, at=later(minutes=9), request=asked, because="Not yet.")
        request_severity(case, by=alice, at=later(minutes=20), **CRITICAL)
        assert list(case.severity_requests.order_by("pk").values_list("state", flat=True)) == ["declined", "open"]


class TestWithdrawSeverityRequest:
    @pytest.mark.parametrize("who", ["alice", "bob", "carl"])
    def test_is_for_customers_and_for_who_speaks_for_them(self, case, asked, later, request, who):
        person = request.getfixturevalue(who)
        withdraw_severity_request(case, by=person, at=later(minutes=6))
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by) == ("withdrawn", person)
        assert case.events.filter(kind="severity_request_withdrawn").exists()

    def test_is_refused_without_a_request(self, case, alice, later):
        with pytest.raises(IllegalMove, match="No request"):
            withdraw_severity_request(case, by=alice, at=later(minutes=6))


class TestClosing:
    def test_ends_the_request_with_the_case(self, case, alice, carl, mona, asked, later):
        close(case, by=carl, at=later(minutes=8), reason="withdrawn")
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by, asked.decided_at) == ("withdrawn", carl, later(minutes=8))
        reopen(case, by=alice, at=later(minutes=9), reason="It is back.")
        assert severity_requests.open_request(case) is None


class TestOpenedAsCritical:
    def test_is_told_to_the_managers_who_can_lower_it(self, alice, open_case, mona, at, later):
        case = open_case(alice, severity="critical")
        mail = OutboxMail.objects.get(notice="opened_critical")
        assert (mail.recipient, mail.due_at, case.severity) == (mona, at, 1)
        assert change_severity(case, by=mona, at=later(minutes=2), severity=2, because="Most can work.").severity == 2

    def test_is_not_told_of_less(self, case, mona):
        assert not OutboxMail.objects.filter(recipient=mona).exists()
