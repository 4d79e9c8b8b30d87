"""Hours edited while clocks count on them: what has passed keeps its worth, what is to come follows. US Central."""

from datetime import timedelta
from random import Random

import pytest

from sla.clocks import Category, ClockState, Edit, Metric, Moment, State, Target, Terms, Turn, run
from sla.working_time import WorkingTime
from tests.sla.cast import (
    ALL_HOURS,
    BAROMETER,
    CENTRAL,
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
    weekdays,
)

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category
NOON = WorkingTime(CENTRAL, weekdays("02:00", "12:00"))
LATE = WorkingTime(CENTRAL, weekdays("10:00", "17:00"))
FOUR_HOURS = (Target(Metric.RESOLUTION, 240, pause_on_customer=True),)


def edit(text: str, new: WorkingTime = NOON, category: Category = ACTIVE, old: WorkingTime = CHANGEPOINT) -> Moment:
    return moment(text, category, edit=Edit(old, new))


def resolution(*timeline: Moment, now: str, targets: tuple[Target, ...] = FOUR_HOURS) -> ClockState:
    return only(run(targets, CHANGEPOINT, timeline, at=at(now)), Metric.RESOLUTION)


class TestALiveClock:
    OPENED = moment("2027-06-08 10:00")

    def test_keeps_what_has_passed_and_counts_the_rest_on_the_new_hours(self) -> None:
        state = resolution(self.OPENED, edit("2027-06-08 11:00"), now="2027-06-08 11:00")
        assert (wall(state.due_at), state.consumed_seconds) == ("2027-06-09 04:00", 3600)
        assert [step.turn for step in state.steps] == [Turn.STARTED, Turn.EDITED]
        assert wall(state.steps[-1].due_at) == "2027-06-09 04:00"

    def test_is_due_sooner_when_hours_are_added(self) -> None:
        opened = moment("2027-06-08 15:00")
        state = resolution(opened, edit("2027-06-08 16:00", ALL_HOURS), now="2027-06-08 16:00")
        assert wall(state.due_at) == "2027-06-08 19:00"

    def test_is_left_alone_by_an_edit_of_other_hours(self) -> None:
        elsewhere = edit("2027-06-08 11:00", NOON, old=BAROMETER)
        state = resolution(self.OPENED, elsewhere, now="2027-06-08 11:00")
        assert wall(state.due_at) == "2027-06-08 14:00"
        assert [step.turn for step in state.steps] == [Turn.STARTED]

    def test_values_time_before_the_edit_as_it_was_known_then(self) -> None:
        """The afternoon was open when it passed, though the edited hours close at noon."""
        state = resolution(self.OPENED, edit("2027-06-08 13:30"), now="2027-06-10 13:00")
        assert state.consumed_seconds == 3.5 * 3600 + (10 + 10) * 3600
        assert wall(state.breached_at) == "2027-06-09 02:30"
        assert [(part.calendar == CHANGEPOINT, part.open_seconds / 3600) for part in state.segments] == [
            (True, 3.5), (False, 20),
        ]  # fmt: skip

    def test_counts_later_promises_on_the_new_hours_too(self) -> None:
        raised = moment("2027-06-08 11:30", terms=Terms(MAJOR, NOON))
        states = run(MODERATE, CHANGEPOINT, [self.OPENED, edit("2027-06-08 11:00"), raised], at=at("2027-06-08 11:30"))
        assert wall(only(states, Metric.RESTORATION).due_at) == "2027-06-09 03:30"

    def test_begins_the_next_status_update_on_the_new_hours(self) -> None:
        timeline = [self.OPENED, edit("2027-06-08 11:00"), moment("2027-06-08 11:30", answered=True)]
        states = run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-08 11:30"))
        assert wall(only(states, Metric.STATUS_UPDATE).due_at) == "2027-06-09 07:30"

    def test_follows_two_edits_in_turn(self) -> None:
        back = edit("2027-06-09 03:00", LATE, old=NOON)
        state = resolution(self.OPENED, edit("2027-06-08 11:00"), back, now="2027-06-09 03:00")
        assert (wall(state.due_at), state.consumed_seconds) == ("2027-06-09 11:00", 3 * 3600)

    def test_does_not_move_elapsed_time(self) -> None:
        (report,) = run([ROOT_CAUSE], CHANGEPOINT, [self.OPENED, edit("2027-06-08 11:00")], at=at("2027-06-08 12:00"))
        assert wall(report.due_at) == "2027-06-23 10:00"


