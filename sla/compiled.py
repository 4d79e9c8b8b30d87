"""Reference data compiled for the clocks and kept in process, by id and revision: no query while nothing was edited."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sla.clocks import Metric, Target
from sla.matrices import Condition
from sla.models import Calendar, CalendarRevision, Matrix, MatrixRow
from sla.working_time import WorkingTime

Week = dict[int, list[tuple[str, str]]]
ALWAYS: Week = {day: [("00:00", "24:00")] for day in range(7)}


class NoHours(Exception):
    """A calendar has no hours: a mistake in the reference data."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A calendar as it was known from `recorded_at` on (UTC; None: from ever), as one timeline of its dated weeks."""

    number: int
    recorded_at: datetime | None
    hours: WorkingTime
    definition: dict[str, Any]


def working_time(calendar: Calendar) -> WorkingTime:
    """Return the open hours of `calendar` as they are known now. Raises NoHours where none were ever entered."""
    return editions(calendar)[-1].hours


def editions(calendar: Calendar) -> tuple[Edition, ...]:
    """Return all editions of `calendar`, oldest first. Raises NoHours where it has no hours."""
    return _editions(calendar.pk, calendar.revision)


def edition_at(calendar: Calendar, at: datetime) -> Edition:
    """Return the edition of `calendar` that was known at `at`; before the first, the first."""
    known = editions(calendar)
    return next((one for one in reversed(known) if one.recorded_at and one.recorded_at <= at), known[0])


@lru_cache(maxsize=256)
def _editions(calendar_id: int, _revision: int) -> tuple[Edition, ...]:
    stored = CalendarRevision.objects.filter(calendar=calendar_id).order_by("number")
    found = tuple(
        Edition(number, recorded_at, hours(definition), definition)
        for number, recorded_at, definition in stored.values_list("number", "recorded_at", "definition")
    )
    if not found:
        raise NoHours(f"calendar {calendar_id}")
    return found


def hours(definition: dict[str, Any]) -> WorkingTime:
    """Return the hours that the definition of a `CalendarRevision` states, compiled once. Raises NoHours for none."""
    return _hours(json.dumps(definition, sort_keys=True))


@lru_cache(maxsize=1024)
def _hours(text: str) -> WorkingTime:
    stated = json.loads(text)
    zone = stated["zone"]
    if stated["round_the_clock"]:
        return WorkingTime(zone, ALWAYS)
    closed = [date.fromisoformat(day) for day in stated["closed"]]
    overrides = {date.fromisoformat(day): spans for day, spans in stated["overrides"].items()}
    parts = [
        (_day(version["from"]), WorkingTime(zone, _week(version["week"]), closed, overrides))
        for version in stated["versions"]
    ]
    if not parts:
        raise NoHours(text)
    parts.sort(key=lambda part: part[0] or date.min)
    return parts[0][1] if len(parts) == 1 else WorkingTime.joined(parts)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _week(stored: dict[str, list[list[str]]]) -> Week:
    return {int(day): [(start, end) for start, end in spans] for day, spans in stored.items()}


@lru_cache(maxsize=256)
def _rows(matrix_id: int, _revision: int, kind: str, severity: int) -> tuple[MatrixRow, ...]:
    return tuple(MatrixRow.objects.filter(matrix=matrix_id, kind=kind, severity=severity).order_by("pk"))


def rows(matrix: Matrix, kind: str, severity: int) -> tuple[MatrixRow, ...]:
    """Return the cells of `matrix` for a kind and a severity, those that are words only included."""
    return _rows(matrix.pk, matrix.revision, kind, severity)


def targets(matrix: Matrix, kind: str, severity: int, *, system_wide: bool = False) -> tuple[Target, ...]:
    """Return the targets that run a clock; those for system-wide problems only where the case is one."""
    return _targets(matrix.pk, matrix.revision, kind, severity, system_wide)


@lru_cache(maxsize=512)
def _targets(matrix_id: int, revision: int, kind: str, severity: int, system_wide: bool) -> tuple[Target, ...]:
    return tuple(
        Target(
            metric=Metric(row.metric),
            minutes=row.minutes,
            clock=row.clock,
            pause_on_customer=row.pause_on_customer,
            warn_percent=row.warn_percent,
            condition=row.condition,
        )
        for row in _rows(matrix_id, revision, kind, severity)
        if row.minutes is not None and (system_wide or row.condition != Condition.SYSTEM_WIDE)
    )


def forget() -> None:
    """Drop everything compiled. For tests, whose edits are rolled back."""
    _editions.cache_clear()
    _rows.cache_clear()
    _targets.cache_clear()
