"""The spans of a clock lose no time: over random lives they touch, and add up to what the clock says, exactly."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from cases.commitments.explanation import time_spans
from sla.clocks import Category, Edit, Metric, Moment, State, Target, Terms, run
from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    BAROMETER,
    CENTRAL,
    CHANGEPOINT,
    CRITICAL,
    CRITICAL_OTHER,
    DAPTIV,
    MAJOR,
    MINOR,
    MODERATE,
    PPM_PRO,
    ROOT_CAUSE,
)

NIGHTS = WorkingTime(CENTRAL, PPM_PRO)
PARIS = WorkingTime("Europe/Paris", {day: [("09:00", "12:30"), ("13:30", "18:00")] for day in range(6)})
CALENDARS = [BAROMETER, CHANGEPOINT, DAPTIV, ALL_HOURS, NIGHTS, PARIS]
TARGETS = [CRITICAL, CRITICAL_OTHER, MAJOR, MODERATE, MINOR, (*CRITICAL, ROOT_CAUSE), ()]
ZONE, READER = ZoneInfo(CENTRAL), ZoneInfo("Europe/Paris")
# Both changes of clocks of 2027 lie within the lives that begin then.
STARTS = [datetime(2027, 3, 10, tzinfo=UTC), datetime(2027, 6, 8, 15, tzinfo=UTC), datetime(2027, 11, 3, tzinfo=UTC)]


def timeline(dice: random.Random) -> list[Moment]:
    """Return a random timeline: statuses, words, terms, edits, dates, verdicts, at odd instants."""
    at = dice.choice(STARTS) + timedelta(microseconds=dice.randrange(3 * 86_400_000_000))
    calendar = dice.choice(CALENDARS)
    moments = [Moment(at, Category.ACTIVE, terms=Terms(dice.choice(TARGETS[:-1]), calendar))]
    for _turn in range(dice.randrange(1, 14)):
        at += timedelta(microseconds=dice.randrange(dice.choice([5, 3600, 80_000, 600_000]) * 1_000_000))
        category = dice.choice([Category.ACTIVE, Category.ACTIVE, Category.WAITING, Category.SOLVED, Category.CLOSED])
        more: dict[str, object] = {}
        match dice.randrange(7):
            case 0:
                calendar = dice.choice(CALENDARS)
                more["terms"] = Terms(dice.choice(TARGETS), calendar)
            case 1:
                new = dice.choice(CALENDARS)
                more["edit"] = Edit(calendar, new)
                calendar = new
            case 2:
                more["restored"] = dice.choice([True, False])
            case 3:
                more["answered"] = True
            case 4 if category in (Category.ACTIVE, Category.WAITING):
                metric = dice.choice([Metric.RESOLUTION, Metric.AGREED])
                more["dated"] = metric, at + timedelta(hours=dice.randrange(1, 300))
            case 5:
                more["failing"] = frozenset(dice.sample(["", "no_code_change"], dice.randrange(2)))
        moments.append(Moment(at, category, **more))  # type: ignore[arg-type]
    return moments


def count(state, at):
    return time_spans.count(
        state,
        at=at,
        zone=ZONE,
        reader=READER,
        pauses=(),
        closed=lambda calendar, start, end: ("at night",),
        opened=lambda calendar, at: "open",
    )


@pytest.mark.parametrize("seed", range(200))
def test_spans_touch_and_add_up_to_the_microsecond(seed: int) -> None:
    dice = random.Random(seed)
    moments = timeline(dice)
    at = moments[-1].at + timedelta(microseconds=dice.randrange(20 * 86_400_000_000))
    for state in run((), CHANGEPOINT, moments, at=at):
        rows = count(state, at)
        past = [row for row in rows if not row.is_ahead]
        counted = sum((row.counted for row in past), timedelta(0))
        assert counted.total_seconds() == state.consumed_seconds
        assert all(one.ended_at == two.started_at for one, two in pairwise(rows))
        assert all(row.started_at < row.ended_at for row in rows)
        assert rows == () or rows[0].started_at == state.started_at
        if state.state is State.RUNNING and state.breached_at is None and state.due_at:
            assert sum((row.counted for row in rows), timedelta(0)) == state.amount
            assert not rows or rows[-1].ended_at == max(state.due_at, at)
        over = sum((row.counted for row in past if row.is_over), timedelta(0))
        assert over == max(counted - state.amount, timedelta(0))


def test_a_clock_of_years_is_folded_without_losing_time() -> None:
    start = datetime(2026, 1, 5, 15, 30, tzinfo=UTC)
    at = start + timedelta(days=700, microseconds=7)
    moments = [Moment(start, Category.ACTIVE, terms=Terms((Target(Metric.RESPONSE, 60),), CHANGEPOINT))]
    [state] = run((), CHANGEPOINT, moments, at=at)
    rows = count(state, at)
    assert len(rows) < 10
    assert [row.because for row in rows if row.days > 400] == [
        "499 days, each 02:00–17:00; between them closed: at night"
    ]
    assert sum((row.counted for row in rows), timedelta(0)).total_seconds() == state.consumed_seconds
    assert all(one.ended_at == two.started_at for one, two in pairwise(rows))


def test_amounts_shown_add_up_to_the_totals_shown() -> None:
    start = datetime(2027, 6, 8, 15, 0, 0, 700_000, tzinfo=UTC)
    at = start + timedelta(days=9, microseconds=600_000)
    moments = [Moment(start, Category.ACTIVE, terms=Terms(MAJOR, CHANGEPOINT))]
    state = run((), CHANGEPOINT, moments, at=at)[2]
    total = 0
    for row in count(state, at):
        if row.counts:
            hours, minutes, seconds = map(int, row.shown_counted.split(":"))
            total += 3600 * hours + 60 * minutes + seconds
            assert row.shown_total == f"{total // 3600}:{total % 3600 // 60:02}:{total % 60:02}"
