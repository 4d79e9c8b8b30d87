"""The consultants' queue: whose cases, the most urgent first, a page at a time, at one cost for any number of cases.

What may be seen is asked of `visible_to`, what it is narrowed by of `cases/queue/filters.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, Value
from django.utils.translation import gettext as _

from cases import statuses
from cases.models import Case, CaseTag, Commitment, SlaState
from cases.querysets import CaseQuerySet
from cases.queue.filters import QueueFilters, View
from contacts.models import User
from sla.clocks import Metric, State
from sla.matrices import METRIC_LABELS
from sla.time_bounds import read_instant

PAGE = 50
KEYS = ("severity", "next_due_at", "closed_at")
FIRST = "0_"  # how the key of a case begins that comes before all severities


@dataclass(frozen=True, slots=True)
class Due:
    """The next commitment of a case by what its own row keeps, without a query; without a due time all are paused."""

    label: str
    due_at: datetime | None
    warn_at: datetime | None
    breach_at: datetime | None = None
    state: str = State.RUNNING


@dataclass(frozen=True, slots=True)
class Row:
    """A case, its tags, and the commitment to look at: one missed, else the next that falls due, else a paused one."""

    case: Case
    clock: Commitment | Due | None
    tags: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of the queue; `after` is where the next page begins, "" on the last one."""

    rows: list[Row]
    after: str


def page(user: User, filters: QueueFilters, *, after: str = "", size: int = PAGE) -> Page:
    """Return `size` rows for `user`, those behind `after` (a key of an earlier page). Five queries at most."""
    cases = _cases(user, filters, after, size + 1)
    return Page(_rows(cases[:size]), _key(cases[size - 1], user, filters) if len(cases) > size else "")


def short(user: User, filters: QueueFilters, *, size: int = 20) -> list[Row]:
    """Return the head of the queue for the narrow list beside a case. Three queries at most."""
    return [Row(case, _due(case)) for case in _cases(user, filters, "", size)]


def _due(case: Case) -> Due | None:
    if case.is_answered:
        return Due(_("Read the answer"), case.answer_due_at, None)
    if case.next_due_at is None or not case.next_metric:
        if case.sla_state not in (SlaState.PAUSED, SlaState.MISSED):
            return None
        state = State.PAUSED if case.sla_state == SlaState.PAUSED else State.MISSED
        return Due(str(SlaState(case.sla_state).label), None, None, state=state)
    return Due(str(METRIC_LABELS[Metric(case.next_metric)]), case.next_due_at, case.next_warn_at, case.next_breach_at)


def _cases(user: User, filters: QueueFilters, after: str, most: int) -> list[Case]:
    filters.reader = user
    closed = filters.chosen.get("status") == statuses.CLOSED
    order = ("-closed_at", "-pk") if closed else ("severity", "next_due_at", "pk")
    behind = _behind_closed(after) if closed else _behind(after)
    to_read = _is_to_read(user, filters)
    # Each stream is read in the order of an index and cut; only what is left of them is merged and sorted.
    streams = [
        filters.filter_queryset(stream).exclude(to_read).filter(behind).order_by(*order).values_list("pk", *KEYS)[:most]
        for stream in _streams(user, filters.view_chosen)
    ]
    if not streams:
        return []
    head, *others = streams
    if to_read and not closed and after[:2] in ("", FIRST):
        first = filters.filter_queryset(Case.objects.visible_to(user).filter(to_read, _behind_read(after)))
        keys = first.annotate(before=Value(0)).order_by("answer_due_at", "pk")
        others.append(keys.values_list("pk", "before", "answer_due_at", "closed_at")[:most])
    merged = head.union(*others).order_by(*order)[:most] if others else head
    ids = [pk for pk, *_others in merged]
    found = Case.objects.visible_to(user).for_queue().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _is_to_read(user: User, filters: QueueFilters) -> Q:
    """Return which cases come before all others: those of `user` whose customers answered a solution.

    They wait for a decision that stops or starts clocks, whatever their severity: see `cases/unread_answers.py`.
    """
    own = filters.view_chosen in (View.OURS, View.MINE)
    return Q(owner=user, status__in=statuses.ANSWERED) if own else Q()


