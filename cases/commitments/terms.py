"""What the events of a case mean for its clocks: what was promised at each moment, on whose hours, and what was done.

The other half, what became of the promises, is `sla.clocks`; what is stored of it is `cases/commitments/stored.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from cases import statuses
from cases.events import KINDS, EventKind
from cases.events.relations import MERGED, UNMERGED
from cases.models import Case
from cases.models.case import Channel
from cases.models.event import ClosingReason
from contacts.models import Desk, Plan
from sla import compiled
from sla.clocks import Category, Edit, Metric, Moment, Target, Terms
from sla.desk_days import opened_day, wall_day
from sla.matrices import Condition, Kind, Severity
from sla.models import Calendar, Matrix
from sla.promises import Key
from sla.querysets import round_the_clock

# Closed for one of these, nothing is promised any more: another case goes on with it, or nobody wants it any longer.
GIVES_UP = {ClosingReason.DUPLICATE, ClosingReason.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Promise:
    """The targets of a case and the calendar they are counted on."""

    targets: tuple[Target, ...]
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Tag:
    """Under which terms a clock ran: kind of defect, severity, and the ids of calendar and matrix."""

    kind: str
    severity: int
    calendar: int
    matrix: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides what is promised. Each event that changes some of it has the new values in its `data`."""

    severity: int = Severity.MODERATE
    kind: str = ""
    exclusion: str | None = None
    matrix: int | None = None
    is_system_wide: bool = False
    code_change_required: bool | None = None
    code_problem_identified: bool | None = None

    def after(self, data: Mapping[str, Any]) -> "Standing":
        """Return what holds after an event with this `data`; the same object where it changes nothing."""
        news = {name: data[name] for name in FIELDS if name in data}
        return replace(self, **news) if news else self

    @property
    def failing(self) -> frozenset[str]:
        """The conditions of targets that do not hold. What is unknown lets the clock run."""
        known = {
            Condition.NO_CODE_CHANGE.value: self.code_change_required,
            Condition.NO_CODE_PROBLEM.value: self.code_problem_identified,
        }
        return frozenset(condition for condition, fails in known.items() if fails)


FIELDS = tuple(Standing.__dataclass_fields__)


class Happened(Protocol):
    """What clocks read of an event, stored or not."""

    kind: Any
    at: Any
    status: Any
    channel: Any
    data: Any


H = TypeVar("H", bound=Happened)


def calendar_for(desk: Desk, plan: Plan, severity: int) -> Calendar:
    """Return whose hours count: round the clock for Critical on a plan that has it, else the desk's."""
    if severity == Severity.CRITICAL and plan.round_the_clock_critical:
        return round_the_clock()
    return desk.calendar


def day_of(calendar: Calendar, at: datetime) -> date:
    """Return the date by which rules with a date hold for who counts on the desk's `calendar` at `at` (UTC)."""
    return wall_day(compiled.working_time(calendar), at)


def opened_day_of(calendar: Calendar, at: datetime) -> date:
    """Return the last date that the desk on `calendar` has opened on by `at` (UTC): versions of that day are out."""
    return opened_day(compiled.working_time(calendar), at)


def matrix_for(type: str, on: date) -> Matrix:
    """Return the matrix that a case of the type with this code is promised by on a date: the type's own, else the one
    for all cases. Raises Matrix.DoesNotExist where none is in force. One query.
    """
    known = Matrix.objects.filter(effective_from__lte=on, series__in=("", type))
    found = known.order_by("-series", "-effective_from").first()  # blank, that of all cases, comes last
    if found is None:
        raise Matrix.DoesNotExist
    return found


def is_own(matrix: Matrix) -> bool:
    """Say whether a matrix holds for one type of case alone."""
    return matrix.series != ""


def promise(
    *, desk: Desk, plan: Plan, matrix: Matrix, severity: int, kind: str = "", excluded: bool = False
) -> Promise:
    """Return what is promised for a case of this desk, plan and severity. Unclassified counts as the vendor's own."""
    targets = () if excluded else compiled.targets(matrix, kind or Kind.OWN, severity)
    return Promise(targets, calendar_for(desk, plan, severity))


def opening_data(case: Case) -> dict[str, Any]:
    """Return what the first event of `case` tells of what is promised; all else is as in a new `Standing`."""
    return {"severity": int(case.severity), "exclusion": case.exclusion_id}


def timeline(case: Case, events: Iterable[Happened]) -> tuple[Moment, ...]:
    """Return what the events of `case`, oldest first, mean for its clocks; the first: the customer reached us.

    No query while calendars and matrices are compiled. Edits of the hours come in between, at their time.
    """
    moments: list[Moment] = []
    told = list(events)
    standing = Standing(matrix=_first_matrix(case, told))
    for event, status in as_if_never_merged(told):
        kind = KINDS[event.kind]
        if kind.of_clocks:
            continue
        # Two people at once: who waited for the row lock may bring an earlier time than what was done meanwhile.
        at = max(event.at, moments[-1].at) if moments else case.received_at
        category = statuses.STATUSES[status].category
        news = standing.after(event.data)
        if not moments or news is not standing or event.kind in _TELLING or "unread" in event.data:
            moments.append(_full_moment(case, kind, event, at, category, standing if moments else None, news))
        else:
            moments.append(Moment(at, category, answered=kind.answers or _was_a_talk(event), restored=kind.restores))
        standing = news
    return _with_edits(case, moments)


