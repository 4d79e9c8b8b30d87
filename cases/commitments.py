"""Which promises hold for a case, and how its clocks stand: the stored result of a pure function of its events."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from typing import Any, Protocol

import structlog
from django.db import transaction

from cases import statuses
from cases.events import KINDS
from cases.models import Case, Commitment, Event
from cases.models.case import Channel
from contacts.models import Desk, Plan
from sla import clocks, compiled
from sla.clocks import Category, ClockState, Moment, State, Target
from sla.matrices import Kind, Severity
from sla.models import Calendar, Matrix
from sla.querysets import round_the_clock

log = structlog.get_logger()

# How many cases one sweep reckons anew after hours were edited, so that breaches never wait for a large edit.
REWORK = 5000
STORED = (
    "state",
    "minutes",
    "started_at",
    "due_at",
    "warn_at",
    "breach_at",
    "stopped_at",
    "breached_at",
    "consumed_seconds",
    "paused_seconds",
)


@dataclass(frozen=True, slots=True)
class Promise:
    """The targets of a case and the calendar they are counted on."""

    targets: tuple[Target, ...]
    calendar: Calendar


def calendar_for(desk: Desk, plan: Plan, severity: int) -> Calendar:
    """Return whose hours count: round the clock for Critical on a plan that has it, else the desk's."""
    if severity == Severity.CRITICAL and plan.round_the_clock_critical:
        return round_the_clock()
    return desk.calendar


def promise(
    *, desk: Desk, plan: Plan, matrix: Matrix, severity: int, kind: str = "", excluded: bool = False
) -> Promise:
    """Return what is promised for a case of this desk, plan and severity. Unclassified counts as the vendor's own."""
    targets = () if excluded else compiled.targets(matrix, kind or Kind.OWN, severity)
    return Promise(targets, calendar_for(desk, plan, severity))


def promise_of(case: Case) -> Promise:
    """Return what is promised for `case` as it is now."""
    return promise(
        desk=case.desk,
        plan=case.plan,
        matrix=case.matrix,
        severity=case.severity,
        kind=case.kind,
        excluded=case.exclusion_id is not None,
    )


def preview(promised: Promise, *, at: datetime) -> tuple[ClockState, ...]:
    """Return the clocks that would run for a case reaching us at `at` (UTC): the promise before it is made."""
    start = Moment(at=at, category=Category.ACTIVE)
    return clocks.run(promised.targets, compiled.working_time(promised.calendar), (start,), at=at)


class Happened(Protocol):
    """What clocks read of an event, stored or not."""

    kind: Any
    at: Any
    status: Any
    channel: Any


def timeline(case: Case, events: Iterable[Happened]) -> tuple[Moment, ...]:
    """Return what the events of `case`, oldest first, mean for its clocks; the first: the customer reached us."""
    moments: list[Moment] = []
    for event in events:
        kind = KINDS[event.kind]
        # Two people at once: who waited for the row lock may bring an earlier time than what was done meanwhile.
        happened = max(event.at, moments[-1].at) if moments else case.received_at
        moments.append(
            Moment(
                at=happened,
                category=statuses.STATUSES[event.status].category,
                answered=kind.answers or _was_a_talk(event),
                restored=kind.restores,
            )
        )
    return tuple(moments)


def _was_a_talk(event: Happened) -> bool:
    """Say whether a case was opened while one of ours talked with the customer: the first answer was given then."""
    return event.kind == "opened" and event.channel in (Channel.PHONE, Channel.CHAT)


def states(case: Case, *, at: datetime) -> tuple[ClockState, ...]:
    """Return how the clocks of `case` stand at `at`, from its events alone. One query."""
    return _states(case, promise_of(case), None, at)


def _states(case: Case, promised: Promise, opening: Event | None, at: datetime) -> tuple[ClockState, ...]:
    if not promised.targets:
        return ()
    events = Event.objects.filter(case=case).only("kind", "at", "status", "channel").order_by("id")
    moments = timeline(case, [opening] if opening else events)
    return clocks.run(promised.targets, compiled.working_time(promised.calendar), moments, at=max(at, moments[-1].at))


def rerun(case: Case, *, at: datetime, opening: Event | None = None) -> set[str]:
    """Store how the clocks of a locked `case` stand at `at`, and set what its lists show of them.

    `opening` is the one event of a case that is being opened, of which nothing has to be read.
    Returns the names of the fields of `case` that changed; the caller saves them.
    """
    promised = promise_of(case)
    current = _states(case, promised, opening, at)
    rows = () if opening else Commitment.objects.filter(case=case)
    stored = {(row.metric, row.cycle, row.period_no): row for row in rows}
    fresh: list[Commitment] = []
    changed: list[Commitment] = []
    for state in current:
        row = stored.pop((state.metric.value, state.cycle, state.period_no), None)
        if row is None:
            fresh.append(_write(Commitment(case=case, **_key(state)), state, promised.calendar))
        elif _differs(row, state, promised.calendar):
            changed.append(_write(row, state, promised.calendar))
    Commitment.objects.bulk_create(fresh)
    if changed:
        Commitment.objects.bulk_update(changed, [*STORED, "calendar", "calendar_revision"])
    if stored:
        Commitment.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    return _summarise(case, current)


def _key(state: ClockState) -> dict[str, object]:
    return {"metric": state.metric.value, "cycle": state.cycle, "period_no": state.period_no}


