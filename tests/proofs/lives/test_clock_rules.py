"""Random lives against three rules of clocks, each stated apart from them: voids, time waited, promises that come back.

The suite draws a tenth of three thousand lives; a proof takes all of its seed.
"""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from cases import statuses
from cases.commitments import terms
from cases.commitments.replay import replay
from cases.models import Case
from sla import clocks, compiled
from sla.clocks import Category, Metric
from sla.editing import record
from sla.meter import Meter
from sla.models import Calendar, CalendarVersion, Matrix
from tests.proofs.lives.lives import CaseHistory

pytestmark = pytest.mark.django_db
LIVES = 3_000
FIRST = datetime(2027, 3, 8, tzinfo=UTC)
CRITICAL, MODERATE = {"severity": 1}, {"severity": 3}
# How a life begins, so that each rule has something to say in many of them: kind, hours after the one before, data.
BEGINNINGS = (
    (),
    (
        ("severity_changed", 0, CRITICAL),
        ("severity_changed", 60, MODERATE),
        ("code_change_judged", 1, {"code_change_required": True}),
    ),
    (
        ("severity_changed", 0, CRITICAL),
        ("code_change_judged", 1, {"code_change_required": True}),
        ("excluded", 60, {"exclusion": "oem"}),
        ("code_change_judged", 1, {"code_change_required": None}),
    ),
    (
        ("severity_changed", 0, CRITICAL),
        ("restored", 1, {}),
        ("asked", 100, {}),
        ("restoration_withdrawn", 0, {}),
    ),
    (
        ("severity_changed", 0, CRITICAL),
        ("restored", 1, {}),
        ("severity_changed", 20, MODERATE),
        ("severity_changed", 20, CRITICAL),
        ("restoration_withdrawn", 20, {}),
    ),
    (("date_agreed", 0, {}), ("asked", 1, {})),
)
EXCUSES = {"breach_voided", "breach_reinstated"}
LEADS = {"asked": statuses.WAITING}


@pytest.fixture
def calendars(reference):
    """Hours that are edited twice while the lives go on, and those that never are."""
    edited = Calendar.objects.get(code="changepoint")
    for number, spans in enumerate(([["06:00", "22:00"]], [["09:00", "12:00"], ["13:00", "16:30"]]), start=1):
        CalendarVersion.objects.filter(calendar=edited).update(week={str(day): spans for day in range(5)})
        record(edited, at=FIRST + timedelta(days=4 * number, hours=17, minutes=20), by="Mona")
    return [edited, Calendar.objects.get(code="daptiv")]


class RandomCase:
    """One life, its moments, and its clocks at the end of it."""

    def __init__(self, seed: int, calendars: list[Calendar], matrix: Matrix) -> None:
        random = Random(seed)
        self.calendar = random.choice(calendars)
        start = FIRST + timedelta(seconds=random.randrange(9 * 24 * 3600))
        case = Case(pk=1, calendar=self.calendar, critical_calendar=self.calendar, matrix=matrix, received_at=start)
        self.history, at = CaseHistory(random, case), start
        for kind, hours, data in random.choice(BEGINNINGS):
            at += timedelta(hours=hours, seconds=random.randrange(3600))
            due = {"due_at": (at + timedelta(hours=300)).isoformat()} if kind == "date_agreed" else {}
            self.history._add(kind, LEADS.get(kind, self.history.status), at, data | due)
            self.history.severity = data.get("severity", self.history.severity)
            self.history.exclusion = data.get("exclusion", self.history.exclusion)
            self.history.restored = kind == "restored" or (self.history.restored and kind != "restoration_withdrawn")
        for _ in range(random.randrange(3, 13)):
            self.history.go_on(replay(case, self.history.events, at=self.history.events[-1].at))
        self.events = self.history.events
        self.end = self.events[-1].at + timedelta(days=random.choice((0, 1, 30)))
        self.moments = terms.timeline(case, self.events)
        self.states = replay(case, self.events, at=self.end)

    def last(self, kinds: set[str], name: str, otherwise: object) -> object:
        """Return what events of these kinds said last."""
        return next((one.data[name] for one in reversed(self.events) if one.kind in kinds), otherwise)

    def waits(self) -> list[tuple[datetime, datetime]]:
        """Return the spans in which the customer was awaited, by the statuses of the events alone."""
        spans = pairwise([*((one.at, one.status) for one in self.events), (self.end, "")])
        waiting = Category.WAITING
        return [(at, then) for (at, status), (then, _) in spans if statuses.STATUSES[status].category is waiting]

    def worth(self, start: datetime, end: datetime, *, elapsed: bool) -> float:
        """Return the open seconds of a span, each part of it by the hours that were known then."""
        if elapsed:
            return (end - start).total_seconds()
        edits = [one.recorded_at for one in compiled.editions(self.calendar) if one.recorded_at]
        cuts = sorted({start, end, *(at for at in edits if start < at < end)})
        found = (compiled.edition_at(self.calendar, one).hours.open_time(one, two) for one, two in pairwise(cuts))
        return sum((one.total_seconds() for one in found), 0.0)