def _streams(user: User, view: View) -> list[CaseQuerySet]:
    visible = Case.objects.visible_to(user)
    if view == View.ALL:
        return [visible]
    if view == View.UNASSIGNED:
        return [visible.filter(owner=None)]
    if view == View.FOLLOWED:
        return [visible.followed_by_person(user)]
    mine = [] if view == View.TEAMS else [visible.owned_by(user)]
    teams = [] if view == View.MINE else list(user.teams.values_list("pk", flat=True))
    return mine + [visible.filter(team=team) for team in teams]


def _rows(cases: Sequence[Case]) -> list[Row]:
    ids = [case.pk for case in cases]
    awaited = Commitment.objects.filter(
        case__in=ids,
        state__in=[State.RUNNING.value, State.PAUSED.value],
        voided_at__isnull=True,
    )
    clocks: dict[int, Commitment] = {}
    for clock in sorted(awaited, key=_sooner, reverse=True):
        clocks[clock.case_id] = clock
    tags: dict[int, list[str]] = {}
    borne = CaseTag.objects.filter(case__in=ids, removed_at=None).order_by("tag__name")
    for case_id, name in borne.values_list("case", "tag__name"):
        tags.setdefault(case_id, []).append(name)
    return [Row(case, _due(case) if case.is_answered else clocks.get(case.pk), tags.get(case.pk, ())) for case in cases]


def _sooner(clock: Commitment) -> tuple[bool, bool, float]:
    missed = clock.breached_at is not None
    return not missed, clock.due_at is None, clock.due_at.timestamp() if clock.due_at else 0.0


def _key(case: Case, user: User, filters: QueueFilters) -> str:
    if case.is_answered and case.owner_id == user.pk and _is_to_read(user, filters):
        return f"{FIRST}{case.answer_due_at.isoformat() if case.answer_due_at else ''}_{case.pk}"
    if case.closed_at:
        return f"{case.closed_at.isoformat()}_{case.pk}"
    due = case.next_due_at.isoformat() if case.next_due_at else ""
    return f"{case.severity}_{due}_{case.pk}"


def _behind_read(after: str) -> Q:
    """Return what lies behind a key among the answers to solutions that are to be read."""
    _first, due, pk = _split(after, 3)
    due_at = read_instant(due)
    if not pk.isdecimal():
        return Q()
    later = Q(answer_due_at=due_at, pk__gt=int(pk))
    return later | Q(answer_due_at__gt=due_at) | Q(answer_due_at=None) if due_at else later


def _behind(after: str) -> Q:
    """Return what lies behind a key in the order of work; cases without a due time come last in their severity."""
    severity, due, pk = _split(after, 3)
    if not (severity.isdecimal() and pk.isdecimal()):
        return Q()
    due_at = read_instant(due)
    later = Q(next_due_at=None, pk__gt=int(pk))
    if due_at:
        later = Q(next_due_at__gt=due_at) | Q(next_due_at=None) | Q(next_due_at=due_at, pk__gt=int(pk))
    return Q(severity__gte=int(severity)) & (Q(severity__gt=int(severity)) | later)


def _behind_closed(after: str) -> Q:
    closed, pk = _split(after, 2)
    closed_at = read_instant(closed)
    if not (closed_at and pk.isdecimal()):
        return Q()
    return Q(closed_at__lte=closed_at) & (Q(closed_at__lt=closed_at) | Q(pk__lt=int(pk)))


def _split(after: str, count: int) -> list[str]:
    parts = after[:100].split("_") if after.isascii() else []
    return parts if len(parts) == count and all(len(part) < 40 for part in parts) else [""] * count
