"""Working time measured beside two libraries: microseconds a call for a day, a month and a year, and the build.

`python -m tests.bench.bench_working_time`. Nothing is asserted; what is over the bar is marked. All are asked for
Monday to Friday 02:00-17:00 with ten holidays a year; business-duration knows no zones and gets naive local times.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from operator import add
from time import process_time
from timeit import Timer
from zoneinfo import ZoneInfo

from sla import clocks
from sla.clocks import Category, Metric, Moment, Target, Terms
from sla.working_time import WorkingTime

ZONE = "America/Chicago"
WEEK = {day: [("02:00", "17:00")] for day in range(5)}
HOLIDAYS = [date(year, month, 15) for year in range(2024, 2034) for month in range(1, 11)]
SPANS = {"1 d": 1, "30 d": 30, "1 y": 365}
MOST_MICROSECONDS, MOST_RATIO, MOST_BUILD_MILLISECONDS = 3.0, 1.5, 1.0
Call = Callable[[], object]


def microseconds(call: Call) -> float:
    """Return the processor time of one call, what others do on the machine left out: the best of 7 runs of 20 ms."""
    timer = Timer(call, timer=process_time)
    number = 1
    while (spent := timer.timeit(number)) < 0.02:
        number *= 5
    return min(spent, *timer.repeat(6, number)) / number * 1e6


def starts() -> dict[str, datetime]:
    """Return the same instant in three zones: the calendar's own, UTC, and another."""
    wall = datetime(2027, 3, 3, 10, 17, 23, tzinfo=ZoneInfo(ZONE))
    return {"own zone": wall, "UTC": wall.astimezone(UTC), "Tokyo": wall.astimezone(ZoneInfo("Asia/Tokyo"))}


def ours() -> list[tuple[str, list[Call]]]:
    calendar = WorkingTime(ZONE, WEEK, HOLIDAYS)
    rows: list[tuple[str, list[Call]]] = []
    for name, start in starts().items():
        ends = [start + timedelta(days=days) for days in SPANS.values()]
        amounts = [calendar.between(start, end) for end in ends]
        rows.append((f"add, {name}", [partial(calendar.add, start, amount) for amount in amounts]))
        rows.append((f"between, {name}", [partial(calendar.between, start, end) for end in ends]))
    return rows


def businesstimedelta_rows() -> list[tuple[str, list[Call]]]:
    import businesstimedelta as btd
    import pytz  # the only zones it takes

    zone = pytz.timezone(ZONE)
    holidays = dict.fromkeys(HOLIDAYS, "closed")
    day = btd.WorkDayRule(time(2), time(17), [0, 1, 2, 3, 4], tz=zone)
    rules = btd.Rules([day, btd.HolidayRule(holidays, tz=zone)])
    start = starts()["own zone"]
    ends = [start + timedelta(days=days) for days in SPANS.values()]
    amounts = [rules.difference(start, end) for end in ends]
    return [
        ("businesstimedelta add", [partial(add, start, amount) for amount in amounts]),
        ("businesstimedelta between", [partial(rules.difference, start, end) for end in ends]),
    ]


def business_duration_rows() -> list[tuple[str, list[Call]]]:
    from business_duration import businessDuration

    start = starts()["own zone"].replace(tzinfo=None)
    holidays = dict.fromkeys(HOLIDAYS, "closed")

    def between(end: datetime) -> object:
        return businessDuration(start, end, time(2), time(17), weekendlist=[5, 6], holidaylist=holidays, unit="min")

    ends = [start + timedelta(days=days) for days in SPANS.values()]
    return [("business-duration between (no add)", [partial(between, end) for end in ends])]


def build_milliseconds() -> float:
    """Return the time to compile one calendar-year, from ten of them."""
    start, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2033, 12, 31, tzinfo=UTC)
    return microseconds(lambda: WorkingTime(ZONE, WEEK, HOLIDAYS).between(start, end)) / 1000 / 10


def clocks_microseconds() -> dict[str, float]:
    """Return the time to run the three clocks of a Major case: just opened, and after six turns over two days."""
    calendar, start = WorkingTime(ZONE, WEEK, HOLIDAYS), starts()["UTC"]
    targets = (
        Target(Metric.RESPONSE, 60),
        Target(Metric.RESTORATION, 120, condition="no_code_change"),
        Target(Metric.RESOLUTION, 5760, pause_on_customer=True),
    )
    opened = Moment(start, Category.ACTIVE, terms=Terms(targets, calendar))
    timeline = (
        opened,
        Moment(start + timedelta(minutes=10), Category.ACTIVE),
        Moment(start + timedelta(minutes=40), Category.ACTIVE, answered=True),
        Moment(start + timedelta(minutes=90), Category.ACTIVE, answered=True, restored=True),
        Moment(start + timedelta(hours=20), Category.WAITING, answered=True),
        Moment(start + timedelta(hours=40), Category.ACTIVE),
    )
    at = start + timedelta(hours=60)
    return {
        "just opened": microseconds(lambda: clocks.run(targets, calendar, (opened,), at=at)),
        "six turns": microseconds(lambda: clocks.run(targets, calendar, timeline, at=at)),
    }


def row(name: str, figures: list[float], *, judged: bool) -> str:
    ratio = figures[-1] / figures[0]
    over = judged and (max(figures) > MOST_MICROSECONDS or ratio > MOST_RATIO)
    columns = "".join(f"{figure:12,.2f}" for figure in figures)
    return f"{name:38}{columns}{ratio:12,.2f}{'  over the bar' if over else ''}"


def main() -> None:
    """Print the table."""
    print(f"{'working time, µs a call':38}" + "".join(f"{span:>12}" for span in SPANS) + f"{'1 y / 1 d':>12}")
    for name, calls in ours():
        print(row(name, [microseconds(call) for call in calls], judged=True))
    for peer in (businesstimedelta_rows, business_duration_rows):
        try:
            rows = peer()
        except ImportError as missing:
            print(f"{missing.name}: not installed")
            continue
        for name, calls in rows:
            print(row(name, [microseconds(call) for call in calls], judged=False))
    build = build_milliseconds()
    over = "  over the bar" if build > MOST_BUILD_MILLISECONDS else ""
    print(f"{'build, ms a calendar-year':38}{build:12.2f}{over}")
    for name, spent in clocks_microseconds().items():
        print(f"{f'three clocks of a case, {name}, µs':38}{spent:12.0f}")
    print(f"bar: {MOST_MICROSECONDS} µs, 1 y at most {MOST_RATIO} x 1 d, {MOST_BUILD_MILLISECONDS} ms a year")


if __name__ == "__main__":
    main()