class TestAPausedClock:
    TIMELINE = [moment("2027-06-08 10:00"), moment("2027-06-08 11:00", WAITING)]

    def test_goes_on_with_what_is_left_on_the_new_hours(self) -> None:
        timeline = [*self.TIMELINE, edit("2027-06-08 11:30", NOON, WAITING)]
        assert resolution(*timeline, now="2027-06-08 12:00").due_at is None
        state = resolution(*timeline, moment("2027-06-09 03:00"), now="2027-06-09 03:00")
        assert (wall(state.due_at), state.consumed_seconds) == ("2027-06-09 06:00", 3600)
        assert state.paused_seconds == (0.5 + 0.5 + 1) * 3600  # till the edit, till noon, and in the morning


class TestAStoppedClock:
    """Ended for good, nothing touches it; resumed, the rest of it counts on the hours of the day."""

    TIMELINE = [moment("2027-06-08 10:00"), moment("2027-06-08 11:00", SOLVED)]

    def test_stays_as_it_was(self) -> None:
        before = resolution(*self.TIMELINE, now="2027-06-08 11:10")
        after = resolution(*self.TIMELINE, edit("2027-06-08 11:30", NOON, SOLVED), now="2027-06-20 12:00")
        assert before == after

    def test_resumes_on_the_new_hours(self) -> None:
        timeline = [*self.TIMELINE, edit("2027-06-08 11:30", NOON, SOLVED), moment("2027-06-09 03:00")]
        state = resolution(*timeline, now="2027-06-09 03:00")
        assert (state.state, wall(state.due_at)) == (State.RUNNING, "2027-06-09 06:00")
        assert state.consumed_seconds == 3600

    def test_keeps_the_promise_that_bound_when_the_edit_would_let_another_bind(self) -> None:
        """Two budgets on two calendars: stopped while the desk's fell due first, then its hours were cut."""
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", terms=Terms((Target(Metric.RESOLUTION, 230),), ALL_HOURS)),
            moment("2027-06-08 11:30", SOLVED),
        ]
        before = resolution(*timeline, now="2027-06-08 11:30")
        assert (before.minutes, wall(before.due_at), before.consumed_seconds) == (240, "2027-06-08 14:00", 5400)
        cut = edit("2027-06-08 11:45", NOON, SOLVED)
        assert resolution(*timeline, cut, now="2027-06-10 12:00") == before

    def test_of_an_earlier_cycle_stays_too(self) -> None:
        timeline = [*self.TIMELINE, moment("2027-06-08 12:00", CLOSED), moment("2027-06-09 03:00")]
        before = run(CRITICAL, CHANGEPOINT, timeline, at=at("2027-06-09 03:00"))
        after = run(CRITICAL, CHANGEPOINT, [*timeline, edit("2027-06-09 04:00")], at=at("2027-06-20 04:00"))
        assert [state for state in after if state.cycle == 1] == [state for state in before if state.cycle == 1]


class TestABreach:
    def test_before_the_edit_stays(self) -> None:
        timeline = [moment("2027-06-08 10:00"), edit("2027-06-08 15:00", ALL_HOURS)]
        state = resolution(*timeline, now="2027-06-09 10:00")
        assert (wall(state.breached_at), wall(state.due_at), state.minutes) == (
            "2027-06-08 14:00", "2027-06-08 14:00", 240,
        )  # fmt: skip

    def test_is_not_made_by_closing_hours_that_had_passed(self) -> None:
        """Due at 14:00 and not yet over when the hours were edited: it is in time until the new hours are spent."""
        timeline = [moment("2027-06-08 10:00"), edit("2027-06-08 13:59")]
        state = resolution(*timeline, now="2027-06-09 02:01")
        assert (wall(state.due_at), state.breached_at) == ("2027-06-09 02:01", None)

    def test_warned_before_stays_warned(self) -> None:
        timeline = [moment("2027-06-08 10:00"), edit("2027-06-08 13:30")]
        assert wall(resolution(*timeline, now="2027-06-08 13:30").warn_at) == "2027-06-08 13:00"
        early = [moment("2027-06-08 10:00"), edit("2027-06-08 11:30")]
        assert wall(resolution(*early, now="2027-06-08 11:30").warn_at) == "2027-06-09 03:00"


class TestTwoBudgets:
    def test_each_follow_the_hours_they_count_on(self) -> None:
        timeline = [
            moment("2027-06-08 10:00"),
            moment("2027-06-08 11:00", terms=Terms((Target(Metric.RESOLUTION, 210),), ALL_HOURS)),
        ]
        assert wall(resolution(*timeline, now="2027-06-08 11:00").due_at) == "2027-06-08 14:00"
        cut = edit("2027-06-08 11:30")
        state = resolution(*timeline, cut, now="2027-06-08 11:30")
        assert (wall(state.due_at), state.minutes) == ("2027-06-08 14:30", 210)


