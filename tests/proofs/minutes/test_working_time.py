"""Working time against a look at the wall clock in every minute: each change of six zones, and calendars at random.

WORKING_TIME_EXAMPLES=100000 makes the long run.
"""

import os
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sla.working_time import WorkingTime
from tests.proofs.minutes.minutes import MINUTE, MinuteByMinute, Spans, transitions

EXAMPLES = int(os.environ.get("WORKING_TIME_EXAMPLES", "200"))
# Changes at two in the night, at midnight before and after it, and by half an hour.
SIX_ZONES = (
    "America/Chicago",
    "Europe/Berlin",
    "Africa/Cairo",
    "America/Havana",
    "America/Santiago",
    "Australia/Lord_Howe",
)
MORE_ZONES = ("UTC", "Asia/Kathmandu", "America/St_Johns", "Africa/Casablanca", "Asia/Beirut", "Pacific/Auckland")
DAY = 24 * 60
CALENDARS: dict[str, dict[int, Spans]] = {
    "nights": {day: [("22:30", "01:15"), ("01:45", "02:20"), ("02:20", "03:05")] for day in range(7)},
    "days": {day: [("00:00", "00:40"), ("02:10", "02:50"), ("09:00", "12:00"), ("23:10", "24:00")] for day in range(7)},
    "but Sunday": {day: [("00:00", "24:00")] for day in range(6)},
}


@cache
def changes(zone: str) -> list[datetime]:
    return transitions(zone, 2024, 2035)


def text(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class TestEveryChangeOfSixZones:
    @pytest.mark.parametrize("name", CALENDARS)
    @pytest.mark.parametrize("zone", SIX_ZONES)
    def test_agrees_minute_by_minute(self, zone: str, name: str) -> None:
        week = CALENDARS[name]
        calendar = WorkingTime(zone, week)
        assert len(changes(zone)) == 24
        for change in changes(zone):
            start = change - timedelta(minutes=DAY)
            slow = MinuteByMinute(zone, week, set(), {}, start, 2 * DAY)
            passed = 0
            for n, is_open in enumerate(slow.opened):
                at = start + n * MINUTE
                assert calendar.is_open(at) is is_open, at
                if n % 10 == 0:
                    assert calendar.between(start, at) == passed, at
                passed += is_open
            assert calendar.between(start, start + timedelta(minutes=2 * DAY)) == passed


@st.composite
def weeks(draw: st.DrawFn) -> dict[int, Spans]:
    """Windows laid one after the other round the week: touching, with breaks, over midnight, on all or few days."""
    week: dict[int, Spans] = {}
    first = cursor = draw(st.sampled_from([0, 30, 7 * 60, DAY + 120, 5 * DAY]))
    unit = draw(st.sampled_from([1, 5, 15]))
    gaps = draw(st.sampled_from([(0, 40), (0, 900), (600, 4000)]))
    lengths = draw(st.sampled_from([(1, 60), (30, 600), (300, DAY)]))
    for _ in range(draw(st.integers(0, 40))):
        start = cursor + draw(st.integers(*gaps)) // unit * unit
        end = start + min(DAY, max(1, draw(st.integers(*lengths)) // unit * unit))
        if end > 7 * DAY + first:
            break
        if start < 7 * DAY:
            closes = text(end % DAY) if end % DAY else draw(st.sampled_from(["24:00", "00:00"]))
            week.setdefault(start // DAY, []).append((text(start % DAY), closes))
        cursor = end
    return week


@st.composite
def day_spans(draw: st.DrawFn) -> Spans:
    edges = sorted(draw(st.sets(st.integers(0, DAY - 1), max_size=6)))
    spans = [(text(a), text(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    if len(edges) % 2:
        spans.append((text(edges[-1]), draw(st.sampled_from(["24:00", "00:00"])) if edges[-1] % 3 else text(edges[0])))
    return spans


@st.composite
def places(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant: most often near a change of its offset."""
    zone = draw(st.sampled_from(SIX_ZONES + MORE_ZONES))
    near = changes(zone)
    if near and draw(st.integers(0, 4)) > 0:
        return zone, draw(st.sampled_from(near)) - timedelta(minutes=draw(st.integers(60, DAY)))
    return zone, datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=draw(st.integers(0, 12 * 365 * DAY)))


@st.composite
def instants(draw: st.DrawFn, start: datetime) -> datetime:
    """An instant within a day and a half, on a minute or between two."""
    return start + timedelta(
        minutes=draw(st.integers(0, DAY + 700)),
        microseconds=draw(st.sampled_from([0, 0, 1, 59_999_999, 12_345_678])),
    )


class TestAnyCalendar:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data(), weeks(), places())
    def test_agrees_with_the_minutes(
        self, data: st.DataObject, week: dict[int, Spans], place: tuple[str, datetime]
    ) -> None:
        zone, start = place
        dates = st.integers(-1, 3).map(lambda n: start.date() + timedelta(days=n))
        closed: set[date] = data.draw(st.sets(dates, max_size=2)) if data.draw(st.booleans()) else set()
        overrides = data.draw(st.dictionaries(dates, day_spans(), max_size=2)) if data.draw(st.booleans()) else {}
        fast = WorkingTime(zone, week, closed, overrides)
        slow = MinuteByMinute(zone, week, closed, overrides, start, 2 * DAY)
        end = start + timedelta(minutes=2 * DAY)
        assert fast.open_time(start, end) == sum(slow.opened) * MINUTE
        one, two, three = (data.draw(instants(start)) for _ in range(3))
        for at in (one, two, three):
            assert fast.is_open(at) is slow.is_open(at)
            opening = slow.next_open(at)
            assert fast.next_open(at) == opening if opening else (fast.next_open(at) or end) >= end
        assert fast.open_time(one, two) == slow.between(one, two)
        assert fast.between(one, two) == slow.between(one, two) / MINUTE
        for amount in (
            slow.between(one, end) - slow.between(one, three),
            slow.between(one, two),
            timedelta(minutes=45),
        ):
            due = slow.add(one, amount)
            found = fast.advance(one, amount)
            assert found == fast.add(one, amount / MINUTE)
            assert found == due if due else found is None or found >= end
            if found is not None:
                assert fast.open_time(one, found) == amount
