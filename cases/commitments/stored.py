"""The stored clocks of a case: rows and list fields brought in line with what its events give.

The sweep that goes by the stored rows is `cases/jobs/commitments.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.commitments.breaches import record_breaches
from cases.commitments.replay import calendar_of, replay, tag_of
from cases.models import Case, Commitment, Event, SlaState, bulk_update
from sla import compiled
from sla.clocks import ClockState, State

# The columns of a commitment that follow from the state of its clock.
STORED = (
    "state",
    "severity",
    "kind",
    "minutes",
    "started_at",
    "due_at",
    "warn_at",
    "breach_at",
    "stopped_at",
    "breached_at",
    "consumed_seconds",
    "paused_seconds",
    "waiting_seconds",
    "is_dated",
    "voided_at",
)
# What lists show of the clocks of a case, kept with the case.
LISTED = ("next_metric", "next_due_at", "next_breach_at", "next_warn_at", "sla_state")
WRITTEN = (*STORED, "calendar_id", "calendar_revision", "void_event_id", "warned_at")


@dataclass(slots=True)
class ClockChanges:
    """The changes that a replay of a case brought: rows to write, fields of the case, and what to notify of."""

    fresh: list[Commitment] = field(default_factory=list)
    changed: list[Commitment] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    warned: list[Commitment] = field(default_factory=list)
    breached: list[ClockState] = field(default_factory=list)
    moved: list[tuple[Commitment, datetime]] = field(default_factory=list)  # with the due time before
    corrects: bool = False  # something was learned of a breach that may be on record


@dataclass(slots=True)
class _Happened:
    """What clocks read of an event: rows are many, and models dear."""

    pk: int
    kind: str
    at: datetime
    status: str
    channel: str
    data: dict[str, Any]


def rerun(
    cases: Sequence[Case], *, at: datetime, openings: Collection[Event] = (), every_breach: bool = False
) -> list[tuple[Case, ClockChanges]]:
    """Store how the clocks of these locked cases stand at `at` (UTC), and set what lists show of them.

    `openings` are the one event each of cases that are being opened, of which nothing has to be read. The caller saves
    the `fields` of each case that changed, and tells what is worth telling. Breaches on record are compared where a
    clock says so, or all of them (`every_breach`).
    """
    opened = {event.case_id: event for event in openings}
    known = [case.pk for case in cases if case.pk not in opened]
    events, rows = _events(known), _clocks(known)
    found: list[tuple[Case, Sequence[ClockState], ClockChanges]] = []
    doubtful = []
    for case in cases:
        happened = [opened[case.pk]] if case.pk in opened else events[case.pk]
        current, before = replay(case, happened, at=at), _broken(rows[case.pk])
        changes = reconcile(case, rows[case.pk], current, at=at)
        found.append((case, current, changes))
        kept = [row for row in rows[case.pk] if row.pk not in changes.gone]
        if every_breach or changes.breached or before != _broken(kept):
            doubtful.append(found[-1])
    _store([changes for _case, _states, changes in found])
    if doubtful:
        new = record_breaches([(case, current) for case, current, _changes in doubtful], at=at)
        for case, _current, changes in doubtful:
            changes.breached = new[case.pk]
    return [(case, changes) for case, _current, changes in found]


def _events(cases: Sequence[int]) -> Mapping[int, list[_Happened]]:
    found: defaultdict[int, list[_Happened]] = defaultdict(list)
    if cases:
        rows = Event.objects.filter(case__in=cases).order_by("case_id", "id")
        for case, *values in rows.values_list("case", *_Happened.__dataclass_fields__):
            found[case].append(_Happened(*values))
    return found


def _clocks(cases: Sequence[int]) -> Mapping[int, list[Commitment]]:
    found: defaultdict[int, list[Commitment]] = defaultdict(list)
    if cases:
        for row in Commitment.objects.filter(case__in=cases):
            found[row.case_id].append(row)
    return found


def _store(found: Sequence[ClockChanges]) -> None:
    Commitment.objects.bulk_create([row for changes in found for row in changes.fresh])
    bulk_update.update(Commitment, WRITTEN, [row for changes in found for row in changes.changed])
    gone = [pk for changes in found for pk in changes.gone]
    if gone:
        Commitment.objects.filter(pk__in=gone).delete()


def _broken(rows: Iterable[Commitment]) -> list[tuple[Any, ...]]:
    """Return what is recorded of the breaches of these clocks; of one that still runs not how far."""
    return [
        (row.key, row.breached_at, row.voided_at, row.void_event_id)
        + ((row.stopped_at, row.consumed_seconds, row.paused_seconds, row.waiting_seconds) if row.stopped_at else ())
        for row in rows
        if row.breached_at
    ]


def reconcile(case: Case, rows: Iterable[Commitment], current: Sequence[ClockState], *, at: datetime) -> ClockChanges:
    """Bring the stored `rows` of `case` in line with its clocks as they stand at `at`, and its lists' fields too.

    Pure but for the objects it is given: nothing is read or written.
    """
    stored: dict[tuple[Any, ...], Commitment] = {row.key: row for row in rows}
    changes = ClockChanges()
    for state in current:
        row = stored.pop(state.key, None)
        due, was = (row.due_at, row.breached_at) if row else (None, None)
        revision = row.calendar_revision if row else 0
        if row is None:
            row = Commitment(case=case, metric=state.metric.value, cycle=state.cycle, period_no=state.period_no)
            changes.fresh.append(_write(case, row, state, at))
        elif _differs(case, row, state, at):
            before = _ending(row)
            changes.changed.append(_write(case, row, state, at))
            changes.corrects |= was is not None and (row.stopped_at is not None or before != _ending(row))
        if state.breached_at is not None and was is None:
            changes.breached.append(state)
        if _is_to_be_warned(row, at):
            row.warned_at = at
            changes.warned.append(row)
            if not any(one is row for one in (*changes.fresh, *changes.changed)):
                changes.changed.append(row)
        if due and row.due_at and row.stopped_at is None and due != row.due_at and revision != row.calendar_revision:
            changes.moved.append((row, due))
    changes.gone = [row.pk for row in stored.values()]
    changes.corrects |= any(row.breached_at for row in stored.values())
    changes.fields = list_clocks(case, current, at=at)
    return changes


def _ending(row: Commitment) -> tuple[Any, ...]:
    return row.breached_at, row.stopped_at, row.voided_at, row.void_event_id


def _is_to_be_warned(row: Commitment, at: datetime) -> bool:
    in_time = row.is_running and row.breached_at is None and row.voided_at is None and row.warned_at is None
    return in_time and row.warn_at is not None and row.warn_at <= at


def value_of(state: ClockState, name: str) -> Any:
    if name in ("severity", "kind"):
        return getattr(tag_of(state), name)
    value = getattr(state, name)
    return value.value if name == "state" else value


def _revision(case: Case, state: ClockState, at: datetime) -> int:
    """Return the edition of the hours that a clock went by: when it ended, or now."""
    return compiled.edition_at(calendar_of(case, state), state.stopped_at or at).number


def _differs(case: Case, row: Commitment, state: ClockState, at: datetime) -> bool:
    return (
        (row.calendar_id, row.calendar_revision) != (calendar_of(case, state).pk, _revision(case, state, at))
        or row.void_event_id != state.void_mark
        or any(getattr(row, name) != value_of(state, name) for name in STORED)
    )


def _write(case: Case, row: Commitment, state: ClockState, at: datetime) -> Commitment:
    for name in STORED:
        setattr(row, name, value_of(state, name))
    row.calendar_id, row.calendar_revision = calendar_of(case, state).pk, _revision(case, state, at)
    row.void_event_id = state.void_mark if isinstance(state.void_mark, int) else None
    if row.warned_at is not None and row.is_running and row.warn_at is not None and row.warn_at > at:
        row.warned_at = None  # there is time again: when it runs short once more, that is told once more
    return row


def next_due(current: Sequence[ClockState | Commitment], *, at: datetime) -> dict[str, object]:
    """Return what lists show of the clocks of a case: the running one that is due first, by field of the case."""
    running = [state for state in current if state.state == State.RUNNING and state.due_at and not state.voided_at]
    first = min(running, key=lambda state: state.due_at or state.started_at, default=None)
    return {
        "next_metric": str(first.metric) if first else "",
        "next_due_at": first.due_at if first else None,
        "next_breach_at": first.breach_at if first else None,
        "next_warn_at": first.warn_at if first else None,
        "sla_state": _worst(current, at),
    }


def _worst(current: Sequence[ClockState | Commitment], at: datetime) -> str:
    # What was voided is waited for by nobody, also where its clock runs on.
    live = [state for state in current if state.state in (State.RUNNING, State.PAUSED) and state.voided_at is None]
    if any(state.breached_at for state in live):
        return SlaState.MISSED.value
    if any(state.state == State.RUNNING and state.warn_at and state.warn_at <= at for state in live):
        return SlaState.AT_RISK.value
    if any(state.state == State.RUNNING for state in live):
        return SlaState.RUNNING.value
    return SlaState.PAUSED.value if live else ""


def list_clocks(case: Case, current: Sequence[ClockState | Commitment], *, at: datetime) -> set[str]:
    """Set what lists show of the clocks of `case`, live ones at least; return the names of the fields that changed."""
    wanted = next_due(current, at=at)
    changed = {name for name, value in wanted.items() if getattr(case, name) != value}
    for name in changed:
        setattr(case, name, wanted[name])
    return changed
