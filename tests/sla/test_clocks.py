"""The clocks of a case: when each promise starts, pauses, stops, begins anew. Wall times are US Central."""

from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta
from random import Random

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
    ROOT_CAUSE,
    at,
    moment,
    only,
    wall,
)

ACTIVE, WAITING, SOLVED, CLOSED = Category


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
        assert (state.state, wall(state.stopped_at)) == (State.MET, "2027-06-08 10:30")


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


class TestUpdate:
    """The six-hourly word on a Critical case."""

    def periods(self, *timeline: Moment, now: str, calendar: WorkingTime = ALL_HOURS) -> list[tuple[object, ...]]:
        states = run(CRITICAL, calendar, timeline, at=at(now))
        return [
            (state.cycle, state.period_no, wall(state.due_at), state.state)
            for state in states
            if state.metric is Metric.STATUS_UPDATE
        ]

    def test_is_missed_once_a_period_four_times_in_a_day_of_silence(self) -> None:
        assert self.periods(moment("2027-06-12 10:00"), now="2027-06-13 11:00") == [
            (1, 1, "2027-06-12 16:00", State.MISSED),
            (1, 2, "2027-06-12 22:00", State.MISSED),
            (1, 3, "2027-06-13 04:00", State.MISSED),
            (1, 4, "2027-06-13 10:00", State.MISSED),
            (1, 5, "2027-06-13 16:00", State.RUNNING),
        ]

    def test_gives_a_missed_period_its_breach_and_no_more_than_its_time(self) -> None:
        states = run(CRITICAL, ALL_HOURS, [moment("2027-06-12 10:00")], at=at("2027-06-12 20:00"))
        missed = next(state for state in states if state.metric is Metric.STATUS_UPDATE)
        assert wall(missed.breached_at) == wall(missed.stopped_at) == "2027-06-12 16:00"
        assert missed.consumed_seconds == 6 * 3600

    def test_begins_the_next_period_at_our_last_public_word(self) -> None:
        timeline = [moment("2027-06-12 10:00"), moment("2027-06-12 12:00", answered=True), moment("2027-06-12 15:00")]
        assert self.periods(*timeline, now="2027-06-12 16:00") == [
            (1, 1, "2027-06-12 16:00", State.MET), (1, 2, "2027-06-12 18:00", State.RUNNING),
        ]  # fmt: skip

    def test_is_in_time_after_closing_and_begins_the_next_period_there(self) -> None:
        timeline = [moment("2027-06-08 11:00"), moment("2027-06-08 20:00", answered=True)]
        assert self.periods(*timeline, now="2027-06-08 20:00", calendar=CHANGEPOINT) == [
            (1, 1, "2027-06-08 17:00", State.MET), (1, 2, "2027-06-09 08:00", State.RUNNING),
        ]  # fmt: skip

    def test_begins_the_next_period_when_the_missed_one_was_due(self) -> None:
        assert self.periods(moment("2027-06-08 11:00"), now="2027-06-09 03:00", calendar=CHANGEPOINT) == [
            (1, 1, "2027-06-08 17:00", State.MISSED), (1, 2, "2027-06-09 08:00", State.RUNNING),
        ]  # fmt: skip

    def test_missed_at_closing_time_is_breached_at_the_next_opening(self) -> None:
        states = run(CRITICAL, CHANGEPOINT, [moment("2027-06-08 11:00")], at=at("2027-06-09 03:00"))
        missed, running = (state for state in states if state.metric is Metric.STATUS_UPDATE)
        assert (wall(missed.due_at), wall(missed.breached_at)) == ("2027-06-08 17:00", "2027-06-09 02:00")
        assert running.started_at == missed.due_at

    def test_is_in_time_at_the_last_instant(self) -> None:
        timeline = [moment("2027-06-12 10:00"), moment("2027-06-12 16:00", answered=True)]
        assert self.periods(timeline[0], now="2027-06-12 16:00") == [(1, 1, "2027-06-12 16:00", State.RUNNING)]
        assert self.periods(*timeline, now="2027-06-12 16:00")[0] == (1, 1, "2027-06-12 16:00", State.MET)

    def test_runs_while_the_customer_is_awaited(self) -> None:
        timeline = [moment("2027-06-12 10:00"), moment("2027-06-12 12:00", WAITING, answered=True)]
        assert self.periods(*timeline, now="2027-06-12 19:00")[1:] == [
            (1, 2, "2027-06-12 18:00", State.MISSED), (1, 3, "2027-06-13 00:00", State.RUNNING),
        ]  # fmt: skip

    def test_ends_with_the_restoration_and_begins_again_when_that_is_undone(self) -> None:
        restored = [moment("2027-06-12 10:00"), moment("2027-06-12 13:00", restored=True)]
        assert self.periods(*restored, now="2027-06-20 19:00") == [(1, 1, "2027-06-12 16:00", State.MET)]
        undone = [*restored, moment("2027-06-12 18:00", restored=False)]
        assert self.periods(*undone, now="2027-06-12 19:00")[1:] == [(1, 2, "2027-06-13 00:00", State.RUNNING)]

    def test_ends_with_the_solution_and_does_not_count_after_it(self) -> None:
        timeline = [moment("2027-06-12 10:00"), moment("2027-06-12 13:00", SOLVED), moment("2027-06-22 13:00", CLOSED)]
        assert self.periods(*timeline, now="2027-07-20 19:00") == [(1, 1, "2027-06-12 16:00", State.MET)]


