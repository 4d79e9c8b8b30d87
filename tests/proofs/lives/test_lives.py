"""Random lives: what is kept step by step is what a replay from nothing gives, and the past stays.

The suite draws a seventh of ten thousand known ones; a proof takes the ten thousand of its seed.
"""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, pairwise
from random import Random

import pytest

from cases import lifecycle, statuses
from cases.commitments import stored, terms
from cases.commitments.consistency import differences
from cases.commitments.replay import replay
from cases.jobs import commitments as sweep
from cases.models import Breach, Case, CaseType, Commitment, Event, Exclusion
from cases.models.event import ClosingReason
from cases.statuses import IllegalMove, Refusal
from contacts.models import Team
from products.models import Product, Release
from sla import clocks
from sla.clocks import ClockState, State
from sla.editing import record
from sla.models import Calendar, CalendarVersion, ClosedDate, Matrix
from tests.proofs.lives.lives import CaseHistory

pytestmark = pytest.mark.django_db
LIVES = 10_000
FIRST = datetime(2027, 3, 8, tzinfo=UTC)  # the week before the clocks change in Chicago
KEPT = (*stored.STORED, "calendar_id", "calendar_revision", "void_event_id")

# After these a clock that had ended may run again; after those it, or its breach, may be void or bind again.
RESUMING = {"solution_rejected", "work_resumed", "resumed_unread", "restoration_withdrawn"}
JUDGING = {
    "code_change_judged",
    "code_problem_judged",
    "classified",
    "severity_changed",
    "breach_voided",
    "breach_reinstated",
}
VOIDS = {"state", "voided_at", "void_mark", "steps"}


@pytest.fixture
def calendars(reference):
    """Hours that are edited four times while the lives go on: longer, shorter, closed, back; and those that never are.

    Returns pairs of the calendar of the desk and the one while Critical.
    """
    edited = Calendar.objects.get(code="changepoint")
    weeks = ([["02:00", "17:00"]], [["06:00", "22:00"]], [["09:00", "12:00"], ["13:00", "16:30"]], [["22:00", "04:00"]])
    for number, spans in enumerate(weeks[1:], start=1):
        CalendarVersion.objects.filter(calendar=edited).update(week={str(day): spans for day in range(5)})
        if number == 2:
            ClosedDate.objects.create(calendar=edited, date=datetime(2027, 3, 19, tzinfo=UTC).date())
        record(edited, at=FIRST + timedelta(days=3 * number, hours=17, minutes=20), by="Mona")
    always = Calendar.objects.get(round_the_clock=True)
    same = Calendar.objects.get(code="daptiv")
    return [(edited, edited), (edited, always), (same, same), (same, always)]


def facts(row):
    return {name: getattr(row, name) for name in KEPT}


class Kept:
    """The stored rows of a case, in memory: brought in line as verbs and sweeps do it."""

    def __init__(self, case: Case) -> None:
        self.case, self.rows, self.ids, self.told = case, {}, count(1), []

    def reconcile(self, events, at):
        """Bring in line; return the states."""
        current = replay(self.case, events, at=at)
        reckoned = stored.reconcile(self.case, self.rows.values(), current, at=at)
        for row in reckoned.fresh:
            row.pk = next(self.ids)
            self.rows[row.key] = row
        assert reckoned.gone == []
        self.told += [state.key for state in reckoned.breached]
        return current

    def facts(self):
        return {key: facts(row) for key, row in self.rows.items()}


def shown(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in stored.LISTED}


def assert_the_past_stays(before: ClockState, after: ClockState, life: CaseHistory) -> None:
    """Fail where a clock that ended, or a breach, is another one after the last event than the rules let it be."""
    event = life.events[-1]
    # What nobody read counts as refused since it was written: clocks that had ended then ran on, as far as they would.
    runs_on = event.data.get("unread") and before.stopped_at is not None
    if before.breached_at is not None:
        assert (after.breached_at, after.minutes) == (before.breached_at, before.minutes)
    if before.stopped_at is None:
        return
    if after.stopped_at is None:
        since = [one for one in life.events if one.at >= before.stopped_at]
        assert any(one.kind in RESUMING for one in since), (before, since)
        assert event.kind in RESUMING, (before, event)
        assert before.state in (State.MET, State.MISSED, State.VOID)
        return
    if runs_on:
        return
    changed = {name for name in ClockState.__dataclass_fields__ if getattr(before, name) != getattr(after, name)}
    if before.voided_at is not None and after.voided_at is None:
        changed.discard("breached_at")  # that it ran out while it bound nobody comes to light
    assert changed <= (VOIDS if event.kind in JUDGING else {"steps"}), (before, event)


