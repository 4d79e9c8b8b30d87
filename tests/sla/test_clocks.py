"""The clocks of a case: when each promise starts, pauses, stops, begins anew. Wall times are US Central."""

from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from sla.clocks import Category, ClockState, Metric, Moment, State, Target, run
from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    BAROMETER,
    CHANGEPOINT,
    CRITICAL,
    CRITICAL_OTHER,
    DAPTIV,
    EMPTY,
    MAJOR,
    MINOR,
    MODERATE,
    at,
    moment,
    only,
    wall,
)

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category


def dues(
    targets: tuple[Target, ...], calendar: WorkingTime, opened: str, now: str | None = None
) -> dict[Metric, str | None]:
    states = run(targets, calendar, [moment(opened)], at=at(now or opened))
    return {state.metric: wall(state.due_at) for state in states}


class TestPromise:
    """Worked examples: what a case is promised when it is opened."""

    def test_begins_at_the_opening_of_the_desk(self) -> None:
        assert dues(CRITICAL, DAPTIV, "2027-06-12 10:00") == {
            Metric.RESPONSE: "2027-06-14 02:30",
            Metric.RESTORATION: "2027-06-14 04:00",
            Metric.STATUS_UPDATE: "2027-06-14 08:00",
            Metric.RESOLUTION: "2027-06-16 15:00",
        }

    def test_runs_through_the_weekend_round_the_clock(self) -> None:
        assert dues(CRITICAL, ALL_HOURS, "2027-06-12 10:00") == {
            Metric.RESPONSE: "2027-06-12 10:30",
            Metric.RESTORATION: "2027-06-12 12:00",
            Metric.STATUS_UPDATE: "2027-06-12 16:00",
            Metric.RESOLUTION: "2027-06-14 10:00",
        }

    def test_has_only_the_clocks_of_its_targets(self) -> None:
        assert dues(MODERATE, BAROMETER, "2027-06-11 18:30") == {Metric.RESPONSE: "2027-06-14 11:30"}
        assert dues((), BAROMETER, "2027-06-11 18:30") == {}

    def test_counts_six_elapsed_hours_over_the_change(self) -> None:
        assert dues(CRITICAL, ALL_HOURS, "2027-03-13 20:00")[Metric.STATUS_UPDATE] == "2027-03-14 03:00"

    def test_warns_at_three_quarters_or_as_the_target_says(self) -> None:
        states = run(
            [Target(Metric.RESPONSE, 240), Target(Metric.RESOLUTION, 240, warn_percent=50)],
            CHANGEPOINT, [moment("2027-06-08 15:00")], at=at("2027-06-08 15:00"),
        )  # fmt: skip
        assert wall(only(states, Metric.RESPONSE).warn_at) == "2027-06-09 03:00"
        assert wall(only(states, Metric.RESOLUTION).warn_at) == "2027-06-08 17:00"

    def test_counts_elapsed_time_where_the_target_says_so(self) -> None:
        assert dues((Target(Metric.RESPONSE, 60, clock="elapsed"),), CHANGEPOINT, "2027-06-12 10:00") == {
            Metric.RESPONSE: "2027-06-12 11:00"
        }

    def test_has_no_due_time_on_a_calendar_that_never_opens(self) -> None:
        for state in run(CRITICAL, EMPTY, [moment("2027-06-08 10:00")], at=at("2028-06-08 10:00")):
            assert (state.state, state.due_at, state.breach_at, state.warn_at) == (State.RUNNING, None, None, None)

    def test_has_not_begun_before_the_customer_reached_us(self) -> None:
        assert run(CRITICAL, DAPTIV, [moment("2027-06-08 10:00")], at=at("2027-06-08 09:59")) == ()
        assert run(CRITICAL, DAPTIV, [], at=at("2027-06-08 09:59")) == ()

    def test_is_frozen(self) -> None:
        (state,) = run(MODERATE, DAPTIV, [moment("2027-06-08 10:00")], at=at("2027-06-08 10:00"))
        with pytest.raises(FrozenInstanceError):
            state.minutes = 1  # type: ignore[misc]


