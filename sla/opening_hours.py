"""Opening hours as people write them, and the open UTC intervals that follow from them, a year at a time.

The wall-clock rule lives here: an instant is open when the clock on the wall of the zone shows an open time.
Adding and measuring on those intervals is in `working_time`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
MONDAY_TO_FRIDAY = frozenset(range(5))

# Seconds from a local midnight, half open; an end above one day reaches into the next date.
Window = tuple[int, int]
# Epoch seconds, half open.
Interval = tuple[int, int]


class Stretch(NamedTuple):
    """A time in which the zone keeps one offset: epoch seconds `start` to `end`, wall = UTC + `offset`."""

    start: int
    end: int
    offset: int


class OpeningHours:
    """The hours of one calendar in one zone. A date is the unit: closing or overriding one replaces its 00:00-24:00."""

    def __init__(
        self,
        zone: str,
        week: Mapping[int, Iterable[tuple[str, str]]],
        closed: Iterable[date] = (),
        overrides: Mapping[date, Iterable[tuple[str, str]]] | None = None,
        business_days: Collection[int] | None = None,
    ) -> None:
        """Read the hours; raise ValueError for an unknown zone, a bad time or weekday, or windows that overlap."""
        self.zone = _zone(zone)
        self._own = _week(week)
        self._closed = frozenset(_day(day) for day in closed)
        self._overrides = {_day(day): _windows(spans, str(day)) for day, spans in (overrides or {}).items()}
        self._weekdays = [_merged([*_head(own), *_tail(self._own[n - 1])]) for n, own in enumerate(self._own)]
        self._special = self._special_days()
        self._business = self._business_days(business_days)

    @property
    def definition(self) -> tuple[object, ...]:
        """What the hours say, to compare two calendars by value."""
        overrides = tuple(sorted(self._overrides.items()))
        return (self.zone.key, tuple(self._own), tuple(sorted(self._closed)), overrides, self._business)

    @cached_property
    def always(self) -> bool:
        """Whether no instant is ever closed: seven whole days, no closed date, no override."""
        return not self._special and all(windows == ((0, DAY),) for windows in self._weekdays)

    @cached_property
    def never(self) -> bool:
        """Whether no date ever opens."""
        return not any(self._own) and not any(self._overrides.values())

    def own(self, day: int) -> tuple[Window, ...]:
        """Return the windows that begin on the date `day` (days since 1970), without the tail of its eve."""
        if day in self._overrides:
            return self._overrides[day]
        return () if day in self._closed else self._own[(day + 3) % 7]

    def open_on(self, day: int) -> tuple[Window, ...]:
        """Return what is open between 00:00 and 24:00 of the date `day`, the tail of its eve included."""
        special = self._special.get(day)
        return self._weekdays[(day + 3) % 7] if special is None else special

    def intervals(self, start: int, end: int) -> Iterator[Interval]:
        """Yield the open intervals within [start, end), in order; neighbours may touch."""
        for stretch in self.stretches(start, end):
            first, last = (stretch.start + stretch.offset) // DAY, (stretch.end + stretch.offset - 1) // DAY
            for day in range(first, last + 1):
                midnight = day * DAY - stretch.offset
                for opens, closes in self.open_on(day):
                    opening, closing = (
                        max(midnight + opens, stretch.start),
                        min(midnight + closes, stretch.end),
                    )
                    if opening < closing:
                        yield opening, closing

    def opening_and_closing(self, day: int) -> Interval | None:
        """Return the first opening and the last closing of the windows that begin on the date `day`, None if none do.

        A tail past midnight counts as that date's, as far as the next date leaves it open.
        """
        pieces = {day: _head(self.own(day))}
        if day + 1 not in self._closed and day + 1 not in self._overrides:
            pieces[day + 1] = _tail(self.own(day))
        found = [
            (max(at + opens, stretch.start), min(at + closes, stretch.end))
            for stretch in self.stretches((day - 2) * DAY, (day + 4) * DAY)
            for date_, windows in pieces.items()
            for at in [date_ * DAY - stretch.offset]
            for opens, closes in windows
        ]
        real = [(opening, closing) for opening, closing in found if opening < closing]
        return (min(real)[0], max(closing for _, closing in real)) if real else None

    def business_dates(self, year: int) -> list[int]:
        """Return the business dates of a year, as days since 1970: see `WorkingTime.add_days`."""
        first, last = (date(n, 1, 1).toordinal() - EPOCH_ORDINAL for n in (year, year + 1))
        changes = {
            stretch.start // DAY + near
            for stretch in self.stretches(first * DAY - DAY, last * DAY + DAY)
            for near in (-1, 0, 1)
        }
        return [
            day
            for day in range(first, last)
            if (day + 3) % 7 in self._business
            and self.own(day)
            # A zone can skip a window, or a whole date, when its offset changes.
            and (day not in changes or self.opening_and_closing(day))
        ]

    def stretches(self, start: int, end: int) -> list[Stretch]:
        """Cut [start, end) where the zone changes its offset; two changes in one day that cancel out go unseen."""
        probes = [*range(start, end, DAY), end - 1]
        offsets = [self.offset(at) for at in probes]
        cuts = [start]
        for (low, high), (before, after) in zip(pairwise(probes), pairwise(offsets), strict=True):
            if before != after:
                cuts.append(self._change_between(low, high, before))
        return [Stretch(low, high, self.offset(low)) for low, high in pairwise([*cuts, end])]

    def _change_between(self, low: int, high: int, before: int) -> int:
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.offset(middle) == before else (low, middle)
        return high

    def offset(self, at: int) -> int:
        """Return the seconds by which the wall is ahead of UTC at the epoch second `at`."""
        shift = datetime.fromtimestamp(at, self.zone).utcoffset()
        assert shift is not None
        return shift.days * DAY + shift.seconds

    def midnight(self, day: date) -> int:
        """Return the first epoch second of a local date."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self.zone).timestamp())

    def date_of(self, at: datetime) -> int:
        """Return the local date of an instant, as days since 1970."""
        return at.astimezone(self.zone).toordinal() - EPOCH_ORDINAL

    def _special_days(self) -> dict[int, tuple[Window, ...]]:
        special: dict[int, tuple[Window, ...]] = dict.fromkeys(self._closed, ())
        special |= {day: _merged(_head(windows)) for day, windows in self._overrides.items()}
        for day, windows in self._overrides.items():
            if _tail(windows) and day + 1 not in special:
                special[day + 1] = _merged([*self._weekdays[(day + 4) % 7], *_tail(windows)])
        return special

    def _business_days(self, wanted: Collection[int] | None) -> frozenset[int]:
        if wanted is not None:
            return frozenset(_weekday(n) for n in wanted)
        if any(self._own[n] for n in MONDAY_TO_FRIDAY):
            return MONDAY_TO_FRIDAY
        return frozenset(n for n in range(7) if self._own[n]) or MONDAY_TO_FRIDAY


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def _day(day: date) -> int:
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError(f"{day!r} is not a date")
    return day.toordinal() - EPOCH_ORDINAL


