"""Promises that bind nobody: by a condition that does not hold, or by a breach that was excused. US Central."""

from sla.clocks import Category, ClockState, Metric, Moment, State, Target, Terms, Turn, run
from sla.promises import Key
from tests.sla.cast import ALL_HOURS, CHANGEPOINT, CRITICAL, MODERATE, at, moment, only, wall

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category
CODE = "no_code_change"
TARGETS = (Target(Metric.RESTORATION, 120, condition=CODE), Target(Metric.RESOLUTION, 48 * 60))
OPENED = moment("2027-06-08 10:00")


def needed(text: str, category: Category = ACTIVE, mark: object = "yes", **more: object) -> Moment:
    """A change of code is needed: the condition fails."""
    return moment(text, category, failing=frozenset({CODE}), mark=mark, **more)


def not_needed(text: str, category: Category = ACTIVE) -> Moment:
    return moment(text, category, failing=frozenset(), mark="no")


def restoration(*timeline: Moment, now: str, cycle: int = 1) -> ClockState:
    return only(run(TARGETS, CHANGEPOINT, [OPENED, *timeline], at=at(now)), Metric.RESTORATION, cycle)


class TestACondition:
    def test_that_fails_voids_the_live_clock_with_when_and_why(self) -> None:
        state = restoration(needed("2027-06-08 11:00"), now="2027-06-08 11:30")
        assert (state.state, wall(state.voided_at), state.void_mark) == (State.VOID, "2027-06-08 11:00", "yes")
        assert (wall(state.due_at), state.stopped_at) == ("2027-06-08 12:00", None)

    def test_that_fails_touches_no_other_clock(self) -> None:
        states = run(TARGETS, CHANGEPOINT, [OPENED, needed("2027-06-08 11:00")], at=at("2027-06-08 11:30"))
        assert only(states, Metric.RESOLUTION).state is State.RUNNING

    def test_that_is_not_known_to_fail_lets_the_clock_run(self) -> None:
        assert restoration(not_needed("2027-06-08 11:00"), now="2027-06-08 11:30").state is State.RUNNING

    def test_that_holds_again_gives_the_same_clock_back(self) -> None:
        back = [needed("2027-06-08 11:00"), not_needed("2027-06-08 11:30")]
        state = restoration(*back, now="2027-06-08 11:30")
        assert (state.state, wall(state.due_at), state.voided_at) == (State.RUNNING, "2027-06-08 12:00", None)
        assert state.consumed_seconds == 90 * 60
        assert [step.turn for step in state.steps] == [Turn.STARTED, Turn.VOIDED, Turn.BOUND]

    def test_that_fails_voids_a_breach_and_gives_it_back_as_it_was(self) -> None:
        void = needed("2027-06-08 13:00")
        state = restoration(void, now="2027-06-08 13:30")
        assert (state.state, wall(state.breached_at), wall(state.voided_at)) == (
            State.VOID, "2027-06-08 12:00", "2027-06-08 13:00",
        )  # fmt: skip
        state = restoration(void, not_needed("2027-06-08 14:00"), now="2027-06-08 14:00")
        assert (state.state, wall(state.breached_at), state.voided_at) == (State.RUNNING, "2027-06-08 12:00", None)

    def test_that_fails_voids_a_clock_that_ended_late(self) -> None:
        late = moment("2027-06-08 13:00", restored=True)
        state = restoration(late, needed("2027-06-08 14:00"), now="2027-06-08 14:00")
        assert (state.state, wall(state.breached_at)) == (State.VOID, "2027-06-08 12:00")
        state = restoration(late, needed("2027-06-08 14:00"), not_needed("2027-06-08 15:00"), now="2027-06-08 15:00")
        assert (state.state, wall(state.stopped_at)) == (State.MISSED, "2027-06-08 13:00")

    def test_that_fails_leaves_met_what_was_met(self) -> None:
        state = restoration(
            moment("2027-06-08 11:00", restored=True), needed("2027-06-08 14:00"), now="2027-06-08 14:00"
        )
        assert (state.state, state.voided_at) == (State.MET, None)

    def test_is_looked_at_again_when_the_clock_resumes(self) -> None:
        timeline = [moment("2027-06-08 11:00", restored=True), needed("2027-06-08 11:10")]
        state = restoration(*timeline, moment("2027-06-08 11:30", restored=False), now="2027-06-08 11:30")
        assert (state.state, wall(state.voided_at)) == (State.VOID, "2027-06-08 11:30")

    def test_makes_the_clock_of_a_new_cycle_void_from_its_start(self) -> None:
        timeline = [
            needed("2027-06-08 11:00"),
            moment("2027-06-08 11:30", SOLVED),
            moment("2027-06-08 11:40", CLOSED),
            moment("2027-06-09 10:00"),
        ]
        state = restoration(*timeline, now="2027-06-09 13:00", cycle=2)
        assert (state.state, wall(state.started_at), wall(state.voided_at)) == (
            State.VOID, "2027-06-09 10:00", "2027-06-09 10:00",
        )  # fmt: skip

    def test_does_not_reach_the_cycles_before(self) -> None:
        timeline = [
            moment("2027-06-08 13:00", SOLVED),
            moment("2027-06-08 14:00", CLOSED),
            moment("2027-06-09 10:00"),
        ]
        before = restoration(*timeline, now="2027-06-09 10:00")
        after = restoration(*timeline, needed("2027-06-09 10:30"), now="2027-06-09 11:00")
        assert before == after
        assert after.state is State.MISSED

    def test_of_other_terms_binds_what_had_no_condition(self) -> None:
        free = Terms((Target(Metric.RESTORATION, 120),), CHANGEPOINT)
        state = restoration(needed("2027-06-08 11:00"), moment("2027-06-08 11:30", terms=free), now="2027-06-08 11:30")
        assert (state.state, wall(state.due_at)) == (State.RUNNING, "2027-06-08 12:00")


