"""The verbs: every change of a case is one of these. See `change.py` for what they have in common."""

from cases.lifecycle.closing import close
from cases.lifecycle.opening import open_case, reopen
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
    "OtherProduct",
    "accept_solution",
    "ask_customer",
    "assign",
    "await_release",
    "close",
    "hand_to_development",
    "note",
    "open_case",
    "provide_solution",
    "reject_solution",
    "reopen",
    "reply",
    "restore_service",
    "resume_work",
    "take",
    "withdraw_restoration",
]
