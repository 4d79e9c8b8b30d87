"""What the year knows of customers who fall silent, and of those who ask for Critical: when each is to be reminded of.

Days and hours are typed here once more; nothing stored of a countdown is read.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("America/Chicago")
FIRST, SECOND, CLOSING = 3, 7, 10  # business days after the one of the solution, each to its end
PATIENCE = timedelta(minutes=15)  # of a request for Critical, before the managers are told again
ENDS = {"daptiv": time(19, 30), "barometer": time(19), "changepoint": time(17)}
EDITED_END = time(16, 30)

Done = tuple[int, str, int, datetime]  # case, kind, which reminder (0: none), when


@dataclass
class Spell:
    """A solution that waits from `since` to `until` (None: still); `sent` tells of each reminder whether it arrived."""

    case: int
    product: str
    since: datetime
    until: datetime | None = None
    sent: list[bool] = field(default_factory=list)


@dataclass(frozen=True)
class Days:
    """The days on which the desk of Changepoint was closed, and when its hours were edited."""

    closed: Sequence[date]
    edited_at: datetime

    def end_of(self, spell: Spell, number: int, *, told_before: bool = False) -> datetime:
        """Return when the `number`-th business day after the solution ends; what was told before an edit is kept."""
        day = spell.since.astimezone(HERE).date()
        while number:
            day += timedelta(days=1)
            number -= day.weekday() < 5 and not (spell.product == "changepoint" and day in self.closed)
        edited = spell.product == "changepoint" and day >= self.edited_at.astimezone(HERE).date()
        return datetime.combine(day, EDITED_END if edited and not told_before else ENDS[spell.product], HERE)


def steps(spell: Spell, days: Days, sweeps: Sequence[datetime]) -> Iterator[Done]:
    """Yield what sweeps should have done while the solution waited: two reminders, then the closing or its delay."""
    looks = []
    for number, day in enumerate((FIRST, SECOND), start=1):
        look = first_look(sweeps, days.end_of(spell, day))
        if look is None or (spell.until and look >= spell.until):
            return
        looks.append(look)
        yield spell.case, "contact_attempted", number, look
    ends = days.end_of(spell, CLOSING, told_before=looks[0] < days.edited_at)
    look = first_look(sweeps, ends)
    if look is None or (spell.until and look > spell.until):
        return
    yield spell.case, "closed_in_silence" if spell.sent[:2] == [True, True] else "closing_held", 0, look


def first_look(sweeps: Sequence[datetime], at: datetime) -> datetime | None:
    """Return the first sweep at `at` or later; None where the year was over before."""
    place = bisect_left(sweeps, at)
    return sweeps[place] if place < len(sweeps) else None
