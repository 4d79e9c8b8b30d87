"""The rows of generated cases: the case, its messages, notes, events, commitments and breaches."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime

from psycopg.types.json import Jsonb

from cases import auto_close
from cases.commitments.breaches import breach
from cases.load_test_data.case_histories import HistoryEvent
from cases.load_test_data.commitment_outcomes import Outcome, outcome
from cases.load_test_data.copy_writer import Batch, Table
from cases.models import Breach, Case, Commitment, Event, Message, Note

CASE, COMMITMENT, BREACH = (
    tuple(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    for model in (Case, Commitment, Breach)
)


class CaseRows:
    """The tables that cases fill."""

    def __init__(self) -> None:
        self.cases = Table(Case, *CASE)
        self.messages = Table(Message, "case_id", "author_id", "from_customer", "purpose", "channel", "body", "at")
        self.notes = Table(Note, "case_id", "author_id", "body", "at")
        self.events = Table(
            Event, "case_id", "kind", "at", "actor_id", "channel", "status", "message_id", "note_id", "data"
        )
        self.commitments = Table(Commitment, *COMMITMENT)
        self.breaches = Table(Breach, *BREACH)

    def write(self, case: Case, events: list[HistoryEvent], now: datetime) -> None:
        """Keep the rows of a case as it stands at `now` (UTC) after these events."""
        seen = outcome(case, events, now)
        if case.solution_provided_at and case.is_solved:
            auto_close.update_countdown(case, at=case.solution_provided_at)
        case.pk = self.cases.add(*(getattr(case, name) for name in CASE))
        ids = self._events(case.pk, events, seen.alerts)
        for row in seen.rows:
            row.case_id, row.void_event_id = case.pk, ids.get(row.void_event_id)
            self.commitments.add(*(getattr(row, name) for name in COMMITMENT))
        self._breaches(case, seen, ids)

    def take(self) -> list[Batch]:
        """Hand over all that is kept, parents first, and begin anew."""
        tables = (self.cases, self.messages, self.notes, self.events, self.commitments, self.breaches)
        return [table.take() for table in tables]

    def _events(self, case_id: int, events: list[HistoryEvent], alerts: list[Event]) -> dict[Hashable, int]:
        """Keep what happened, in order of time, and return the ids by the numbers that they had before."""
        ids: dict[Hashable, int] = {}
        happened: list[HistoryEvent | Event] = [*events, *alerts]
        # What an event itself brought to light comes after it: sorting leaves them as they stand.
        for one in sorted(happened, key=lambda one: one.at):
            if isinstance(one, HistoryEvent):
                ids[one.pk] = self._event(case_id, one)
            else:
                self.events.add(case_id, one.kind, one.at, None, one.channel, one.status, None, None, Jsonb(one.data))
        return ids

    def _event(self, case_id: int, turn: HistoryEvent) -> int:
        message = note = None
        if turn.said is not None:
            purpose, body, by = turn.said
            message = self.messages.add(case_id, by.id, by.is_customer, purpose.value, turn.channel, body, turn.at)
        if turn.noted:
            note = self.notes.add(case_id, turn.by.id, turn.noted, turn.at)
        return self.events.add(
            case_id, turn.kind, turn.at, turn.by.id, turn.channel, turn.status, message, note, Jsonb(turn.data)
        )

    def _breaches(self, case: Case, seen: Outcome, ids: dict[Hashable, int]) -> None:
        for state, detected in seen.breaches():
            void = replace(state, void_mark=ids.get(state.void_mark))
            row = breach(case, void, detected)
            self.breaches.add(*(getattr(row, name) for name in BREACH))
