"""Promises for a date: a release in place of a workaround, a date that both sides agreed on. US Central."""

from sla.clocks import Category, ClockState, Metric, Moment, State, Target, Terms, run
from tests.sla.cast import ALL_HOURS, CHANGEPOINT, CRITICAL, MAJOR, MODERATE, at, moment, only, wall

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category
OPENED = moment("2027-06-08 10:00")


def release(text: str, due: str, category: Category = ACTIVE) -> Moment:
    return moment(text, category, dated=(Metric.RESOLUTION, at(due)))


def agreed(text: str, due: str | None, category: Category = ACTIVE) -> Moment:
    return moment(text, category, dated=(Metric.AGREED, at(due) if due else None))


def clocks(
    *timeline: Moment, now: str, metric: Metric = Metric.RESOLUTION, targets: tuple[Target, ...] = MAJOR
) -> list[ClockState]:
    states = run(targets, CHANGEPOINT, [OPENED, *timeline], at=at(now))
    return [state for state in states if state.metric is metric]


class TestAPromisedRelease:
    PROMISE = release("2027-06-09 10:00", "2027-06-25 17:00")

    def test_takes_the_place_of_the_hours_which_are_neither_met_nor_missed(self) -> None:
        hours, dated = clocks(self.PROMISE, now="2027-06-09 10:00")
        assert (hours.state, wall(hours.stopped_at), hours.breached_at) == (
            State.CONVERTED, "2027-06-09 10:00", None,
        )  # fmt: skip
        assert (dated.state, dated.period_no, dated.is_dated) == (State.RUNNING, 2, True)
        assert wall(dated.due_at) == wall(dated.breach_at) == "2027-06-25 17:00"
        assert wall(dated.started_at) == "2027-06-09 10:00"

    def test_leaves_hours_missed_that_had_run_out(self) -> None:
        late = release("2027-06-21 10:00", "2027-06-25 17:00")
        hours, dated = clocks(late, now="2027-06-21 10:00")
        assert (hours.state, wall(hours.breached_at)) == (State.MISSED, "2027-06-16 16:00")
        assert (dated.state, dated.breached_at) == (State.RUNNING, None)

    def test_runs_while_the_customer_is_awaited(self) -> None:
        waiting = moment("2027-06-10 10:00", WAITING)
        dated = clocks(self.PROMISE, waiting, now="2027-06-10 12:00")[-1]
        assert (dated.state, wall(dated.due_at)) == (State.RUNNING, "2027-06-25 17:00")

    def test_is_met_by_a_solution_until_the_date_and_missed_after_it(self) -> None:
        for solved, expected in (("2027-06-25 17:00", State.MET), ("2027-06-25 17:00:01", State.MISSED)):
            dated = clocks(self.PROMISE, moment(solved, SOLVED), now="2027-06-30 10:00")[-1]
            assert (dated.state, wall(dated.stopped_at)) == (expected, solved)

    def test_resumes_for_the_same_date_when_the_solution_is_rejected(self) -> None:
        timeline = [self.PROMISE, moment("2027-06-20 10:00", SOLVED), moment("2027-06-22 10:00")]
        dated = clocks(*timeline, now="2027-06-22 10:00")[-1]
        assert (dated.state, wall(dated.due_at)) == (State.RUNNING, "2027-06-25 17:00")

    def test_goes_on_with_what_was_left_when_it_passed_while_a_solution_stood(self) -> None:
        timeline = [self.PROMISE, moment("2027-06-25 12:00", SOLVED), moment("2027-06-28 10:00")]
        dated = clocks(*timeline, now="2027-06-28 10:00")[-1]
        assert (dated.state, wall(dated.due_at), dated.breached_at) == (State.RUNNING, "2027-06-28 15:00", None)

    def test_warns_at_the_share_of_the_time_that_was_left(self) -> None:
        """Sixteen days and seven hours, of which three quarters."""
        assert wall(clocks(self.PROMISE, now="2027-06-09 10:00")[-1].warn_at) == "2027-06-21 15:15"

    def test_binds_with_the_sooner_of_date_and_hours_when_the_severity_is_raised(self) -> None:
        raised = moment("2027-06-22 10:00", terms=Terms(CRITICAL, ALL_HOURS))
        dated = clocks(self.PROMISE, raised, now="2027-06-22 10:00")[-1]
        assert (wall(dated.due_at), dated.minutes) == ("2027-06-24 10:00", 48 * 60)
        raised = moment("2027-06-24 10:00", terms=Terms(CRITICAL, ALL_HOURS))
        assert wall(clocks(self.PROMISE, raised, now="2027-06-24 10:00")[-1].due_at) == "2027-06-25 17:00"

    def test_is_not_brought_nearer_by_terms_with_the_same_hours(self) -> None:
        same = moment("2027-06-10 10:00", terms=Terms(MAJOR, ALL_HOURS))
        assert wall(clocks(self.PROMISE, same, now="2027-06-10 10:00")[-1].due_at) == "2027-06-25 17:00"

    def test_ends_with_the_cycle(self) -> None:
        timeline = [
            self.PROMISE,
            moment("2027-06-10 10:00", SOLVED),
            moment("2027-06-11 10:00", CLOSED),
            moment("2027-06-14 10:00"),
        ]
        *_first, fresh = clocks(*timeline, now="2027-06-14 10:00")
        assert (fresh.cycle, fresh.is_dated, fresh.minutes) == (2, False, 96 * 60)

    def test_is_not_void_by_a_condition_of_the_hours(self) -> None:
        conditional = (Target(Metric.RESOLUTION, 96 * 60, condition="no_code_problem"),)
        found = moment("2027-06-10 10:00", failing=frozenset({"no_code_problem"}))
        dated = clocks(self.PROMISE, found, now="2027-06-10 10:00", targets=conditional)[-1]
        assert (dated.state, dated.voided_at) == (State.RUNNING, None)


