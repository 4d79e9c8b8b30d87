"""What a customer is told of promised times: before sending, by the clocks that would run; after, by those that do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases.commitments import terms
from cases.commitments.exclusions import starting_exclusion
from cases.commitments.replay import preview
from cases.commitments.terms import promise
from cases.models import Case, CaseType, Commitment, Exclusion
from contacts.models import Account, Desk, Plan
from products.models import Product
from sla import compiled
from sla.clocks import Metric, State
from sla.lateness import is_late
from sla.matrices import METRIC_LABELS, Condition, Fallback, Kind, Severity
from sla.models import Calendar, MatrixRow

CONDITIONS = {
    Condition.NO_CODE_CHANGE: _("if no change of code is needed"),
    Condition.NO_CODE_PROBLEM: _("if no problem of code is found"),
}
FALLBACKS = {
    Fallback.UPDATE: _("by a workaround, or by an update where no stable workaround exists"),
    Fallback.NEXT_RELEASE: _("by a workaround, or in the next version where no stable workaround exists"),
}
# What is promised for a date, in place of what its cell of the matrix says.
DATED = {
    Metric.RESOLUTION: _("with a coming version"),
    Metric.AGREED: _("as agreed with you"),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether those who answer are there at an instant, and when they are next. `opens_at` is None while open."""

    always: bool
    is_open: bool
    opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One promise in words. `due_at` is None where it is words only, paused or no longer holds."""

    label: str
    words: str = ""
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    state: str = State.RUNNING
    is_late: bool = False
    clock: Commitment | None = None

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING and self.due_at is not None

    @property
    def is_paused(self) -> bool:
        return self.state == State.PAUSED

    @property
    def is_done(self) -> bool:
        return self.stopped_at is not None and self.state in (State.MET, State.MISSED)

    @property
    def is_cancelled(self) -> bool:
        """Whether nothing is promised any more, or something else instead."""
        return self.state in (State.CANCELLED, State.CONVERTED)

    @property
    def is_void(self) -> bool:
        """Whether it binds nobody: what it depends on is not so, or its breach was excused. Never late, never kept."""
        return self.state == State.VOID or (self.clock is not None and self.clock.is_void)


@dataclass(frozen=True, slots=True)
class PromisedTimes:
    """What would be promised for a case that is not sent yet."""

    hours: Hours
    lines: tuple[Line, ...]
    exclusion: Exclusion | None
    plan: Plan
    is_critical: bool

    @property
    def first(self) -> Line | None:
        """The promise that falls due first, the one that a person wants to know."""
        timed = [(line.due_at, line) for line in self.lines if line.due_at]
        return min(timed, key=lambda pair: pair[0])[1] if timed else None

    @property
    def others(self) -> tuple[Line, ...]:
        """The promises beside the first."""
        first = self.first
        return tuple(line for line in self.lines if line is not first)

    @property
    def emergency_phone(self) -> str:
        """The number to call outside business hours, told to subscribers of a plan that has one and to nobody else."""
        return self.plan.emergency_phone if self.is_critical and self.plan.has_emergency_phone else ""


def hours(calendar: Calendar, *, at: datetime) -> Hours:
    """Say whether `calendar` is open at `at` (UTC)."""
    open_time = compiled.working_time(calendar)
    is_open = open_time.is_open(at)
    return Hours(calendar.round_the_clock, is_open, None if is_open else open_time.next_open(at))


def preview_times(
    account: Account,
    product: Product,
    type: CaseType | None,
    severity: int,
    *,
    at: datetime,
    version_covered: bool = True,
) -> PromisedTimes:
    """Return what is promised for a case sent at `at`: the same that the clocks will hold.

    Without a type it is what holds for most of them. `version_covered` says whether its version is still supported.
    Where no desk is listed for the product in the region of the account, the hours are of the one that stands in.
    """
    desk = Desk.objects.select_related("calendar").serving(product, account.region)
    matrix = terms.matrix_for(type.pk if type else "", terms.day_of(desk.calendar, at))
    own = type is not None and type.excluded_by_default_id is not None and terms.is_own(matrix)
    code = starting_exclusion(type, version_covered=version_covered, has_matrix=own) if type else None
    excluded = Exclusion.objects.get(pk=code) if code else None
    promised = promise(desk=desk, plan=account.plan, matrix=matrix, severity=severity, excluded=excluded is not None)
    due = {clock.metric: clock.due_at for clock in preview(promised, at=at)}
    rows = () if excluded else compiled.rows(matrix, Kind.OWN, severity)
    lines = tuple(
        Line(label(row.metric), format_condition(row), due.get(Metric(row.metric)))
        for row in rows
        if _is_shown(row, due)
    )
    return PromisedTimes(hours(promised.calendar, at=at), lines, excluded, account.plan, severity == Severity.CRITICAL)


def _is_shown(row: MatrixRow, due: dict[Metric, datetime | None]) -> bool:
    return row.minutes is None or Metric(row.metric) in due


def label(metric: str) -> str:
    """Name what is promised, in the active language."""
    return str(METRIC_LABELS[Metric(metric)])


def format_condition(row: MatrixRow) -> str:
    """Say what a target depends on, or what stands in place of a time; "" where there is nothing to say."""
    said = [row.note, CONDITIONS.get(Condition(row.condition)), FALLBACKS.get(Fallback(row.fallback))]
    return "; ".join(str(part) for part in said if part)


def lines(case: Case, stored: Iterable[Commitment], *, at: datetime) -> list[Line]:
    """Return the promises of `case` as they stand at `at`, in the order of the matrix: the latest of each kind.

    Those of earlier cycles and earlier status updates are told by `missed`.
    """
    latest: dict[str, Commitment] = {}
    for clock in sorted(stored, key=lambda one: (one.cycle, one.period_no)):
        latest[clock.metric] = clock
    told: list[Line] = []
    for row in () if case.exclusion_id else compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity):
        if row.metric in latest:
            told.append(line(latest.pop(row.metric), at=at, said=format_condition(row)))
        elif row.minutes is None and not case.is_closed:
            told.append(Line(label(row.metric), format_condition(row)))
    return told + [line(clock, at=at) for clock in latest.values()]


def line(clock: Commitment, *, at: datetime, said: str = "") -> Line:
    """Return one stored clock as it stands at `at`. Late is late, also while the sweep has not said so yet."""
    overdue = clock.is_running and is_late(clock.breach_at, at)
    late = not clock.is_void and (overdue or clock.breached_at is not None)
    told = str(DATED.get(Metric(clock.metric), said)) if clock.is_dated else said
    return Line(clock.label, told, clock.due_at, clock.stopped_at, clock.state, late, clock)


def missed(stored: Iterable[Commitment], told: Iterable[Line]) -> list[Commitment]:
    """Return the promises broken earlier that `told` does not show any more, oldest first; void ones bind nobody."""
    shown = {line.clock.pk for line in told if line.clock}
    late = [clock for clock in stored if clock.breached_at and not clock.is_void and clock.pk not in shown]
    return sorted(late, key=lambda clock: clock.started_at)


def next_line(case: Case, *, at: datetime) -> Line | None:
    """Return the next promise of `case` from what its row keeps, for lists. No query."""
    if case.next_due_at is None or not case.next_metric:
        return None
    return Line(label(case.next_metric), due_at=case.next_due_at, is_late=is_late(case.next_breach_at, at))