class TestRuns:
    """What a clock tells of its counting adds up to what it counted."""

    @pytest.mark.parametrize("seed", range(40))
    def test_add_up_to_the_seconds_used(self, seed: int) -> None:
        random = Random(seed)
        instant, timeline, now_known = at("2027-06-07 10:00"), [], CHANGEPOINT
        for category in [ACTIVE, *random.choices([ACTIVE, WAITING, SOLVED], k=9)]:
            targets, hours = random.choice([(CRITICAL, ALL_HOURS), (MAJOR, now_known), (MINOR, now_known)])
            terms = Terms(targets, hours) if random.random() < 0.3 else None
            changed = random.choice([CHANGEPOINT, NOON, LATE])
            edited = Edit(now_known, changed) if random.random() < 0.3 and changed != now_known else None
            timeline.append(Moment(instant, category, terms=None if edited else terms, edit=edited))
            now_known = edited.new if edited else now_known
            instant += timedelta(seconds=random.randrange(60 * 60 * 20))
        for state in run(MAJOR, CHANGEPOINT, timeline, at=instant):
            worth = sum(
                (part.calendar.open_time(part.started_at, part.ended_at).total_seconds())
                for part in state.runs
                if part.counted
            )
            assert worth == state.consumed_seconds
            assert all(one.ended_at <= two.started_at for one, two in zip(state.runs, state.runs[1:], strict=False))
            if state.runs and state.stopped_at is None:
                assert (state.runs[0].started_at >= state.started_at, state.runs[-1].ended_at) == (True, instant)


class TestTag:
    """Under which terms a clock ran out, or runs."""

    def test_is_that_of_the_terms_in_force_when_it_was_missed(self) -> None:
        timeline = [
            moment("2027-06-08 10:00", terms=Terms(MAJOR, CHANGEPOINT, "first")),
            moment("2027-06-08 11:30", terms=Terms(CRITICAL, ALL_HOURS, "second")),
            moment("2027-06-08 13:00", terms=Terms(MAJOR, CHANGEPOINT, "third")),
        ]
        states = {state.metric: state for state in run((), CHANGEPOINT, timeline, at=at("2027-06-08 14:00"))}
        assert (wall(states[Metric.RESPONSE].breached_at), states[Metric.RESPONSE].tag) == ("2027-06-08 11:00", "first")
        assert (wall(states[Metric.RESTORATION].breached_at), states[Metric.RESTORATION].tag) == (
            "2027-06-08 12:00", "second",
        )  # fmt: skip
        assert (states[Metric.RESOLUTION].state, states[Metric.RESOLUTION].tag) == (State.RUNNING, "third")
        assert states[Metric.STATUS_UPDATE].tag == "second"

    def test_of_a_stopped_clock_is_that_of_its_end(self) -> None:
        timeline = [
            moment("2027-06-08 10:00", terms=Terms(MAJOR, CHANGEPOINT, "first")),
            moment("2027-06-08 10:30", answered=True),
            moment("2027-06-08 11:30", terms=Terms(CRITICAL, ALL_HOURS, "second")),
        ]
        states = run((), CHANGEPOINT, timeline, at=at("2027-06-08 14:00"))
        assert only(states, Metric.RESPONSE).tag == "first"


class TestCancel:
    """A duplicate, or a case that nobody wants any longer: nothing is promised any more."""

    OPENED = moment("2027-06-08 10:00")

    def test_cancels_what_is_live_and_lets_what_has_ended_stand(self) -> None:
        timeline = [
            self.OPENED,
            moment("2027-06-08 10:20", answered=True),
            moment("2027-06-08 10:40", CLOSED, cancels=True),
        ]
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-20 10:40"))
        assert {state.metric: state.state for state in states} == {
            Metric.RESPONSE: State.MET,
            Metric.RESTORATION: State.CANCELLED,
            Metric.RESOLUTION: State.CANCELLED,
        }
        assert all(state.breached_at is None for state in states)

    def test_keeps_a_breach_that_was(self) -> None:
        timeline = [self.OPENED, moment("2027-06-08 13:00", CLOSED, cancels=True)]
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-20 10:40"))
        restoration = only(states, Metric.RESTORATION)
        assert (restoration.state, wall(restoration.breached_at)) == (State.CANCELLED, "2027-06-08 12:00")

    def test_cancels_a_report_that_is_owed(self) -> None:
        timeline = [self.OPENED, moment("2027-06-08 13:00", CLOSED, cancels=True)]
        (report,) = run([ROOT_CAUSE], CHANGEPOINT, timeline, at=at("2027-08-20 10:40"))
        assert (report.state, report.breached_at) == (State.CANCELLED, None)

    def test_promises_again_with_the_reopening(self) -> None:
        timeline = [self.OPENED, moment("2027-06-08 10:40", CLOSED, cancels=True), moment("2027-06-09 10:00")]
        states = run(MAJOR, CHANGEPOINT, timeline, at=at("2027-06-09 10:00"))
        assert {state.metric for state in states if state.cycle == 2} == {Metric.RESTORATION, Metric.RESOLUTION}
