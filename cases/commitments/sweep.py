"""The sweep of the clocks: what ran short or ran out is recorded and told, what counts on edited hours reckoned anew.

Goes by the stored rows (partial indexes), locks the cases it changes and skips those that somebody holds. Reckoning is
always from the events, so that a sweep that comes late, twice, or beside another leaves the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cases.commitments import alerts, calendar_edits
from cases.commitments.breaches import record_breaches
from cases.commitments.replay import replay
from cases.commitments.stored import LISTED, WRITTEN, ClockChanges, reconcile
from cases.models import Case, Commitment, Event, bulk_update
from sla.clocks import ClockState, State
from sla.models import Calendar

log = structlog.get_logger()

BATCH = 500
EDITED_BATCH = 2000
# How many cases one sweep reckons anew after hours were edited, so that breaches never wait for a large edit.
REWORK = 20_000


@dataclass(slots=True)
class _ClockEvent:
    """An event as clocks read it: rows are many, and models dear."""

    pk: int
    kind: str
    at: datetime
    status: str
    channel: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pass:
    """What a sweep of the clocks did: how many were missed, ran short, and had their due time moved by an edit."""

    breached: int = 0
    warned: int = 0
    moved: int = 0

    def __add__(self, other: "Pass") -> "Pass":
        return Pass(self.breached + other.breached, self.warned + other.warned, self.moved + other.moved)


def sweep(at: datetime) -> Pass:
    """Record what ran out or ran short by `at` (UTC), and reckon those anew whose hours were edited.

    Safe to repeat and to run twice at once. A case that cannot be reckoned, or is held by somebody, is left for the
    next sweep and stops no other.
    """
    done = _work(lambda: overdue(at), at) + _work(lambda: running_short(at), at)
    for calendar in edited():
        done += _work(partial(outdated, calendar), at, do=_move_on, batch=EDITED_BATCH, most=REWORK)
    return done


def overdue(at: datetime) -> "QuerySet[Commitment]":
    """Return the clocks that ran out by `at` and are not recorded as breached: an index range scan."""
    live = Commitment.objects.filter(state=State.RUNNING.value, breached_at__isnull=True)
    return live.filter(breach_at__lt=at).order_by("breach_at")


def running_short(at: datetime) -> "QuerySet[Commitment]":
    """Return the clocks at risk at `at` of which nobody was warned: an index range scan."""
    live = Commitment.objects.filter(state=State.RUNNING.value, breached_at__isnull=True, warned_at__isnull=True)
    return live.filter(warn_at__lte=at).order_by("warn_at")


def outdated(calendar: Calendar) -> "QuerySet[Commitment]":
    """Return the live clocks reckoned on an earlier edition of `calendar`: an index range scan."""
    live = Commitment.objects.filter(stopped_at__isnull=True, calendar=calendar)
    return live.filter(calendar_revision__lt=calendar.revision).order_by("calendar_revision")


def edited() -> "QuerySet[Calendar]":
    """Return the calendars on earlier editions of which live clocks were reckoned: most often none, in one query."""
    behind = Commitment.objects.filter(stopped_at__isnull=True, calendar=OuterRef("pk"))
    return Calendar.objects.filter(Exists(behind.filter(calendar_revision__lt=OuterRef("revision")))).order_by("pk")


Work = Callable[..., Pass]


def _work(
    find: Callable[[], "QuerySet[Commitment]"],
    at: datetime,
    do: Work | None = None,
    batch: int = BATCH,
    most: int | None = None,
) -> Pass:
    """Reckon the cases of the clocks that `find` returns, batch after batch, until none is new."""
    done, seen, stuck = Pass(), set[int](), set[int]()
    while most is None or len(seen) < most:
        ids = dict.fromkeys(find().exclude(case__in=stuck).values_list("case", flat=True)[:batch])
        if not ids:
            break
        # A clock that comes again could not be reckoned, or its case is held: look past it.
        stuck |= seen & ids.keys()
        if fresh := [pk for pk in ids if pk not in seen]:
            done += _try(do or reckon, fresh, at)
            seen.update(fresh)
    return done


def _try(do: Work, ids: Sequence[int], at: datetime) -> Pass:
    try:
        return do(ids, at=at)
    except Exception:
        if len(ids) == 1:
            log.exception("clocks_not_reckoned", case=ids[0])
            return Pass()
    return sum((_try(do, [pk], at) for pk in ids), Pass())


def _move_on(ids: Sequence[int], *, at: datetime) -> Pass:
    """Move clocks on to their edited hours: most from where they stand, the others by a replay."""
    moved, others = calendar_edits.move_on(ids, at=at)
    return Pass(moved=moved) + (reckon(others, at=at) if others else Pass())


@transaction.atomic
def reckon(ids: Iterable[int], *, at: datetime, skip_locked: bool = True) -> Pass:
    """Store how the clocks of these cases stand at `at`, from their events, and tell what is worth telling.

    Cases that somebody else holds are left out, unless told to wait. One statement each reads and writes them all.
    """
    held = Case.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(skip_locked=skip_locked)
    locked = list(held.values_list("pk", flat=True))
    # Many cases share few calendars and matrices: looked up once, not joined to each.
    cases = Case.objects.prefetch_related("matrix", "calendar", "critical_calendar", "owner").filter(pk__in=locked)
    events, rows = _events(locked), _clocks(locked)
    found: list[tuple[Case, Sequence[ClockState], ClockChanges]] = []
    for case in cases.order_by("pk"):
        current = replay(case, events[case.pk], at=at)
        found.append((case, current, reconcile(case, rows[case.pk], current, at=at)))
    _store(found, at)
    return Pass(
        sum(len(reckoned.breached) for _case, _states, reckoned in found),
        sum(len(reckoned.warned) for _case, _states, reckoned in found),
        sum(len(reckoned.moved) for _case, _states, reckoned in found),
    )


def recompute(pk: int, *, at: datetime) -> None:
    """Store how the clocks of the case with this id stand at `at`, waiting for whoever holds it."""
    reckon([pk], at=at, skip_locked=False)


def _events(cases: Sequence[int]) -> Mapping[int, list[_ClockEvent]]:
    found: defaultdict[int, list[_ClockEvent]] = defaultdict(list)
    for case, *told in (
        Event.objects.filter(case__in=cases)
        .order_by("case_id", "id")
        .values_list("case", *_ClockEvent.__dataclass_fields__)
    ):
        found[case].append(_ClockEvent(*told))
    return found


def _clocks(cases: Sequence[int]) -> Mapping[int, list[Commitment]]:
    found: defaultdict[int, list[Commitment]] = defaultdict(list)
    for row in Commitment.objects.filter(case__in=cases):
        found[row.case_id].append(row)
    return found


def _store(found: Sequence[tuple[Case, Sequence[ClockState], ClockChanges]], at: datetime) -> None:
    Commitment.objects.bulk_create([row for _case, _states, reckoned in found for row in reckoned.fresh])
    bulk_update.update(Commitment, WRITTEN, [row for _case, _states, reckoned in found for row in reckoned.changed])
    gone = [pk for _case, _states, reckoned in found for pk in reckoned.gone]
    if gone:
        Commitment.objects.filter(pk__in=gone).delete()
    new = record_breaches([(case, states) for case, states, _changes in found], at=at)
    for case, _states, reckoned in found:
        reckoned.breached = new[case.pk]
    bulk_update.update(Case, LISTED, [case for case, _states, reckoned in found if reckoned.fields])
    alerts.tell([(case, reckoned) for case, _states, reckoned in found], at=at)
