"""Working time: open time measured and added on one calendar, exact to the microsecond, at the same cost for any span.

The hours themselves are read in `opening_hours`; promises and their clocks are in `clocks`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, pairwise
from operator import sub
from typing import NamedTuple

from sla.opening_hours import DAY, EPOCH_ORDINAL, Interval, OpeningHours, year_start

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
# Calendars are known for these years. It bounds every search: what is not open by then counts as never.
FIRST_YEAR, LAST_YEAR = 1900, 2200
FAR = 10**15

Spans = Iterable[tuple[str, str]]


class Table(NamedTuple):
    """The open intervals of some years, in epoch microseconds: interval i has `before[i]` open time ahead of it."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    after: list[int]
    first: int
    last: int


class Reign(NamedTuple):
    """When hours are in force: from and to a local date (days since 1970), as epoch seconds from `start` to `end`."""

    hours: OpeningHours
    first_day: int
    end_day: int
    start: int
    end: int


class WorkingTime:
    """The open time of one calendar; immutable, shared freely between threads, equal when the hours are.

    Instants come in as aware datetimes of any zone and go out as aware UTC; naive ones raise ValueError.
    Intervals are compiled a year at a time, when a year is first asked for.
    """

    __slots__ = ("_always", "_business", "_never", "_reigns", "_table", "_years")

    def __init__(
        self,
        zone: str,
        week: Mapping[int, Spans],
        closed: Iterable[date] = (),
        overrides: Mapping[date, Spans] = {},
        *,
        business_days: Collection[int] | None = None,
    ) -> None:
        """Read a calendar: `zone` an IANA name, `week` {0: [("09:00", "17:30")]} with Monday 0, local wall times.

        "24:00" may end a window; an end at or before its start passes midnight; windows that touch are one.
        A date in `closed` is shut from 00:00 to 24:00, the tail of the eve's window included; one in `overrides`
        has the given windows instead, and wins over `closed`. `business_days` are weekdays, see `add_days`.
        Raises ValueError for an unknown zone, a bad time, weekday or date, and windows that overlap.
        """
        self._reign((Reign(OpeningHours(zone, week, closed, overrides, business_days), -FAR, FAR, -FAR, FAR),))

    @classmethod
    def joined(cls, versions: Sequence[tuple[date | None, "WorkingTime"]]) -> "WorkingTime":
        """Return one timeline of dated calendars: each holds from 00:00 of its date, in its own zone, to the next.

        The first holds from ever, whatever its date. Raises ValueError for no versions, dates that do not ascend,
        and versions that are joined themselves.
        """
        if not versions:
            raise ValueError("a joined calendar needs at least one version")
        if any(len(calendar._reigns) != 1 for _, calendar in versions):
            raise ValueError("a joined calendar cannot be joined again")
        hours = [calendar._reigns[0].hours for _, calendar in versions]
        dates = [day for day, _ in versions[1:] if day is not None]
        if len(dates) != len(hours) - 1 or any(
            one >= two for one, two in pairwise([versions[0][0] or date.min, *dates])
        ):
            raise ValueError("the dates of a joined calendar must ascend")
        days = [-FAR, *(day.toordinal() - EPOCH_ORDINAL for day in dates), FAR]
        starts = [-FAR, *(one.midnight(day) for one, day in zip(hours[1:], dates, strict=True)), FAR]
        calendar = cls.__new__(cls)
        calendar._reign(tuple(map(Reign, hours, days, days[1:], starts, starts[1:])))
        return calendar

    def _reign(self, reigns: tuple[Reign, ...]) -> None:
        self._reigns = reigns
        self._always = all(reign.hours.always for reign in reigns)
        self._never = all(reign.hours.never for reign in reigns)
        self._years: dict[int, list[Interval]] = {}
        self._business: dict[int, list[int]] = {}
        self._table = Table([], [], [], [], 0, 0)

    def add(self, start: datetime, minutes: float) -> datetime | None:
        """Return the earliest instant by which `minutes` of open time have passed since `start`, None if there is none.

        Raises ValueError for minutes that are negative or not finite.
        """
        if not 0 <= minutes < 1e12:
            raise ValueError(f"cannot add {minutes!r} minutes")
        return self._instant(self._reach(_microseconds(start), round(minutes * MINUTE)))

    def between(self, start: datetime, end: datetime) -> float:
        """Return the minutes of open time from `start` to `end`, 0 when `end` is not after it."""
        return self._measure(_microseconds(start), _microseconds(end)) / MINUTE

    def advance(self, start: datetime, amount: timedelta) -> datetime | None:
        """As `add`, with an exact duration."""
        if amount < timedelta(0):
            raise ValueError(f"cannot advance by {amount!r}")
        return self._instant(self._reach(_microseconds(start), _whole(amount)))

    def open_time(self, start: datetime, end: datetime) -> timedelta:
        """As `between`, as an exact duration."""
        return timedelta(microseconds=self._measure(_microseconds(start), _microseconds(end)))

    def is_open(self, at: datetime) -> bool:
        """Return whether `at` is open: start inclusive, end exclusive."""
        instant = _microseconds(at)
        if self._always:
            return True
        table = self._covering(instant)
        return instant < table.ends[bisect_right(table.starts, instant) - 1]

    def next_open(self, at: datetime) -> datetime | None:
        """Return `at` itself when open, else the next opening, None if there is none."""
        instant = _microseconds(at)
        if self._always:
            return self._instant(instant)
        table = self._covering(instant)
        i = bisect_right(table.starts, instant) - 1
        if instant < table.ends[i]:
            return self._instant(instant)
        while i + 1 == len(table.starts):
            longer = self._longer(table)
            if longer is None:
                return None
            table = longer
        return self._instant(table.starts[i + 1])

    def next_closing(self, at: datetime) -> datetime | None:
        """Return the end of the hours that are open at `at`, or of the next ones; None if they never end or begin."""
        opening = self.next_open(at)
        if opening is None or self._always:
            return None
        instant = _microseconds(opening)
        table = self._covering(instant)
        i = bisect_right(table.starts, instant) - 1
        while table.ends[i] == table.last:
            longer = self._longer(table)
            if longer is None:
                return None
            table = longer
        return self._instant(table.ends[i])

    def add_days(self, start: datetime, n: int) -> datetime | None:
        """Return the last closing of the n-th business date strictly after the local date of `start`, None if none.

        Business dates are Monday to Friday, less closed dates and days of the week without hours; a calendar that
        opens on none of these five counts the days it opens; `business_days` says otherwise. A window that passes
        midnight belongs to the date it begins on, so a date of round-the-clock hours closes at its local midnight.
        """
        if n < 1:
            raise ValueError(f"cannot add {n!r} business days")
        today = self._hours_at(_microseconds(start)).date_of(start)
        for year in range(date.fromordinal(today + EPOCH_ORDINAL).year, LAST_YEAR + 1):
            days = self._business_dates(year)
            passed = bisect_right(days, today)
            if n <= len(days) - passed:
                span = self._span_of(days[passed + n - 1])
                return span and span[1]
            n -= len(days) - passed
        return None

    def opening_and_closing(self, day: date) -> tuple[datetime, datetime] | None:
        """Return when a local date first opens and last closes, None if it does not. A night belongs to its eve."""
        return self._span_of(day.toordinal() - EPOCH_ORDINAL)

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open times from `start` to `end`, clipped to them, in order."""
        low, high = _microseconds(start), _microseconds(end)
        if low >= high:
            return
        if self._always:
            yield start.astimezone(UTC), end.astimezone(UTC)
            return
        table = self._covering(low, high)
        for i in range(bisect_right(table.ends, low), bisect_left(table.starts, high)):
            yield _datetime(max(table.starts[i], low)), _datetime(min(table.ends[i], high))

    def local(self, at: datetime) -> datetime:
        """Return `at` on the wall clock of the calendar in force then."""
        return at.astimezone(self._hours_at(_microseconds(at)).zone)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, WorkingTime):
            return NotImplemented
        return self is other or self._definition() == other._definition()

    def __hash__(self) -> int:
        return hash(self._definition())

    def __repr__(self) -> str:
        return f"<WorkingTime {', '.join(reign.hours.zone.key for reign in self._reigns)}>"

    def _definition(self) -> tuple[object, ...]:
        return tuple((reign.hours.definition, reign.first_day) for reign in self._reigns)

    def _measure(self, start: int, end: int) -> int:
        if end <= start:
            return 0
        if self._always:
            return end - start
        starts, ends, before, _, first, last = self._table
        if start < first or end >= last:
            starts, ends, before, _, _, _ = self._covering(start, end)
        i = bisect_right(starts, start) - 1
        j = bisect_right(starts, end) - 1
        opened, closed = ends[i], ends[j]
        return (
            before[j] + (end if end < closed else closed) - starts[j]
            - before[i] - (start if start < opened else opened) + starts[i]
        )  # fmt: skip

    def _reach(self, start: int, amount: int) -> int | None:
        if not amount or self._always:
            return start + amount
        table = self._table
        if start < table.first or start >= table.last:
            table = self._covering(start)
        while True:
            starts, ends, before, after, _, _ = table
            i = bisect_right(starts, start) - 1
            end = ends[i]
            wanted = before[i] + (start if start < end else end) - starts[i] + amount
            if wanted <= after[-1]:
                j = bisect_left(after, wanted)
                return starts[j] + wanted - before[j]
            longer = self._longer(table)
            if longer is None:
                return None
            table = longer

    def _covering(self, low: int, high: int | None = None) -> Table:
        """Return a table that holds both instants, compiling what lacks. Raises ValueError beyond all years."""
        table = self._table
        high = low if high is None else high
        if table.first <= low and high < table.last:
            return table
        first, last = _year(low), _year(high)
        if first < FIRST_YEAR or last > LAST_YEAR:
            raise ValueError(f"calendars are known from {FIRST_YEAR} to {LAST_YEAR}, not in {first} or {last}")
        if table.starts:
            first, last = min(first, _year(table.first)), max(last, _year(table.last) - 1)
        return self._compile(first, last)

    def _longer(self, table: Table) -> Table | None:
        """Return a table of twice the years, None where no later year could open."""
        first, end = _year(table.first), _year(table.last)
        if self._never or end > LAST_YEAR:
            return None
        return self._compile(first, min(LAST_YEAR, 2 * end - first - 1))

    def _compile(self, first: int, last: int) -> Table:
        # The table is replaced whole, so a reader in another thread has the old or the new one, both right.
        opening = year_start(first) * SECOND
        starts, ends = [opening], [opening]
        for year in range(first, last + 1):
            for start, end in self._intervals(year):
                if start * SECOND == ends[-1]:
                    ends[-1] = end * SECOND
                else:
                    starts.append(start * SECOND)
                    ends.append(end * SECOND)
        after = list(accumulate(map(sub, ends, starts)))
        self._table = Table(starts, ends, [0, *after[:-1]], after, opening, year_start(last + 1) * SECOND)
        return self._table

    def _intervals(self, year: int) -> list[Interval]:
        if year not in self._years:
            low, high = year_start(year), year_start(year + 1)
            self._years[year] = [
                interval
                for reign in self._reigns
                if max(low, reign.start) < min(high, reign.end)
                for interval in reign.hours.intervals(max(low, reign.start), min(high, reign.end))
            ]
        return self._years[year]

    def _business_dates(self, year: int) -> list[int]:
        if year not in self._business:
            self._business[year] = [
                day
                for reign in self._reigns
                for day in reign.hours.business_dates(year)
                if reign.first_day <= day < reign.end_day
            ]
        return self._business[year]

    def _span_of(self, day: int) -> tuple[datetime, datetime] | None:
        reign = next(reign for reign in self._reigns if reign.first_day <= day < reign.end_day)
        span = reign.hours.opening_and_closing(day)
        return span and (_datetime(span[0] * SECOND), _datetime(min(span[1], reign.end) * SECOND))

    def _hours_at(self, at: int) -> OpeningHours:
        return next(reign.hours for reign in self._reigns if at < reign.end * SECOND)

    @staticmethod
    def _instant(at: int | None) -> datetime | None:
        try:
            return None if at is None else _datetime(at)
        except OverflowError:
            return None


def _datetime(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _microseconds(at: datetime) -> int:
    try:
        return _whole(at - EPOCH)
    except TypeError:
        raise ValueError(f"{at!r} is not an aware datetime") from None


def _whole(amount: timedelta) -> int:
    return (amount.days * DAY + amount.seconds) * SECOND + amount.microseconds


def _year(at: int) -> int:
    return _datetime(at).year
