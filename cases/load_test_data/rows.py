"""Turns the life of a case into rows: the case, its messages, notes, events, commitments and breaches."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime

from psycopg.types.json import Jsonb

from cases import auto_close
from cases.commitments.breaches import breach
from cases.load_test_data.case_histories import Turn
from cases.load_test_data.commitment_outcomes import Watched, watch
from cases.load_test_data.copy_writer import Batch, Sheet
from cases.models import Breach, Case, Commitment, Event, Message, Note

CASE, COMMITMENT, BREACH = (
    tuple(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    for model in (Case, Commitment, Breach)
)


class Ledger:
    """The sheets that cases fill."""

    def __init__(self) -> None:
        self.cases = Sheet(Case, *CASE)
        self.messages = Sheet(Message, "case_id", "author_id", "from_customer", "purpose", "channel", "body", "at")
        self.notes = Sheet(Note, "case_id", "author_id", "body", "at")
        self.events = Sheet(
            Event, "case_id", "kind", "at", "actor_id", "channel", "status", "message_id", "note_id", "data"
        )
        self.commitments = Sheet(Commitment, *COMMITMENT)
        self.breaches = Sheet(Breach, *BREACH)

    def write(self, case: Case, told: list[Turn], now: datetime) -> None:
        """Keep the rows of a case as it stands at `now` (UTC) after all that is told."""
        seen = watch(case, told, now)
        if case.solution_provided_at and case.has_solution:
            auto_close.settle(case, at=case.solution_provided_at)
        case.pk = self.cases.add(*(getattr(case, name) for name in CASE))
        ids = self._events(case.pk, told, seen.alerts)
        for row in seen.rows:
            row.case_id, row.void_event_id = case.pk, ids.get(row.void_event_id)
            self.commitments.add(*(getattr(row, name) for name in COMMITMENT))
        self._breaches(case, seen, ids)

    def take(self) -> list[Batch]:
        """Hand over all that is kept, parents first, and begin anew."""
        sheets = (self.cases, self.messages, self.notes, self.events, self.commitments, self.breaches)
        return [sheet.take() for sheet in sheets]

    def _events(self, case_id: int, told: list[Turn], alerts: list[Event]) -> dict[Hashable, int]:
        """Keep what happened, in order of time, and return the ids by the numbers that turns had before."""
        ids: dict[Hashable, int] = {}
        happened: list[Turn | Event] = [*told, *alerts]
        # What a turn itself brought to light comes after it: sorting leaves them as they stand.
        for one in sorted(happened, key=lambda one: one.at):
            if isinstance(one, Turn):
                ids[one.pk] = self._turn(case_id, one)
            else:
                self.events.add(case_id, one.kind, one.at, None, one.channel, one.status, None, None, Jsonb(one.data))
        return ids

    def _turn(self, case_id: int, turn: Turn) -> int:
        message = note = None
        if turn.said is not None:
            purpose, body, by = turn.said
            message = self.messages.add(case_id, by.id, by.is_customer, purpose.value, turn.channel, body, turn.at)
        if turn.noted:
            note = self.notes.add(case_id, turn.by.id, turn.noted, turn.at)
        return self.events.add(
            case_id, turn.kind, turn.at, turn.by.id, turn.channel, turn.status, message, note, Jsonb(turn.data)
        )

    def _breaches(self, case: Case, seen: Watched, ids: dict[Hashable, int]) -> None:
        for state, detected in seen.breaches():
            told = replace(state, void_mark=ids.get(state.void_mark))
            row = breach(case, told, detected)
            self.breaches.add(*(getattr(row, name) for name in BREACH))
