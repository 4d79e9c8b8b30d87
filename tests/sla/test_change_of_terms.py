"""What a change of severity, kind or calendar does to the clocks of a case. Wall times are US Central."""

from datetime import timedelta

from sla.clocks import Category, ClockState, Metric, Moment, State, Target, Terms, run
from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    BAROMETER,
    CENTRAL,
    CHANGEPOINT,
    CRITICAL,
    CRITICAL_OTHER,
    MAJOR,
    MINOR,
    MODERATE,
    ROOT_CAUSE,
    at,
    moment,
    only,
    wall,
    weekdays,
)

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category


def change(text: str, targets: tuple[Target, ...], calendar: WorkingTime, category: Category = ACTIVE) -> Moment:
    return Moment(at(text), category, terms=Terms(targets, calendar))


def resolve(hours: int) -> tuple[Target, ...]:
    return (Target(Metric.RESOLUTION, hours * 60, pause_on_customer=True),)


def resolution(targets: tuple[Target, ...], calendar: WorkingTime, *timeline: Moment, now: str) -> ClockState:
    return only(run(targets, calendar, timeline, at=at(now)), Metric.RESOLUTION)


class TestTighten:
    def test_starts_what_is_newly_promised_at_the_approval_and_leaves_a_given_answer_alone(self) -> None:
        timeline = [
            moment("2027-06-07 10:00"),
            moment("2027-06-07 10:40", answered=True),
            change("2027-06-08 11:00", CRITICAL, BAROMETER),
        ]
        states = run(MODERATE, BAROMETER, timeline, at=at("2027-06-08 11:00"))
        assert {state.metric: (state.state, wall(state.due_at)) for state in states} == {
            Metric.RESPONSE: (State.MET, "2027-06-07 12:00"),
            Metric.RESTORATION: (State.RUNNING, "2027-06-08 13:00"),
            Metric.STATUS_UPDATE: (State.RUNNING, "2027-06-08 17:00"),
            Metric.RESOLUTION: (State.RUNNING, "2027-06-15 14:00"),
        }

    def test_gives_the_new_time_from_the_change_when_that_is_sooner(self) -> None:
        tighter = change("2027-06-08 11:00", MODERATE, CHANGEPOINT)
        (state,) = run(MINOR, CHANGEPOINT, [moment("2027-06-08 10:00"), tighter], at=tighter.at)
        assert wall(state.due_at) == "2027-06-08 13:00"
        assert (state.minutes, state.consumed_seconds) == (120, 0)
        assert wall(state.started_at) == "2027-06-08 10:00"

    def test_keeps_the_old_promise_when_that_is_sooner(self) -> None:
        tighter = change("2027-06-08 13:00", MODERATE, CHANGEPOINT)
        (state,) = run(MINOR, CHANGEPOINT, [moment("2027-06-08 10:00"), tighter], at=tighter.at)
        assert wall(state.due_at) == "2027-06-08 14:00"
        assert (state.minutes, state.consumed_seconds) == (240, 3 * 3600)

    def test_counts_the_old_promise_on_its_own_calendar_beside_the_new_one(self) -> None:
        opened = moment("2027-06-07 02:00")
        sooner = resolution(
            resolve(20), CHANGEPOINT, opened, change("2027-06-08 06:00", resolve(6), ALL_HOURS), now="2027-06-08 06:00"
        )
        assert wall(sooner.due_at) == "2027-06-08 07:00"
        later = resolution(
            resolve(40), CHANGEPOINT, opened, change("2027-06-08 06:00", resolve(6), ALL_HOURS), now="2027-06-08 06:00"
        )
        assert wall(later.due_at) == "2027-06-08 12:00"

    def test_pauses_both_promises(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            change("2027-06-08 12:00", resolve(3), CHANGEPOINT),
            moment("2027-06-08 13:00", WAITING),
            moment("2027-06-08 14:00"),
        ]
        assert wall(resolution(resolve(4), CHANGEPOINT, *timeline, now="2027-06-08 14:00").due_at) == "2027-06-08 15:00"
        assert wall(resolution(resolve(8), CHANGEPOINT, *timeline, now="2027-06-08 14:00").due_at) == "2027-06-08 16:00"

    def test_takes_effect_while_paused(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", WAITING),
            change("2027-06-08 12:00", resolve(2), CHANGEPOINT, WAITING),
        ]
        assert resolution(resolve(8), CHANGEPOINT, *timeline, now="2027-06-08 12:30").state is State.PAUSED
        back = moment("2027-06-08 13:00")
        assert wall(resolution(resolve(8), CHANGEPOINT, *timeline, back, now="2027-06-08 13:00").due_at) == (
            "2027-06-08 15:00"
        )

    def test_does_not_take_back_a_breach(self) -> None:
        timeline = [moment("2027-06-08 10:00"), change("2027-06-08 15:00", resolve(2), CHANGEPOINT)]
        state = resolution(resolve(4), CHANGEPOINT, *timeline, now="2027-06-08 16:00")
        assert (wall(state.due_at), wall(state.breached_at), state.minutes) == (
            "2027-06-08 14:00",
            "2027-06-08 14:00",
            240,
        )


