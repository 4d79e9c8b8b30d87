"""The kinds of event, one row a kind: its sentence, its icon, who sees it, what clocks make of it, whom it tells.

A table is a module beside this one, for each part of the life of a case: its rows are `KINDS`, and `WORDS` says how
values in the data of its events are said.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from cases.events import (
    assignment,
    closing,
    commitments,
    conversation,
    incidents,
    relations,
    releases,
    root_causes,
    severity,
    solutions,
    time_entries,
)
from cases.events.kind import EventKind
from cases.events.wording import Words
from cases.models import Case, Event, Message, Note
from cases.models.case import Channel
from contacts.models import User

__all__ = ["KINDS", "EventKind", "new_event", "sentence"]

_TABLES = (
    conversation,
    solutions,
    assignment,
    severity,
    commitments,
    time_entries,
    incidents,
    root_causes,
    releases,
    closing,
    relations,
)
KINDS: dict[str, EventKind] = {row.code: row for table in _TABLES for row in table.KINDS}
_WORDS: Words = {name: say for table in _TABLES for name, say in getattr(table, "WORDS", {}).items()}


def new_event(
    case: Case,
    kind: str,
    *,
    at: datetime,
    by: User | None = None,
    channel: str = Channel.WEB,
    message: Message | None = None,
    note: Note | None = None,
    data: dict[str, Any] | None = None,
    submission: UUID | None = None,
) -> Event:
    """Return the event, not yet stored, that `kind` happened to `case` at `at` (UTC); KeyError for an unknown kind."""
    return Event(
        case=case,
        kind=KINDS[kind].code,
        at=at,
        actor=by,
        channel=channel,
        status=case.status,
        message=message,
        note=note,
        data=data or {},
        submission=submission,
    )


def sentence(event: Event) -> str:
    """Say in the active language what happened, as one line."""
    actor = event.actor.name if event.actor else _("Customer Care")
    words = {name: _WORDS[name](value) if name in _WORDS else value for name, value in event.data.items()}
    row = KINDS[event.kind]
    said = row.with_words if row.with_words and event.message_id else row.sentence
    return str(said) % {"actor": actor, **words}
