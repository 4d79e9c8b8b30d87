"""Turns the life of a case into rows: the case, its messages, notes, events and commitments."""

from datetime import datetime

from psycopg.types.json import Jsonb

from cases import commitments
from cases.commitments import STORED, Promise
from cases.models import Case, Commitment, Event, Message, Note
from cases.population.life import Turn
from cases.population.sheets import Batch, Sheet
from sla import clocks
from sla.clocks import ClockState
from sla.working_time import WorkingTime

CASE = tuple(field.attname for field in Case._meta.concrete_fields if not field.primary_key)


class Ledger:
    """The sheets that cases fill."""

    def __init__(self) -> None:
        self.cases = Sheet(Case, *CASE)
        self.messages = Sheet(Message, "case_id", "author_id", "from_customer", "purpose", "channel", "body", "at")
        self.notes = Sheet(Note, "case_id", "author_id", "body", "at")
        self.events = Sheet(
            Event, "case_id", "kind", "at", "actor_id", "channel", "status", "message_id", "note_id", "data"
        )
        self.commitments = Sheet(
            Commitment, "case_id", "calendar_id", "calendar_revision", "metric", "cycle", "period_no", *STORED
        )

    def write(self, case: Case, told: list[Turn], promise: Promise, hours: WorkingTime, now: datetime) -> None:
        """Keep the rows of a case as it stands at `now` (UTC) after all that is told."""
        states = clocks.run(promise.targets, hours, commitments.timeline(case, told), at=now)
        for name, value in commitments.next_due(states).items():
            setattr(case, name, value)
        case.pk = self.cases.add(*(getattr(case, name) for name in CASE))
        for turn in told:
            self._turn(case.pk, turn)
        for state in states:
            self._commitment(case.pk, promise, state)

    def take(self) -> list[Batch]:
        """Hand over all that is kept, parents first, and begin anew."""
        return [sheet.take() for sheet in (self.cases, self.messages, self.notes, self.events, self.commitments)]

    def _turn(self, case_id: int, turn: Turn) -> None:
        message = note = None
        if turn.said is not None:
            purpose, body, by = turn.said
            message = self.messages.add(case_id, by.id, by.is_customer, purpose.value, turn.channel, body, turn.at)
        if turn.noted:
            note = self.notes.add(case_id, turn.by.id, turn.noted, turn.at)
        self.events.add(
            case_id, turn.kind, turn.at, turn.by.id, turn.channel, turn.status, message, note, Jsonb(turn.data)
        )

    def _commitment(self, case_id: int, promise: Promise, state: ClockState) -> None:
        stored = (state.state.value if name == "state" else getattr(state, name) for name in STORED)
        hours = promise.calendar.pk, promise.calendar.revision
        self.commitments.add(case_id, *hours, state.metric.value, state.cycle, state.period_no, *stored)