def _value(state: ClockState, name: str) -> object:
    value = getattr(state, name)
    return value.value if name == "state" else value


def _is_settled(row: Commitment, state: ClockState, calendar: Calendar) -> bool:
    """Say whether a clock ended before its calendar was edited: what was kept or missed then stays so."""
    edited = (row.calendar_id, row.calendar_revision) != (calendar.pk, calendar.revision)
    return edited and row.stopped_at is not None and row.stopped_at == state.stopped_at


def _differs(row: Commitment, state: ClockState, calendar: Calendar) -> bool:
    if _is_settled(row, state, calendar):
        return False
    reckoned = (row.calendar_id, row.calendar_revision) == (calendar.pk, calendar.revision)
    return not reckoned or any(getattr(row, name) != _value(state, name) for name in STORED)


def _write(row: Commitment, state: ClockState, calendar: Calendar) -> Commitment:
    row.calendar, row.calendar_revision = calendar, calendar.revision
    for name in STORED:
        setattr(row, name, _value(state, name))
    return row


def next_due(current: Sequence[ClockState]) -> dict[str, object]:
    """Return what lists show of the clocks of a case: the running one that is due first, by field of the case."""
    running = [state for state in current if state.state == State.RUNNING and state.due_at]
    first = min(running, key=lambda state: state.due_at or state.started_at, default=None)
    return {
        "next_metric": first.metric.value if first else "",
        "next_due_at": first.due_at if first else None,
        "next_warn_at": first.warn_at if first else None,
    }


def _summarise(case: Case, current: Sequence[ClockState]) -> set[str]:
    wanted = next_due(current)
    changed = {name for name, value in wanted.items() if getattr(case, name) != value}
    for name in changed:
        setattr(case, name, wanted[name])
    return changed


def overdue(at: datetime, limit: int = 500) -> list[int]:
    """Return ids of cases with a clock that ran out by `at`, not yet recorded as breached: an index range scan."""
    due = Commitment.objects.filter(state=State.RUNNING.value, breached_at__isnull=True, breach_at__lt=at)
    return list(due.order_by("breach_at").values_list("case", flat=True)[:limit])


def outdated(limit: int = 500) -> list[int]:
    """Return ids of cases with a live clock reckoned on hours edited since: an index range scan a calendar."""
    ids: list[int] = []
    for calendar in Calendar.objects.order_by("pk"):
        live = Commitment.objects.filter(state__in=[State.RUNNING.value, State.PAUSED.value], calendar=calendar)
        ids += live.filter(calendar_revision__lt=calendar.revision).values_list("case", flat=True)[: limit - len(ids)]
    return ids


def sweep(at: datetime) -> int:
    """Record the breaches of all clocks that ran out by `at`, and reckon those anew whose hours were edited.

    Safe to repeat and to run twice at once. Returns how many cases were looked at. One that cannot be reckoned, or is
    held by somebody, is left for the next sweep and stops no other.
    """
    breached = _reckon(lambda: overdue(at), at)
    return len(breached | _reckon(outdated, at, most=REWORK))


def _reckon(find: Callable[[], list[int]], at: datetime, most: float = inf) -> set[int]:
    seen: set[int] = set()
    while len(seen) < most and (ids := [pk for pk in dict.fromkeys(find()) if pk not in seen]):
        for pk in ids:
            try:
                recompute(pk, at=at)
            except Exception:
                log.exception("clocks_not_reckoned", case=pk)
        seen.update(ids)
    return seen


def recompute(pk: int, *, at: datetime) -> bool:
    """Store how the clocks of the case with this id stand at `at`, from its events. Returns whether its row changed."""
    with transaction.atomic():
        case = Case.objects.locked(pk)
        changed = rerun(case, at=at)
        if changed:
            case.save(update_fields=sorted(changed))
    return bool(changed)


def differences(case: Case, *, at: datetime) -> list[str]:
    """Say where what is stored of `case` is not what its events give at `at`; empty where all agrees.

    A breach that the next sweep will record is no difference, nor are seconds that a live clock has used since.
    """
    stored = {(row.metric, row.cycle, row.period_no): row for row in Commitment.objects.filter(case=case)}
    pending = [
        row.breach_at
        for row in stored.values()
        if row.is_running and row.breached_at is None and row.breach_at and row.breach_at < at
    ]
    current, calendar = states(case, at=min(pending, default=at)), promise_of(case).calendar
    found: list[str] = []
    for state in current:
        name = f"{state.metric.value} {state.cycle}.{state.period_no}"
        row = stored.pop((state.metric.value, state.cycle, state.period_no), None)
        if row is None:
            found.append(f"{name}: missing")
            continue
        if _is_settled(row, state, calendar):
            continue
        lasting = [field for field in STORED if row.stopped_at or not field.endswith("_seconds")]
        found += [
            f"{name}: {field} is {getattr(row, field)}, should be {_value(state, field)}"
            for field in lasting
            if getattr(row, field) != _value(state, field)
        ]
    found += [f"{row.metric} {row.cycle}.{row.period_no}: should not be" for row in stored.values()]
    kept = {name: getattr(case, name) for name in ("next_metric", "next_due_at", "next_warn_at")}
    wrong = sorted(_summarise(case, current))
    return found + [f"{name} is {kept[name]}, should be {getattr(case, name)}" for name in wrong]
