"""The history of one generated case, event after event, by the table of statuses and the rules of `cases/lifecycle`.

Nothing is written here. What an event does to the case is what the verb of that name does, which a test holds by doing
the same through the lifecycle.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Any

from cases.assignment import ownership
from cases.commitments import terms
from cases.commitments.replay import replay
from cases.events import KINDS, EventKind
from cases.lifecycle.change import Change
from cases.lifecycle.commitments import end_of_day
from cases.load_test_data import phrases
from cases.load_test_data.accounts import Person, Population
from cases.load_test_data.new_cases import NewCase
from cases.models.case import Channel
from cases.models.event import ClosingReason, SolutionWay
from cases.models.message import Purpose
from contacts.roles import Role
from products.models import Release
from sla import compiled
from sla.clocks import Metric
from sla.matrices import Fallback, Kind, Severity

# What each verb records, and the purpose of the words it carries.
EFFECTS: dict[str, tuple[EventKind, Purpose | None]] = {
    "open_case": (KINDS["opened"], Purpose.OPENING),
    "take": (KINDS["taken"], None),
    "assign": (KINDS["assigned"], None),
    "note": (KINDS["noted"], None),
    "reply": (KINDS["replied"], Purpose.REPLY),
    "answer": (KINDS["answered"], Purpose.REPLY),
    "ask_customer": (KINDS["asked"], Purpose.QUESTION),
    "restore_service": (KINDS["restored"], Purpose.RESTORATION),
    "hand_to_development": (KINDS["handed_to_development"], None),
    "await_release": (KINDS["release_awaited"], None),
    "resume_work": (KINDS["work_resumed"], None),
    "provide_solution": (KINDS["solution_provided"], Purpose.SOLUTION),
    "accept_solution": (KINDS["solution_accepted"], None),
    "reject_solution": (KINDS["solution_rejected"], Purpose.REJECTION),
    "close": (KINDS["closed"], None),
    "reopen": (KINDS["reopened"], Purpose.REOPENING),
    "change_severity": (KINDS["severity_changed"], None),
    "classify": (KINDS["classified"], None),
    "exclude": (KINDS["excluded"], None),
    "include": (KINDS["included"], None),
    "judge_code_change": (KINDS["code_change_judged"], None),
    "promise_release": (KINDS["release_promised"], None),
    "void_breach": (KINDS["breach_voided"], None),
}
NOTED = {"note", "hand_to_development"}
OWNING = {"take", "assign"}
REASONED = {"exclude", "include"}  # the reason is also a note
# What decides the terms of a case: the data of an event has the new values, and the case keeps them.
KEPT = set(terms.FIELDS) - {"matrix"}
DAY = 9 * 60  # minutes of open time, about a working day

CAUSES = ("customer_network", "customer_environment", "customer_customisation", "third_party")
# How often, of the cases of which it can be said at all.
RECLASSED, SETTLED, CLASSIFIED, EXCLUDED, INCLUDED = 0.04, 0.5, 0.3, 0.02, 0.3
OTHER, JUDGED, NEEDS_CODE, NO_WORKAROUND, LOOKED_INTO = 0.3, 0.12, 0.6, 0.08, 0.03
SOON = 40  # minutes


class Ended(Exception):
    """The present is reached, or nobody goes on with the case."""


@dataclass(slots=True)
class HistoryEvent:
    """An event of a history with what was said at it, and by whom. `status` is the case's after it, as of an Event.

    `pk` is its number in the history, for want of an id: by it the clocks say what voided them.
    """

    pk: int
    kind: str
    at: datetime
    status: str
    by: Person
    channel: str
    said: tuple[Purpose, str, Person] | None = None
    noted: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class CaseHistory:
    """The history of a new case until `now` (UTC), or of at most `turns` events."""

    def __init__(self, new: NewCase, chance: Random, population: Population, *, now: datetime, turns: int) -> None:
        self.case, self.source, self.customer, self.hours = new.case, new.source, new.customer, new.hours
        self.chance, self.population, self.now, self.left, self.at = chance, population, now, turns, new.case.opened_at
        self.owner = chance.choice(population.ours[Role.CONSULTANT_1])
        self.events: list[HistoryEvent] = []

    @property
    def promised(self) -> dict[Metric, int]:
        """The minutes that are promised to the case as it is now, by metric."""
        case = self.case
        targets = () if case.exclusion_id else compiled.targets(case.matrix, case.kind or Kind.OWN, case.severity)
        return {target.metric: target.minutes for target in targets}

    def run(self) -> list[HistoryEvent]:
        """Let it happen and return it. The fields of the case are then as the last turn left them."""
        try:
            self._open()
            self._respond()
            _judge(self)
            self._restore()
            self._work()
            _promise_release(self)
            self._solve()
            self._reopen()
            _excuse(self)
        except Ended:
            pass
        return self.events

    def _open(self) -> None:
        writer = self.customer
        if self.case.channel == Channel.MAIL:
            writer = self.chance.choice(self.population.ours[Role.DISPATCHER])
        elif self.case.channel == Channel.PHONE:
            writer = self.owner
        self.do("open_case", writer, channel=self.case.channel, **terms.opening_data(self.case))

    def _respond(self) -> None:
        soon = self.promised.get(Metric.RESPONSE, 240)
        self.wait(soon, 0.18, 0.6)
        if self.chance.random() < 0.12:
            dispatcher = self.chance.choice(self.population.ours[Role.DISPATCHER])
            self.do("assign", dispatcher, owner=self.owner.name)
        else:
            self.do("take", self.owner)
        self.wait(soon, 0.15, 0.6)
        if Metric.RESTORATION in self.promised or self.chance.random() < 0.7:
            self.do("reply", self.owner)
        else:
            self._ask()

    def _restore(self) -> None:
        if Metric.RESTORATION in self.promised and self.chance.random() < 0.9:
            self.wait(self.promised[Metric.RESTORATION], 0.35, 0.6)
            self.do("restore_service", self.owner)

    def _work(self) -> None:
        for _round in range(self.chance.choices((0, 1, 2, 3, 4), (25, 32, 22, 13, 8))[0]):
            if self.chance.random() < 0.25:
                self.wait(DAY, 0.3, 0.8)
                self.do("note", self.owner)
            self.wait(DAY, 0.4, 0.8)
            if self.chance.random() < 0.55:
                self._ask()
            else:
                self.do("reply", self.owner)
                if self.chance.random() < 0.6:
                    self.wait(DAY, 0.4, 0.9)
                    self.do("answer", self.customer)
        if self.chance.random() < 0.05:
            self._develop()

    def _ask(self) -> None:
        self.do("ask_customer", self.owner)
        self.wait(DAY, 0.6, 1.0)
        self.do("answer", self.customer)

    def _develop(self) -> None:
        second = self.chance.choice(self.population.ours[Role.CONSULTANT_2])
        self.wait(DAY, 1, 0.6)
        self.do("hand_to_development", second)
        self.wait(8 * DAY, 1, 0.5)
        coming = self.population.release(
            self.source.product, self.population.released(self.source.product, self.at.date())
        )
        if coming is not None and self.chance.random() < 0.7:
            self.do("await_release", second, release=str(coming), fixed_in=coming)
            self.wait(8 * DAY, 1, 0.4)
        self.do("resume_work", self.owner)

    def _solve(self) -> None:
        while True:
            self.wait(DAY, 0.8, 0.9)
            self.do("provide_solution", self.owner, way=self.chance.choice(SolutionWay.values[:3]))
            self.wait(DAY, 1.2, 0.9)
            chance = self.chance.random()
            if chance < 0.1:
                self.do("reject_solution", self.customer)
            elif chance < 0.25:
                self.do("close", self.owner, reason=self.chance.choice(ClosingReason.values[:3]))
                return
            else:
                self.do("accept_solution", self.customer)
                return

    def _reopen(self) -> None:
        if self.chance.random() < 0.04:
            self.wait(8 * DAY, 1, 0.6)
            self.do("reopen", self.customer)
            self.wait(DAY, 0.2, 0.6)
            self.do("reply", self.owner)
            self._solve()

    def wait(self, minutes: float, share: float, spread: float) -> None:
        """Let open time pass: a share of `minutes` as the median, with a long tail. Raises Ended."""
        later = self.hours.add(self.at, minutes * share * exp(self.chance.gauss(0, spread)))
        if later is None or later > self.now:
            raise Ended
        # No two turns at one instant, and whole milliseconds as clocks of browsers and servers have them.
        self.at = later.replace(microsecond=later.microsecond // 1000 * 1000) + timedelta(seconds=1)
        if self.at > self.now:
            raise Ended

    def do(
        self, verb: str, by: Person, *, channel: str = Channel.WEB, fixed_in: Release | None = None, **data: Any
    ) -> None:
        """Let `by` do it, as the verb of that name does; `data` is the event's. Raises Ended if nobody goes on."""
        if self.left <= 0:
            raise Ended
        self.left -= 1
        case, (kind, purpose) = self.case, EFFECTS[verb]
        if verb != "open_case":
            Change(case, None, self.at, channel).move(verb)
        self._keep(verb, fixed_in, data)
        ownership.update_ownership(case, {"owner"} if verb in OWNING else (), at=self.at)
        event = HistoryEvent(len(self.events), kind.code, self.at, case.status, by, channel, data=data)
        if purpose is not None:
            speaker = self.customer if verb == "open_case" else by
            event.said = (purpose, self._phrases(purpose, speaker), speaker)
            case.last_word_at, case.last_word_by_id = self.at, speaker.id
        if verb in NOTED:
            event.noted = self.phrase("note")
        elif verb in REASONED:
            event.noted = data["because"]
        self.events.append(event)

    def _keep(self, verb: str, fixed_in: Release | None, data: dict[str, Any]) -> None:
        """Keep what the verb keeps on the case beside its status."""
        case = self.case
        for name in KEPT & data.keys():
            setattr(case, "exclusion_id" if name == "exclusion" else name, data[name])
        if verb in OWNING:
            case.owner_id = self.owner.id
        elif verb == "restore_service":
            case.restored_at = self.at
        elif verb == "change_severity":
            case.severity_is_provisional = False
        elif verb == "reopen":
            case.reopenings, case.restored_at = case.reopenings + 1, None
        elif fixed_in is not None:
            case.fixed_in_id = fixed_in.pk

    def _phrases(self, purpose: Purpose, by: Person) -> str:
        answers = purpose == Purpose.REPLY and by is self.customer
        return self.phrase("answer" if answers else purpose.value)

    def phrase(self, what: str) -> str:
        """Return words of a list, for this case and day."""
        who = self.customer.name.split()[0]
        version = f"{self.at.year}.{self.at.month}"
        return phrases.say(self.chance, self.customer.language, what, who=who, version=version)