class TestRespond:
    def test_is_in_time_outside_hours(self) -> None:
        timeline = [moment("2027-06-10 16:30"), moment("2027-06-10 23:00", answered=True)]
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-11 12:00")), Metric.RESPONSE)
        assert wall(state.due_at) == "2027-06-11 02:30"
        assert (state.state, state.consumed_seconds) == (State.MET, 30 * 60)
        assert wall(state.stopped_at) == "2027-06-10 23:00"

    def test_meets_a_target_that_runs_out_exactly_at_closing_time_until_the_next_opening(self) -> None:
        opened = moment("2027-06-08 13:00")
        (state,) = run(MINOR, CHANGEPOINT, [opened], at=at("2027-06-08 13:00"))
        assert (wall(state.due_at), wall(state.breach_at)) == ("2027-06-08 17:00", "2027-06-09 02:00")
        (state,) = run(
            MINOR, CHANGEPOINT, [opened, moment("2027-06-08 20:00", answered=True)], at=at("2027-06-20 00:00")
        )
        assert (state.state, state.consumed_seconds, state.breached_at) == (State.MET, 4 * 3600, None)
        assert wall(state.due_at) == "2027-06-08 17:00"

    def test_is_met_at_the_last_instant_and_missed_just_after(self) -> None:
        opened = moment("2027-06-08 13:00")
        last = at("2027-06-09 02:00")
        for reply, expected in ((last, State.MET), (last + timedelta(microseconds=1), State.MISSED)):
            (state,) = run(MINOR, CHANGEPOINT, [opened, Moment(reply, ACTIVE, answered=True)], at=reply)
            assert state.state is expected
            assert state.breached_at == (last if expected is State.MISSED else None)

    def test_stays_missed_when_the_answer_comes_late(self) -> None:
        timeline = [moment("2027-06-08 10:00"), moment("2027-06-08 13:00:30", answered=True)]
        (state,) = run(MODERATE, CHANGEPOINT, timeline, at=at("2027-06-08 18:00"))
        assert (state.state, wall(state.breached_at)) == (State.MISSED, "2027-06-08 12:00")
        assert state.consumed_seconds == 3 * 3600 + 30

    def test_carries_the_breach_while_it_still_runs(self) -> None:
        (state,) = run(MODERATE, CHANGEPOINT, [moment("2027-06-08 10:00")], at=at("2027-06-08 12:00"))
        assert (state.state, state.breached_at) == (State.RUNNING, None)
        (state,) = run(MODERATE, CHANGEPOINT, [moment("2027-06-08 10:00")], at=at("2027-06-08 12:00:01"))
        assert (state.state, wall(state.breached_at)) == (State.RUNNING, "2027-06-08 12:00")

    def test_is_not_done_by_what_the_customer_says_or_a_bare_change_of_status(self) -> None:
        timeline = [moment("2027-06-08 10:00"), moment("2027-06-08 10:30"), moment("2027-06-08 10:40")]
        assert run(MODERATE, CHANGEPOINT, timeline, at=at("2027-06-08 11:00"))[0].state is State.RUNNING

    def test_is_met_at_once_by_a_call_that_was_answered(self) -> None:
        states = run(CRITICAL, CHANGEPOINT, [moment("2027-06-08 10:00", answered=True)], at=at("2027-06-08 11:00"))
        assert only(states, Metric.RESPONSE).state is State.MET
        assert only(states, Metric.RESPONSE).consumed_seconds == 0
        assert [state.period_no for state in states if state.metric is Metric.STATUS_UPDATE] == [1]

    def test_is_never_paused_and_counts_while_waiting(self) -> None:
        timeline = [moment("2027-06-08 10:00"), moment("2027-06-08 10:10", WAITING)]
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-08 10:30")), Metric.RESPONSE)
        assert (state.state, wall(state.due_at)) == (State.RUNNING, "2027-06-08 11:00")

    def test_happens_once_in_the_life_of_a_case(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"), moment("2027-06-08 10:30", answered=True),
            moment("2027-06-08 11:00", CLOSED), moment("2027-06-09 11:00", ACTIVE),
        ]  # fmt: skip
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-30 11:00"))
        assert [(s.cycle, s.state) for s in states if s.metric is Metric.RESPONSE] == [(1, State.MET)]

    def test_is_over_with_a_case_that_closed_unanswered(self) -> None:
        timeline = [moment("2027-06-08 10:00"), moment("2027-06-08 10:30", CLOSED), moment("2027-06-09 11:00")]
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-30 11:00")), Metric.RESPONSE)
        assert (state.state, wall(state.stopped_at)) == (State.CANCELLED, "2027-06-08 10:30")


