"""What is said: replies, questions, notes."""

from datetime import datetime
from uuid import UUID

from cases.attachments import Accepted, keep
from cases.lifecycle.change import changing, once
from cases.models import Case
from cases.models.case import Channel
from cases.models.message import Purpose
from contacts.models import User


@once
def reply(
    case: Case,
    *,
    by: User,
    at: datetime,
    body: str,
    files: tuple[Accepted, ...] = (),
    channel: str = Channel.WEB,
    submission: UUID | None = None,
) -> Case:
    """Say something publicly, as the customer or as one of ours, at `at` (UTC).

    Ours is an answer to the customer (the response clock stops). Any word of the customer ends the wait, and takes a
    provided solution back into work. Raises NotAllowed, IllegalMove (closed: reopen instead).
    """
    verb, kind = ("answer", "answered") if by.is_customer else ("reply", "replied")
    with changing(case, verb, by=by, at=at, channel=channel, submission=submission) as change:
        keep(files, change.say(body), by=by, at=at)
        change.move(verb)
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
    with changing(case, "note", by=by, at=at, submission=submission) as change:
        keep(files, change.jot(body), by=by, at=at)
        change.happened("noted")
    return change.case


@once
def ask_customer(
    case: Case,
    *,
    by: User,
    at: datetime,
    body: str,
    files: tuple[Accepted, ...] = (),
    channel: str = Channel.WEB,
    submission: UUID | None = None,
) -> Case:
    """Ask the customer for what is missing; clocks that allow it pause until they answer.

    Raises NotAllowed, IllegalMove.
    """
    with changing(case, "ask_customer", by=by, at=at, channel=channel, submission=submission) as change:
        keep(files, change.say(body, Purpose.QUESTION), by=by, at=at)
        change.move("ask_customer")
        change.happened("asked")
    return change.case