class TestAnAgreedDate:
    FIRST = agreed("2027-06-08 11:00", "2027-06-15 12:00")

    def dates(self, *timeline: Moment, now: str) -> list[tuple[int, State, str | None]]:
        found = clocks(*timeline, now=now, metric=Metric.AGREED, targets=MODERATE)
        return [(state.period_no, state.state, wall(state.due_at)) for state in found]

    def test_is_a_promise_of_its_own_with_no_default(self) -> None:
        assert self.dates(now="2027-06-08 12:00") == []
        assert self.dates(self.FIRST, now="2027-06-08 12:00") == [(1, State.RUNNING, "2027-06-15 12:00")]

    def test_is_a_plain_instant_outside_hours_too(self) -> None:
        sunday = agreed("2027-06-08 11:00", "2027-06-13 03:00")
        (state,) = clocks(sunday, now="2027-06-13 03:00:01", metric=Metric.AGREED, targets=MODERATE)
        assert wall(state.breached_at) == "2027-06-13 03:00"

    def test_replaces_the_one_before(self) -> None:
        again = agreed("2027-06-09 11:00", "2027-06-18 12:00")
        assert self.dates(self.FIRST, again, now="2027-06-09 11:00") == [
            (1, State.CONVERTED, "2027-06-15 12:00"), (2, State.RUNNING, "2027-06-18 12:00"),
        ]  # fmt: skip

    def test_replaced_too_late_stays_missed(self) -> None:
        again = agreed("2027-06-15 13:00", "2027-06-18 12:00")
        assert self.dates(self.FIRST, again, now="2027-06-15 13:00")[0][1] is State.MISSED

    def test_can_be_withdrawn_and_agreed_anew(self) -> None:
        withdrawn = agreed("2027-06-09 11:00", None)
        assert self.dates(self.FIRST, withdrawn, now="2027-06-20 11:00") == [(1, State.CANCELLED, "2027-06-15 12:00")]
        anew = agreed("2027-06-10 11:00", "2027-06-21 12:00")
        assert self.dates(self.FIRST, withdrawn, anew, now="2027-06-10 11:00")[-1] == (
            2, State.RUNNING, "2027-06-21 12:00",
        )  # fmt: skip

    def test_withdrawn_where_none_is_does_nothing(self) -> None:
        assert self.dates(agreed("2027-06-09 11:00", None), now="2027-06-20 11:00") == []

    def test_stops_with_the_solution_and_resumes_when_it_is_rejected(self) -> None:
        solved = moment("2027-06-14 11:00", SOLVED)
        assert self.dates(self.FIRST, solved, now="2027-06-20 11:00") == [(1, State.MET, "2027-06-15 12:00")]
        rejected = moment("2027-06-15 11:00")
        assert self.dates(self.FIRST, solved, rejected, now="2027-06-15 11:00") == [
            (1, State.RUNNING, "2027-06-15 12:00")
        ]

    def test_is_not_paused_while_the_customer_is_awaited(self) -> None:
        waiting = moment("2027-06-09 11:00", WAITING)
        assert self.dates(self.FIRST, waiting, now="2027-06-10 11:00") == [(1, State.RUNNING, "2027-06-15 12:00")]

    def test_is_cancelled_by_an_exclusion(self) -> None:
        excluded = moment("2027-06-09 11:00", terms=Terms((), CHANGEPOINT))
        assert self.dates(self.FIRST, excluded, now="2027-06-20 11:00") == [(1, State.CANCELLED, "2027-06-15 12:00")]

    def test_stands_whatever_the_severity(self) -> None:
        raised = moment("2027-06-09 11:00", terms=Terms(CRITICAL, ALL_HOURS))
        assert self.dates(self.FIRST, raised, now="2027-06-10 11:00") == [(1, State.RUNNING, "2027-06-15 12:00")]

    def test_of_a_closed_case_is_not_taken_into_the_next_cycle(self) -> None:
        timeline = [moment("2027-06-14 11:00", CLOSED), moment("2027-06-14 12:00")]
        assert self.dates(self.FIRST, *timeline, now="2027-06-20 12:00") == [(1, State.MET, "2027-06-15 12:00")]

    def test_leaves_the_other_clocks_alone(self) -> None:
        states = run(MAJOR, CHANGEPOINT, [OPENED, self.FIRST], at=at("2027-06-08 11:00"))
        assert wall(only(states, Metric.RESTORATION).due_at) == "2027-06-08 12:00"
        assert wall(only(states, Metric.RESOLUTION).due_at) == "2027-06-16 16:00"
