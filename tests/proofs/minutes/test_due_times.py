"""Due times against a look at every minute: 100,000 starts, budgets and pauses, and each change of six zones.

The whole engine is on trial, `sla.clocks.run`; the look shares no code with it. In full a hundred thousand due
times are compared.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.clocks import Category, ClockState, Metric, Moment, State, Target, run
from sla.working_time import WorkingTime
from tests.proofs.minutes.minutes import MinuteByMinute, Spans
from tests.proofs.minutes.test_working_time import CALENDARS, DAY, SIX_ZONES, changes, day_spans, places, weeks

TRIED_ON_EACH = 260
MINUTE = 60
ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category


@dataclass(frozen=True)
class Course:
    """When a promise began, the customer was awaited, a solution came, and it is looked at: seconds of a window."""

    start: int
    minutes: int
    turns: tuple[int, ...]  # awaited, no longer awaited, awaited, …
    solved: int | None
    now: int


@dataclass(frozen=True)
class Expected:
    """What a look at the minutes finds; an instant that lies beyond them is None and `beyond` it."""

    consumed: int
    paused: int
    due: int | None
    breach: int | None
    warn: int | None
    breached: int | None
    state: State


class Look:
    """The open minutes of a calendar in a window, counted one by one."""

    def __init__(self, minutes: MinuteByMinute) -> None:
        self.opened = bytearray(minutes.opened)
        self.before = [0, *accumulate(self.opened)]  # open minutes before each minute
        self.end = len(self.opened) * MINUTE

    def passed(self, at: int) -> int:
        """Open seconds from the start of the window to `at`."""
        minute, second = divmod(at, MINUTE)
        whole = self.before[minute] * MINUTE
        return whole + (second if second and self.opened[minute] else 0)

    def first_with(self, amount: int) -> int | None:
        """Return the earliest second by which `amount` open seconds have passed."""
        minute = bisect_left(self.before, -(-amount // MINUTE)) - 1
        return None if minute >= len(self.opened) else minute * MINUTE + amount - self.before[minute] * MINUTE

    def last_with(self, amount: int) -> int | None:
        """Return the last second at which no more than `amount` open seconds have passed."""
        minute = bisect_right(self.before, amount // MINUTE) - 1
        return None if minute >= len(self.opened) else minute * MINUTE + amount - self.before[minute] * MINUTE

    def find(self, life: Course) -> Expected:
        """Say how the promise stands at `now`, from the definition: consumed is what is open and not paused."""
        stop = life.now if life.solved is None else life.solved
        edges = [life.start, *(turn for turn in life.turns if turn <= stop), stop]
        parts = list(pairwise(edges))
        consumed = sum(self.passed(b) - self.passed(a) for a, b in parts[::2])
        paused = sum(self.passed(b) - self.passed(a) for a, b in parts[1::2])
        # As if it ran on from here.
        ahead = [*parts[::2], (stop, self.end)]
        budget = life.minutes * MINUTE
        due = self._reach(ahead, budget, self.first_with, at_least=True)
        warn = self._reach(ahead, budget * 75 // 100, self.first_with, at_least=True)
        breach = self._reach(ahead, budget, self.last_with, at_least=False)
        breached = breach if consumed > budget else None
        if life.solved is not None:
            state = State.MET if breached is None else State.MISSED
            return Expected(consumed, paused, due, breach, warn, breached, state)
        if len(parts) % 2 == 0:
            return Expected(consumed, paused, None, None, None, breached, State.PAUSED)
        return Expected(consumed, paused, due, breach, warn, breached, State.RUNNING)

    def _reach(self, parts, amount, invert, *, at_least: bool) -> int | None:
        left = amount
        for start, end in parts:
            here = self.passed(end) - self.passed(start)
            if (here >= left) if at_least else (here > left):
                found = invert(self.passed(start) + left)
                return None if found is None else max(found, start)
            left -= here
        return None


def lives(random: Random, length: int) -> Iterator[Course]:
    """Promises of any length within a window of so many seconds; many instants on whole minutes, many between."""
    while True:
        grain = random.choice((1, 1, MINUTE, 15 * MINUTE))
        count = random.choice((0, 0, 1, 2, 3, 4, 5, 8))
        start = random.randrange(0, length // 2, grain)
        later = sorted(random.randrange(start, length, grain) for _ in range(count + 1))
        solved = later[-1] if random.random() < 0.3 else None
        now = random.randrange(later[-1], length, grain)
        minutes = random.choice((random.randrange(1, 90), random.randrange(1, 1200), random.randrange(1, length // 90)))
        yield Course(start, minutes, tuple(later[:-1]), solved, now)


def answer(calendar: WorkingTime, origin: datetime, life: Course) -> ClockState:
    """Let the engine reckon the same."""

    def instant(at: int) -> datetime:
        return origin + timedelta(seconds=at)

    timeline = [Moment(instant(life.start), ACTIVE)]
    timeline += [Moment(instant(at), WAITING if n % 2 == 0 else ACTIVE) for n, at in enumerate(life.turns)]
    if life.solved is not None:
        timeline.append(Moment(instant(life.solved), SOLVED))
    target = Target(Metric.RESOLUTION, life.minutes, pause_on_customer=True)
    (state,) = run((target,), calendar, timeline, at=instant(life.now))
    return state


def compare(calendar: WorkingTime, minutes: MinuteByMinute, random: Random, count: int) -> int:
    """Try so many promises on one calendar; return how many."""
    look = Look(minutes)
    for _, life in zip(range(count), lives(random, look.end), strict=False):
        wanted, state = look.find(life), answer(calendar, minutes.start, life)
        assert (state.state, state.consumed_seconds, state.paused_seconds, state.waiting_seconds) == (
            wanted.state,
            wanted.consumed,
            wanted.paused,
            wanted.paused,
        ), life
        found = (state.due_at, state.breach_at, state.warn_at, state.breached_at)
        for instant, second in zip(found, (wanted.due, wanted.breach, wanted.warn, wanted.breached), strict=True):
            if second is not None:
                assert instant == minutes.start + timedelta(seconds=second), life
            elif wanted.state is State.PAUSED or instant is state.breached_at:
                assert instant is None, life
            else:  # beyond the minutes that were looked at
                assert instant is None or instant >= minutes.start + timedelta(seconds=look.end), life
    return count


def table(
    zone: str, week: Mapping[int, Spans], closed: set[date], overrides: Mapping[date, Spans], start: datetime, days: int
) -> tuple[WorkingTime, MinuteByMinute]:
    return (
        WorkingTime(zone, week, closed, overrides),
        MinuteByMinute(zone, week, closed, overrides, start, days * DAY),
    )


class TestAnyCalendar:
    def test_gives_the_due_times_of_the_minutes(self, times) -> None:
        tried, windows = 0, times(150, full=400)

        @settings(max_examples=windows, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(st.data(), weeks(), places(), st.integers(0, 2**32))
        def agree(data: st.DataObject, week: dict[int, Spans], place: tuple[str, datetime], seed: int) -> None:
            nonlocal tried
            zone, start = place
            dates = st.integers(-1, 5).map(lambda n: start.date() + timedelta(days=n))
            closed: set[date] = data.draw(st.sets(dates, max_size=3)) if data.draw(st.booleans()) else set()
            overrides = data.draw(st.dictionaries(dates, day_spans(), max_size=3)) if data.draw(st.booleans()) else {}
            calendar, minutes = table(zone, week, closed, overrides, start, days=4)
            tried += compare(calendar, minutes, Random(seed), TRIED_ON_EACH)

        agree()
        print(f"\n{tried} due times, 0 differences")
        assert tried >= 250 * windows


class TestEveryChangeOfSixZones:
    @pytest.mark.parametrize("name", CALENDARS)
    @pytest.mark.parametrize("zone", SIX_ZONES)
    def test_gives_the_due_times_of_the_minutes(self, zone: str, name: str) -> None:
        assert len(changes(zone)) == 24
        for change in changes(zone):
            calendar, minutes = table(zone, CALENDARS[name], set(), {}, change - timedelta(days=1), days=2)
            assert compare(calendar, minutes, Random(change.isoformat()), 40) == 40


class TestTheLook:
    """The checker, tried on engines that are wrong."""

    def test_sees_an_hour_lost_at_a_change(self) -> None:
        change = changes("America/Chicago")[0]
        week: dict[int, Spans] = {day: [("00:00", "24:00")] for day in range(7)}
        _right, minutes = table("America/Chicago", week, set(), {}, change - timedelta(days=1), days=2)
        wrong = WorkingTime("America/Chicago", {day: [("03:00", "02:00")] for day in range(7)})
        with pytest.raises(AssertionError):
            compare(wrong, minutes, Random(1), 40)

    def test_sees_a_pause_that_is_counted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sla.meter.Meter._counts", lambda self, category: True)
        start = changes("Europe/Berlin")[0] - timedelta(days=1)
        calendar, minutes = table("Europe/Berlin", CALENDARS["days"], set(), {}, start, days=2)
        with pytest.raises(AssertionError):
            compare(calendar, minutes, Random(1), 40)

    def test_sees_a_breach_at_closing_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What runs out exactly when the desk closes is in time until it opens."""
        from sla.budgets import Budget

        monkeypatch.setattr(Budget, "breach_at", property(lambda self: self._breached or self.due_at))
        start = changes("Europe/Berlin")[0] - timedelta(days=1)
        calendar, minutes = table("Europe/Berlin", CALENDARS["days"], set(), {}, start, days=2)
        with pytest.raises(AssertionError):
            compare(calendar, minutes, Random(1), 400)