class TestRestore:
    OPENED = moment("2027-06-08 10:00")

    def test_stops_when_declared_restored(self) -> None:
        timeline = [self.OPENED, moment("2027-06-08 11:00", restored=True)]
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-09 11:00")), Metric.RESTORATION)
        assert (state.state, state.consumed_seconds) == (State.MET, 3600)

    def test_stops_with_the_solution_if_that_comes_first(self) -> None:
        timeline = [self.OPENED, moment("2027-06-08 11:30", SOLVED, answered=True)]
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-09 11:00")), Metric.RESTORATION)
        assert (state.state, wall(state.stopped_at)) == (State.MET, "2027-06-08 11:30")

    def test_is_not_paused_while_waiting(self) -> None:
        timeline = [self.OPENED, moment("2027-06-08 10:30", WAITING, answered=True)]
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-08 11:00")), Metric.RESTORATION)
        assert (state.state, wall(state.due_at), state.waiting_seconds) == (State.RUNNING, "2027-06-08 12:00", 1800)

    def test_resumes_the_same_clock_when_undone(self) -> None:
        timeline = [
            self.OPENED, moment("2027-06-08 11:00", restored=True), moment("2027-06-08 13:00", restored=False)
        ]  # fmt: skip
        state = only(run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-08 13:30")), Metric.RESTORATION)
        assert (state.state, state.cycle, state.period_no) == (State.RUNNING, 1, 1)
        assert wall(state.due_at) == "2027-06-08 14:00"
        assert (state.consumed_seconds, state.paused_seconds) == (90 * 60, 2 * 3600)

    def test_resumes_with_a_rejected_solution_unless_it_was_declared(self) -> None:
        rejected = [moment("2027-06-08 11:30", SOLVED), moment("2027-06-08 12:30", ACTIVE)]
        state = only(run(MAJOR, CHANGEPOINT, [self.OPENED, *rejected], at=at("2027-06-08 12:40")), Metric.RESTORATION)
        assert (state.state, wall(state.due_at)) == (State.RUNNING, "2027-06-08 13:00")
        declared = [self.OPENED, moment("2027-06-08 11:00", restored=True), *rejected]
        state = only(run(MAJOR, CHANGEPOINT, declared, at=at("2027-06-08 12:40")), Metric.RESTORATION)
        assert (state.state, wall(state.stopped_at)) == (State.MET, "2027-06-08 11:00")


class TestResolve:
    OPENED = moment("2027-06-08 11:00")
    WAIT = moment("2027-06-09 16:00", WAITING, answered=True)

    def resolution(self, *timeline: Moment, now: str, targets: tuple[Target, ...] = MAJOR) -> ClockState:
        return only(run(targets, BAROMETER, timeline, at=at(now)), Metric.RESOLUTION)

    def test_pauses_while_the_customer_is_awaited(self) -> None:
        state = self.resolution(self.OPENED, self.WAIT, now="2027-06-10 11:00")
        assert state.state is State.PAUSED
        assert (state.due_at, state.breach_at, state.warn_at) == (None, None, None)

    def test_goes_on_later_by_the_business_time_of_the_pause(self) -> None:
        assert wall(self.resolution(self.OPENED, now="2027-06-08 11:00").due_at) == "2027-06-22 17:00"
        state = self.resolution(self.OPENED, self.WAIT, moment("2027-06-11 12:00"), now="2027-06-11 12:00")
        assert wall(state.due_at) == "2027-06-24 13:00"
        assert (state.paused_seconds, state.waiting_seconds) == (14 * 3600, 14 * 3600)

    def test_gains_nothing_by_a_pause_outside_hours(self) -> None:
        state = self.resolution(
            self.OPENED, moment("2027-06-11 19:00", WAITING), moment("2027-06-14 10:00"), now="2027-06-14 10:00"
        )
        assert (wall(state.due_at), state.paused_seconds) == ("2027-06-22 17:00", 0)

    def test_keeps_the_seconds_of_pauses_and_two_in_one_minute(self) -> None:
        steps = [("10:00:05", WAITING), ("10:00:15", ACTIVE), ("10:00:30", WAITING), ("10:00:51", ACTIVE)]
        moments = [moment(f"2027-06-09 {time}", category) for time, category in steps]
        state = self.resolution(self.OPENED, *moments, now="2027-06-09 12:00")
        assert (state.paused_seconds, wall(state.due_at)) == (31, "2027-06-22 17:00:31")

    def test_counts_the_repeated_hour_of_a_pause(self) -> None:
        timeline = [
            moment("2027-11-07 00:30"), moment("2027-11-07 01:15", WAITING),
            Moment(at("2027-11-07 01:15", fold=1), ACTIVE),
        ]  # fmt: skip
        (state,) = run([Target(Metric.RESOLUTION, 60, pause_on_customer=True)], ALL_HOURS, timeline, at=timeline[-1].at)
        assert (state.paused_seconds, state.due_at) == (3600, at("2027-11-07 01:30", fold=1))

    def test_is_not_paused_where_the_target_says_so_but_shows_the_wait(self) -> None:
        state = self.resolution(
            self.OPENED, self.WAIT, moment("2027-06-11 12:00"), now="2027-06-11 12:00", targets=CRITICAL_OTHER
        )
        assert (state.state, state.paused_seconds, state.waiting_seconds) == (State.RUNNING, 0, 14 * 3600)
        assert wall(state.due_at) == "2027-06-15 14:00"

    def test_stops_with_the_solution_not_with_the_closing(self) -> None:
        state = self.resolution(
            self.OPENED, moment("2027-06-09 12:00", SOLVED), moment("2027-07-30 12:00", CLOSED), now="2027-08-01 12:00"
        )
        assert (state.state, wall(state.stopped_at), state.consumed_seconds) == (
            State.MET, "2027-06-09 12:00", 10 * 3600,
        )  # fmt: skip

    def test_stops_from_waiting_with_its_due_time_known(self) -> None:
        state = self.resolution(self.OPENED, self.WAIT, moment("2027-06-11 12:00", SOLVED), now="2027-06-11 13:00")
        assert (state.state, wall(state.due_at)) == (State.MET, "2027-06-24 13:00")

    def test_resumes_the_same_clock_when_the_solution_is_rejected(self) -> None:
        rejected = self.resolution(
            self.OPENED, moment("2027-06-09 16:00", SOLVED), moment("2027-06-11 12:00"), now="2027-06-11 12:00"
        )
        assert (rejected.state, rejected.cycle, rejected.period_no) == (State.RUNNING, 1, 1)
        assert (wall(rejected.due_at), rejected.paused_seconds) == ("2027-06-24 13:00", 14 * 3600)
        assert rejected.waiting_seconds == 0

    def test_keeps_a_breach_through_pause_stop_and_resumption(self) -> None:
        opened = moment("2027-06-08 10:00")
        waits, solved = moment("2027-06-15 11:00", WAITING), moment("2027-06-15 12:00", SOLVED)
        back = moment("2027-06-15 13:00")
        targets = (Target(Metric.RESOLUTION, 9 * 60, pause_on_customer=True),)
        for timeline, state in (
            ([opened], State.RUNNING), ([opened, waits], State.PAUSED),
            ([opened, waits, solved], State.MISSED), ([opened, waits, solved, back], State.RUNNING),
        ):  # fmt: skip
            found = self.resolution(*timeline, now="2027-06-15 14:00", targets=targets)
            assert (found.state, wall(found.breached_at)) == (state, "2027-06-09 10:00")
            assert wall(found.due_at) == (None if state is State.PAUSED else "2027-06-08 19:00")

    def test_runs_out_at_closing_time_then_pauses_and_is_breached_only_after_it_goes_on(self) -> None:
        targets = (Target(Metric.RESOLUTION, 9 * 60, pause_on_customer=True),)
        timeline = [
            moment("2027-06-08 10:00"), moment("2027-06-08 20:00", WAITING), moment("2027-06-10 20:00"),
        ]  # fmt: skip
        state = self.resolution(*timeline, now="2027-06-10 21:00", targets=targets)
        assert (wall(state.due_at), wall(state.breach_at), state.breached_at) == (
            "2027-06-08 19:00", "2027-06-11 10:00", None,
        )  # fmt: skip

    def test_moves_its_warning_with_the_pause_unless_it_has_passed(self) -> None:
        targets = (Target(Metric.RESOLUTION, 4 * 60, pause_on_customer=True),)
        early = [moment("2027-06-08 10:00"), moment("2027-06-08 12:00", WAITING), moment("2027-06-08 13:00")]
        late = [moment("2027-06-08 10:00"), moment("2027-06-08 13:30", WAITING), moment("2027-06-08 14:30")]
        assert wall(self.resolution(*early, now="2027-06-08 15:00", targets=targets).warn_at) == "2027-06-08 14:00"
        assert wall(self.resolution(*late, now="2027-06-08 15:00", targets=targets).warn_at) == "2027-06-08 13:00"
        just = [moment("2027-06-08 10:00"), moment("2027-06-08 13:00", WAITING), moment("2027-06-08 14:00")]
        assert wall(self.resolution(*just, now="2027-06-08 15:00", targets=targets).warn_at) == "2027-06-08 13:00"

    def test_tells_its_life_in_segments(self) -> None:
        state = self.resolution(self.OPENED, self.WAIT, moment("2027-06-11 12:00"), now="2027-06-11 13:00")
        assert [(part.category, part.counted, part.open_seconds / 3600) for part in state.segments] == [
            (ACTIVE, True, 14), (WAITING, False, 14), (ACTIVE, True, 1),
        ]  # fmt: skip
        assert [wall(part.started_at) for part in state.segments] == [
            "2027-06-08 11:00", "2027-06-09 16:00", "2027-06-11 12:00",
        ]  # fmt: skip
