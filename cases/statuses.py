"""The states of a case: a table. One row a status: what it means, who is awaited, which clocks run, what may follow.

Nothing here touches the database; who may make a move is asked of `cases/permissions.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla.clocks import Category


class Awaited(StrEnum):
    """Whose turn it is."""

    US = "us"
    CUSTOMER = "customer"
    NOBODY = "nobody"


class Refusal(Exception):
    """What the domain answers to somebody who does nothing wrong: in words for them, and nothing was changed.

    A class has its `words`, with `%(name)s` for what it is raised with by name; it can be raised with others.
    """

    words: str | Promise = ""

    def __init__(self, words: str | Promise = "", **named: object) -> None:
        said = words or self.words
        super().__init__(said % named if named else said)


class IllegalMove(Refusal):
    """The case is not in a state from which this can be done."""


@dataclass(frozen=True, slots=True)
class Status:
    """One row of the table. `moves` maps a verb to the code of the status it leads to."""

    code: str
    label: str | Promise
    for_customer: str | Promise
    meaning: str | Promise
    awaited: Awaited
    category: Category
    badge: str
    moves: dict[str, str]

    @property
    def is_open(self) -> bool:
        """Whether work or an answer is still to come: not solved, not closed."""
        return self.category in (Category.ACTIVE, Category.WAITING)

    @property
    def has_solution(self) -> bool:
        """Whether a solution stands that was neither accepted nor refused."""
        return self.category in (Category.SOLVED, Category.ANSWERED)

    def __str__(self) -> str:
        return str(self.label)


NEW = "new"
IN_PROGRESS = "in_progress"
WAITING = "waiting"
DEVELOPMENT = "development"
AWAITING_RELEASE = "awaiting_release"
SOLUTION_PROVIDED = "solution_provided"
SOLUTION_ANSWERED = "solution_answered"
CLOSED = "closed"
REOPENED = "reopened"

# What is said of a case and its promises without moving it: of one that is not closed, and of any.
_JUDGED = {
    "change_severity": "",
    "classify": "",
    "exclude": "",
    "include": "",
    "judge_code_change": "",
    "judge_code_problem": "",
    "judge_reach": "",
    "request_severity": "",
    "approve_severity": "",
    "decline_severity": "",
    "withdraw_severity_request": "",
    "link_case": "",
}
_ANY = {
    "note": "",
    "report_root_cause": "",
    "void_breach": "",
    "reinstate_breach": "",
    "log_assistance": "",
    "correct_assistance": "",
    "unlink_case": "",
    "link": "",
    "unlink": "",
    "tag": "",
    "untag": "",
    "follow": "",
    "unfollow": "",
    "split": "",
    "let_go": "",
}
# All that can still be done to a case that was merged into another: what is said, is said there.
OF_MERGED = {"note", "void_breach", "reinstate_breach", "link", "unlink", "tag", "untag", "unfollow", "unmerge"}
# Moves that every case not yet solved knows. `answer` is a word of the customer, `reply` one of ours.
_WORK = {
    **_ANY,
    **_JUDGED,
    "promise_release": "",
    "agree_date": "",
    "withdraw_agreed_date": "",
    "assign": "",
    "dispatch": "",
    "hold_dispatch": "",
    "transfer": "",
    "refer_to_consulting": WAITING,
    "agree_to_consulting": "",
    "decline_consulting": "",
    "record_consulting_consent": "",
    "withdraw_referral": "",
    "answer_review": "",
    "answer": "",
    "ask_customer": WAITING,
    "tell_update": "",
    "restore_service": "",
    "withdraw_restoration": "",
    "hand_to_development": DEVELOPMENT,
    "await_release": AWAITING_RELEASE,
    "provide_solution": SOLUTION_PROVIDED,
    "close": CLOSED,
    "merge": CLOSED,
    "absorb": "",
}

# Moves that a case knows as long as a solution stands.
_SOLVED = {
    **_ANY,
    **_JUDGED,
    "assign": "",
    "transfer": "",
    "take": "",
    "reply": "",
    "tell_update": "",
    "accept_solution": CLOSED,
    "reject_solution": IN_PROGRESS,
    "resume_work": IN_PROGRESS,
    "close": CLOSED,
    "merge": CLOSED,
    "absorb": "",
}

# What takes up a case that nobody works on.
_TAKEN_UP = dict.fromkeys(("take", "reply", "answer_review", "tell_update", "restore_service"), IN_PROGRESS)

_ROWS = (
    Status(
        NEW,
        _("New"),
        _("Received"),
        _("Nobody has taken it up yet."),
        Awaited.US,
        Category.ACTIVE,
        "new",
        _WORK | _TAKEN_UP,
    ),
    Status(
        IN_PROGRESS,
        _("In progress"),
        _("We are working on it"),
        _("A consultant works on it."),
        Awaited.US,
        Category.ACTIVE,
        "active",
        _WORK | {"take": "", "reply": ""},
    ),
    Status(
        REOPENED,
        _("Reopened"),
        _("Reopened, we are working on it"),
        _("It was closed, and has been opened again."),
        Awaited.US,
        Category.ACTIVE,
        "active",
        _WORK | _TAKEN_UP,
    ),
    Status(
        WAITING,
        _("Waiting for customer"),
        _("Waiting for you"),
        _("The customer has been asked something. Any word from them ends the wait."),
        Awaited.CUSTOMER,
        Category.WAITING,
        "waiting",
        _WORK
        | {
            "take": "",
            "reply": "",
            "answer": IN_PROGRESS,
            "request_severity": IN_PROGRESS,
            "resume_work": IN_PROGRESS,
            "agree_to_consulting": IN_PROGRESS,
            "decline_consulting": IN_PROGRESS,
            "record_consulting_consent": IN_PROGRESS,
            "withdraw_referral": IN_PROGRESS,
        },
    ),
    Status(
        DEVELOPMENT,
        _("With development"),
        _("Our developers are working on it"),
        _("A change of code is being made."),
        Awaited.US,
        Category.ACTIVE,
        "elsewhere",
        _WORK | {"take": "", "reply": "", "resume_work": IN_PROGRESS},
    ),
    Status(
        AWAITING_RELEASE,
        _("Awaiting release"),
        _("The fix comes with a release"),
        _("The fix is made and comes with a release."),
        Awaited.US,
        Category.ACTIVE,
        "elsewhere",
        _WORK | {"take": "", "reply": "", "resume_work": IN_PROGRESS, "release_fix": SOLUTION_PROVIDED},
    ),
    Status(
        SOLUTION_PROVIDED,
        _("Solution provided"),
        _("Solution waiting for your word"),
        _("A solution has been given and waits for the customer's word."),
        Awaited.CUSTOMER,
        Category.SOLVED,
        "solved",
        {
            **_SOLVED,
            "answer": SOLUTION_ANSWERED,
            "request_severity": SOLUTION_ANSWERED,
            "keep_open": "",
            "count_again": "",
            "remind_customer": "",
            "hold_closing": "",
            "close_in_silence": CLOSED,
        },
    ),
    Status(
        SOLUTION_ANSWERED,
        _("Customer answered"),
        _("We read your answer"),
        _("The customer wrote after a solution was given. One of ours reads it and decides whether the work goes on."),
        Awaited.US,
        Category.ANSWERED,
        "answered",
        {
            **_SOLVED,
            "answer": "",
            "reply": SOLUTION_PROVIDED,  # whoever answers has read it, and lets the solution stand
            "provide_solution": SOLUTION_PROVIDED,
            "keep_solution": SOLUTION_PROVIDED,
            "resume_unread": IN_PROGRESS,
        },
    ),
    Status(
        CLOSED,
        _("Closed"),
        _("Closed"),
        _("The solution was accepted, or nobody answered in time."),
        Awaited.NOBODY,
        Category.CLOSED,
        "closed",
        _ANY | {"judge_reach": "", "reopen": REOPENED, "merge": "", "unmerge": ""},
    ),
)

STATUSES: dict[str, Status] = {row.code: row for row in _ROWS}


def changes(status: str) -> list[tuple[str, str]]:
    """Return what leads out of `status`: the verbs, by name, each with the status that it leads to.

    `unmerge` gives a case back the status that its merging took from it.
    """
    moves = STATUSES[status].moves
    back = [row.code for row in _ROWS if "merge" in row.moves] if "unmerge" in moves else []
    told = [*moves.items(), *(("unmerge", code) for code in back)]
    return sorted((verb, to) for verb, to in told if to and to != status)


# Every change of status there is. The database refuses all others: a new move here asks for a migration.
TRANSITIONS = sorted({(code, to) for code in STATUSES for _verb, to in changes(code)})
CHOICES = [(row.code, row.label) for row in _ROWS]
OPEN = [row.code for row in _ROWS if row.is_open]
AWAITING_US = [row.code for row in _ROWS if row.awaited == Awaited.US]
AWAITING_CUSTOMER = [row.code for row in _ROWS if row.awaited == Awaited.CUSTOMER]
ANSWERED = [row.code for row in _ROWS if row.category == Category.ANSWERED]
SOLVED = [row.code for row in _ROWS if row.category == Category.SOLVED]


def allows(status: str, verb: str) -> bool:
    """Say whether `verb` can be done to a case in `status`."""
    return verb in STATUSES[status].moves


def allows_merged(verb: str) -> bool:
    """Say whether `verb` can be done to a case that was merged into another."""
    return verb in OF_MERGED


def move(status: str, verb: str) -> str:
    """Return the code of the status that `verb` leads to from `status` (the same where nothing changes).

    Raises IllegalMove, in words for the person who tried.
    """
    row = STATUSES[status]
    if verb not in row.moves:
        raise IllegalMove(_("This cannot be done while the case is “%(status)s”.") % {"status": row.label})
    return row.moves[verb] or status