class TestLoosen:
    def test_gives_the_new_time_from_the_start(self) -> None:
        looser = change("2027-06-08 11:00", MINOR, CHANGEPOINT)
        (state,) = run(MODERATE, CHANGEPOINT, [moment("2027-06-08 10:00"), looser], at=looser.at)
        assert (wall(state.due_at), state.minutes, state.consumed_seconds) == ("2027-06-08 14:00", 240, 3600)

    def test_keeps_the_pauses(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", WAITING),
            moment("2027-06-08 12:00"),
            change("2027-06-08 12:30", resolve(4), CHANGEPOINT),
        ]
        state = resolution(resolve(2), CHANGEPOINT, *timeline, now="2027-06-08 12:30")
        assert (wall(state.due_at), state.paused_seconds) == ("2027-06-08 15:00", 3600)

    def test_never_makes_a_promise_due_sooner(self) -> None:
        """Tightened late and loosened again, the hour from the start is over before the half-hour that was given."""
        timeline = [
            moment("2027-06-08 10:00"),
            change("2027-06-08 10:55", CRITICAL[:1], CHANGEPOINT),
            change("2027-06-08 11:10", MAJOR[:1], CHANGEPOINT),
        ]
        (state,) = run(MODERATE, CHANGEPOINT, timeline, at=at("2027-06-08 11:10"))
        assert (wall(state.due_at), state.breached_at) == ("2027-06-08 11:25", None)

    def test_leaves_time_before_the_change_its_worth_on_the_old_calendar(self) -> None:
        timeline = [moment("2027-06-12 10:00"), change("2027-06-14 06:00", resolve(96), CHANGEPOINT)]
        state = resolution(resolve(48), ALL_HOURS, *timeline, now="2027-06-14 06:00")
        assert state.consumed_seconds == 44 * 3600
        assert state.due_at == CHANGEPOINT.add(at("2027-06-14 06:00"), (96 - 44) * 60)

    def test_does_not_take_back_a_breach(self) -> None:
        looser = change("2027-06-08 13:00", MINOR, CHANGEPOINT)
        (state,) = run(MODERATE, CHANGEPOINT, [moment("2027-06-08 10:00"), looser], at=at("2027-06-08 15:00"))
        assert (state.state, wall(state.breached_at), state.minutes) == (State.RUNNING, "2027-06-08 12:00", 120)

    def test_arms_the_warning_again(self) -> None:
        timeline = [moment("2027-06-08 10:00"), change("2027-06-08 11:45", resolve(4), CHANGEPOINT)]
        assert wall(resolution(resolve(2), CHANGEPOINT, *timeline, now="2027-06-08 11:45").warn_at) == (
            "2027-06-08 13:00"
        )


