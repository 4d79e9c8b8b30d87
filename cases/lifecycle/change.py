"""How every verb changes a case: row locked, right and move checked, one event, clocks re-run, mails written.

One transaction. Nothing else writes to a case; `finish_all` does it for many at once.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypedDict, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import auto_close, commitments, events, permissions, quotas, severity_requests, statuses, unread_answers
from cases.assignment import ownership
from cases.attachments import Accepted, keep
from cases.commitments import alerts
from cases.commitments.stored import ClockChanges
from cases.models import Case, Event, Message, Note, bulk_update
from cases.models.case import Channel, number
from cases.models.message import Purpose
from cases.outbox import mails, recipients
from cases.outbox.recipients import Addressed
from cases.time_entries import consent
from contacts.models import User
from sla.clocks import Category

P = ParamSpec("P")
Row = TypeVar("Row")


class AlreadyDone(Exception):
    """The same submission arrived twice; the first one holds: `row`, a case or an incident, is as that left it.

    `words` are all that was said the first time.
    """

    def __init__(self, row: Any, words: set[str]) -> None:
        super().__init__(str(row))
        self.row, self.words = row, words


class AnotherText(statuses.Refusal):
    """The same submission arrived twice, with other words: those of the first time were sent, these were not."""

    words = _(
        "What you sent first has arrived. It is these later words that are not sent: send them if they should follow."
    )


class Sent(TypedDict, total=False):
    """What comes with words: files, by which channel (by default the web), and a key of the form.

    A key that makes a second sending do nothing.
    """

    files: tuple[Accepted, ...]
    channel: str
    submission: UUID | None


class OwesFullAnswer(statuses.IllegalMove):
    """The version of the case is out of support: it is closed in no way before it has a complete answer."""

    words = _("This version is no longer supported: the customer is owed a complete answer before the case closes.")


class Merged(statuses.IllegalMove):
    """The case was merged into another, which goes on with it."""

    words = _("This case was merged into %(number)s. Go on there.")


# The names under which verbs take words.
WORDS = ("subject", "body", "reason", "because", "text_en", "text_fr")


def once(verb: Callable[P, Row]) -> Callable[P, Row]:
    """Let a verb whose submission has arrived before change nothing, and return the case or incident as it is.

    Raises AnotherText where it came with others the first time.
    """

    @wraps(verb)
    def done_once(*args: P.args, **kwargs: P.kwargs) -> Row:
        try:
            return verb(*args, **kwargs)
        except AlreadyDone as done:
            if {str(kwargs.get(name) or "") for name in WORDS} - done.words - {""}:
                raise AnotherText from None
            row: Row = done.row
            return row

    return done_once


@dataclass(slots=True)
class Change:
    """What a verb says of the case it has locked; saved by `changing`."""

    case: Case
    by: User | None
    at: datetime
    channel: str = Channel.WEB
    files: tuple[Accepted, ...] = ()  # they go with the words
    changed: set[str] = field(default_factory=set)
    kind: str = ""
    message: Message | None = None
    note: Note | None = None
    data: dict[str, Any] = field(default_factory=dict)
    managers: list[int] | None = None  # where they have been read already
    submission: UUID | None = None
    is_unread: bool = (
        False  # the customer's answer was not read in time: it counts as "not solved" since it was written
    )
    concerns_clocks: bool = True  # False for what clocks learn nothing from, so that many cases need no replay
    # The mails beside the event's own: notice, id of the recipient, from when it may leave.
    notices: list[tuple[str, int, datetime]] = field(default_factory=list)

    def set(self, **values: Any) -> None:
        """Change fields of the case; saved at the end."""
        for name, value in values.items():
            setattr(self.case, name, value)
            self.changed.add(name)

    def happened(self, kind: str, /, **data: Any) -> None:
        """Name the one event of this change."""
        self.kind, self.data = kind, data

    def notify(self, notice: str, *people: int, due_at: datetime | None = None) -> None:
        """Send this notice of the event to the people with these ids, from `due_at` (UTC), by default at once."""
        self.notices += [(notice, person, due_at or self.at) for person in people]

    def event(self) -> Event:
        """Return the one event of this change, not yet stored."""
        return events.new_event(
            self.case,
            self.kind,
            by=self.by,
            at=self.at,
            channel=self.channel,
            message=self.message,
            note=self.note,
            data=self.data | ({"unread": True} if self.is_unread else {}),
            submission=self.submission,
        )

    def say(
        self,
        body: str,
        purpose: str = Purpose.REPLY,
        *,
        author: User | None = None,
        copied_from: Message | None = None,
    ) -> Message:
        """Add public words, with the files, of who does this, or of `author` where they are written down for somebody.

        `copied_from`: where they were said first.
        """
        speaker = author or self.by
        assert speaker is not None
        self.message = Message.objects.create(
            case=self.case,
            author=speaker,
            from_customer=speaker.is_customer,
            purpose=purpose,
            channel=self.channel,
            body=body,
            at=self.at,
            copied_from=copied_from,
        )
        keep(self.files, self.message, by=self.by or speaker, at=self.at)
        self.set(last_word_at=self.at, last_word_by=speaker)
        return self.message

    def jot(self, body: str) -> None:
        """Add words among ourselves, with the files."""
        assert self.by is not None
        self.note = Note.objects.create(case=self.case, author=self.by, body=body, at=self.at)
        keep(self.files, self.note, by=self.by, at=self.at)

    def move(self, verb: str) -> None:
        """Go where the table of statuses leads; keep the times that go with a status."""
        code = statuses.move(self.case.status, verb)
        if code == self.case.status:
            return
        was, now = self.case.state.category, statuses.STATUSES[code].category
        if now == Category.CLOSED and self.case.owes_full_answer:
            raise OwesFullAnswer
        self.is_unread = self.is_unread or unread_answers.is_overdue(self.case, at=self.at)
        had, has = self.case.state.has_solution, statuses.STATUSES[code].has_solution
        self.set(status=code)
        if now == Category.CLOSED:
            self.set(closed_at=self.at)
        elif was == Category.CLOSED:
            self.set(closed_at=None, solution_provided_at=None)
        elif has and not had:
            self.set(solution_provided_at=self.at)
            self.answer_in_full()
        elif had and not has:
            self.set(solution_provided_at=None)

    def answer_in_full(self) -> None:
        """Note that a case whose version is out of support has its complete answer; the first one counts."""
        if self.case.owes_full_answer:
            self.set(answered_in_full_at=self.at)


@contextmanager
def changing(
    case: Case,
    verb: str,
    *,
    by: User | None,
    at: datetime,
    files: tuple[Accepted, ...] = (),
    channel: str = Channel.WEB,
    submission: UUID | None = None,
) -> Iterator[Change]:
    """Lock `case`, check that `by` may do `verb` and that its status allows it, and save what the body says of it.

    The status is then the one that `verb` leads to. `at` is the UTC instant of the change; `submission` a key that
    makes a second sending raise AlreadyDone. `by` is None for the house itself (a sweep). Raises NotAllowed,
    IllegalMove, OverQuota.
    """
    with transaction.atomic():
        # The row lock comes first, so that whatever is read below is what the last change left.
        locked = Case.objects.locked(case.pk)
        if by is not None and not permissions.may(by, verb, locked):
            raise permissions.NotAllowed
        first = Event.objects.filter(submission=submission).first() if submission else None
        if first is not None:
            if (first.case_id, first.actor_id) == (locked.pk, by and by.pk):
                raise AlreadyDone(locked, _texts_of(first))
            submission = None  # the key of another deed: what is said here must not be lost for it
        if by is not None:
            quotas.check_entry(locked, verb, by=by, at=at)
        if locked.is_merged and not statuses.allows_merged(verb):
            raise Merged(number=number(locked.merged_into_id or locked.pk))
        moves = statuses.move(locked.status, verb) != locked.status
        change = Change(case=locked, by=by, at=at, channel=channel, files=files)
        yield change
        if moves:
            change.move(verb)
        finish(change, submission)


def _texts_of(event: Event) -> set[str]:
    """Return the words that came with an event: to the customer, among ourselves, and the reason of a decision."""
    written = (event.message, event.note)
    return {one.body for one in written if one is not None} | {
        text for text in event.data.values() if isinstance(text, str)
    }


def finish(change: Change, submission: UUID | None = None) -> Case:
    """Finish one change, as `finish_all` does; returns the case."""
    change.submission = submission
    finish_all([change])
    return change.case


def finish_all(changes: Sequence[Change]) -> list[Event]:
    """Record one event each, re-run the clocks, save, and write the mails; inside the transaction of the changes.

    The changes are of locked cases, by one actor at one instant. As many statements for many as for one. Returns the
    events, in order.
    """
    if not changes:
        return []
    by, at = changes[0].by, changes[0].at
    happened = [change.event() for change in changes]
    Event.objects.bulk_create(happened)
    reckoned = _rerun(changes, happened, at)
    for change in changes:
        change.changed |= auto_close.update_countdown(change.case, at=at)
        change.changed |= unread_answers.update_deadline(change.case, at=at)
        change.changed |= ownership.update_ownership(change.case, change.changed, at=at)
    _save(changes)
    ended = [change.case for change in changes if "status" in change.changed and not change.case.state.is_open]
    severity_requests.lapse([case for case in ended if case.is_closed], by=by, at=at)
    consent.lapse(ended, by=by, at=at)
    mails.put_all(_addressed(changes, happened))
    alerts.notify(reckoned, at=at)
    return happened


def _rerun(changes: Sequence[Change], happened: Sequence[Event], at: datetime) -> list[tuple[Case, ClockChanges]]:
    openings = [event for event in happened if event.kind == "opened"]
    cases = [change.case for change in changes if change.concerns_clocks]
    reckoned = commitments.rerun(cases, at=at, openings=openings)
    fields = {case.pk: found.fields for case, found in reckoned}
    for change in changes:
        change.changed |= fields.get(change.case.pk, set())
    return reckoned


def _save(changes: Sequence[Change]) -> None:
    """Write the fields that changed, in one statement."""
    changed = [change for change in changes if change.changed]
    if len(changed) == 1:
        changed[0].case.save(update_fields=sorted(changed[0].changed))
        return
    names = {name for change in changed for name in change.changed}
    columns = [one.attname for one in Case._meta.concrete_fields if names & {one.name, one.attname}]
    bulk_update.update(Case, columns, [change.case for change in changed])


def _addressed(changes: Sequence[Change], happened: Sequence[Event]) -> Iterator[Addressed]:
    for change, event in zip(changes, happened, strict=True):
        yield from recipients.addressed(event, change.case, managers_ids=change.managers)
        for notice, person, due_at in change.notices:
            yield Addressed(event, change.case, notice, person, due_at)