def _judge(history: CaseHistory) -> None:
    """Say what the case is about and how bad it is, where somebody does, soon after the first answer."""
    _weigh(history)
    if history.chance.random() < CLASSIFIED:
        kind = Kind.OTHER if history.chance.random() < OTHER else Kind.OWN
        history.wait(SOON, 1, 0.6)
        history.do(
            "classify", history.owner, type=history.case.type_id, kind=kind.value, exclusion=history.case.exclusion_id
        )
    _exclude(history)
    if Metric.RESTORATION in history.promised and history.chance.random() < JUDGED:
        history.wait(SOON, 1, 0.6)
        required = history.chance.random() < NEEDS_CODE
        history.do(
            "judge_code_change", _second(history), code_change_required=required, because=history.phrase("because")
        )


def _weigh(history: CaseHistory) -> None:
    """Change the severity, or settle one that was provisional."""
    chance, case = history.chance, history.case
    if chance.random() > (SETTLED if case.severity_is_provisional else RECLASSED):
        return
    was = case.severity
    choices = [one for one in Severity if one != was or case.severity_is_provisional]
    severity = was if case.severity_is_provisional and chance.random() < SETTLED else chance.choice(choices)
    by = _manager(history) if severity == Severity.CRITICAL else history.owner
    history.wait(SOON, 1, 0.6)
    because = history.phrase("because")
    history.do("change_severity", by, severity=int(severity), severity_was=int(was), because=because)


