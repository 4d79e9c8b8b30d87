"""reply, note, ask_customer."""

from uuid import uuid4

import pytest

from cases.lifecycle import accept_solution, ask_customer, note, provide_solution, reply
from cases.models import Event, OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove

pytestmark = pytest.mark.django_db


def clock(case, metric):
    return case.commitments.get(metric=metric, cycle=1, period_no=1)


class TestReply:
    def test_of_ours_meets_the_response(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=20), body="We are looking.")
        response = clock(case, "response")
        assert (response.state, response.stopped_at, response.consumed_seconds) == ("met", later(minutes=20), 1200)

    def test_of_ours_after_the_time_misses_the_response(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=61), body="Sorry to be late.")
        assert clock(case, "response").state == "missed"

    def test_of_ours_moves_a_new_case_into_work_and_tells_the_customer(self, case, carl, alice, later):
        changed = reply(case, by=carl, at=later(minutes=5), body="We are looking.")
        assert changed.status == "in_progress"
        mail = OutboxMail.objects.get(case=case, notice="reply")
        assert mail.recipient == alice

    def test_of_the_customer_stops_no_clock(self, case, alice, later):
        reply(case, by=alice, at=later(minutes=5), body="One more thing.")
        assert clock(case, "response").state == "running"
        assert not OutboxMail.objects.filter(case=case, notice="reply").exists()

    def test_of_the_customer_ends_the_wait(self, case, alice, carl, later):
        ask_customer(case, by=carl, at=later(minutes=10), body="Which browser?")
        changed = reply(case, by=alice, at=later(minutes=70), body="Firefox.")
        assert changed.status == "in_progress"
        resolution = clock(case, "resolution")
        assert (resolution.state, resolution.paused_seconds) == ("running", 3600)

    def test_of_the_customer_after_a_solution_is_to_be_read(self, case, alice, carl, later):
        provide_solution(case, by=carl, at=later(minutes=10), body="Try again.")
        changed = reply(case, by=alice, at=later(minutes=20), body="Still the same.")
        assert (changed.status, changed.customer_answered_at) == ("solution_answered", later(minutes=20))

    def test_shows_as_the_last_word(self, case, carl, later):
        changed = reply(case, by=carl, at=later(minutes=5), body="We are looking.")
        assert (changed.last_word_by, changed.last_word_at) == (carl, later(minutes=5))

    def test_sent_twice_is_said_once(self, case, carl, later):
        key = uuid4()
        for minutes in (5, 6):
            reply(case, by=carl, at=later(minutes=minutes), body="We are looking.", submission=key)
        assert case.messages.filter(from_customer=False).count() == 1
        assert Event.objects.filter(case=case, kind="replied").count() == 1

    def test_is_not_lost_for_a_key_that_was_used_elsewhere(self, case, alice, carl, open_case, later):
        key = uuid4()
        other = open_case(alice, product="daptiv")
        reply(other, by=carl, at=later(minutes=1), body="There.", submission=key)
        reply(case, by=carl, at=later(minutes=2), body="Here.", submission=key)
        reply(other, by=alice, at=later(minutes=3), body="And there.", submission=key)
        assert [case.messages.count(), other.messages.count()] == [2, 3]

    def test_is_refused_to_another_account(self, case, eve, later):
        with pytest.raises(NotAllowed):
            reply(case, by=eve, at=later(minutes=5), body="Hello?")
        assert case.messages.count() == 1

    def test_on_a_closed_case_is_refused(self, case, alice, carl, later):
        provide_solution(case, by=carl, at=later(minutes=10), body="Try again.")
        accept_solution(case, by=alice, at=later(minutes=20))
        with pytest.raises(IllegalMove):
            reply(case, by=alice, at=later(minutes=30), body="Thanks!")


class TestNote:
    def test_is_kept_apart_and_stops_no_clock(self, case, carl, later):
        note(case, by=carl, at=later(minutes=5), body="Looks like the index.")
        assert case.notes.get().body == "Looks like the index."
        assert case.messages.count() == 1
        assert clock(case, "response").state == "running"

    def test_leaves_by_no_mail(self, case, carl, later):
        note(case, by=carl, at=later(minutes=5), body="Looks like the index.")
        assert OutboxMail.objects.filter(case=case).count() == 1

    def test_is_refused_to_customers(self, case, alice, later):
        with pytest.raises(NotAllowed):
            note(case, by=alice, at=later(minutes=5), body="Secret")


class TestAskCustomer:
    def test_meets_the_response_and_pauses_the_resolution(self, case, carl, later):
        changed = ask_customer(case, by=carl, at=later(minutes=10), body="Which browser?")
        assert changed.status == "waiting"
        assert clock(case, "response").state == "met"
        resolution = clock(case, "resolution")
        assert (resolution.state, resolution.due_at, resolution.breach_at) == ("paused", None, None)

    def test_does_not_pause_the_restoration(self, case, carl, later):
        due = clock(case, "restoration").due_at
        ask_customer(case, by=carl, at=later(minutes=10), body="Which browser?")
        assert (clock(case, "restoration").state, clock(case, "restoration").due_at) == ("running", due)

    def test_is_refused_to_customers(self, case, alice, later):
        with pytest.raises(NotAllowed):
            ask_customer(case, by=alice, at=later(minutes=5), body="And you?")
