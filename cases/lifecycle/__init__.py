"""The verbs: every change of a case is one of these. See `change.py` for what they have in common."""

from cases.lifecycle.classifying import (
    classify,
    exclude,
    include,
    judge_code_change,
    judge_code_problem,
    judge_reach,
)
from cases.lifecycle.closing import close
from cases.lifecycle.opening import open_case, reopen
from cases.lifecycle.promising import (
    NoRelease,
    NotPromised,
    agree_date,
    coming_release,
    next_release,
    promise_release,
    reinstate_breach,
    report_root_cause,
    void_breach,
    withdraw_agreed_date,
)
from cases.lifecycle.routing import (
    AlreadyTaken,
    CannotOwn,
    OtherProduct,
    assign,
    await_release,
    hand_to_development,
    resume_work,
    take,
)
from cases.lifecycle.severity import NotYoursToRaise, SameSeverity, change_severity
from cases.lifecycle.solving import (
    accept_solution,
    provide_solution,
    reject_solution,
    restore_service,
    withdraw_restoration,
)
from cases.lifecycle.talking import ask_customer, note, reply

__all__ = [
    "AlreadyTaken",
    "CannotOwn",
    "NoRelease",
    "NotPromised",
    "NotYoursToRaise",
    "OtherProduct",
    "SameSeverity",
    "accept_solution",
    "agree_date",
    "ask_customer",
    "assign",
    "await_release",
    "change_severity",
    "classify",
    "close",
    "coming_release",
    "exclude",
    "hand_to_development",
    "include",
    "judge_code_change",
    "judge_code_problem",
    "judge_reach",
    "next_release",
    "note",
    "open_case",
    "promise_release",
    "provide_solution",
    "reinstate_breach",
    "reject_solution",
    "reopen",
    "reply",
    "report_root_cause",
    "restore_service",
    "resume_work",
    "take",
    "void_breach",
    "withdraw_agreed_date",
    "withdraw_restoration",
]
