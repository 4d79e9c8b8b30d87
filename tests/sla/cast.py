"""The calendars, targets and instants that the tests of working time and clocks share."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sla.clocks import Category, ClockState, Metric, Moment, Target
from sla.working_time import WorkingTime

CENTRAL = "America/Chicago"
Week = dict[int, list[tuple[str, str]]]


def weekdays(opens: str, closes: str) -> Week:
    return {day: [(opens, closes)] for day in range(5)}


ROUND_THE_CLOCK: Week = {day: [("00:00", "24:00")] for day in range(7)}
PPM_PRO: Week = {
    6: [("17:00", "01:00")],
    **{day: [("07:00", "01:00")] for day in range(4)},
    4: [("07:00", "19:00")],
}

DAPTIV = WorkingTime(CENTRAL, weekdays("02:00", "19:30"))
BAROMETER = WorkingTime(CENTRAL, weekdays("10:00", "19:00"))
CHANGEPOINT = WorkingTime(CENTRAL, weekdays("02:00", "17:00"))
ALL_HOURS = WorkingTime(CENTRAL, ROUND_THE_CLOCK)
EMPTY = WorkingTime(CENTRAL, {})

HOUR = 60
CRITICAL = (
    Target(Metric.RESPONSE, 30),
    Target(Metric.RESTORATION, 2 * HOUR),
    Target(Metric.RESOLUTION, 48 * HOUR, pause_on_customer=True),
    Target(Metric.STATUS_UPDATE, 6 * HOUR),
)
MAJOR = (
    Target(Metric.RESPONSE, 60),
    Target(Metric.RESTORATION, 2 * HOUR),
    Target(Metric.RESOLUTION, 96 * HOUR, pause_on_customer=True),
)
MODERATE = (Target(Metric.RESPONSE, 2 * HOUR),)
MINOR = (Target(Metric.RESPONSE, 4 * HOUR),)
CRITICAL_OTHER = (
    *CRITICAL[:2],
    Target(Metric.RESOLUTION, 48 * HOUR),
    CRITICAL[3],
)
ROOT_CAUSE = Target(Metric.ROOT_CAUSE, 15 * 24 * HOUR, clock="elapsed")


def at(text: str, zone: str = CENTRAL, *, fold: int = 0) -> datetime:
    """Return a wall time, "2027-06-08 13:00", as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def wall(instant: datetime | None, zone: str = CENTRAL) -> str | None:
    """Return an instant as a wall time to the second, without the seconds when there are none."""
    if instant is None:
        return None
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}".removesuffix(":00")


def moment(text: str, category: Category = Category.ACTIVE, **meaning: object) -> Moment:
    return Moment(at(text), category, **meaning)  # type: ignore[arg-type]


def only(states: tuple[ClockState, ...], metric: Metric, cycle: int = 1) -> ClockState:
    """Return the last period of a metric in a cycle."""
    return [state for state in states if state.metric is metric and state.cycle == cycle][-1]