def check_voids(life: RandomCase) -> None:
    """A missed restoration of the present cycle is void while a change of code is needed, or excused, however it ended.

    One that ran out while it was void shows as missed once no change is needed.
    """
    cycle = 1 + sum(one.kind == "reopened" for one in life.events)
    needed = life.last({"code_change_judged"}, "code_change_required", None) is True
    for state in life.states:
        if state.metric is Metric.RESTORATION and state.cycle == cycle:
            said = [one.kind for one in life.events if one.kind in EXCUSES and _names(one, state)]
            excused = said[-1:] == ["breach_voided"]
            if state.breached_at is not None:
                assert (state.voided_at is not None) == (needed or excused), state
            elif not needed:
                assert state.consumed_seconds <= state.minutes * 60, state


def _names(event, state) -> bool:
    return (event.data["metric"], event.data["cycle"], event.data["period_no"]) == state.key


def check_waits(life: RandomCase) -> None:
    """The time waited for the customer is that of the spans in which the case waited while the clock lived."""
    for state in life.states:
        until = state.stopped_at or life.end
        spans = [(max(one, state.started_at), min(two, until)) for one, two in life.waits()]
        elapsed = state.is_dated or state.metric is Metric.ROOT_CAUSE
        wanted = sum(life.worth(one, two, elapsed=elapsed) for one, two in spans if one < two)
        assert state.waiting_seconds == pytest.approx(wanted, abs=1e-3), (state, spans)


def check_returns(life: RandomCase) -> None:
    """No clock lives through an instant at which what it is for was not promised: what comes back is a new one."""
    promised = [(one.at, {target.metric for target in one.terms.targets}) for one in life.moments if one.terms]
    for state in life.states:
        if state.metric is Metric.ROOT_CAUSE:  # begins in the past of what asks for it
            continue
        until = state.stopped_at or life.end
        for at, metrics in promised:
            if state.started_at < at < until:
                assert metrics if state.metric is Metric.AGREED else state.metric in metrics, (state, at)


CHECKS = (check_voids, check_waits, check_returns)


class TestClockRules:
    def test_hold_over_whole_lives(self, calendars, share, luck):
        matrix, first = Matrix.objects.get(), luck(0) * LIVES
        for seed in share(range(first, first + LIVES), 10):
            life = RandomCase(seed, calendars, matrix)
            for check in CHECKS:
                check(life)

    def test_would_show_a_judgement_that_does_not_reach_what_has_ended(self, calendars, monkeypatch):
        right = Meter.judge

        def wrong(meter, failing, at, mark):
            if meter.end is None:
                right(meter, failing, at, mark)

        monkeypatch.setattr(Meter, "judge", wrong)
        self._noticed_by(check_voids, calendars)

    def test_would_show_a_gap_that_is_taken_for_its_last_status(self, calendars, monkeypatch):
        right = Meter.resume

        def wrong(meter, at, categories):
            (since, _first), *_others = categories
            right(meter, at, [(since, [category for when, category in categories if when < at or when == since][-1])])

        monkeypatch.setattr(Meter, "resume", wrong)
        self._noticed_by(check_waits, calendars)

    def test_would_show_an_agreed_date_that_keeps_the_status_of_its_start(self, calendars, monkeypatch):
        right = Meter.conduct

        def wrong(meter, at, category):
            if meter.metric is not Metric.AGREED:
                right(meter, at, category)

        monkeypatch.setattr(Meter, "conduct", wrong)
        self._noticed_by(check_waits, calendars)

    def test_would_show_a_promise_that_comes_back_as_the_old_clock(self, calendars, monkeypatch):
        right = clocks._Replay._attend

        def wrong(replayed, metric, at):
            before = replayed.latest.get(metric)
            right(replayed, metric, at)
            if before is not None and before.end is None and metric not in replayed.latest:
                replayed.latest[metric] = before

        monkeypatch.setattr(clocks._Replay, "_attend", wrong)
        self._noticed_by(check_returns, calendars)

    def _noticed_by(self, check, calendars):
        matrix = Matrix.objects.get()
        lives = (RandomCase(seed, calendars, matrix) for seed in range(300))
        assert any(self._fails(check, life) for life in lives)

    def _fails(self, check, life) -> bool:
        try:
            check(life)
        except AssertionError:
            return True
        return False
