"""A year in one test: whatever runs short or out is told once, at the first look after it, to whom it should be."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from cases import auto_close
from cases.commitments import stored
from cases.commitments.consistency import differences
from cases.jobs import commitments as sweep
from cases.jobs import severity_reminders
from cases.lifecycle import auto_close as steps
from cases.models import Breach, Case, Event
from cases.outbox import recipients
from sla.clocks import Metric
from tests.proofs.year.checker import Checker
from tests.proofs.year.year import LONGEST_STEP, World

pytestmark = pytest.mark.django_db
KINDS = (
    *("at_risk", "breached", "dues_moved", "contact_attempted", "closed_in_silence", "closing_held"),
    *("severity_requested", "severity_approved", "severity_declined"),
)
FEW, CASES = 45, 200
WEEKS_BEGIN = datetime(2027, 6, 7, 6, 0, tzinfo=UTC)
SEED = 2031  # with it everything happens in these weeks, a request that is declined too


@pytest.fixture
def world(acme, alice, globex, eve, carl, nora, mona):
    return World(Random(2027), {"carl": carl, "nora": nora, "mona": mona}, [(alice, acme), (eve, globex)])


class TestAYear:
    def test_tells_everything_once_and_at_the_first_look(self, world, request, luck, record_property):
        """Known weeks in which the hours change; in a proof the whole year, another one with each seed."""
        is_full = request.config.getoption("full")
        cases, world.random = CASES if is_full else FEW, Random(luck(SEED))
        begins = {} if is_full else {"begins": WEEKS_BEGIN}
        world.live(cases=cases, days=365 if is_full else 70, sweep=world.sweep, **begins)
        checker = Checker(world)
        assert checker.problems() == []

        told = {kind: Event.objects.filter(kind=kind).count() for kind in KINDS}
        for name, count in {"sweeps": len(world.sweeps), **told}.items():
            record_property(name, count)
        print(f"\n{len(world.lives)} cases, {len(world.sweeps)} sweeps, {told}")
        assert told["at_risk"] > 0.8 * cases
        assert told["breached"] > 0.8 * cases
        assert all(told.values())
        self._assert_breaches_are_found_in_time()
        for case in Case.objects.for_verbs():
            assert differences(case, at=world.sweeps[-1]) == []

    def _assert_breaches_are_found_in_time(self):
        """Read from the records alone: after the time ran out, and within the longest step of the sweeps."""
        for breach_at, detected_at in Breach.objects.values_list("breach_at", "detected_at"):
            assert timedelta(0) < detected_at - breach_at <= LONGEST_STEP
        missed = Event.objects.filter(kind="breached").count()
        assert Breach.objects.count() == missed


class TestTheChecker:
    """Shown sweeps that are wrong."""

    def live(self, world, sweep=None, *, wrong="", **how):
        """Live some weeks and return what is wrong; end as soon as what is `wrong` is seen."""

        def is_seen():
            look = wrong and world.sweeps and len(world.sweeps) % 60 == 0
            return bool(look) and any(wrong in problem for problem in Checker(world).problems())

        world.live(**{"cases": 30, "days": 25} | how, sweep=sweep or world.sweep, until=is_seen)
        return Checker(world).problems()

    def test_finds_nothing_wrong_with_ours(self, world):
        """Nor on the way: those below end where something is."""
        assert self.live(world, wrong=" ") == []

    def test_notices_a_sweep_that_looks_an_hour_ahead(self, world, monkeypatch):
        replay, overdue, short = stored.replay, sweep.overdue, sweep.running_short
        ahead = timedelta(hours=1)
        monkeypatch.setattr(stored, "replay", lambda case, events, *, at: replay(case, events, at=at + ahead))
        monkeypatch.setattr(sweep, "overdue", lambda at: overdue(at + ahead))
        monkeypatch.setattr(sweep, "running_short", lambda at: short(at + ahead))
        assert any("early" in problem for problem in self.live(world, wrong="early"))

    def test_notices_a_sweep_that_forgets_a_period(self, world, monkeypatch):
        overdue = sweep.overdue
        monkeypatch.setattr(
            sweep, "overdue", lambda at: overdue(at).exclude(metric=Metric.STATUS_UPDATE, period_no__gt=1)
        )
        assert any("not told" in problem for problem in self.live(world, wrong="not told"))

    def test_notices_warnings_a_quarter_of_an_hour_late(self, world, monkeypatch):
        short = sweep.running_short
        monkeypatch.setattr(sweep, "running_short", lambda at: short(at - timedelta(minutes=15)))
        assert any("at_risk" in problem for problem in self.live(world, wrong="at_risk"))

    def test_notices_a_sweep_that_skips_a_night(self, world):
        def lazy(at):
            return world.sweep(at) if at.hour % 6 else None

        assert any("not told" in problem for problem in self.live(world, lazy, wrong="not told"))

    def test_notices_a_manager_who_was_forgotten(self, world, monkeypatch, mona):
        everybody = recipients.managers
        monkeypatch.setattr(recipients, "managers", lambda: everybody().exclude(pk=mona.pk))
        assert any("mails" in problem for problem in self.live(world, wrong="mails"))

    def test_finds_nothing_wrong_a_second_before_the_end_of_a_day(self, world):
        """A sweep comes one second before each hour, so before the end of a day of business too."""
        world.live(cases=20, days=25, sweep=world.sweep, second=1, hourly=True)
        assert Checker(world).problems() == []
        assert Event.objects.filter(kind="contact_attempted").exists()

    def test_notices_a_reminder_that_is_early_by_a_second(self, world, monkeypatch):
        planned = auto_close.plan

        def hasty(*given, **more):
            plan = planned(*given, **more)
            return replace(plan, attempts=tuple(at and at - timedelta(seconds=1) for at in plan.attempts))

        monkeypatch.setattr(auto_close, "plan", hasty)
        found = self.live(world, wrong="contact_attempted", cases=20, second=1, hourly=True)
        assert any("early" in problem and "contact_attempted" in problem for problem in found)

    def test_notices_a_closing_that_does_not_wait_for_the_reminders(self, world, monkeypatch):
        look = steps._look
        monkeypatch.setattr(
            steps, "_look", lambda ids, at, **how: [replace(one, sent=2) for one in look(ids, at, **how)]
        )
        monkeypatch.setattr(world, "reminders", 6)  # the first one is lost
        assert any("clos" in problem for problem in self.live(world, wrong="clos"))

    def test_notices_managers_who_are_told_again_too_late(self, world, monkeypatch):
        unreminded = severity_reminders.unreminded
        monkeypatch.setattr(severity_reminders, "unreminded", lambda before: unreminded(before - timedelta(hours=2)))
        late = "managers not told again"
        assert any(late in problem for problem in self.live(world, wrong=late, cases=80, days=10))
