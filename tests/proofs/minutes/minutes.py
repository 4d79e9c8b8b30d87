"""Working time the slow way: look at the wall clock in every minute. Written from the rules, shares no code with `sla`.

It needs window edges, and changes of the zone's offset, on whole minutes.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Spans = list[tuple[str, str]]
MINUTE = timedelta(minutes=1)


def transitions(zone: str, first_year: int, last_year: int) -> list[datetime]:
    """Return the UTC instants at which a zone changes its offset, to the minute."""
    found = []
    at, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    while at < end:
        following = at + timedelta(days=1)
        if _offset(at, zone) != _offset(following, zone):
            minute = at
            while _offset(minute, zone) == _offset(at, zone):
                minute += MINUTE
            found.append(minute)
        at = following
    return found


def _offset(at: datetime, zone: str) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


class MinuteByMinute:
    """The openness of every minute from `start` on, for `length` minutes."""

    def __init__(
        self,
        zone: str,
        week: Mapping[int, Spans],
        closed: set[date],
        overrides: Mapping[date, Spans],
        start: datetime,
        length: int,
    ) -> None:
        self.zone, self.week, self.closed, self.overrides = ZoneInfo(zone), week, closed, overrides
        self.start = start
        self._dates: dict[date, list[tuple[int, int]]] = {}
        self.opened = [self._shows_open(start + n * MINUTE) for n in range(length)]

    def _shows_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone)
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        if day not in self._dates:
            self._dates[day] = self._open_on(day)
        return any(opens <= minute < closes for opens, closes in self._dates[day])

    def _open_on(self, day: date) -> list[tuple[int, int]]:
        if day in self.overrides:
            return [self._own_part(span) for span in self.overrides[day]]
        if day in self.closed:
            return []
        eve = day - timedelta(days=1)
        # The night that began on the eve: as the week has it, even when the eve was closed, and as an override has it.
        nights = [*self.week.get(eve.weekday(), []), *self.overrides.get(eve, [])]
        tails = [(0, _minutes(end)) for start, end in nights if _minutes(end) <= _minutes(start)]
        return [*(self._own_part(span) for span in self.week.get(day.weekday(), [])), *tails]

    @staticmethod
    def _own_part(span: tuple[str, str]) -> tuple[int, int]:
        start, end = map(_minutes, span)
        return start, end if end > start else 24 * 60

    def is_open(self, at: datetime) -> bool:
        return self.opened[(at - self.start) // MINUTE]

    def between(self, start: datetime, end: datetime) -> timedelta:
        total = timedelta(0)
        for n in range((start - self.start) // MINUTE, min(len(self.opened), -((self.start - end) // MINUTE))):
            if self.opened[n]:
                minute = self.start + n * MINUTE
                total += max(timedelta(0), min(end, minute + MINUTE) - max(start, minute))
        return total

    def add(self, start: datetime, amount: timedelta) -> datetime | None:
        """Return the earliest instant with `amount` passed, None if it lies beyond the minutes looked at."""
        if not amount:
            return start
        for n in range((start - self.start) // MINUTE, len(self.opened)):
            if self.opened[n]:
                minute = self.start + n * MINUTE
                begin = max(start, minute)
                if minute + MINUTE - begin >= amount:
                    return begin + amount
                amount -= minute + MINUTE - begin
        return None

    def next_open(self, at: datetime) -> datetime | None:
        for n in range((at - self.start) // MINUTE, len(self.opened)):
            if self.opened[n]:
                return max(at, self.start + n * MINUTE)
        return None