def _exclude(history: CaseHistory) -> None:
    """Promise no times any more, and sometimes promise them again."""
    case = history.case
    if case.exclusion_id is None and history.chance.random() < EXCLUDED:
        history.wait(SOON, 2, 0.6)
        cause = history.chance.choice(CAUSES)
        history.do("exclude", _second(history), exclusion=cause, because=history.phrase("because"))
        if history.chance.random() < INCLUDED:
            history.wait(SOON, 4, 0.6)
            history.do("include", _second(history), exclusion=None, lifted=[cause], because=history.phrase("because"))


def _promise_release(history: CaseHistory) -> None:
    """Promise the solution with the next release, where the matrix offers that and there is no workaround."""
    case = history.case
    rows = () if case.exclusion_id else compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity)
    offered = any(row.metric == Metric.RESOLUTION and row.fallback == Fallback.NEXT_RELEASE for row in rows)
    if not offered or history.chance.random() > NO_WORKAROUND:
        return
    history.wait(SOON, 8, 0.6)
    product, day = history.source.product, terms.day_of(case.calendar, history.at)
    release = history.population.release(product, history.population.released(product, day))
    if release is None:
        return
    due = end_of_day(case.calendar, release.released_on)
    because = history.phrase("because")
    history.do("promise_release", history.owner, release=str(release), due_at=due.isoformat(), because=because)


def _excuse(history: CaseHistory) -> None:
    """Let a missed commitment count no more: a manager looks into few."""
    if history.chance.random() > LOOKED_INTO:
        return
    history.wait(SOON, 8, 0.6)
    states = replay(history.case, history.events, at=history.at)
    missed = [state for state in states if state.breached_at and state.breached_at + timedelta(minutes=1) < history.at]
    binding = [state for state in missed if state.voided_at is None]
    if binding:
        metric, cycle, period_no = history.chance.choice(binding).key
        key: dict[str, Any] = {"metric": metric.value, "cycle": cycle, "period_no": period_no}
        history.do("void_breach", _manager(history), **key, because=history.phrase("because"))


def _second(history: CaseHistory) -> Person:
    return history.chance.choice(history.population.ours[Role.CONSULTANT_2])


def _manager(history: CaseHistory) -> Person:
    return history.chance.choice(history.population.ours[Role.MANAGER])