def _weekday(n: int) -> int:
    if n not in range(7):
        raise ValueError(f"{n!r} is not a weekday: Monday is 0, Sunday is 6")
    return n


def _week(week: Mapping[int, Iterable[tuple[str, str]]]) -> list[tuple[Window, ...]]:
    unknown = [n for n in week if n not in range(7)]
    if unknown:
        _weekday(unknown[0])
    own = [_windows(week.get(n, ()), f"weekday {n}") for n in range(7)]
    for n in range(7):
        eve = _tail(own[n - 1])
        if eve and own[n] and eve[-1][1] > own[n][0][0]:
            raise ValueError(f"weekday {n}: windows overlap with those of the eve")
    return own


def _windows(spans: Iterable[tuple[str, str]], where: str) -> tuple[Window, ...]:
    windows = sorted(_window(span, where) for span in spans)
    for (_, end), (start, _) in pairwise(windows):
        if start < end:
            raise ValueError(f"{where}: windows overlap")
    return tuple(windows)


def _window(span: tuple[str, str], where: str) -> Window:
    if isinstance(span, str) or len(span) != 2:
        raise ValueError(f"{where}: {span!r} is not a pair of times")
    start, end = (_seconds(text, where) for text in span)
    if start == DAY:
        raise ValueError(f"{where}: a window cannot begin at 24:00")
    return start, end if end > start else end + DAY


def _seconds(text: str, where: str) -> int:
    if not isinstance(text, str) or not CLOCK_TIME.fullmatch(text):
        raise ValueError(f"{where}: {text!r} is not a time between 00:00 and 24:00")
    return int(text[:2]) * 3600 + int(text[3:]) * 60


def _head(windows: Iterable[Window]) -> list[Window]:
    return [(start, min(end, DAY)) for start, end in windows]


def _tail(windows: Iterable[Window]) -> list[Window]:
    return [(0, end - DAY) for _, end in windows if end > DAY]


def _merged(windows: Iterable[Window]) -> tuple[Window, ...]:
    merged: list[Window] = []
    for start, end in sorted(windows):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def year_start(year: int) -> int:
    """Return the epoch second at which a UTC year begins."""
    return int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