class TestReopen:
    TIMELINE = [
        moment("2027-03-01 10:00"),
        moment("2027-03-01 10:10", answered=True),
        moment("2027-03-02 10:00", SOLVED, answered=True),
        moment("2027-03-16 17:00", CLOSED),
    ]
    BACK = moment("2027-05-11 12:00")

    def test_begins_a_new_cycle_with_fresh_clocks_and_no_response(self) -> None:
        states = run(CRITICAL, CHANGEPOINT, [*self.TIMELINE, self.BACK], at=at("2027-05-11 12:00"))
        fresh = {state.metric: (state.period_no, wall(state.due_at)) for state in states if state.cycle == 2}
        assert fresh == {
            Metric.RESTORATION: (1, "2027-05-11 14:00"),
            Metric.RESOLUTION: (1, "2027-05-14 15:00"),
            Metric.STATUS_UPDATE: (1, "2027-05-12 03:00"),
        }

    def test_leaves_the_cycle_before_as_it_was(self) -> None:
        before = run(CRITICAL, CHANGEPOINT, self.TIMELINE, at=at("2027-03-17 10:00"))
        after = run(CRITICAL, CHANGEPOINT, [*self.TIMELINE, self.BACK], at=at("2027-06-11 12:00"))
        assert [state for state in after if state.cycle == 1] == list(before)

    def test_forgets_that_functionality_was_restored(self) -> None:
        timeline = [self.TIMELINE[0], moment("2027-03-01 11:00", restored=True), *self.TIMELINE[2:], self.BACK]
        states = run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-05-11 12:00"))
        assert only(states, Metric.RESTORATION, 2).state is State.RUNNING

    def test_counts_cycles_on(self) -> None:
        again = [moment("2027-05-12 12:00", CLOSED), moment("2027-05-13 12:00", WAITING)]
        states = run(CRITICAL, CHANGEPOINT, [*self.TIMELINE, self.BACK, *again], at=at("2027-05-13 12:00"))
        assert only(states, Metric.RESOLUTION, 3).state is State.PAUSED


class TestReportTheRootCause:
    def test_is_due_at_the_same_wall_time_after_fifteen_days(self) -> None:
        (state,) = run([ROOT_CAUSE], ALL_HOURS, [moment("2027-10-30 15:00")], at=at("2027-10-30 15:00"))
        assert wall(state.due_at) == wall(state.breach_at) == "2027-11-14 15:00"
        assert state.minutes == 361 * 60

    def test_runs_on_whatever_the_status(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"), moment("2027-06-09 10:00", WAITING), moment("2027-06-10 10:00", SOLVED),
            moment("2027-06-11 10:00", CLOSED), moment("2027-06-20 10:00"),
        ]  # fmt: skip
        (state,) = run([ROOT_CAUSE], CHANGEPOINT, timeline, at=at("2027-06-23 10:00:01"))
        assert (state.state, state.cycle, wall(state.breached_at)) == (State.RUNNING, 1, "2027-06-23 10:00")

    def test_is_met_by_the_report(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"), moment("2027-06-10 10:00", CLOSED),
            moment("2027-06-12 10:00", CLOSED, root_cause_given=True),
        ]  # fmt: skip
        (state,) = run([ROOT_CAUSE], CHANGEPOINT, timeline, at=at("2027-08-01 10:00"))
        assert (state.state, wall(state.stopped_at)) == (State.MET, "2027-06-12 10:00")


