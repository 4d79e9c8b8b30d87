"""The complete answer that a case on a version out of support is owed before it closes."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.attachments import Accepted, keep
from cases.lifecycle.change import changing, once
from cases.models import Case
from cases.models.case import Channel
from cases.models.message import Purpose
from cases.statuses import IllegalMove
from contacts.models import User


@once
def answer_review(
    case: Case,
    *,
    by: User,
    at: datetime,
    body: str,
    files: tuple[Accepted, ...] = (),
    channel: str = Channel.WEB,
    submission: UUID | None = None,
) -> Case:
    """Give the customer the complete answer after the review of Product Management, in public words.

    From then on the case can be closed. A solution that is provided counts as such an answer too. Raises NotAllowed,
    IllegalMove (none is owed).
    """
    with changing(case, "answer_review", by=by, at=at, channel=channel, submission=submission) as change:
        if not change.case.owes_full_answer:
            raise IllegalMove(_("No complete answer is owed in this case."))
        keep(files, change.say(body, Purpose.REVIEW), by=by, at=at)
        change.move("answer_review")
        change.answer_in_full()
        change.happened("review_answered")
    return change.case