class TestLives:
    def test_are_kept_step_by_step_as_a_replay_from_nothing_gives_them(
        self, calendars, django_assert_num_queries, record_property, share, luck
    ):
        matrix = Matrix.objects.get()
        self._warm(calendars, matrix)
        first = luck(0) * LIVES
        seeds = share(range(first, first + LIVES), 7)
        with django_assert_num_queries(0):
            steps = sum(self._live(Random(seed), calendars, matrix) for seed in seeds)
        record_property("steps", steps)
        print(f"\n{len(seeds)} lives, {steps} events")
        assert steps > 6 * len(seeds)

    def test_would_show_a_row_that_is_not_rewritten(self, calendars, monkeypatch):
        """The checker, tried on a wrong one: a clock whose due time moved is left as it was."""
        right = stored._differs

        def wrong(case, row, state, at):
            return right(case, row, state, at) and (row.state != state.state or row.minutes != state.minutes)

        monkeypatch.setattr(stored, "_differs", wrong)
        with pytest.raises(AssertionError):
            self._live_some(calendars)

    def test_would_show_a_past_that_depends_on_what_came_later(self, calendars, monkeypatch):
        """The checker, tried on a wrong one: who will have said something has said it from the first."""
        right = terms.timeline

        def wrong(case, events):
            said = any(event.kind == "replied" for event in events)
            first, *others = right(case, events)
            return replace(first, answered=first.answered or said), *others

        monkeypatch.setattr(terms, "timeline", wrong)
        with pytest.raises(AssertionError):
            self._live_some(calendars)

    def _live_some(self, calendars):
        for seed in range(200):
            self._live(Random(seed), calendars, Matrix.objects.get())

    def _warm(self, calendars, matrix):
        for pair in calendars:
            for calendar in pair:
                stored.compiled.editions(calendar)
        for kind in ("own", "other"):
            for severity in (1, 2, 3, 4):
                for wide in (False, True):
                    stored.compiled.targets(matrix, kind, severity, system_wide=wide)

    def _live(self, random, calendars, matrix) -> int:
        desk, critical = random.choice(calendars)
        start = FIRST + timedelta(seconds=random.randrange(9 * 24 * 3600))
        case = Case(pk=1, calendar=desk, critical_calendar=critical, matrix=matrix, received_at=start)
        life, kept = CaseHistory(random, case), Kept(case)
        known = kept.reconcile(life.events, start)
        seen = [(start, kept.facts(), shown(case))]
        for _ in range(random.randrange(3, 13)):
            event = life.go_on(known)
            if random.random() < 0.3:  # a sweep in between, which has not seen the event
                between = seen[-1][0] + (event.at - seen[-1][0]) * random.random()
                known = kept.reconcile(life.events[:-1], between)
            current = {state.key: state for state in kept.reconcile(life.events, event.at)}
            for state in known:
                assert_the_past_stays(state, current[state.key], life)
            known = tuple(current.values())
            seen.append((event.at, kept.facts(), shown(case)))
        self._compare(case, life, seen)
        assert len(kept.told) == len(set(kept.told))
        assert set(kept.told) == {state.key for state in known if state.breached_at}
        return len(life.events)

    def _compare(self, case, life, seen) -> None:
        """Fail where what was kept after an event is not what all events, the later ones too, give as of its time."""
        moments = terms.timeline(case, life.events)
        for (at, rows, lists), following in pairwise([*seen, None]):
            if following is not None and following[0] == at:
                continue
            states = clocks.run((), case.calendar, moments, at=at)
            blank = Case(pk=1, calendar=case.calendar, critical_calendar=case.critical_calendar, matrix=case.matrix)
            fresh = stored.reconcile(blank, [], states, at=at).fresh
            assert {row.key: facts(row) for row in fresh} == rows, life.events
            assert shown(blank) == lists


