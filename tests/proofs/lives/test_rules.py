"""Random lives against four rules, each stated apart from the clocks: walls, pauses beside dates, tags, answers.

The suite draws a tenth of two thousand lives; a proof takes all of its seed.
"""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from cases.commitments import terms
from cases.commitments.replay import replay
from cases.models import Case
from sla import clocks, promises
from sla.clocks import Category, Metric, State
from sla.meter import ALWAYS, Meter
from sla.models import Calendar, Matrix
from tests.proofs.lives.lives import CaseHistory

pytestmark = pytest.mark.django_db
LIVES = 2_000
FIRST = datetime(2027, 2, 22, tzinfo=UTC)  # the reports of its three weeks are due before and after clocks change
CENTRAL = ZoneInfo("America/Chicago")
SOON = timedelta(minutes=7)
# How a life begins, so that each rule has something to say in most of them.
BEGINNINGS = (
    (),
    (
        ("severity_changed", {"severity": 1}),
        ("classified", {"kind": "other", "exclusion": None}),
        ("system_wide_judged", {"is_system_wide": True}),
    ),
    (("severity_changed", {"severity": 2}), ("release_promised", {}), ("severity_changed", {"severity": 1})),
    (("date_agreed", {}),),
)


@pytest.fixture
def calendars(reference):
    desk = Calendar.objects.get(code="changepoint")
    return [(desk, desk), (desk, Calendar.objects.get(round_the_clock=True))]


def live(seed, calendars, matrix):
    """Return a case, its life, its moments, and its clocks at the end of it."""
    random = Random(seed)
    desk, critical = random.choice(calendars)
    start = FIRST + timedelta(seconds=random.randrange(21 * 24 * 3600))
    case = Case(pk=1, calendar=desk, critical_calendar=critical, matrix=matrix, received_at=start)
    life, at = CaseHistory(random, case), start
    for kind, data in random.choice(BEGINNINGS):
        at += SOON
        due = {"due_at": (at + timedelta(hours=random.randrange(20, 600))).isoformat()}
        life._add(kind, life.status, at, due if kind in ("release_promised", "date_agreed") else dict(data))
    for _ in range(random.randrange(3, 13)):
        life.go_on(replay(case, life.events, at=life.events[-1].at))
    end = life.events[-1].at + timedelta(days=random.choice((0, 1, 30)))
    return terms.timeline(case, life.events), replay(case, life.events, at=end)


def terms_at(moments, instant):
    """Return the terms in force at an instant."""
    return [moment.terms for moment in moments if moment.terms is not None and moment.at <= instant][-1]


def uncounted(moments, metric):
    """Yield the spans in which the customer is awaited and the row of a metric says that this is not counted."""
    following = [*moments[1:], None]
    for moment, after in zip(moments, following, strict=True):
        row = [target for target in terms_at(moments, moment.at).targets if target.metric is metric]
        if moment.category is Category.WAITING and row and row[0].pause_on_customer:
            yield moment.at, after.at if after else datetime.max.replace(tzinfo=UTC)


def check_walls(moments, states):
    for state in states:
        if state.metric is Metric.ROOT_CAUSE and state.started_at == moments[0].at and state.due_at:
            same_wall = state.started_at.astimezone(CENTRAL) + timedelta(days=15)
            # In the hour that a night in March leaves out there is no such time: it is an hour later then.
            assert state.due_at == same_wall.astimezone(UTC)


def check_pauses(moments, states):
    for state in states:
        if state.metric is not Metric.RESOLUTION:
            continue
        for run in state.runs:
            if run.counted and run.calendar is not ALWAYS:
                for begin, end in uncounted(moments, Metric.RESOLUTION):
                    assert min(end, run.ended_at) <= max(begin, run.started_at), (run, begin, end)


def check_tags(moments, states):
    for state in states:
        if state.metric is Metric.AGREED and state.breached_at and state.state is not State.CANCELLED:
            assert state.tag == terms_at(moments, state.breached_at).tag


def check_answers(moments, states):
    said = {moment.at for moment in moments if moment.answered}
    for state in states:
        if state.metric is Metric.RESPONSE and state.state is State.MET:
            assert state.stopped_at in said


CHECKS = (check_walls, check_pauses, check_tags, check_answers)


class TestRules:
    def test_hold_over_whole_lives(self, calendars, share, luck):
        matrix, first = Matrix.objects.get(), luck(0) * LIVES
        for seed in share(range(first, first + LIVES), 10):
            moments, states = live(seed, calendars, matrix)
            for check in CHECKS:
                check(moments, states)

    @pytest.mark.parametrize(
        ("check", "where", "name", "wrong"),
        [
            (check_walls, promises.Terms, "wall", property(lambda terms: ALWAYS)),
            (check_pauses, Meter, "_counts", lambda meter, category: meter.is_dated),
            (check_tags, Meter, "learn", lambda meter, terms: None),
            (check_answers, clocks._Replay, "_is_moot", lambda replay, meter: False),
        ],
    )
    def test_would_show_a_wrong_one(self, calendars, monkeypatch, check, where, name, wrong):
        """Each checker, tried on clocks that break its rule."""
        monkeypatch.setattr(where, name, wrong)
        with pytest.raises(AssertionError):
            self._check_some(check, calendars)

    def _check_some(self, check, calendars):
        for seed in range(300):
            check(*live(seed, calendars, Matrix.objects.get()))
