"""Reference data compiled for the clocks and kept in process, by id and revision: no query while nothing was edited."""

from datetime import date
from functools import lru_cache

from sla.clocks import Metric, Target
from sla.matrices import Condition
from sla.models import Calendar, CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow
from sla.working_time import WorkingTime

Week = dict[int, list[tuple[str, str]]]
ALWAYS: Week = {day: [("00:00", "24:00")] for day in range(7)}


class NoHours(Exception):
    """A calendar has no hours: a mistake in the reference data."""


def working_time(calendar: Calendar) -> WorkingTime:
    """Return the open hours of `calendar` as one timeline of all its dated versions.

    Raises NoHours where no version was ever entered.
    """
    return _working_time(calendar.pk, calendar.revision)


@lru_cache(maxsize=256)
def _working_time(calendar_id: int, _revision: int) -> WorkingTime:
    calendar = Calendar.objects.get(pk=calendar_id)
    if calendar.round_the_clock:
        return WorkingTime(calendar.zone, ALWAYS)
    closed = frozenset(ClosedDate.objects.filter(calendar=calendar).values_list("date", flat=True))
    overrides = {row.date: [tuple(span) for span in row.spans] for row in DayOverride.objects.filter(calendar=calendar)}
    versions = CalendarVersion.objects.filter(calendar=calendar).order_by("effective_from")
    parts: list[tuple[date | None, WorkingTime]] = [
        (row.effective_from, WorkingTime(calendar.zone, _week(row.week), closed, overrides)) for row in versions
    ]
    if not parts:
        raise NoHours(calendar.code)
    parts.sort(key=lambda part: part[0] or date.min)
    return parts[0][1] if len(parts) == 1 else WorkingTime.joined(parts)


def _week(stored: dict[str, list[list[str]]]) -> Week:
    return {int(day): [(start, end) for start, end in spans] for day, spans in stored.items()}


@lru_cache(maxsize=256)
def _rows(matrix_id: int, _revision: int, kind: str, severity: int) -> tuple[MatrixRow, ...]:
    return tuple(MatrixRow.objects.filter(matrix=matrix_id, kind=kind, severity=severity).order_by("pk"))


def rows(matrix: Matrix, kind: str, severity: int) -> tuple[MatrixRow, ...]:
    """Return the cells of `matrix` for a kind and a severity, those that are words only included."""
    return _rows(matrix.pk, matrix.revision, kind, severity)


def targets(matrix: Matrix, kind: str, severity: int) -> tuple[Target, ...]:
    """Return the targets that run a clock from the start; those that wait for a flag of the case are left out."""
    return tuple(
        Target(
            metric=Metric(row.metric),
            minutes=row.minutes,
            clock=row.clock,
            pause_on_customer=row.pause_on_customer,
            warn_percent=row.warn_percent,
        )
        for row in rows(matrix, kind, severity)
        if row.minutes is not None and row.condition != Condition.SYSTEM_WIDE
    )


def forget() -> None:
    """Drop everything compiled. For tests, whose edits are rolled back."""
    _working_time.cache_clear()
    _rows.cache_clear()