class TestAConditionAndAClockThatWasCancelled:
    """Its breach stays on record, so the judgement reaches it, in either direction."""

    LATE = moment("2027-06-08 13:00", terms=Terms(MODERATE, CHANGEPOINT))

    def test_that_fails_voids_its_breach(self) -> None:
        state = restoration(self.LATE, needed("2027-06-08 14:00"), now="2027-06-08 15:00")
        assert (state.state, wall(state.voided_at)) == (State.CANCELLED, "2027-06-08 14:00")

    def test_that_holds_after_all_binds_its_breach_again(self) -> None:
        timeline = [needed("2027-06-08 12:30"), self.LATE, not_needed("2027-06-08 14:00")]
        state = restoration(*timeline, now="2027-06-08 15:00")
        assert (state.state, state.voided_at, wall(state.breached_at)) == (State.CANCELLED, None, "2027-06-08 12:00")

    def test_that_holds_after_all_shows_what_ran_out_while_it_was_void(self) -> None:
        timeline = [needed("2027-06-08 11:00"), self.LATE, not_needed("2027-06-08 14:00")]
        assert restoration(*timeline[:2], now="2027-06-08 15:00").breached_at is None
        assert wall(restoration(*timeline, now="2027-06-08 15:00").breached_at) == "2027-06-08 12:00"

    def test_that_fails_leaves_one_that_was_in_time(self) -> None:
        in_time = moment("2027-06-08 11:00", terms=Terms(MODERATE, CHANGEPOINT))
        state = restoration(in_time, needed("2027-06-08 14:00"), now="2027-06-08 15:00")
        assert (state.state, state.voided_at) == (State.CANCELLED, None)


class TestTimeThatRunsOutWhileVoid:
    VOID = needed("2027-06-08 11:00")

    def test_shows_no_breach(self) -> None:
        for now in ("2027-06-08 12:00:01", "2027-06-10 12:00"):
            state = restoration(self.VOID, now=now)
            assert (state.state, state.breached_at, wall(state.due_at)) == (State.VOID, None, "2027-06-08 12:00")

    def test_shows_it_with_its_own_time_once_the_promise_binds_again(self) -> None:
        state = restoration(self.VOID, not_needed("2027-06-08 15:00"), now="2027-06-08 15:00")
        assert (state.state, wall(state.breached_at)) == (State.RUNNING, "2027-06-08 12:00")

    def test_shows_it_then_also_when_the_clock_has_ended(self) -> None:
        ended = [self.VOID, moment("2027-06-08 14:00", restored=True)]
        assert restoration(*ended, now="2027-06-08 14:00").state is State.VOID
        state = restoration(*ended, not_needed("2027-06-08 15:00"), now="2027-06-08 15:00")
        assert (state.state, wall(state.breached_at)) == (State.MISSED, "2027-06-08 12:00")

    def test_keeps_showing_it_when_the_condition_fails_once_more(self) -> None:
        again = [self.VOID, not_needed("2027-06-08 15:00"), needed("2027-06-08 16:00", mark="again")]
        state = restoration(*again, now="2027-06-08 16:00")
        assert (state.state, wall(state.breached_at), state.void_mark) == (State.VOID, "2027-06-08 12:00", "again")

    def test_is_a_breach_where_it_had_run_out_an_instant_before(self) -> None:
        assert restoration(needed("2027-06-08 12:00"), now="2027-06-08 13:00").breached_at is None
        state = restoration(needed("2027-06-08 12:00:01"), now="2027-06-08 13:00")
        assert wall(state.breached_at) == "2027-06-08 12:00"


