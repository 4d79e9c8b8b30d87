"""Every verb, by everybody, in every status, at random: what comes of it is what the tables say, and all rules hold.

Driven by hypothesis over a real database, in real transactions. Some 400 steps in the suite, 50,000 in a proof.
"""

from collections import Counter
from inspect import isfunction
from pathlib import Path
from time import monotonic

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as hypothesis_seed
from hypothesis.stateful import run_state_machine_as_test

from cases import auto_close, lifecycle, permissions, statuses
from cases.lifecycle import conversation
from cases.models import Event, Note
from cases.notifications import compose as notifications
from contacts import waking
from tests import samples
from tests.proofs.every_verb.machine import DEEDS, Machine, Wrong, takes_a_key
from tests.proofs.every_verb.table import ELSEWHERE, MAY_OPEN, OF_MERGED, OF_NO_CASE, ROWS, roles
from tests.proofs.every_verb.world import World

ROOT = Path(__file__).resolve().parents[3]
STEPS = 50  # in a run, which begins with no case
IN_PART = 400  # in the suite


class TestTheTable:
    """Written by hand, beside what the house goes by."""

    def test_has_a_row_for_every_verb_and_says_how_it_is_tried(self):
        assert set(ROWS) == set(permissions.MAY) - {"open_case"}
        assert set(DEEDS) == set(ROWS) - set(ELSEWHERE)
        assert [path for path in ELSEWHERE.values() if not (ROOT / path).is_file()] == []

    def test_knows_every_verb_of_the_lifecycle(self):
        verbs = {name for name, found in vars(lifecycle).items() if isfunction(found)} - OF_NO_CASE
        assert verbs - {"open_case"} <= {deed.verb or name for name, deed in DEEDS.items()} | set(ELSEWHERE)

    def test_says_who_may_as_the_house_does(self):
        assert {verb: row.who for verb, row in ROWS.items()} | {"open_case": roles(MAY_OPEN)} == {
            verb: {str(role) for role in may} for verb, may in permissions.MAY.items()
        }

    def test_leads_where_the_house_leads(self):
        house = {(verb, code): to or code for code, row in statuses.STATUSES.items() for verb, to in row.moves.items()}
        assert {(verb, code): to for verb, row in ROWS.items() for code, to in row.leads.items()} == house

    def test_knows_what_is_done_to_a_merged_case(self):
        assert OF_MERGED == statuses.OF_MERGED

    def test_knows_which_forms_have_a_key(self):
        assert {name for name, deed in DEEDS.items() if deed.once} == set(filter(takes_a_key, DEEDS))


@pytest.fixture
def world(transactional_db, reference, monkeypatch):
    # The machine delivers and sweeps; fifty thousand bells would wake nobody.
    monkeypatch.setattr(waking, "publish", lambda _hints: None)
    # Who may get a mail is asked as ever; what it says in two parts is another test's, and the dearest of all.
    monkeypatch.setattr(notifications, "render_to_string", lambda template, _context: template)
    return World()


def run(world: World, steps: int, luck: int | None = None) -> Counter[str]:
    """Let the machine make about so many steps; return what was tried and what came of it.

    The steps are known ones, or those of the seed `luck`.

    Without shrinking: what somebody draws goes with what was before, so a shorter life is another one, and each try
    costs seconds. The last steps are told instead.
    """
    machine = type("Moves", (Machine,), {"world": world})
    if luck is not None:
        machine = hypothesis_seed(luck)(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=max(1, steps // STEPS),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=luck is None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        ),
    )
    return world.counts


class TestEveryMove:
    def test_does_what_the_tables_say_and_breaks_no_rule(self, world, request):
        began, full = monotonic(), request.config.getoption("full")
        world.progress = full
        counts = run(world, 50_000 if full else IN_PART, luck=samples.seed() if full else None)
        print(f"\n{dict(sorted(counts.items()))} in {monotonic() - began:.0f} s")
        tried = {name.rpartition(" ")[0] for name in counts if name.endswith((" done", " refused"))}
        assert counts["done"] > IN_PART // 8
        assert counts["refused"] > IN_PART // 10
        assert len(tried) > 20
        assert tried >= (set(DEEDS) if full else set()) | {"open_case"}


class TestTheMachine:
    """Shown houses in which something is wrong, each noticed within some hundred steps, by bad luck some more."""

    ENOUGH = 3000

    def notices(self, world: World) -> str:
        with pytest.raises(Wrong) as caught:
            run(world, self.ENOUGH)
        return str(caught.value)

    def test_notices_an_event_that_is_forgotten(self, world, monkeypatch):
        create = Event.objects.bulk_create
        # Those that leave the status alone: the database itself refuses another status without an event.
        forgotten = {"classified", "assigned", "tagged", "followed", "follower_added"}

        def forget(happened, **how):
            return create([event for event in happened if event.kind not in forgotten], **how)

        monkeypatch.setattr(Event.objects, "bulk_create", forget)
        assert "events: " in self.notices(world)

    def test_notices_a_right_that_nobody_asks_for(self, world, monkeypatch):
        may, free = permissions.may, {"note", "reply", "tag", "link", "follow", "transfer"}
        monkeypatch.setattr(permissions, "may", lambda user, verb, case: may(user, verb, case) or verb in free)
        found = self.notices(world)
        assert any(f"not refused: {verb}" in found for verb in free)

    def test_notices_a_stranger_who_is_let_in(self, world, monkeypatch):
        monkeypatch.setattr(
            permissions, "may", lambda user, verb, _case: user.is_active and user.role in permissions.MAY[verb]
        )
        found = self.notices(world)
        assert "not refused: " in found or " to one who may not: " in found

    def test_notices_a_countdown_that_goes_on(self, world, monkeypatch):
        settle = auto_close.update_countdown

        def keep(case, *, at):
            """Let it run from the opening on, whatever was said since."""
            changed = settle(case, at=at)
            if case.countdown_from:
                case.countdown_from = case.opened_at
            return changed

        monkeypatch.setattr(auto_close, "update_countdown", keep)
        found = self.notices(world)
        assert "countdown_from is" in found or "countdown_not_begun_anew" in found

    def test_notices_a_refusal_that_leaves_something_behind(self, world, monkeypatch):
        def jot_first(case, verb, **more):
            key = more.get("submission")
            if not key or not Event.objects.filter(submission=key).exists():  # a second sending is another matter
                Note.objects.create(case=case, author=more["by"] or case.customer, body="Tried.", at=more["at"])
            return right(case, verb, **more)

        right = conversation.changing
        monkeypatch.setattr(conversation, "changing", jot_first)
        assert "a refusal changed: cases_note" in self.notices(world)

    def test_notices_a_record_that_is_altered(self, world, monkeypatch):
        """With the guard of the database off, or the verb itself would fail."""

        def touch_up(case, **more):
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE cases_event DISABLE TRIGGER USER")
                cursor.execute(
                    # What no clock reads: the comparison of the record alone can notice it.
                    "UPDATE cases_event SET data = data || '{\"added\": 1}' WHERE case_id = %s AND kind = 'opened'",
                    [case.pk],
                )
                cursor.execute("ALTER TABLE cases_event ENABLE TRIGGER USER")
            return take(case, **more)

        take = lifecycle.take
        monkeypatch.setattr(lifecycle, "take", touch_up)
        found = self.notices(world)
        assert "the record: " in found or "a refusal changed: cases_event" in found
