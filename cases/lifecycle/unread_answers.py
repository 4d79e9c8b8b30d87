"""A customer's answer to a solution: one of ours reads it and lets the solution stand, or nobody does in time.

Who takes the case up again does so by `resume_work`. An answer that was left unread counts as "not solved" since it was
written, whoever moves the case then: see `Change.move`.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import unread_answers
from cases.lifecycle.change import changing
from cases.models import Case
from cases.outbox import recipients
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import User


def keep_solution(case: Case, *, by: User, at: datetime) -> Case:
    """Let the solution stand, having read what the customer wrote: it waits for their word again.

    The days to closing are counted anew from `at`. Raises NotAllowed, IllegalMove.
    """
    with changing(case, "keep_solution", by=by, at=at) as change:
        change.happened("solution_kept")
    return change.case


def resume_unread(case: Case, *, by: User | None = None, at: datetime) -> Case:
    """Take the case up again, nobody having read the customer's answer in time at `at` (UTC): it is not solved.

    The house alone does it (`by` None). Its owner is told, else its team, else the managers. Raises NotAllowed,
    IllegalMove (its time has not passed, or somebody was first).
    """
    if by is not None:
        raise NotAllowed
    with changing(case, "resume_unread", by=None, at=at) as change:
        since = change.case.customer_answered_at
        if since is None or not unread_answers.is_overdue(change.case, at=at):
            raise IllegalMove(_("There is still time to read the customer’s answer."))
        for person, due_at in recipients.able_to_act([change.case], at)[change.case.pk]:
            change.notify("resumed_unread", person.pk, due_at=due_at)
        change.happened("resumed_unread", since=since.isoformat())
    return change.case