# Steps of the sweep, which nobody does by hand.
OF_THE_HOUSE = {"remind_customer", "hold_closing", "close_in_silence", "hold_dispatch", "release_fix", "resume_unread"}
# What takes another case, an incident, a report or an hour of help beside it: the machine in `moves/` tries these.
OF_MORE = {"merge", "unmerge", "absorb", "let_go", "split", "link", "unlink", "follow", "unfollow", "tag", "untag"}
OF_MORE |= {"link_case", "unlink_case", "tell_update", "log_assistance", "correct_assistance", "report_root_cause"}


class Deeds:
    """What people may do to one stored case: each a verb of the lifecycle with words and choices at random."""

    def __init__(self, random, case, customer, carl, nora, mona) -> None:
        self.random, self.case, self.customer = random, case, customer
        self.carl, self.nora, self.mona = carl, nora, mona

    def do(self, verb: str, at: datetime) -> bool:
        """Do it; return whether it was let."""
        try:
            self.case = getattr(self, f"_{verb}")(self.case, at)
        except Refusal:
            return False
        return True

    def __getattr__(self, name):
        """Most verbs need a person, and words under one name or another."""
        verb = name.removeprefix("_")
        words = {"reject_solution": "reason", "reopen": "reason", "withdraw_agreed_date": "because"}
        mute = {"take", "withdraw_restoration", "resume_work", "accept_solution", "keep_open", "count_again"}
        mute |= {"keep_solution", "withdraw_referral", "agree_to_consulting", "decline_consulting"}
        customers = {"answer", "reject_solution", "accept_solution", "keep_open"}
        customers |= {"agree_to_consulting", "decline_consulting"}
        by = self.customer if verb in customers else self.nora
        said = {} if verb in mute else {words.get(verb, "body"): "Words"}
        act = getattr(lifecycle, "reply" if verb == "answer" else verb)
        return lambda case, at: act(case, by=by, at=at, **said)

    def _assign(self, case, at):
        return lifecycle.assign(case, by=self.mona, at=at, owner=self.random.choice([self.carl, self.nora]))

    def _dispatch(self, case, at):
        return lifecycle.dispatch(case, by=self.random.choice([None, self.mona]), at=at)

    def _transfer(self, case, at):
        team = self.random.choice(list(Team.objects.order_by("pk")))
        return lifecycle.transfer(case, by=self.carl, at=at, team=team, body="Words")

    def _refer_to_consulting(self, case, at):
        minutes = self.random.choice([None, 90])
        return lifecycle.refer_to_consulting(case, by=self.nora, at=at, reason="Words", estimate_minutes=minutes)

    def _record_consulting_consent(self, case, at):
        agreed = self.random.choice([True, False])
        return lifecycle.record_consulting_consent(case, by=self.carl, at=at, agreed=agreed, body="Words")

    def _await_release(self, case, at):
        release = Release.objects.get(product=case.product, version="2099.1")
        return lifecycle.await_release(case, by=self.nora, at=at, release=release)

    def _close(self, case, at):
        return lifecycle.close(case, by=self.nora, at=at, reason=self.random.choice(list(ClosingReason)))

    def _change_severity(self, case, at):
        return lifecycle.change_severity(
            case, by=self.mona, at=at, severity=self.random.choice([1, 1, 2, 3, 4]), because="So"
        )

    def _request_severity(self, case, at):
        by, severity = self.random.choice([self.customer, self.carl]), self.random.choice([1, 1, 2, 3, 4])
        channel = "phone" if by.works_here else "web"
        return lifecycle.request_severity(case, by=by, at=at, severity=severity, body="Words", channel=channel)

    def _approve_severity(self, case, at):
        words = {"criteria": ["production_down"], "because": "So"}
        return lifecycle.approve_severity(case, by=self.mona, at=at, request=self._asked(case), **words)

    def _decline_severity(self, case, at):
        return lifecycle.decline_severity(case, by=self.mona, at=at, request=self._asked(case), because="So")

    def _withdraw_severity_request(self, case, at):
        return lifecycle.withdraw_severity_request(case, by=self.customer, at=at)

    def _asked(self, case):
        latest = case.severity_requests.order_by("pk").last()
        if latest is None:
            raise IllegalMove("Nobody asked.")
        return latest

    def _classify(self, case, at):
        kind = self.random.choice(["", "own", "other"])
        return lifecycle.classify(
            case, by=self.carl, at=at, type=self.random.choice(list(CaseType.objects.all())), kind=kind
        )

    def _exclude(self, case, at):
        return lifecycle.exclude(case, by=self.nora, at=at, exclusion=Exclusion.objects.get(pk="oem"), because="So")

    def _include(self, case, at):
        return lifecycle.include(case, by=self.nora, at=at, because="So")

    def _judge_code_change(self, case, at):
        required = self.random.choice([None, True, False])
        return lifecycle.judge_code_change(case, by=self.nora, at=at, required=required, because="So")

    def _judge_code_problem(self, case, at):
        found = self.random.choice([None, True, False])
        return lifecycle.judge_code_problem(case, by=self.nora, at=at, identified=found, because="So")

    def _judge_reach(self, case, at):
        wide = not case.is_system_wide
        return lifecycle.judge_reach(case, by=self.nora, at=at, is_system_wide=wide, because="So")

    def _promise_release(self, case, at):
        return lifecycle.promise_release(case, by=self.nora, at=at, because="So")

    def _agree_date(self, case, at):
        due = at + timedelta(hours=self.random.randrange(1, 100))
        return lifecycle.agree_date(case, by=self.nora, at=at, due_at=due)

    def _void_breach(self, case, at):
        breach = self._any_breach(case)
        return lifecycle.void_breach(case, by=self.mona, at=at, breach=breach, because="So")

    def _reinstate_breach(self, case, at):
        breach = self._any_breach(case)
        return lifecycle.reinstate_breach(case, by=self.mona, at=at, breach=breach, because="So")

    def _any_breach(self, case):
        found = list(Breach.objects.filter(case=case))
        if not found:
            raise IllegalMove
        return self.random.choice(found)


