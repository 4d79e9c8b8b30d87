"""Words of the customer after a solution: read in time they start no clock; unread they count since then."""

from datetime import datetime, timedelta

import pytest

from cases.commitments.consistency import differences
from cases.jobs import sweep as sweeping
from cases.lifecycle import (
    change_severity,
    keep_solution,
    provide_solution,
    reject_solution,
    reply,
    resume_unread,
    resume_work,
)
from cases.models import Case, Event, OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import User
from tests.cases.jobs.test_auto_close import SOLVED, central, kinds, now

pytestmark = pytest.mark.django_db

THANKED = central("2027-06-18 09:00")
IN_TIME = timedelta(hours=1)  # within the time of a first answer of a Major case


@pytest.fixture
def answered(alice: User, carl: User, open_case) -> Case:
    """Major, solved Thursday 16:00, and a word of thanks on Friday 09:00 in Chicago."""
    case = open_case(alice, at=central("2027-06-17 10:00"), severity="major")
    provide_solution(case, by=carl, at=SOLVED, body="Reload the page.")
    return reply(case, by=alice, at=THANKED, body="Thank you!")


def resolution(case: Case) -> object:
    return case.commitments.get(metric="resolution")


def consumed(case: Case) -> float:
    return float(resolution(now(case)).consumed_seconds)  # type: ignore[attr-defined]


def sweep(at: datetime) -> int:
    swept = sweeping.sweep(at)
    assert swept is not None
    return swept.unread


class TestAWordOfThanks:
    def test_ends_the_countdown_and_starts_no_clock(self, answered) -> None:
        case = now(answered)
        assert (case.status, case.close_at, case.countdown_at) == ("solution_answered", None, None)
        assert (case.solution_provided_at, case.customer_answered_at) == (SOLVED, THANKED)
        assert resolution(case).stopped_at == SOLVED
        assert differences(case, at=THANKED) == []

    def test_leaves_the_solution_standing_once_it_was_read(self, answered, carl) -> None:
        case = keep_solution(answered, by=carl, at=THANKED + IN_TIME)
        assert (case.status, case.countdown_from) == ("solution_provided", THANKED + IN_TIME)
        assert (case.customer_answered_at, case.answer_due_at) == (None, None)
        assert resolution(case).stopped_at == SOLVED

    def test_is_read_by_whoever_answers_it(self, answered, carl) -> None:
        case = reply(answered, by=carl, at=THANKED + IN_TIME, body="You are welcome.")
        assert (case.status, case.countdown_from) == ("solution_provided", THANKED + IN_TIME)
        assert sweep(THANKED + timedelta(days=10)) == 0

    def test_can_be_followed_by_more_words_which_give_no_more_time(self, answered, alice) -> None:
        due = now(answered).answer_due_at
        case = reply(answered, by=alice, at=THANKED + IN_TIME, body="And greetings.")
        assert (case.status, case.answer_due_at) == ("solution_answered", due)


class TestNotSolved:
    @pytest.mark.parametrize("who", ["customer", "consultant"])
    def test_lets_the_clocks_go_on_from_then(self, answered, alice, carl, who) -> None:
        spent, at = consumed(answered), THANKED + IN_TIME
        if who == "customer":
            case = reject_solution(answered, by=alice, at=at, reason="It came back.")
        else:
            case = resume_work(answered, by=carl, at=at)
        assert (case.status, case.solution_provided_at) == ("in_progress", None)
        assert consumed(case) == spent
        assert resolution(now(case)).stopped_at is None


class TestAnAnswerThatNobodyRead:
    def test_counts_as_not_solved_since_it_was_written(self, answered, carl) -> None:
        due, spent = now(answered).answer_due_at, consumed(answered)
        assert sweep(due) == 0
        at = due + timedelta(minutes=1)
        assert sweep(at) == 1
        case = now(answered)
        assert (case.status, kinds(case)[-1]) == ("in_progress", "resumed_unread")
        assert consumed(case) == spent + (at - THANKED).total_seconds()  # all of it within the hours of Friday
        assert OutboxMail.objects.filter(case=case, notice="resumed_unread", recipient=carl).exists()
        assert differences(case, at=at) == []
        assert sweep(at + timedelta(minutes=1)) == 0

    def test_counts_so_whoever_was_quicker_than_the_sweep(self, answered, carl) -> None:
        spent, at = consumed(answered), now(answered).answer_due_at + timedelta(minutes=1)
        case = keep_solution(answered, by=carl, at=at)
        assert case.status == "solution_provided"
        assert consumed(case) == spent + (at - THANKED).total_seconds()
        assert resolution(now(case)).stopped_at == at

    def test_is_taken_up_by_the_house_alone_and_not_before(self, answered, carl) -> None:
        with pytest.raises(NotAllowed):
            resume_unread(answered, by=carl, at=THANKED + timedelta(days=5))
        with pytest.raises(IllegalMove):
            resume_unread(answered, at=now(answered).answer_due_at)

    def test_has_the_time_of_its_severity_and_never_more_than_before(self, answered, mona) -> None:
        before = now(answered).answer_due_at
        change_severity(answered, by=mona, at=THANKED + timedelta(minutes=5), severity=1, because="Worse.")
        tighter = now(answered).answer_due_at
        assert THANKED < tighter < before
        change_severity(answered, by=mona, at=THANKED + timedelta(minutes=6), severity=4, because="Better.")
        assert now(answered).answer_due_at > before


def test_the_record_says_what_was_decided(answered, carl) -> None:
    keep_solution(answered, by=carl, at=THANKED + IN_TIME)
    assert kinds(answered)[-2:] == ["answered", "solution_kept"]
    assert Event.objects.filter(case=answered, kind="answered").latest("pk").status == "solution_answered"
