"""Random people do random things to random cases, while time goes on and the sweep comes by.

The machine says beforehand what will come of each attempt, and looks at everything afterwards.
"""

import inspect
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.core import mail
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from cases import lifecycle
from cases.jobs import assignment, auto_close, commitments, release_fixes, severity_reminders, unread_answers
from cases.models import Case, OutboxMail
from cases.notifications import delivery
from cases.permissions import NotAllowed
from cases.statuses import Refusal
from contacts.entitlements import NotEntitled
from contacts.models import User
from sla import compiled
from tests.proofs.every_verb import commitments as every_verb
from tests.proofs.every_verb import looking, opening, passing, table, work
from tests.proofs.every_verb import relations as tidying
from tests.proofs.every_verb.actions import Action, Try
from tests.proofs.every_verb.world import BEGINNINGS, Known, World

DEEDS: dict[str, Action] = {**work.DEEDS, **every_verb.DEEDS, **passing.DEEDS, **tidying.DEEDS}
MOST_CASES = 4
LUCK = st.integers(0, 2**48)


class Wrong(AssertionError):
    """Something came of a step that should not have."""


class Machine(RuleBasedStateMachine):
    """One run: from no case at all, some dozens of steps."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.world.begin_anew()
        self.cases: list[Known] = []
        self.story: list[str] = []
        self.judged: set[int] = set()  # mails whose recipients were looked at when they left
        self.eyes = looking.Eyes(self.world.emptied)
        self.sight = self.eyes.look()
        self.now = self.delivered_at = BEGINNINGS[0]

    @initialize(luck=LUCK, beginning=st.sampled_from(BEGINNINGS))
    def begin(self, luck: int, beginning: datetime) -> None:
        self.now = self.delivered_at = beginning
        random, alice = Random(luck), self.world.people["alice"]
        given = opening.draw(self.world, random, alice, self.world.acme)
        self._open(alice, given | {"customer": alice})

    # --- What may happen ---

    @precondition(lambda self: len(self.cases) < MOST_CASES)
    @rule(luck=LUCK)
    def open(self, luck: int) -> None:
        random = self._random(luck)
        by = random.choice(list(self.world.people.values()))
        self._wait(random, 60)
        self._open(by, opening.draw(self.world, random, by))

    @rule(luck=LUCK)
    def do_what_the_status_allows(self, luck: int) -> None:
        self._try_one(self._random(luck), legal=True)

    @rule(luck=LUCK)
    def go_on(self, luck: int) -> None:
        """As before, twice in a row: so that it happens three times as often as the rest, whatever is drawn."""
        for _turn in range(2):
            self._try_one(self._random(luck), legal=True)

    @rule(luck=LUCK)
    def try_anything(self, luck: int) -> None:
        self._try_one(self._random(luck), legal=False)

    @rule(luck=LUCK)
    def let_time_pass(self, luck: int) -> None:
        """Go on to a random instant, or to the next thing that falls due or just after it, and sweep, perhaps twice."""
        random = self._random(luck)
        coming = Case.objects.values_list("countdown_at", "answer_due_at", "next_due_at", "next_warn_at")
        instants = [one for row in coming for one in row if one is not None and one > self.now]
        if instants and random.random() < 0.7:
            self.now = min(instants) + timedelta(seconds=random.choice((0, 1, 3600)))
        else:
            self._wait(random, 4 * 24 * 60)
        self._sweep()
        if random.random() < 0.1:
            self._sweep()

    @rule(luck=LUCK)
    def let_rights_change(self, luck: int) -> None:
        """Somebody is shut out or let in again, or may see the cases of their company or not."""
        random = self._random(luck)
        self.world.let("zoe", active=random.random() < 0.7)
        self.world.let("bob", sees_company=random.random() < 0.5)
        self._say("rights change")

    def teardown(self) -> None:
        if self.cases:
            self._hold("clocks", looking.not_as_replayed(self.cases, self.now))
        compiled.forget()
        self.world.end_of_run()

    # --- How ---

    def _random(self, luck: int) -> Random:
        """Of luck and of what was before: hypothesis likes to draw the same small numbers again."""
        return Random(f"{luck} {len(self.story)}")

    def _wait(self, random: Random, minutes: int) -> None:
        spans = (timedelta(0), timedelta(seconds=1), timedelta(minutes=random.randrange(1, minutes + 1)))
        self.now += random.choice(spans)

    def _say(self, words: str) -> None:
        self.story.append(f"{self.now:%Y-%m-%d %H:%M:%S} {words}")

    def _hold(self, what: str, problems: list[str]) -> None:
        if problems:
            story = "\n  ".join(self.story[-25:])
            raise Wrong(f"{what}: {'; '.join(problems)}\nafter\n  {story}")

    def _open(self, by: User, given: dict[str, Any]) -> None:
        refused = opening.is_refused(self.world, by, given)
        self._say(f"{by} ({by.role}) opens for {given['customer']} of {given['account']}, {given['product'].code}")
        self._count("open_case", refused)
        try:
            case = opening.act(by, self.now, given)
        except (Refusal, NotEntitled) as refusal:
            self._settle_refusal(refusal, refused)
            return
        self._hold("not refused", [str(by)] if refused else [])
        known = opening.opened(case, given, self.world)
        self.cases.append(known)
        self._settle_change([("opened", known, given["channel"])], by)

    def _try_one(self, random: Random, *, legal: bool) -> None:
        known = random.choice(self.cases)
        names = [name for name in DEEDS if not legal or self._leads(name, known)]
        name = random.choices(names, [DEEDS[name].weight for name in names])[0]
        people = [user for user in self.world.people.values() if not legal or self._may(user, name, known)]
        by = random.choice(people) if people else None
        if by is None and table.ROWS[name].who:
            return
        if name in ("answer", "reply"):  # one verb for both sides
            name = "answer" if by is not None and by.role == "customer" else "reply"
        self._wait(random, random.choice((5, 60, 24 * 60)))
        attempt = Try(self.world, known, by, self.now, random, self.cases)
        given = DEEDS[name].draw(attempt)
        if given is not None:
            attempt.given = given
            self._do(name, attempt)

    def _may(self, by: User | None, name: str, known: Known) -> bool:
        return by is not None and by.role in table.ROWS[name].who and self.world.sees(by, known)

    def _leads(self, name: str, known: Known) -> bool:
        return known.status in table.ROWS[name].leads and (known.into is None or name in table.OF_MERGED)

    def _do(self, name: str, attempt: Try) -> None:
        deed, known, by = DEEDS[name], attempt.known, attempt.by
        house = by is None and not table.ROWS[name].who
        allowed = (house or self._may(by, name, known)) and self._leads(name, known)
        refused = not allowed or deed.early(attempt) or deed.refuses(attempt)
        self._say(f"{known.case.number} ({known.status}): {by} ({attempt.role}) tries {name} {attempt.given}")
        self._count(name, refused)
        key = {"submission": UUID(int=attempt.random.getrandbits(128))} if deed.once else {}
        kind = deed.kind(attempt)
        try:
            known.case = deed.act(name, attempt, **key)
        except (Refusal, NotEntitled) as refusal:
            self._settle_refusal(refusal, refused)
            rightless = refused and not house and not self._may(by, name, known) and not deed.early(attempt)
            self._hold(f"{refusal} to one who may not", [name] if rightless and not _is_of_right(refusal) else [])
            return
        self._hold("not refused", [name] if refused else [])
        deed.then(attempt)
        if name != "unmerge":  # the one verb that leads where the case was before
            known.go(table.ROWS[name].leads[known.status], attempt.at)
        known.settle()
        self._settle_change([(kind, known, attempt.given.get("channel", "web")), *deed.also(attempt)], by)
        if key and attempt.random.random() < 0.2 and self._may(by, name, known):
            self._send_again(name, attempt, key)

    def _send_again(self, name: str, attempt: Try, key: dict[str, UUID]) -> None:
        """The same form once more changes nothing, where the person may still do it."""
        attempt.at = self.now = self.now + timedelta(seconds=1)
        DEEDS[name].act(name, attempt, **key)
        after = self.eyes.look(self.sight.last)
        self._hold(f"{name} sent twice", looking.changed(self.sight, after))

    def _count(self, name: str, refused: bool) -> None:
        self.world.counts[f"{name} {'refused' if refused else 'done'}"] += 1

    def _settle_refusal(self, refusal: Exception, foreseen: bool) -> None:
        self.world.counts["refused"] += 1
        self._hold("refused", [] if foreseen else [f"{type(refusal).__name__}: {refusal}"])
        self._hold("a refusal without words", [] if str(refusal) else [type(refusal).__name__])
        after = self.eyes.look(self.sight.last)
        self._hold("a refusal changed", looking.changed(self.sight, after))

    def _settle_change(self, happened: list[tuple[str, Known, str]], by: User | None) -> None:
        self.world.counts["done"] += 1
        new = self._new_events()
        main = [event for event in new if event.kind not in looking.OF_CLOCKS]
        wanted = [(kind, one.case.pk, one.status, by and by.pk, self.now, channel) for kind, one, channel in happened]
        found = [(one.kind, one.case_id, one.status, one.actor_id, one.at, one.channel) for one in main]
        self._hold(
            "events", [] if sorted(found, key=str) == sorted(wanted, key=str) else [f"{found} instead of {wanted}"]
        )
        touched = {one.case.pk: one for _kind, one, _channel in happened}
        self._hold("clocks", [event.kind for event in new if event.case_id not in touched])
        self._settle(list(touched.values()))

    def _sweep(self) -> None:
        self._say("sweep")
        self.world.counts["sweep"] += 1
        commitments.sweep(self.now)
        release_fixes.sweep(self.now)
        unread_answers.sweep(self.now)
        auto_close.sweep(self.now)
        assignment.sweep(self.now)
        severity_reminders.remind(self.now)
        self._deliver()
        known = {one.case.pk: one for one in self.cases}
        for event in self._new_events():
            case = known[event.case_id]
            self.world.counts[f"swept {event.kind}"] += 1
            problem = looking.swept_wrongly(case, event)
            self._hold("sweep", [f"{case.case.number}: {problem}"] if problem else [])
            self._follow(case, event.kind, event.at)
        for one in self.cases:
            self._hold(f"sweep: {one.case.number}", looking.left_undone(one, self.now))
        self._hold("mails", looking.sent_to_strangers(self.world, self.cases, self.judged))
        self._settle(self.cases)
        if self.world.counts["sweep"] % 5 == 0:
            self._hold("clocks", looking.not_as_replayed(self.cases, self.now))

    def _deliver(self) -> None:
        """Send what is due: reminders at once, the rest now and then, when rights may have changed since."""
        due = OutboxMail.objects.filter(state="due", due_at__lte=self.now)
        if self.world.counts["sweep"] % 4 == 0 or due.filter(notice="contact_attempt").exists():
            delivery.deliver_all(self.now)
            self.delivered_at = self.now
            mail.outbox.clear()

    def _follow(self, known: Known, kind: str, at: datetime) -> None:
        if kind == "contact_attempted":
            known.reminded.append(at)
        elif kind == "closing_held":
            known.held = True
        elif kind == "closed_in_silence":
            known.go("closed", at)
        elif kind == "resumed_unread":
            known.go("in_progress", at)
        elif kind == "fix_released":
            known.go("solution_provided", at)
        elif kind == "dispatched":
            known.owner = self.world.at_work_for(known.team)
        elif kind == "dispatch_failed":
            known.unhanded = True
        known.settle()
        if kind not in looking.OF_CLOCKS:
            known.changes += 1

    def _new_events(self) -> list[Any]:
        """Look, and return what happened since the last look; nothing earlier may have changed."""
        before = self.sight
        self.sight = self.eyes.look(before.last)
        altered = before.tables["cases_event"] != self.sight.earlier
        self._hold("the record", ["earlier events are others than before"] if altered else [])
        return looking.events_since(before.last)

    def _settle(self, cases: list[Known]) -> None:
        for known in cases:
            self._hold(known.case.number, looking.unlike(known) + looking.unrelated(known))
        self._hold("rules", looking.broken(self.delivered_at))


def _is_of_right(refusal: Exception) -> bool:
    return isinstance(refusal, NotAllowed)


def takes_a_key(name: str) -> bool:
    """Say whether the verb of that name in the lifecycle knows a second sending by its key."""
    verb = getattr(lifecycle, DEEDS[name].verb or name)
    return not {"submission", "sent"}.isdisjoint(inspect.signature(verb).parameters)