class TestMoveToAnotherCalendar:
    """The same minutes on other hours."""

    def test_goes_on_with_what_is_left(self) -> None:
        timeline = [moment("2027-06-11 16:00"), change("2027-06-11 20:00", resolve(4), ALL_HOURS)]
        state = resolution(resolve(4), CHANGEPOINT, *timeline, now="2027-06-11 20:00")
        assert (wall(state.due_at), state.consumed_seconds) == ("2027-06-11 23:00", 3600)
        assert [part.open_seconds for part in state.segments] == [3600]

    def test_keeps_the_old_promise_when_that_is_sooner(self) -> None:
        timeline = [moment("2027-06-12 10:00"), change("2027-06-12 11:00", resolve(2), CHANGEPOINT)]
        assert wall(resolution(resolve(2), ALL_HOURS, *timeline, now="2027-06-12 11:00").due_at) == "2027-06-12 12:00"

    def test_values_each_segment_on_the_calendar_of_its_time(self) -> None:
        timeline = [moment("2027-06-11 16:00"), change("2027-06-11 20:00", resolve(9), ALL_HOURS)]
        state = resolution(resolve(9), CHANGEPOINT, *timeline, now="2027-06-11 22:00")
        assert [part.open_seconds / 3600 for part in state.segments] == [1, 2]

    def test_changes_nothing_when_the_calendar_is_the_same_by_value(self) -> None:
        twin = WorkingTime(CENTRAL, weekdays("02:00", "17:00"))
        opened = moment("2027-06-11 16:00")
        moved = resolution(
            resolve(9), CHANGEPOINT, opened, change("2027-06-11 20:00", resolve(9), twin), now="2027-06-12 00:00"
        )
        assert moved == resolution(resolve(9), CHANGEPOINT, opened, now="2027-06-12 00:00")


class TestReclassify:
    def test_stops_pausing_when_the_new_kind_does_not(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 12:00", WAITING),
            change("2027-06-08 13:00", CRITICAL_OTHER, CHANGEPOINT, WAITING),
        ]
        state = resolution(CRITICAL, CHANGEPOINT, *timeline, now="2027-06-08 14:00")
        assert (state.state, state.paused_seconds, state.waiting_seconds) == (State.RUNNING, 3600, 2 * 3600)
        assert state.consumed_seconds == 3 * 3600

    def test_counts_the_root_cause_report_from_the_opening(self) -> None:
        flagged = change("2027-06-15 10:00", (*CRITICAL_OTHER, ROOT_CAUSE), CHANGEPOINT)
        states = run(CRITICAL_OTHER, CHANGEPOINT, [moment("2027-06-08 10:00"), flagged], at=flagged.at)
        assert wall(only(states, Metric.ROOT_CAUSE).due_at) == "2027-06-23 10:00"

    def test_gives_a_report_more_whole_days_from_the_opening(self) -> None:
        looser = change("2027-11-10 10:00", (Target(Metric.ROOT_CAUSE, 20 * 24 * 60, clock="elapsed"),), CHANGEPOINT)
        (report,) = run([ROOT_CAUSE], CHANGEPOINT, [moment("2027-10-30 15:00"), looser], at=looser.at)
        assert wall(report.due_at) == "2027-11-19 15:00"

    def test_does_not_miss_a_report_before_it_was_asked_for(self) -> None:
        flagged = change("2027-06-29 10:00", (*CRITICAL_OTHER, ROOT_CAUSE), CHANGEPOINT, CLOSED)
        states = run(CRITICAL_OTHER, CHANGEPOINT, [moment("2027-06-08 10:00"), flagged], at=flagged.at)
        report = only(states, Metric.ROOT_CAUSE)
        assert (wall(report.due_at), report.breached_at) == ("2027-07-14 10:00", None)


