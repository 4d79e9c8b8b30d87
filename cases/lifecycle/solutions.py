"""Solutions: the service restored, a solution provided, accepted or rejected, and the complete answer of a review."""

from datetime import datetime
from typing import Unpack

from django.utils.translation import gettext_lazy as _

from cases.lifecycle.change import Sent, changing, once
from cases.models import Case
from cases.models.case import Channel
from cases.models.event import SolutionWay
from cases.models.message import Purpose
from cases.statuses import IllegalMove
from contacts.models import User


@once
def restore_service(case: Case, *, by: User, at: datetime, body: str, **sent: Unpack[Sent]) -> Case:
    """Declare the service restored, in words for the customer; the restoration clock stops. Raises IllegalMove."""
    with changing(case, "restore_service", by=by, at=at, **sent) as change:
        change.say(body, Purpose.RESTORATION)
        change.set(restored_at=change.case.restored_at or at)
        change.happened("restored")
    return change.case


def withdraw_restoration(case: Case, *, by: User, at: datetime) -> Case:
    """Take back "restored": the same clock goes on. Raises NotAllowed, IllegalMove."""
    with changing(case, "withdraw_restoration", by=by, at=at) as change:
        if change.case.restored_at is None:
            raise IllegalMove(_("The service has not been declared restored."))
        change.set(restored_at=None)
        change.happened("restoration_withdrawn")
    return change.case


@once
def provide_solution(
    case: Case, *, by: User, at: datetime, body: str, way: str = SolutionWay.STEPS, **sent: Unpack[Sent]
) -> Case:
    """Give the customer a solution and wait for their word; `way` is one of SolutionWay. Raises IllegalMove."""
    with changing(case, "provide_solution", by=by, at=at, **sent) as change:
        change.say(body, Purpose.SOLUTION)
        change.happened("solution_provided", way=SolutionWay(way).value)
    return change.case


class OthersWord(IllegalMove):
    """A colleague wrote after the solution, and nobody has read it yet: the case is not closed over their words."""

    words = _("%(who)s wrote after the solution. We read that first; write here if it is solved for all of you.")


def accept_solution(case: Case, *, by: User, at: datetime, channel: str = Channel.WEB) -> Case:
    """Accept the solution as the customer; the case closes (section on closing).

    Raises NotAllowed, IllegalMove, OthersWord.
    """
    with changing(case, "accept_solution", by=by, at=at, channel=channel) as change:
        if change.case.is_answered and change.case.last_word_by not in (None, by):
            raise OthersWord(who=change.case.last_word_by)
        change.happened("solution_accepted")
    return change.case


@once
def reject_solution(case: Case, *, by: User, at: datetime, reason: str, **sent: Unpack[Sent]) -> Case:
    """Say as the customer that it is not solved, and why; the same clocks go on. Raises NotAllowed, IllegalMove."""
    with changing(case, "reject_solution", by=by, at=at, **sent) as change:
        change.say(reason, Purpose.REJECTION)
        change.happened("solution_rejected")
    return change.case


@once
def answer_review(case: Case, *, by: User, at: datetime, body: str, **sent: Unpack[Sent]) -> Case:
    """Give the customer the complete answer after the review of Product Management, in public words.

    From then on the case can be closed. A solution that is provided counts as such an answer too. Raises NotAllowed,
    IllegalMove (none is owed).
    """
    with changing(case, "answer_review", by=by, at=at, **sent) as change:
        if not change.case.owes_full_answer:
            raise IllegalMove(_("No complete answer is owed in this case."))
        change.say(body, Purpose.REVIEW)
        change.answer_in_full()
        change.happened("review_answered")
    return change.case