def excuse(text: str, key: Key, category: Category = ACTIVE, *, excused: bool = True) -> Moment:
    return moment(text, category, excused=(key, excused), mark="excused")


class TestAnExcuse:
    KEY = (Metric.RESTORATION, 1, 1)

    def test_voids_the_breach_of_a_clock_that_runs_and_lets_it_run(self) -> None:
        state = restoration(excuse("2027-06-08 13:00", self.KEY), now="2027-06-08 13:30")
        assert (state.state, wall(state.breached_at)) == (State.RUNNING, "2027-06-08 12:00")
        assert (wall(state.voided_at), state.void_mark) == ("2027-06-08 13:00", "excused")

    def test_makes_a_missed_clock_void(self) -> None:
        late = moment("2027-06-08 12:30", restored=True)
        state = restoration(late, excuse("2027-06-08 13:00", self.KEY), now="2027-06-08 13:30")
        assert (state.state, wall(state.stopped_at)) == (State.VOID, "2027-06-08 12:30")

    def test_can_be_undone(self) -> None:
        late = [moment("2027-06-08 12:30", restored=True), excuse("2027-06-08 13:00", self.KEY)]
        undone = excuse("2027-06-08 14:00", self.KEY, excused=False)
        state = restoration(*late, undone, now="2027-06-08 14:00")
        assert (state.state, state.voided_at, state.void_mark) == (State.MISSED, None, None)
        assert wall(state.breached_at) == "2027-06-08 12:00"

    def test_reaches_one_period_and_no_other(self) -> None:
        timeline = [moment("2027-06-12 10:00"), excuse("2027-06-13 11:00", (Metric.STATUS_UPDATE, 1, 2))]
        states = run(CRITICAL, ALL_HOURS, timeline, at=at("2027-06-13 11:00"))
        assert [state.state for state in states if state.metric is Metric.STATUS_UPDATE] == [
            State.MISSED, State.VOID, State.MISSED, State.MISSED, State.RUNNING,
        ]  # fmt: skip

    def test_reaches_an_earlier_cycle(self) -> None:
        timeline = [
            moment("2027-06-08 13:00", SOLVED),
            moment("2027-06-08 14:00", CLOSED),
            moment("2027-06-09 10:00"),
            excuse("2027-06-09 11:00", self.KEY),
        ]
        assert restoration(*timeline, now="2027-06-09 11:00").state is State.VOID
        assert restoration(*timeline, now="2027-06-09 11:00", cycle=2).voided_at is None

    def test_outlives_a_condition_that_fails_and_holds_again(self) -> None:
        timeline = [
            excuse("2027-06-08 13:00", self.KEY), needed("2027-06-08 14:00"), not_needed("2027-06-08 15:00"),
        ]  # fmt: skip
        state = restoration(*timeline, now="2027-06-08 15:00")
        assert (state.state, wall(state.voided_at)) == (State.RUNNING, "2027-06-08 13:00")

    def test_stays_with_a_cancelled_clock_as_cancelled(self) -> None:
        timeline = [
            moment("2027-06-08 13:00", terms=Terms(MODERATE, CHANGEPOINT)), excuse("2027-06-08 14:00", self.KEY),
        ]  # fmt: skip
        state = restoration(*timeline, now="2027-06-08 15:00")
        assert (state.state, wall(state.voided_at)) == (State.CANCELLED, "2027-06-08 14:00")