def _first_matrix(case: Case, events: Iterable[Happened]) -> int:
    """Return the id of the matrix that the case was opened under: another one may have followed with its type."""
    changes = (event.data["matrix_was"] for event in events if "matrix_was" in event.data)
    first: int = next(changes, case.matrix_id)
    return first


def _full_moment(
    case: Case,
    kind: EventKind,
    event: Happened,
    at: datetime,
    category: Category,
    before: Standing | None,
    now: Standing,
) -> Moment:
    """Return a moment that says more than that somebody spoke or that the status changed."""
    return Moment(
        at=at,
        category=category,
        answered=kind.answers or _was_a_talk(event),
        restored=kind.restores,
        root_cause_given=kind.reports,
        terms=_terms(case, now, at) if before is None or _binding(before) != _binding(now) else None,
        failing=now.failing if before is None or before.failing != now.failing else None,
        dated=_dated(kind, event),
        excused=(_key(event.data), kind.excuses) if kind.excuses is not None else None,
        cancels=_cancels(event),
        unread=event.data.get("unread", False),
        mark=getattr(event, "pk", None),
    )


def _binding(standing: Standing) -> tuple[Any, ...]:
    return standing.severity, standing.kind, standing.exclusion, standing.matrix, standing.is_system_wide


def _terms(case: Case, standing: Standing, at: datetime) -> Terms:
    critical = standing.severity == Severity.CRITICAL
    calendar = case.critical_calendar if critical else case.calendar
    kind = standing.kind or Kind.OWN.value
    matrix = case.matrix
    if standing.matrix is not None and standing.matrix != case.matrix_id:  # it had another type then
        matrix = Matrix.objects.get(pk=standing.matrix)
    targets = (
        ()
        if standing.exclusion
        else compiled.targets(matrix, kind, standing.severity, system_wide=standing.is_system_wide)
    )
    hours, desk = (compiled.edition_at(one, at).hours for one in (calendar, case.calendar))
    return Terms(targets, hours, Tag(kind, standing.severity, calendar.pk, matrix.pk), desk)


def _dated(kind: EventKind, event: Happened) -> tuple[Metric, datetime | None] | None:
    if kind.dates is None:
        return None
    due = event.data.get("due_at")
    return kind.dates, datetime.fromisoformat(due).astimezone(UTC) if due else None


def _key(data: Mapping[str, Any]) -> Key:
    return Metric(data["metric"]), data["cycle"], data["period_no"]


def _cancels(event: Happened) -> bool:
    return KINDS[event.kind].cancels or (event.kind == "closed" and event.data.get("reason") in GIVES_UP)


def as_if_never_merged(events: Iterable[H]) -> Iterator[tuple[H, str]]:
    """Yield the events with the status that clocks take them for: a merging that was taken back never was.

    It was our mistake: the clocks ran on meanwhile, in the status that the case had before.
    """
    told = list(events)
    taken_back = sum(event.kind == UNMERGED for event in told)
    before, meanwhile = "", ""  # status before this event; what stands for "closed" while merged by mistake
    for event in told:
        if event.kind == MERGED and taken_back:
            taken_back, meanwhile = taken_back - 1, before
            continue
        if event.kind == UNMERGED:
            before, meanwhile = event.status, ""
            continue
        yield event, meanwhile or event.status
        before = event.status


def _was_a_talk(event: Happened) -> bool:
    """Say whether one of ours wrote this down while talking with the customer: a talk is an answer."""
    return KINDS[event.kind].heard and event.channel in (Channel.PHONE, Channel.CHAT)


def _with_edits(case: Case, moments: list[Moment]) -> tuple[Moment, ...]:
    """Return the moments with those at which the hours that the case counts on, or may, were edited."""
    edits = _edits(case)
    if not edits or not moments:
        return tuple(moments)
    merged: list[Moment] = []
    for moment in moments:
        while edits and edits[0][0] <= moment.at:
            at, edit = edits.pop(0)
            merged.append(Moment(at, merged[-1].category, edit=edit))
        merged.append(moment)
    return (*merged, *(Moment(at, merged[-1].category, edit=edit) for at, edit in edits))


def _edits(case: Case) -> list[tuple[datetime, Edit]]:
    """Return the edits since the customer reached us, oldest first."""
    found = []
    for calendar in {case.calendar, case.critical_calendar}:
        known = compiled.editions(calendar)
        for earlier, later in pairwise(known):
            if later.recorded_at and later.recorded_at > case.received_at and earlier.hours != later.hours:
                found.append((later.recorded_at, Edit(earlier.hours, later.hours)))
    return sorted(found, key=lambda pair: pair[0])


# Kinds that tell clocks something beside words and statuses, whatever the standing of the case.
_TELLING = {
    kind.code
    for kind in KINDS.values()
    if kind.dates is not None or kind.excuses is not None or kind.reports or kind.cancels
} | {"closed"}
