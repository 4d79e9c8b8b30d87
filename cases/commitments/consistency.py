"""Whether the stored clocks of a case are what its events give: the differences, in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cases.commitments.replay import calendar_of, states
from cases.commitments.stored import STORED, next_due, value_of
from cases.models import Breach, Case, Commitment, SlaState
from sla.clocks import ClockState
from sla.promises import Key

# What grows while a clock runs: stored as of the last event, and no difference afterwards.
GROWING = ("consumed_seconds", "paused_seconds", "waiting_seconds")


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
        name = _name(state.key)
        row = stored.pop(state.key, None)
        if row is None:
            found.append(f"{name}: missing")
        elif row.stopped_at is None and row.calendar_revision < calendar_of(case, state).revision:
            outdated = True
        else:
            lasting = [field for field in STORED if row.stopped_at or field not in GROWING]
            found += [
                f"{name}: {field} is {getattr(row, field)}, should be {value_of(state, field)}"
                for field in lasting
                if getattr(row, field) != value_of(state, field)
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
    broken = [state.key for state in current if state.breached_at is not None and state.key in stored]
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