class TestReplay:
    def test_gives_the_same_states_step_by_step_as_at_once(self) -> None:
        """What was known after each event does not change by what came later, and does not depend on zones."""
        random = Random(20270608)
        for _ in range(60):
            instant, timeline = at("2027-03-12 12:00"), []
            for _ in range(12):
                said = random.random() < 0.3
                restored = random.choice([None, None, None, True, False])
                timeline.append(Moment(instant, random.choice(list(Category)), said, restored))
                instant += timedelta(seconds=random.randrange(60 * 60 * 30))
            for calendar in (CHANGEPOINT, ALL_HOURS):
                for n in range(1, len(timeline) + 1):
                    now = timeline[n - 1].at
                    assert run(CRITICAL, calendar, timeline[:n], at=now) == run(CRITICAL, calendar, timeline, at=now)

    def test_agrees_with_the_definition(self) -> None:
        """Consumed is the open time since the start less that of the pauses; breached means more than the minutes."""
        random = Random(48)
        for _ in range(200):
            instant, timeline = at("2027-03-10 12:00"), []
            for category in [ACTIVE, *random.choices([ACTIVE, WAITING, SOLVED], k=8)]:
                timeline.append(Moment(instant, category))
                instant += timedelta(seconds=random.randrange(60 * 60 * 40))
            now = max(instant, timeline[-1].at)
            minutes = random.randrange(1, 40 * 60)
            (state,) = run([Target(Metric.RESOLUTION, minutes, pause_on_customer=True)], CHANGEPOINT, timeline, at=now)
            ends = [*(moment.at for moment in timeline[1:]), now]
            counted = [(m.at, end) for m, end in zip(timeline, ends, strict=True) if m.category is ACTIVE]
            consumed = sum((CHANGEPOINT.open_time(*part) for part in counted), timedelta(0))
            assert state.consumed_seconds == consumed.total_seconds()
            assert (state.breached_at is not None) == (consumed > timedelta(minutes=minutes))
            if state.breached_at is not None:
                until = sum((CHANGEPOINT.open_time(a, min(b, state.breached_at)) for a, b in counted), timedelta(0))
                assert until == timedelta(minutes=minutes)
            elif state.due_at is not None and state.state is State.RUNNING and state.due_at > now:
                assert CHANGEPOINT.open_time(now, state.due_at) == timedelta(minutes=minutes) - consumed

    def test_refuses_what_cannot_be(self) -> None:
        back = [moment("2027-06-08 10:00"), moment("2027-06-08 09:00")]
        with pytest.raises(ValueError, match="back in time"):
            run(MAJOR, CHANGEPOINT, back, at=at("2027-06-08 10:00"))
        naive = datetime(2027, 6, 8, 10, 0)  # noqa: DTZ001
        with pytest.raises(ValueError, match="aware"):
            run(MAJOR, CHANGEPOINT, [Moment(naive, ACTIVE)], at=at("2027-06-08 10:00"))
        with pytest.raises(ValueError, match="aware"):
            run(MAJOR, CHANGEPOINT, back[:1], at=naive)
        with pytest.raises(ValueError, match="two targets"):
            run([*MODERATE, *MINOR], CHANGEPOINT, back[:1], at=at("2027-06-08 10:00"))
        for impossible in ((Metric.AGREED, 60), (Metric.RESPONSE, 0), (Metric.RESPONSE, 60, "lunar")):
            with pytest.raises(ValueError, match="agreed|impossible"):  # noqa: RUF043
                Target(*impossible)

    def test_speaks_utc(self) -> None:
        opened = Moment(CHANGEPOINT.local(at("2027-06-08 10:00")), ACTIVE)
        (state,) = run(MODERATE, CHANGEPOINT, [opened], at=opened.at)
        assert opened.at.utcoffset() == timedelta(hours=-5)
        assert state.started_at.utcoffset() == timedelta(0)
