"""How the clocks of a case stand: the stored result of a pure function of its events, matrix and calendars.

What the events mean for the clocks is in `cases/commitments/terms.py`, the sweep that goes by the stored rows in
`cases/jobs/commitments.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cases.commitments import terms
from cases.commitments.terms import Promise, Tag, promise
from cases.models import Breach, Case, Commitment, Event, SlaState, bulk_update
from sla import clocks, compiled
from sla.clocks import Category, ClockState, Moment, State
from sla.models import Calendar
from sla.promises import Key

__all__ = ["Promise", "Reckoned", "differences", "next_due", "preview", "promise", "reconcile", "states"]

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
LISTED = ("next_metric", "next_due_at", "next_warn_at", "sla_state")
WRITTEN = (*STORED, "calendar_id", "calendar_revision", "void_event_id", "warned_at")
# What grows while a clock runs: stored as of the last event, and no difference afterwards.
GROWING = ("consumed_seconds", "paused_seconds", "waiting_seconds")
LEARNED = ("stopped_at", "overrun_seconds", "paused_seconds", "waiting_seconds", "voided_at", "void_event_id")


def preview(promised: Promise, *, at: datetime) -> tuple[ClockState, ...]:
    """Return the clocks that would run for a case reaching us at `at` (UTC): the promise before it is made."""
    start = Moment(at=at, category=Category.ACTIVE)
    return clocks.run(promised.targets, compiled.working_time(promised.calendar), (start,), at=at)


def states(case: Case, *, at: datetime) -> tuple[ClockState, ...]:
    """Return how the clocks of `case` stand at `at`, from its events alone. One query."""
    return replay(case, _events(case), at=at)


def replay(case: Case, events: Iterable[terms.Happened], *, at: datetime) -> tuple[ClockState, ...]:
    """Return how the clocks of `case` stand at `at` (or at the last event, if that is later) after these events."""
    moments = terms.timeline(case, events)
    first = moments[0].terms
    assert first is not None  # the opening has the terms of its day
    if len(moments) == 1 and not first.targets:
        return ()
    last = max(moment.at for moment in moments if moment.edit is None)  # hours may be edited later than `at`
    return clocks.run(first.targets, first.calendar, moments, at=max(at, last))


def _events(case: Case) -> Iterable[Event]:
    return Event.objects.filter(case=case).only("kind", "at", "status", "channel", "data").order_by("id")


@dataclass(slots=True)
class Reckoned:
    """What reckoning a case brought: rows to write, fields of the case that change, and what is worth telling."""

    fresh: list[Commitment] = field(default_factory=list)
    changed: list[Commitment] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    warned: list[Commitment] = field(default_factory=list)
    breached: list[ClockState] = field(default_factory=list)
    moved: list[tuple[Commitment, datetime]] = field(default_factory=list)  # with the due time before
    corrects: bool = False  # something was learned of a breach that may be on record


def reconcile(case: Case, rows: Iterable[Commitment], current: Sequence[ClockState], *, at: datetime) -> Reckoned:
    """Bring the stored `rows` of `case` in line with its clocks as they stand at `at`, and its lists' fields too.

    Pure but for the objects it is given: nothing is read or written.
    """
    stored: dict[tuple[Any, ...], Commitment] = {row.key: row for row in rows}
    reckoned = Reckoned()
    for state in current:
        row = stored.pop(_key(state), None)
        due, was = (row.due_at, row.breached_at) if row else (None, None)
        revision = row.calendar_revision if row else 0
        if row is None:
            metric, cycle, period_no = _key(state)
            row = Commitment(case=case, metric=metric, cycle=cycle, period_no=period_no)
            reckoned.fresh.append(_write(case, row, state, at))
        elif _differs(case, row, state, at):
            before = _ending(row)
            reckoned.changed.append(_write(case, row, state, at))
            reckoned.corrects |= was is not None and (row.stopped_at is not None or before != _ending(row))
        if state.breached_at is not None and was is None:
            reckoned.breached.append(state)
        if _is_to_be_warned(row, at):
            row.warned_at = at
            reckoned.warned.append(row)
            if not any(one is row for one in (*reckoned.fresh, *reckoned.changed)):
                reckoned.changed.append(row)
        if due and row.due_at and row.stopped_at is None and due != row.due_at and revision != row.calendar_revision:
            reckoned.moved.append((row, due))
    reckoned.gone = [row.pk for row in stored.values()]
    reckoned.corrects |= any(row.breached_at for row in stored.values())
    reckoned.fields = list_clocks(case, current, at=at)
    return reckoned


def _ending(row: Commitment) -> tuple[Any, ...]:
    return row.breached_at, row.stopped_at, row.voided_at, row.void_event_id


def _is_to_be_warned(row: Commitment, at: datetime) -> bool:
    in_time = row.is_running and row.breached_at is None and row.voided_at is None and row.warned_at is None
    return in_time and row.warn_at is not None and row.warn_at <= at


def _key(state: ClockState) -> tuple[str, int, int]:
    return state.metric.value, state.cycle, state.period_no


def _tag(state: ClockState) -> Tag:
    assert isinstance(state.tag, Tag)
    return state.tag


def _value(state: ClockState, name: str) -> Any:
    if name in ("severity", "kind"):
        return getattr(_tag(state), name)
    value = getattr(state, name)
    return value.value if name == "state" else value


def _calendar(case: Case, state: ClockState) -> Calendar:
    """Return whose hours a clock counts on: those of its terms, or of earlier ones whose promise still binds."""
    terms, other = case.calendar, case.critical_calendar
    if _tag(state).calendar != terms.pk:
        terms, other = other, terms
    if terms != other and not _counts_on(terms, state) and _counts_on(other, state):
        return other
    return terms


def _counts_on(calendar: Calendar, state: ClockState) -> bool:
    return any(edition.hours is state.calendar for edition in compiled.editions(calendar))


def _revision(case: Case, state: ClockState, at: datetime) -> int:
    """Return the edition of the hours that a clock went by: when it ended, or now."""
    return compiled.edition_at(_calendar(case, state), state.stopped_at or at).number


def _differs(case: Case, row: Commitment, state: ClockState, at: datetime) -> bool:
    return (
        (row.calendar_id, row.calendar_revision) != (_calendar(case, state).pk, _revision(case, state, at))
        or row.void_event_id != state.void_mark
        or any(getattr(row, name) != _value(state, name) for name in STORED)
    )


def _write(case: Case, row: Commitment, state: ClockState, at: datetime) -> Commitment:
    for name in STORED:
        setattr(row, name, _value(state, name))
    row.calendar_id, row.calendar_revision = _calendar(case, state).pk, _revision(case, state, at)
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


def record_breaches(found: Sequence[tuple[Case, Sequence[ClockState], Reckoned]], *, at: datetime) -> None:
    """Record what was missed, and what has been learned since of what was missed before. Two queries, or three.

    `breached` of each is left with what is new. A breach that the events, told late, do not bear out is void.
    """
    kept: dict[int, dict[tuple[str, int, int], Breach]] = {case.pk: {} for case, _states, _reckoned in found}
    for row in Breach.objects.filter(case__in=list(kept)):
        kept[row.case_id][row.metric, row.cycle, row.period_no] = row
    fresh: list[Breach] = []
    learned: list[Breach] = []
    for case, current, reckoned in found:
        broken, known = {_key(state): state for state in current if state.breached_at is not None}, kept[case.pk]
        reckoned.breached = [state for key, state in broken.items() if key not in known]
        fresh += [breach(case, state, at) for state in reckoned.breached]
        learned += [row for key, row in known.items() if _corrected(row, broken.get(key), at)]
    Breach.objects.bulk_create(fresh, ignore_conflicts=True)
    bulk_update.update(Breach, LEARNED, learned)


def breach(case: Case, state: ClockState, at: datetime) -> Breach:
    """Return the record, not yet stored, of the breach of a clock of `case`, detected at `at`."""
    tag, calendar = _tag(state), _calendar(case, state)
    missed = state.breached_at
    assert missed is not None
    row = Breach(
        case_id=case.pk,
        metric=state.metric.value,
        cycle=state.cycle,
        period_no=state.period_no,
        kind=tag.kind,
        severity=tag.severity,
        plan_id=case.plan_id,
        matrix_id=tag.matrix or case.matrix_id,
        calendar_id=calendar.pk,
        calendar_revision=compiled.edition_at(calendar, missed).number,
        minutes=state.minutes,
        started_at=state.started_at,
        due_at=state.due_at or state.steps[-1].due_at or missed,  # a paused clock shows none
        breach_at=missed,
        detected_at=at,
    )
    return _learn(row, state)


def _learn(row: Breach, state: ClockState) -> Breach:
    row.stopped_at = state.stopped_at
    row.overrun_seconds = max(0.0, state.consumed_seconds - state.minutes * 60)
    row.paused_seconds, row.waiting_seconds = state.paused_seconds, state.waiting_seconds
    row.voided_at = state.voided_at
    row.void_event_id = state.void_mark if isinstance(state.void_mark, int) else None
    return row


def _corrected(row: Breach, state: ClockState | None, at: datetime) -> bool:
    """Bring a recorded breach up to date; say whether anything about it changed. What is still running is left."""
    before = [getattr(row, name) for name in LEARNED]
    if state is not None:
        _learn(row, state)
        if state.stopped_at is None:
            row.overrun_seconds, row.paused_seconds, row.waiting_seconds = before[1:4]
    elif row.voided_at is None:
        row.voided_at = at
    return before != [getattr(row, name) for name in LEARNED]


def differences(case: Case, *, at: datetime) -> list[str]:
    """Say where what is stored of `case` is not what its events give at `at`; empty where all agrees.

    What the next sweep will do is no difference: a breach to record, a clock whose hours were edited since. Nor are
    seconds that a live clock has used since.
    """
    rows = list(Commitment.objects.filter(case=case))
    stored: dict[tuple[Any, ...], Commitment] = {row.key: row for row in rows}
    current = states(case, at=min(_pending(rows, at), default=at))
    missing = _unrecorded(case, stored, current)
    found: list[str] = []
    outdated = False
    for state in current:
        name = _name(_key(state))
        row = stored.pop(_key(state), None)
        if row is None:
            found.append(f"{name}: missing")
        elif row.stopped_at is None and row.calendar_revision < _calendar(case, state).revision:
            outdated = True
        else:
            lasting = [field for field in STORED if row.stopped_at or field not in GROWING]
            found += [
                f"{name}: {field} is {getattr(row, field)}, should be {_value(state, field)}"
                for field in lasting
                if getattr(row, field) != _value(state, field)
            ]
    found += [f"{_name(key)}: should not be" for key in stored] + missing
    return found if outdated else found + _wrong_in_lists(case, current, at)


def _name(key: tuple[Any, ...] | Key) -> str:
    return f"{key[0]} {key[1]}.{key[2]}"


def _pending(rows: Iterable[Commitment], at: datetime) -> list[datetime]:
    """Return when clocks ran out, or ran short, that no sweep has looked at since."""
    running = [row for row in rows if row.is_running and row.breached_at is None]
    ran_out = [row.breach_at for row in running if row.breach_at and row.breach_at < at]
    ran_short = [row.warn_at for row in running if row.warned_at is None and row.warn_at and row.warn_at < at]
    return ran_out + ran_short


def _unrecorded(case: Case, stored: Mapping[Any, Commitment], current: Sequence[ClockState]) -> list[str]:
    broken = [_key(state) for state in current if state.breached_at is not None and _key(state) in stored]
    if not broken:
        return []
    kept = set(Breach.objects.filter(case=case).values_list("metric", "cycle", "period_no"))
    return [f"{_name(key)}: the breach is not recorded" for key in broken if key not in kept]


def _wrong_in_lists(case: Case, current: Sequence[ClockState], at: datetime) -> list[str]:
    wanted = next_due(current, at=at)
    if wanted["sla_state"] == SlaState.AT_RISK and case.sla_state == SlaState.RUNNING:
        wanted["sla_state"] = case.sla_state  # the next sweep warns
    return [
        f"{name} is {getattr(case, name)}, should be {value}"
        for name, value in sorted(wanted.items())
        if getattr(case, name) != value
    ]
