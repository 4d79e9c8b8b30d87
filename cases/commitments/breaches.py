"""The breaches of commitments: one row a missed clock, kept up to date with what is learned of it later."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from cases.commitments.overruns import overrun
from cases.commitments.replay import calendar_of, tag_of
from cases.models import Breach, Case, bulk_update
from sla import compiled
from sla.clocks import ClockState, Metric
from sla.promises import Key

LEARNED = ("stopped_at", "overrun_seconds", "paused_seconds", "waiting_seconds", "voided_at", "void_event_id")


def record_breaches(
    found: Sequence[tuple[Case, Sequence[ClockState]]], *, at: datetime
) -> Mapping[int, list[ClockState]]:
    """Record the breaches of these cases, and what is known now of earlier ones. Two queries, or three.

    Returns the newly missed clocks by id of the case. A breach that late events do not bear out is void.
    """
    kept: dict[int, dict[Key, Breach]] = {case.pk: {} for case, _states in found}
    for row in Breach.objects.filter(case__in=list(kept)):
        kept[row.case_id][Metric(row.metric), row.cycle, row.period_no] = row
    new: dict[int, list[ClockState]] = {}
    fresh: list[Breach] = []
    learned: list[Breach] = []
    for case, current in found:
        broken, known = {state.key: state for state in current if state.breached_at is not None}, kept[case.pk]
        new[case.pk] = [state for key, state in broken.items() if key not in known]
        fresh += [breach(case, state, at) for state in new[case.pk]]
        learned += [row for key, row in known.items() if _corrected(row, broken.get(key), at)]
    Breach.objects.bulk_create(fresh, ignore_conflicts=True)
    bulk_update.update(Breach, LEARNED, learned)
    return new


def breach(case: Case, state: ClockState, at: datetime) -> Breach:
    """Return the record, not yet stored, of the breach of a clock of `case`, detected at `at`."""
    tag, calendar = tag_of(state), calendar_of(case, state)
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
    row.overrun_seconds = overrun(state)
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
