"""By how much missed commitments are over their promised time: of those that still run as of now, by a replay."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from cases.commitments.replay import replay
from cases.models import Breach, Case, Event
from sla.clocks import ClockState, Metric


def overrun(state: ClockState) -> float:
    """Return the open seconds that a clock has used beyond those promised."""
    return max(0.0, state.consumed_seconds - state.minutes * 60)


def is_over_by(breach: Breach, states: Iterable[ClockState]) -> float:
    """Return by how many open seconds a missed commitment is over, by the clocks of its case as of now."""
    if breach.stopped_at is None:
        key = (Metric(breach.metric), breach.cycle, breach.period_no)
        for state in states:
            if state.key == key and state.breached_at is not None:
                return overrun(state)
    return breach.overrun_seconds


def overruns(breaches: Iterable[Breach], *, at: datetime) -> Mapping[int, float]:
    """Return the open seconds over the promise as of `at` (UTC), by id of the breach; as recorded once it ended.

    Two queries where any still runs, beside those for reference data.
    """
    rows = list(breaches)
    states = _states({row.case_id for row in rows if row.stopped_at is None}, at)
    return {row.pk: is_over_by(row, states.get(row.case_id, ())) for row in rows}


def _states(cases: set[int], at: datetime) -> Mapping[int, tuple[ClockState, ...]]:
    if not cases:
        return {}
    events: defaultdict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(case__in=cases).order_by("id").iterator():
        events[event.case_id].append(event)
    held = Case.objects.filter(pk__in=cases).select_related("calendar", "critical_calendar", "matrix")
    return {case.pk: replay(case, events[case.pk], at=at) for case in held.iterator()}
