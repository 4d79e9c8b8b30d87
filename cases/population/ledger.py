"""Turns the life of a case into rows: the case, its messages, notes, events and commitments."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from cases import commitments
from cases.models import Breach, Case, Commitment, Event, Message, Note
from cases.models.case import Channel
from cases.population.life import Turn
from cases.population.sheets import Batch, Sheet
from sla.clocks import ClockState

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
        states = commitments.replay(case, told, at=now)
        reckoned = commitments.reconcile(case, [], states, at=now)
        case.pk = self.cases.add(*(getattr(case, name) for name in CASE))
        for turn in sorted((*told, *_alerts(case, states, told, now)), key=lambda one: one.at):
            self._turn(case.pk, turn)
        for row in reckoned.fresh:
            row.case_id = case.pk
            if row.warn_at and row.warn_at <= (row.stopped_at or now):
                row.warned_at = _next_sweep(row.warn_at)
            self.commitments.add(*(getattr(row, name) for name in COMMITMENT))
        for state in states:
            if state.breached_at is not None:
                breach = commitments.breach(case, state, _next_sweep(state.breached_at))
                self.breaches.add(*(getattr(breach, name) for name in BREACH))

    def take(self) -> list[Batch]:
        """Hand over all that is kept, parents first, and begin anew."""
        sheets = (self.cases, self.messages, self.notes, self.events, self.commitments, self.breaches)
        return [sheet.take() for sheet in sheets]

    def _turn(self, case_id: int, turn: Turn) -> None:
        message = note = None
        if turn.said is not None:
            purpose, body, by = turn.said
            message = self.messages.add(case_id, by.id, by.is_customer, purpose.value, turn.channel, body, turn.at)
        if turn.noted and turn.by:
            note = self.notes.add(case_id, turn.by.id, turn.noted, turn.at)
        self.events.add(
            case_id,
            turn.kind,
            turn.at,
            turn.by and turn.by.id,
            turn.channel,
            turn.status,
            message,
            note,
            Jsonb(turn.data),
        )


def _next_sweep(at: datetime) -> datetime:
    """Return when the sweep of every minute would have seen it."""
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _alerts(case: Case, states: Sequence[ClockState], told: list[Turn], now: datetime) -> Iterator[Turn]:
    """Yield what the sweep would have told of the promises: which ran short, which were missed."""
    for state in states:
        broken = state.breached_at
        if broken is not None and _next_sweep(broken) <= now:
            yield _alert("breached", state, _next_sweep(broken), told)
        short = state.warn_at
        ended = min(broken or now, state.stopped_at or now)
        if short is not None and _next_sweep(short) < ended:
            yield _alert("at_risk", state, _next_sweep(short), told)


def _alert(kind: str, state: ClockState, at: datetime, told: list[Turn]) -> Turn:
    status = next(turn.status for turn in reversed(told) if turn.at <= at or turn is told[0])
    due = state.due_at or state.steps[-1].due_at
    data = {
        "metric": state.metric.value,
        "cycle": state.cycle,
        "period_no": state.period_no,
        "due_at": due.isoformat() if due else None,
    }
    extra = state.warn_at if kind == "at_risk" else state.breached_at
    data["warn_at" if kind == "at_risk" else "breach_at"] = extra.isoformat() if extra else None
    return Turn(kind, at, status, None, Channel.WEB, data=data)
