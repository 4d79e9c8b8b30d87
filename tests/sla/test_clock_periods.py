"""Clocks that begin anew: status updates period by period, cycles of a reopened case, the root-cause report, replay."""

from datetime import datetime, timedelta
from random import Random

import pytest

from sla.clocks import Category, Metric, Moment, State, Target, run
from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    CHANGEPOINT,
    CRITICAL,
    MAJOR,
    MINOR,
    MODERATE,
    ROOT_CAUSE,
    at,
    moment,
    only,
    wall,
)

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category


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
