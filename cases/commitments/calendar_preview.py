"""Which running clocks would be due at another time, were the hours of a calendar edited now. Nothing is written."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from cases.models import Case, Commitment
from sla import compiled
from sla.clocks import Metric, State
from sla.compiled import Edition
from sla.matrices import METRIC_LABELS, Clock
from sla.models import Calendar, MatrixRow
from sla.working_time import WorkingTime

if TYPE_CHECKING:
    from contacts.models import User

SHOWN = 50
Row = tuple[int, str, datetime, int, int, str, int]
COLUMNS = ("case_id", "metric", "due_at", "calendar_revision", "case__matrix_id", "kind", "severity")


@dataclass(frozen=True, slots=True)
class Move:
    """A clock whose due time would move; `due_then` is None where it would never fall due."""

    case_id: int
    metric: str
    due_at: datetime
    due_then: datetime | None

    @property
    def number(self) -> str:
        return Case(pk=self.case_id).number

    @property
    def label(self) -> str:
        """What is promised, in the active language."""
        return str(METRIC_LABELS[Metric(self.metric)])


@dataclass(frozen=True, slots=True)
class Moves:
    """How many clocks run on a calendar, how many of them would move, and the first of these, soonest due first."""

    running: int
    moving: int
    first: tuple[Move, ...]


def moves(user: "User", calendar: Calendar, hours: WorkingTime, *, at: datetime, most: int = SHOWN) -> Moves:
    """Return what edited `hours` of `calendar`, known from `at` (UTC) on, would do to the clocks that `user` may see.

    Time spent before `at` keeps its worth; what is left of a promise is counted on the new hours. Two queries; every
    running clock of the calendar is reckoned.
    """
    running = 0
    found: list[tuple[datetime, int, str, datetime | None]] = []
    known = compiled.editions(calendar)
    old = known[-1].hours
    for case_id, metric, due, revision in _running(user, calendar, at):
        running += 1
        if revision < known[-1].number:  # the next sweep has yet to bring it up to date
            due = _up_to_date(due, revision, known) or due
        if due <= at:  # nothing is left to count: it is due, and breached as soon as the desk opens
            continue
        then = hours.advance(at, old.open_time(at, due))
        if then != due:
            found.append((due, case_id, metric, then))
    first = heapq.nsmallest(most, found, key=itemgetter(0, 1, 2))
    return Moves(running, len(found), tuple(Move(case_id, metric, due, then) for due, case_id, metric, then in first))


def _running(user: "User", calendar: Calendar, at: datetime) -> Iterator[tuple[int, str, datetime, int]]:
    """Yield the clocks that count working time of the calendar now, and are promised for no date."""
    elapsed = set(MatrixRow.objects.filter(clock=Clock.ELAPSED).values_list("matrix_id", "kind", "severity", "metric"))
    live = Commitment.objects.filter(stopped_at__isnull=True, calendar=calendar, state=State.RUNNING.value)
    live = live.filter(is_dated=False, due_at__isnull=False, breached_at__isnull=True)
    live = live.filter(case__in=Case.objects.visible_to(user))
    rows: Iterator[Row] = live.values_list(*COLUMNS).iterator(chunk_size=10_000)
    for case_id, metric, due, revision, matrix, kind, severity in rows:
        if metric != Metric.ROOT_CAUSE.value and (matrix, kind, severity, metric) not in elapsed:
            yield case_id, metric, due, revision


def _up_to_date(due: datetime, revision: int, known: tuple[Edition, ...]) -> datetime | None:
    """Return a due time that was reckoned on the edition `revision` as the newest one has it."""
    later = [edition for edition in known if edition.number >= revision]
    for before, after in pairwise(later):
        if after.recorded_at and due > after.recorded_at:
            moved = after.hours.advance(after.recorded_at, before.hours.open_time(after.recorded_at, due))
            if moved is None:
                return None
            due = moved
    return due