class TestWithdraw:
    """A target that is no longer promised, and one that comes back."""

    OPENED = moment("2027-06-08 10:00")

    def test_cancels_the_clock(self) -> None:
        states = run(
            CRITICAL,
            CHANGEPOINT,
            [self.OPENED, change("2027-06-08 11:00", MODERATE, CHANGEPOINT)],
            at=at("2027-06-20 11:00"),
        )
        gone = [state for state in states if state.metric is not Metric.RESPONSE]
        assert {(state.state, wall(state.stopped_at), state.breached_at) for state in gone} == {
            (State.CANCELLED, "2027-06-08 11:00", None)
        }
        assert len(gone) == 3

    def test_keeps_the_breach_of_a_cancelled_clock(self) -> None:
        timeline = [self.OPENED, change("2027-06-08 13:00", MODERATE, CHANGEPOINT)]
        state = only(run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-08 13:00")), Metric.RESTORATION)
        assert (state.state, wall(state.breached_at)) == (State.CANCELLED, "2027-06-08 12:00")

    def test_starts_afresh_when_promised_again(self) -> None:
        timeline = [
            self.OPENED,
            change("2027-06-08 11:00", MODERATE, CHANGEPOINT),
            change("2027-06-08 12:00", MAJOR, CHANGEPOINT),
        ]
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-08 12:00"))
        restorations = [state for state in states if state.metric is Metric.RESTORATION]
        assert [(s.period_no, s.state, wall(s.due_at)) for s in restorations] == [
            (1, State.CANCELLED, "2027-06-08 12:00"),
            (2, State.RUNNING, "2027-06-08 14:00"),
        ]

    def test_excludes_and_attaches_a_whole_case(self) -> None:
        timeline = [
            self.OPENED,
            change("2027-06-08 10:30", (), CHANGEPOINT),
            moment("2027-06-08 10:40", answered=True),
            change("2027-06-08 12:00", MAJOR, CHANGEPOINT),
        ]
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-08 12:00"))
        assert [s.state for s in states if s.metric is Metric.RESPONSE] == [State.CANCELLED]
        assert wall(only(states, Metric.RESTORATION).due_at) == "2027-06-08 14:00"

    def test_restarts_the_updates_on_each_upgrade(self) -> None:
        timeline = [
            self.OPENED,
            change("2027-06-08 11:00", CRITICAL, ALL_HOURS),
            change("2027-06-08 13:00", MAJOR, CHANGEPOINT),
            change("2027-06-08 15:00", CRITICAL, ALL_HOURS),
        ]
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-08 15:00"))
        updates = [state for state in states if state.metric is Metric.STATUS_UPDATE]
        assert [(s.period_no, s.state, wall(s.due_at)) for s in updates] == [
            (1, State.CANCELLED, "2027-06-08 17:00"),
            (2, State.RUNNING, "2027-06-08 21:00"),
        ]

    def test_leaves_finished_clocks_and_the_cycle_before_alone(self) -> None:
        timeline = [
            self.OPENED,
            moment("2027-06-08 11:00", SOLVED, answered=True),
            moment("2027-06-09 11:00", CLOSED),
            moment("2027-06-10 11:00"),
        ]
        before = run(CRITICAL, CHANGEPOINT, timeline[:3], at=at("2027-06-10 10:00"))
        changed = [*timeline, change("2027-06-10 12:00", MODERATE, ALL_HOURS)]
        after = run(CRITICAL, CHANGEPOINT, changed, at=at("2027-06-10 12:00"))
        assert [state for state in after if state.cycle == 1] == list(before)

    def test_applies_to_a_solved_case_only_once_it_is_active_again(self) -> None:
        timeline = [
            self.OPENED,
            moment("2027-06-08 11:00", SOLVED),
            change("2027-06-08 12:00", resolve(96), CHANGEPOINT, SOLVED),
        ]
        solved = resolution(resolve(48), CHANGEPOINT, *timeline, now="2027-06-08 12:00")
        assert (solved.state, solved.minutes) == (State.MET, 48 * 60)
        back = resolution(resolve(48), CHANGEPOINT, *timeline, moment("2027-06-08 13:00"), now="2027-06-08 13:00")
        assert (back.state, back.minutes, back.paused_seconds) == (State.RUNNING, 96 * 60, 2 * 3600)
        assert back.due_at == CHANGEPOINT.add(at("2027-06-08 12:00"), 96 * 60)

    def test_answers_first_when_word_and_change_come_together(self) -> None:
        together = Moment(at("2027-06-08 11:59"), ACTIVE, answered=True, terms=Terms(CRITICAL, ALL_HOURS))
        states = run(MODERATE, CHANGEPOINT, [self.OPENED, together], at=together.at + timedelta(hours=1))
        assert (only(states, Metric.RESPONSE).state, only(states, Metric.RESPONSE).minutes) == (State.MET, 120)
