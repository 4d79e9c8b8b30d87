"""What is said: replies, questions, notes."""

from datetime import datetime
from typing import Unpack
from uuid import UUID

from cases.attachments import Accepted
from cases.lifecycle.change import Sent, changing, once
from cases.models import Case
from cases.models.message import Purpose
from contacts.models import User


@once
def reply(case: Case, *, by: User, at: datetime, body: str, **sent: Unpack[Sent]) -> Case:
    """Say something publicly, as the customer or as one of ours, at `at` (UTC).

    Ours is an answer to the customer (the response clock stops). Any word of the customer ends the wait; after a
    solution it ends the countdown to closing, and one of ours reads it. Raises NotAllowed, IllegalMove (closed: reopen
    instead).
    """
    verb, kind = ("answer", "answered") if by.is_customer else ("reply", "replied")
    with changing(case, verb, by=by, at=at, **sent) as change:
        change.say(body)
        change.happened(kind)
    return change.case


@once
def note(
    case: Case,
    *,
    by: User,
    at: datetime,
    body: str,
    files: tuple[Accepted, ...] = (),
    submission: UUID | None = None,
) -> Case:
    """Write something that only our own people see. Touches no clock. Raises NotAllowed."""
    with changing(case, "note", by=by, at=at, files=files, submission=submission) as change:
        change.jot(body)
        change.happened("noted")
    return change.case


@once
def ask_customer(case: Case, *, by: User, at: datetime, body: str, **sent: Unpack[Sent]) -> Case:
    """Ask the customer for what is missing; clocks that allow it pause until they answer.

    Raises NotAllowed, IllegalMove.
    """
    with changing(case, "ask_customer", by=by, at=at, **sent) as change:
        change.say(body, Purpose.QUESTION)
        change.happened("asked")
    return change.case
