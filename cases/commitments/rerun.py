"""Re-running the clocks of locked cases: replayed from their events and stored, many cases in few statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.commitments.replay import WRITTEN, Reckoned, reconcile, record_breaches, replay
from cases.models import Case, Commitment, Event, bulk_update
from sla.clocks import ClockState


@dataclass(slots=True)
class _Happened:
    """What clocks read of an event: rows are many, and models dear."""

    pk: int
    kind: str
    at: datetime
    status: str
    channel: str
    data: dict[str, Any]


def rerun_all(
    cases: Sequence[Case], *, at: datetime, openings: Collection[Event] = (), every_breach: bool = False
) -> list[tuple[Case, Reckoned]]:
    """Store how the clocks of these locked cases stand at `at` (UTC), and set what lists show of them.

    `openings` are the one event each of cases that are being opened, of which nothing has to be read. The caller saves
    the `fields` of each case that changed, and tells what is worth telling. Breaches on record are compared where a
    clock says so, or all of them (`every_breach`).
    """
    opened = {event.case_id: event for event in openings}
    known = [case.pk for case in cases if case.pk not in opened]
    events, rows = _events(known), _clocks(known)
    found: list[tuple[Case, Sequence[ClockState], Reckoned]] = []
    doubtful = []
    for case in cases:
        happened = [opened[case.pk]] if case.pk in opened else events[case.pk]
        current, before = replay(case, happened, at=at), _broken(rows[case.pk])
        reckoned = reconcile(case, rows[case.pk], current, at=at)
        found.append((case, current, reckoned))
        kept = [row for row in rows[case.pk] if row.pk not in reckoned.gone]
        if every_breach or reckoned.breached or before != _broken(kept):
            doubtful.append(found[-1])
    _store([reckoned for _case, _states, reckoned in found])
    if doubtful:
        record_breaches(doubtful, at=at)
    return [(case, reckoned) for case, _states, reckoned in found]


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


def _broken(rows: Iterable[Commitment]) -> list[tuple[Any, ...]]:
    """Return what is recorded of the breaches of these clocks; of one that still runs not how far."""
    return [
        (row.key, row.breached_at, row.voided_at, row.void_event_id)
        + ((row.stopped_at, row.consumed_seconds, row.paused_seconds, row.waiting_seconds) if row.stopped_at else ())
        for row in rows
        if row.breached_at
    ]


def _store(found: Sequence[Reckoned]) -> None:
    Commitment.objects.bulk_create([row for reckoned in found for row in reckoned.fresh])
    bulk_update.update(Commitment, WRITTEN, [row for reckoned in found for row in reckoned.changed])
    gone = [pk for reckoned in found for pk in reckoned.gone]
    if gone:
        Commitment.objects.filter(pk__in=gone).delete()
