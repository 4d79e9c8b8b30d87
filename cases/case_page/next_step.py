"""What happens next in a case, in words for its customer: one row a status."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import statuses
from cases.models import Case


@dataclass(frozen=True, slots=True)
class NextStep:
    """Top of a customer's case: what happens next and who is awaited."""

    title: str
    words: str
    awaits_customer: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """`words` may name %(owner)s and %(release)s; `without` is said where the case has none.

    `says_who`: they say who is about to work: a team, where the case is with one that customers are told of.
    """

    title: str | Promise
    words: str | Promise
    without: str | Promise = ""
    says_who: bool = False


_WORK = _Row(
    _("We are working on your case"),
    _("%(owner)s is working on it. You need do nothing now; what you add below reaches us at once."),
    _("A consultant is about to take it up. You need do nothing now; what you add below reaches us at once."),
    True,
)
_ROWS = {
    statuses.NEW: _Row(
        _("We have received your case"),
        _("%(owner)s will answer you. You need do nothing now; what you add below reaches us at once."),
        _("A consultant will answer you. You need do nothing now; what you add below reaches us at once."),
        True,
    ),
    statuses.IN_PROGRESS: _WORK,
    statuses.REOPENED: _Row(
        _("Your case is open again"),
        _("%(owner)s is taking it up again. You need do nothing now; what you add below reaches us at once."),
        _("A consultant will take it up again. You need do nothing now; what you add below reaches us at once."),
        True,
    ),
    statuses.WAITING: _Row(
        _("We are waiting for your answer"),
        _("We have asked you something. Answer at the foot of this page, and the work goes on."),
    ),
    statuses.DEVELOPMENT: _Row(
        _("Our developers are working on it"),
        _("The software has to be changed. %(owner)s keeps you informed; you need do nothing now."),
        _("The software has to be changed. We keep you informed; you need do nothing now."),
    ),
    statuses.AWAITING_RELEASE: _Row(
        _("The fix is made and comes with a release"),
        _("It comes with %(release)s. You need do nothing until then."),
        _("We tell you as soon as it can be had. You need do nothing until then."),
    ),
    statuses.SOLUTION_PROVIDED: _Row(
        _("Does the solution work for you?"),
        _("We have given you a solution. Try it, then tell us."),
    ),
    statuses.SOLUTION_ANSWERED: _Row(
        _("We read your answer"),
        _("One of us reads what you wrote and tells you how it goes on. If the solution does not work, say so here."),
    ),
    statuses.CLOSED: _Row(
        _("This case is closed"),
        _("If the problem comes back, open the case again below: everything that was said stays with it."),
        _("If the problem comes back, open the case again below: everything that was said stays with it."),
    ),
}


_MERGED = _Row(
    _("Your case goes on in another one"),
    _("We found that both are about the same problem, and go on working there. Nothing is lost."),
)


def next_step(case: Case) -> NextStep:
    """Return what happens next in `case`, in the active language. No query on a case loaded `for_portal`.

    Its owner is named for work to come, never for what was said or done, which may have been somebody else's; and only
    while they work here.
    """
    row = _MERGED if case.is_merged else _ROWS[case.status]
    if case.team.is_told and case.owner is None and row.says_who:
        with_team = _("It is with our %(team)s. You need do nothing now; what you add below reaches us at once.")
        return NextStep(str(row.title), str(with_team) % {"team": case.team}, case.awaits_customer)
    owner = case.active_owner
    known = case.fixed_in if case.status == statuses.AWAITING_RELEASE else owner
    names = {"owner": owner and owner.name, "release": case.fixed_in}
    words = row.words if known else row.without or row.words
    return NextStep(str(row.title), str(words) % names, case.awaits_customer)
