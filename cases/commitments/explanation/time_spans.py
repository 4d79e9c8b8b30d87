"""The time of one clock, span after span: what counted, what did not and why, what is still to come.

The counted spans of the past add up to what the clock says it has used, to the microsecond.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sla import time_words
from sla.clocks import ClockState, State
from sla.working_time import WorkingTime

NOTHING = timedelta(0)
DAY = timedelta(days=1)
# A longer table folds days that are alike; so few of them stay as they are.
MANY, ALIKE = 60, 3


class Reason(StrEnum):
    """Why a span counted, or did not."""

    COUNTED = "counted"
    CLOSED = "closed"  # outside the hours
    WAITING = "waiting"  # for the customer
    SOLVED = "solved"  # a solution stood, which was not accepted
    RESTORED = "restored"  # the service was held to be restored
    ENDED = "ended"  # the case was closed
    EARLIER = "earlier"  # an earlier promise was counted, this one began later


@dataclass(frozen=True, slots=True)
class Wall:
    """A span as the clocks of a zone show it; `end_day` is its last date, where that is another one."""

    day: str
    start: str
    end: str
    end_day: str = ""

    @property
    def last(self) -> str:
        """Its end, with the date where that is another one."""
        return f"{self.end_day} {self.end}" if self.end_day else self.end


@dataclass(frozen=True, slots=True)
class Row:
    """A span (UTC) without a change: `counted` of it, `total` of the clock after it, and `because`, in words.

    `uncounted` is the open time in a span that did not count. `is_over` is what went beyond the promised time, `days`
    how many alike days are folded into it. `desk` and `reader` show it in the zones of the hours and of the reader.
    """

    started_at: datetime
    ended_at: datetime
    reason: Reason
    because: str
    calendar: WorkingTime | None = None
    counted: timedelta = NOTHING
    total: timedelta = NOTHING
    uncounted: timedelta = NOTHING
    is_ahead: bool = False
    is_over: bool = False
    days: int = 1
    desk: Wall | None = None
    reader: Wall | None = None
    closings: tuple[str, ...] = ()  # of a closed span: each reason for itself

    @property
    def counts(self) -> bool:
        return self.reason is Reason.COUNTED

    @property
    def shown_total(self) -> str:
        """The total after it, in whole seconds."""
        return time_words.format_stopwatch(self.total)

    @property
    def shown_counted(self) -> str:
        """What it counted, so that the amounts shown add up to the totals shown."""
        before = (self.total - self.counted) // time_words.SECOND
        return time_words.format_stopwatch(self.total - before * time_words.SECOND)

    @property
    def said_utc(self) -> str:
        """The span in UTC, to the second."""
        return f"{time_words.format_utc(self.started_at)} – {time_words.format_utc(self.ended_at)}"

    @property
    def shown_uncounted(self) -> str:
        return time_words.format_stopwatch(self.uncounted) if self.uncounted else ""


@dataclass(frozen=True, slots=True)
class Pause:
    """From when on uncounted time has a reason, and which words say it."""

    since: datetime
    reason: Reason
    because: str


# Say why a calendar is closed from one instant to another; and why it is open from an instant of a day on.
ClosedBecause = Callable[[WorkingTime, datetime, datetime], tuple[str, ...]]
OpenBecause = Callable[[WorkingTime, datetime], str]


def count(
    state: ClockState,
    *,
    at: datetime,
    zone: tzinfo,
    reader: tzinfo,
    pauses: Sequence[Pause],
    closed: ClosedBecause,
    opened: OpenBecause,
) -> tuple[Row, ...]:
    """Return the spans of a clock as of `at`: from its start to then, or to its end, and on to when it falls due.

    Days are cut at the midnights of `zone`, that of the hours. `pauses`, oldest first, tell why time did not count.
    """
    words = _Wording(zone, closed, opened)
    rows = list(_totalled(_spans(state, at, pauses, words), state.amount))
    shown = _folded(rows, zone) if len(rows) > MANY else rows
    return tuple(replace(row, desk=_wall(row, zone), reader=_wall(row, reader)) for row in shown)


@dataclass(frozen=True, slots=True)
class _Wording:
    zone: tzinfo
    closed: ClosedBecause
    opened: OpenBecause


def _spans(state: ClockState, at: datetime, pauses: Sequence[Pause], words: _Wording) -> Iterator[Row]:
    now = state.runs[-1].ended_at if state.runs else state.stopped_at or at
    began = state.runs[0].started_at if state.runs else now
    if began > state.started_at:
        earlier = _("An earlier promise was counted; this one began with the new terms")
        yield Row(state.started_at, began, Reason.EARLIER, earlier)
    for run in state.runs:
        if run.counted:
            yield from _counting(run.started_at, run.ended_at, run.calendar, words)
        else:
            yield from _pausing(run.started_at, run.ended_at, run.calendar, pauses)
    ahead = state.due_at if state.state is State.RUNNING and state.breached_at is None else None
    if ahead is not None and ahead > now and state.calendar is not None:
        for row in _counting(now, ahead, state.calendar, words):
            yield replace(row, is_ahead=True)


def _counting(start: datetime, end: datetime, calendar: WorkingTime, words: _Wording) -> Iterator[Row]:
    """Yield the open spans, day by day, and the closed ones between them."""
    shut = start
    for opens, closes in calendar.spans(start, end):
        if opens > shut:
            yield _shut(shut, opens, calendar, words)
        for one, two in _by_day(opens, closes, words.zone):
            yield Row(one, two, Reason.COUNTED, words.opened(calendar, one), calendar, two - one)
        shut = closes
    if shut < end:
        yield _shut(shut, end, calendar, words)


def _shut(start: datetime, end: datetime, calendar: WorkingTime, words: _Wording) -> Row:
    reasons = words.closed(calendar, start, end)
    because = _("Closed: %(reasons)s") % {"reasons": ", ".join(reasons)} if reasons else _("Closed")
    return Row(start, end, Reason.CLOSED, because, calendar, closings=reasons)


def _by_day(start: datetime, end: datetime, zone: tzinfo) -> Iterator[tuple[datetime, datetime]]:
    while start < end:
        day = start.astimezone(zone).date()
        midnight = datetime.combine(day + DAY, time.min, zone).astimezone(UTC)
        cut = min(end, midnight) if midnight > start else end
        yield start, cut
        start = cut


def _pausing(start: datetime, end: datetime, calendar: WorkingTime, pauses: Sequence[Pause]) -> Iterator[Row]:
    """Yield a span that did not count, cut where the reason for it changed."""
    known = [pause for pause in pauses if pause.since <= start][-1:] + [p for p in pauses if start < p.since < end]
    known = known or [Pause(start, Reason.ENDED, _("Not counted"))]
    cuts = [start, *(pause.since for pause in known[1:]), end]
    for pause, (one, two) in zip(known, pairwise(cuts), strict=True):
        yield Row(one, two, pause.reason, pause.because, calendar, uncounted=calendar.open_time(one, two))


def _totalled(rows: Iterable[Row], amount: timedelta) -> Iterator[Row]:
    """Yield the rows with the total after each, cut where all of the promised time was used."""
    total = NOTHING
    for row in rows:
        left = amount - total
        if row.counts and NOTHING < left < row.counted:
            cut = row.started_at + left
            yield replace(row, ended_at=cut, counted=left, total=amount)
            row = replace(row, started_at=cut, counted=row.counted - left)
            total, left = amount, NOTHING
        total += row.counted
        yield replace(row, total=total, is_over=row.counts and left <= NOTHING)


def _folded(rows: Sequence[Row], zone: tzinfo) -> list[Row]:
    """Return the rows with alike days, and what is closed between them, as one; no time is lost."""
    found: list[Row] = []
    place = 0
    while place < len(rows):
        alike = _alike(rows, place, zone)
        days = sum(1 for row in alike if row.counts)
        if days >= ALIKE:
            found.append(_fold(alike, days, zone))
        else:
            alike = [rows[place]]
            found += alike
        place += len(alike)
    return found


def _alike(rows: Sequence[Row], place: int, zone: tzinfo) -> list[Row]:
    first, last = rows[place], place
    if not first.counts:
        return [first]
    for n in range(place + 1, len(rows)):
        row = rows[n]
        if row.is_ahead is not first.is_ahead or not (
            row.reason is Reason.CLOSED or _appearance(row, zone) == _appearance(first, zone)
        ):
            break
        last = n if row.counts else last
    return list(rows[place : last + 1])


def _appearance(row: Row, zone: tzinfo) -> tuple[object, ...]:
    starts, ends = (at.astimezone(zone).time() for at in (row.started_at, row.ended_at))
    return row.reason, starts, ends, row.is_over, row.because, row.days


def _fold(alike: Sequence[Row], days: int, zone: tzinfo) -> Row:
    first, last = alike[0], alike[-1]
    wall = _wall(first, zone)
    each = ngettext("%(days)d day, %(start)s–%(end)s", "%(days)d days, each %(start)s–%(end)s", days)
    told = each % {"days": days, "start": wall.start, "end": wall.end}
    closed = ", ".join(dict.fromkeys(reason for row in alike for reason in row.closings))
    between = _("between them closed: %(reasons)s") % {"reasons": closed} if closed else first.because
    counted = sum((row.counted for row in alike), NOTHING)
    because = f"{told}; {between}"
    return replace(first, ended_at=last.ended_at, counted=counted, total=last.total, days=days, because=because)


def _wall(row: Row, zone: tzinfo) -> Wall:
    first, last = row.started_at.astimezone(zone), row.ended_at.astimezone(zone)
    day, start = time_words.format_day(first, zone), time_words.format_clock(first, zone)
    if last.date() == first.date() + DAY and last.time() == time.min:
        return Wall(day, start, "24:00")
    end = time_words.format_clock(last, zone)
    if last.date() == first.date():
        return Wall(day, start, end)
    return Wall(day, start, end, time_words.format_day(last, zone, with_year=last.year != first.year))
