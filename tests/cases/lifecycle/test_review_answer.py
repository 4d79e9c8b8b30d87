"""answer_review, and that a case on a version out of support is closed in no way without a complete answer."""

import pytest
from django.db import transaction
from django.db.utils import Error

from cases.events import sentence
from cases.lifecycle import accept_solution, answer_review, close, provide_solution, reject_solution, reopen, reply
from cases.lifecycle.change import OwesFullAnswer
from cases.models import Case, OutboxMail
from cases.models.event import ClosingReason
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import Team
from contacts.roles import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db

WORDS = {"body": "Version 2026.1 cannot do this; from 2026.4 on it can. We looked at all of it."}


@pytest.fixture
def priya(reference):
    user = person("Priya Product", Role.PRODUCT_MANAGEMENT)
    Team.objects.get(code="product-management").members.add(user)
    return user


class TestAnswerReview:
    def test_gives_the_answer_and_lets_the_case_close(self, outdated, priya, carl, alice, later):
        assert outdated.owes_full_answer
        case = answer_review(outdated, by=priya, at=later(minutes=5), **WORDS)
        assert (case.owes_full_answer, case.answered_in_full_at, case.status) == (
            False,
            later(minutes=5),
            "in_progress",
        )
        assert sentence(case.events.get(kind="review_answered")) == "Priya Product gave the complete answer"
        assert OutboxMail.objects.get(notice="review_answered").recipient == alice
        assert case.messages.latest("pk").purpose == "review"
        assert close(case, by=carl, at=later(minutes=9), reason="confirmed").is_closed

    def test_is_any_solvers_to_give(self, outdated, nora, dora, alice, later):
        for by in (dora, alice):
            with pytest.raises(NotAllowed):
                answer_review(outdated, by=by, at=later(minutes=5), **WORDS)
        answer_review(outdated, by=nora, at=later(minutes=5), **WORDS)

    def test_is_refused_where_none_is_owed(self, case, outdated, priya, carl, later):
        with pytest.raises(IllegalMove, match="No complete answer is owed"):
            answer_review(case, by=carl, at=later(minutes=5), **WORDS)
        answer_review(outdated, by=priya, at=later(minutes=5), **WORDS)
        with pytest.raises(IllegalMove):
            answer_review(outdated, by=priya, at=later(minutes=6), **WORDS)


class TestOwingACase:
    @pytest.mark.parametrize("reason", ClosingReason)
    def test_is_closed_for_no_reason(self, outdated, carl, later, reason):
        with pytest.raises(OwesFullAnswer, match="owed a complete answer"):
            close(outdated, by=carl, at=later(minutes=5), reason=reason)
        assert Case.objects.get(pk=outdated.pk).status == "new"

    def test_counts_neither_a_reply_nor_a_first_answer_as_one(self, outdated, carl, later):
        reply(outdated, by=carl, at=later(minutes=1), body="We look.")
        with pytest.raises(OwesFullAnswer):
            close(outdated, by=carl, at=later(minutes=5), reason="withdrawn")

    def test_counts_a_solution_as_one_also_where_it_was_rejected(self, outdated, carl, alice, later):
        provide_solution(outdated, by=carl, at=later(minutes=1), body="Upgrade.")
        assert Case.objects.get(pk=outdated.pk).answered_in_full_at == later(minutes=1)
        reject_solution(outdated, by=alice, at=later(minutes=2), reason="No.")
        close(outdated, by=carl, at=later(minutes=3), reason="withdrawn")

    def test_can_be_accepted_once_solved_and_keeps_its_answer_when_reopened(self, outdated, carl, alice, later):
        provide_solution(outdated, by=carl, at=later(minutes=1), body="Upgrade.")
        accept_solution(outdated, by=alice, at=later(minutes=2))
        case = reopen(outdated, by=alice, at=later(minutes=3), reason="Again.")
        assert not case.owes_full_answer

    def test_is_not_closed_in_the_database_either(self, outdated, later):
        with pytest.raises(Error, match="case_closed_answers_review"), transaction.atomic():
            Case.objects.filter(pk=outdated.pk).update(status="closed", closed_at=later())

    def test_leaves_covered_versions_alone(self, case, carl, later):
        changed = close(case, by=carl, at=later(minutes=5), reason="withdrawn")
        assert (changed.is_closed, changed.answered_in_full_at) == (True, None)