class TestStoredLives:
    """The same through the verbs and the sweep, on real rows."""

    @pytest.mark.rotating(2)
    @pytest.mark.parametrize("seed", range(4))
    def test_agree_with_their_events_after_every_verb_and_sweep(
        self, calendars, alice, eve, carl, nora, mona, open_case, seed
    ):
        random = Random(seed)
        Release.objects.create(
            product=Product.objects.get(code="changepoint"), version="2027.9", released_on=date(2027, 3, 25)
        )
        for product in Product.objects.filter(code__in=("changepoint", "daptiv")):
            Release.objects.create(product=product, version="2099.1", released_on=date(2099, 1, 1))
        lives, at = [], FIRST + timedelta(hours=9)
        for turn in range(10):
            at += timedelta(minutes=random.randrange(600))
            case = open_case(
                customer := random.choice([alice, eve]),
                severity=random.choice(["critical", "critical", "major", "moderate", "minor"]),
                product=random.choice(["changepoint", "changepoint", "daptiv"]),
                at=at,
            )
            lives.append(Deeds(Random(100 * seed + turn), case, customer, carl, nora, mona))
            at = self._go_on(random, lives, at, steps=11)
        self._assert_breaches_are_recorded_once()

    def _go_on(self, random, lives, at, steps) -> datetime:
        for _ in range(steps):
            at += timedelta(seconds=random.randrange(3 * 3600))
            life = random.choice(lives)
            verb = random.choice(sorted(statuses.STATUSES[life.case.status].moves.keys() - OF_THE_HOUSE - OF_MORE))
            life.do(verb, at)
            assert differences(Case.objects.for_verbs().get(pk=life.case.pk), at=at) == [], verb
            if random.random() < 0.3:
                at += timedelta(seconds=random.randrange(3 * 3600))
                sweep.sweep(at)
                for case in Case.objects.for_verbs():
                    assert differences(case, at=at) == []
        return at

    def _assert_breaches_are_recorded_once(self):
        missed = set(
            Commitment.objects.filter(breached_at__isnull=False).values_list(
                "case", "metric", "cycle", "period_no", "breached_at"
            )
        )
        kept = set(Breach.objects.values_list("case", "metric", "cycle", "period_no", "breach_at"))
        assert kept == missed
        assert len(kept) > 5
        told = Counter(
            (event.case_id, event.data["metric"], event.data["cycle"], event.data["period_no"])
            for event in Event.objects.filter(kind="breached")
        )
        assert told == Counter(row[:4] for row in kept)
