"""The time between the end of a clock and its going on: what was waited for, and what was promised. US Central."""

from sla.clocks import Category, Edit, Metric, Moment, State, Target, Terms, run
from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    CENTRAL,
    CHANGEPOINT,
    CRITICAL,
    MODERATE,
    ROOT_CAUSE,
    at,
    moment,
    only,
    wall,
    weekdays,
)

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category
NOON = WorkingTime(CENTRAL, weekdays("02:00", "12:00"))
MINUTE, HOUR = 60, 3600


def terms(text: str, targets: tuple[Target, ...], category: Category = ACTIVE) -> Moment:
    return moment(text, category, terms=Terms(targets, CHANGEPOINT))


class TestTimeWaited:
    def test_is_that_of_the_spans_and_not_of_the_whole_gap(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", restored=True),
            moment("2027-06-14 11:00", WAITING),
            moment("2027-06-14 11:01", restored=False),
        ]
        state = only(run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-14 11:01")), Metric.RESTORATION)
        assert (state.state, state.waiting_seconds) == (State.RUNNING, MINUTE)
        assert state.paused_seconds == 4 * 15 * HOUR + MINUTE

    def test_is_valued_by_the_hours_known_then(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", restored=True),
            moment("2027-06-09 02:00", WAITING),
            moment("2027-06-09 17:00", WAITING, edit=Edit(CHANGEPOINT, NOON)),
            moment("2027-06-10 17:00", restored=False),
        ]
        state = only(run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-10 17:00")), Metric.RESTORATION)
        assert state.waiting_seconds == (15 + 10) * HOUR
        assert (
            sum(run.calendar.open_time(run.started_at, run.ended_at).total_seconds() for run in state.runs[1:])
            == (6 + 15 + 10) * HOUR
        )

    def test_of_an_agreed_date_is_that_since_it_was_agreed(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", WAITING, dated=(Metric.AGREED, at("2027-06-20 10:00"))),
            moment("2027-06-08 12:00"),
            moment("2027-06-08 15:00", WAITING),
        ]
        state = only(run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-08 17:00")), Metric.AGREED)
        assert state.waiting_seconds == 3 * HOUR

    def test_of_a_report_that_is_asked_for_late_is_that_of_the_days_before(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-09 10:00", WAITING),
            moment("2027-06-09 12:00"),
            moment("2027-06-10 10:00", WAITING, terms=Terms((ROOT_CAUSE,), ALL_HOURS)),
        ]
        state = only(run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-10 11:00")), Metric.ROOT_CAUSE)
        assert (wall(state.started_at), state.waiting_seconds) == ("2027-06-08 10:00", 3 * HOUR)


class TestAPromiseThatComesBack:
    def test_after_it_went_in_the_solution_is_a_new_clock(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", SOLVED),
            terms("2027-06-09 10:00", MODERATE, SOLVED),
            terms("2027-06-10 10:00", CRITICAL, SOLVED),
            moment("2027-06-11 10:00"),
        ]
        states = run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-11 10:00"))
        found = [(one.period_no, one.state, wall(one.due_at)) for one in states if one.metric is Metric.RESTORATION]
        assert found == [(1, State.MET, "2027-06-08 12:00"), (2, State.RUNNING, "2027-06-11 12:00")]

    def test_after_it_went_while_restored_is_not_missed_at_once(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:59", restored=True),
            terms("2027-06-09 10:00", MODERATE),
            terms("2027-06-10 10:00", CRITICAL),
            moment("2027-06-10 11:00", restored=False),
        ]
        states = run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-10 11:30"))
        assert only(states, Metric.RESTORATION).consumed_seconds == 30 * MINUTE
        assert [one.breached_at for one in states if one.metric is Metric.RESTORATION] == [None, None]

    def test_that_stayed_promised_is_the_same_clock(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", SOLVED),
            terms("2027-06-09 10:00", CRITICAL, SOLVED),
            moment("2027-06-09 10:30"),
        ]
        state = only(run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-09 10:30")), Metric.RESTORATION)
        assert (state.period_no, wall(state.due_at)) == (1, "2027-06-09 11:30")
