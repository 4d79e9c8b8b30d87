"""Clocks whose hours were edited: moved on from where they stand, without going through the life of their cases again.

That comes to the same as a replay where a case was never promised anything else than at its opening: each clock then
has one promise on one calendar, what was used before the edit keeps its worth, and only what is left is counted anew.
Other cases, and those of which something has to be told, are left to `cases/jobs/commitments.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from cases.commitments import alerts
from cases.commitments.stored import LISTED, ClockChanges, list_clocks
from cases.commitments.terms import FIELDS
from cases.models import Case, Commitment, Event, bulk_update
from sla import compiled
from sla.clocks import Metric
from sla.compiled import Edition
from sla.matrices import Clock, Kind
from sla.working_time import WorkingTime

MOVED = ("due_at", "warn_at", "breach_at", "calendar_revision")


@transaction.atomic
def move_on(ids: Sequence[int], *, at: datetime) -> tuple[int, list[int]]:
    """Move the live clocks of these cases on to the editions of their hours that are known at `at` (UTC).

    Returns how many due times moved, and the ids of the cases that have to be replayed instead, of which nothing was
    written. Cases that somebody else holds are in neither.
    """
    held = Case.objects.filter(pk__in=ids).order_by("pk").select_for_update(skip_locked=True)
    cases = list(held.prefetch_related("matrix", "calendar", "critical_calendar"))
    replayed = _with_other_terms([case.pk for case in cases])
    rows = _live([case.pk for case in cases if case.pk not in replayed])
    done: list[tuple[Case, ClockChanges]] = []
    for case in cases:
        moved: list[tuple[Commitment, datetime]] = []
        if case.pk in replayed or not all(_move(case, row, at, moved) for row in rows[case.pk]):
            replayed.add(case.pk)
        else:
            done.append(
                (case, ClockChanges(changed=rows[case.pk], fields=list_clocks(case, rows[case.pk], at=at), moved=moved))
            )
    bulk_update.update(Commitment, MOVED, [row for _case, reckoned in done for row in reckoned.changed])
    bulk_update.update(Case, LISTED, [case for case, reckoned in done if reckoned.fields])
    alerts.notify(done, at=at)
    return sum(len(reckoned.moved) for _case, reckoned in done), sorted(replayed)


def _with_other_terms(cases: Iterable[int]) -> set[int]:
    """Return those of the cases that were promised something else after their opening."""
    later = Event.objects.filter(case__in=cases, data__has_any_keys=FIELDS).exclude(kind="opened")
    return set(later.values_list("case", flat=True))


def _live(cases: Iterable[int]) -> Mapping[int, list[Commitment]]:
    found: defaultdict[int, list[Commitment]] = defaultdict(list)
    for row in Commitment.objects.filter(case__in=cases, stopped_at__isnull=True):
        found[row.case_id].append(row)
    return found


def _move(case: Case, row: Commitment, at: datetime, moved: list[tuple[Commitment, datetime]]) -> bool:
    """Bring one clock up to the edition known at `at`; say whether that could be done, and nothing has to be told."""
    calendar = case.calendar if row.calendar_id == case.calendar_id else case.critical_calendar
    known = [one for one in compiled.editions(calendar) if one.recorded_at is None or one.recorded_at <= at]
    ahead = [one for one in known if one.number >= row.calendar_revision]
    if not ahead or ahead[0].number != row.calendar_revision:
        return False
    was = row.due_at
    if row.is_running and _counts(case, row) and not _follow(row, ahead):
        return False
    row.calendar_revision = ahead[-1].number
    if was and row.due_at and was != row.due_at:
        moved.append((row, was))
    return not _is_notifiable(row, at)


def _counts(case: Case, row: Commitment) -> bool:
    """Say whether a clock counts working time, and has still to run out."""
    if row.is_dated or row.metric == Metric.ROOT_CAUSE or row.breached_at is not None:
        return False
    promised = compiled.targets(case.matrix, case.kind or Kind.OWN, case.severity, system_wide=case.is_system_wide)
    return any(target.metric == row.metric and target.clock == Clock.WORKING for target in promised)


def _follow(row: Commitment, editions: Sequence[Edition]) -> bool:
    """Count what is left of a running clock on each later edition from when it was known; False where it is unknown."""
    for before, after in pairwise(editions):
        edited = after.recorded_at
        if edited is None or row.due_at is None or row.warn_at is None:
            return False
        row.warn_at = _left(row.warn_at, edited, before.hours, after.hours)
        row.due_at = _left(row.due_at, edited, before.hours, after.hours)
        row.breach_at = row.due_at and after.hours.next_open(max(row.due_at, edited))
    return row.due_at is not None and row.breach_at is not None


def _left(instant: datetime, edited: datetime, old: WorkingTime, new: WorkingTime) -> datetime | None:
    """Return when the open time that was left from the edit up to an instant is over on the new hours."""
    return instant if instant <= edited else new.advance(edited, old.open_time(edited, instant))


def _is_notifiable(row: Commitment, at: datetime) -> bool:
    if not row.is_running or row.breached_at is not None:
        return False
    ran_out = row.breach_at is not None and row.breach_at < at
    runs_short = row.warn_at is not None and row.warn_at <= at
    return ran_out or runs_short != (row.warned_at is not None)
