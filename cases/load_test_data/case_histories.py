"""The life of one generated case, turn after turn, by the table of statuses and the rules of `cases/lifecycle`.

What is said of its promises on the way is in `judging.py`. Nothing is written here. What a turn does to the case is
what the verb of that name does, which a test holds by doing the same turns through the lifecycle.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from random import Random
from typing import Any

from cases.assignment import ownership
from cases.commitments import terms
from cases.lifecycle.change import Change
from cases.load_test_data import judging, phrases
from cases.load_test_data.accounts import Society, Someone
from cases.load_test_data.new_cases import Birth
from cases.models.case import Channel
from cases.models.event import ClosingReason, SolutionWay
from cases.models.message import Purpose
from contacts.roles import Role
from products.models import Release
from sla import compiled
from sla.clocks import Metric
from sla.matrices import Kind

# What each verb records, and the purpose of the words it carries.
DEEDS: dict[str, tuple[str, Purpose | None]] = {
    "open_case": ("opened", Purpose.OPENING),
    "take": ("taken", None),
    "assign": ("assigned", None),
    "note": ("noted", None),
    "reply": ("replied", Purpose.REPLY),
    "answer": ("answered", Purpose.REPLY),
    "ask_customer": ("asked", Purpose.QUESTION),
    "restore_service": ("restored", Purpose.RESTORATION),
    "hand_to_development": ("handed_to_development", None),
    "await_release": ("release_awaited", None),
    "resume_work": ("work_resumed", None),
    "provide_solution": ("solution_provided", Purpose.SOLUTION),
    "accept_solution": ("solution_accepted", None),
    "reject_solution": ("solution_rejected", Purpose.REJECTION),
    "close": ("closed", None),
    "reopen": ("reopened", Purpose.REOPENING),
    "change_severity": ("severity_changed", None),
    "classify": ("classified", None),
    "exclude": ("excluded", None),
    "include": ("included", None),
    "judge_code_change": ("code_change_judged", None),
    "promise_release": ("release_promised", None),
    "void_breach": ("breach_voided", None),
}
NOTED = {"note", "hand_to_development"}
OWNING = {"take", "assign"}
REASONED = {"exclude", "include"}  # the reason is also a note
# What events tell of what is promised, and the case keeps.
KEPT = {"severity", "kind", "exclusion", "code_change_required"}
DAY = 9 * 60  # minutes of open time, about a working day


class Over(Exception):
    """The present is reached, or nobody goes on with the case."""


@dataclass(slots=True)
class Turn:
    """One event with what was said at it, and by whom. `status` is the case's after it, as of an Event.

    `pk` is its number in the life, for want of an id: by it the clocks say what voided them.
    """

    pk: int
    kind: str
    at: datetime
    status: str
    by: Someone
    channel: str
    said: tuple[Purpose, str, Someone] | None = None
    noted: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class Life:
    """Lets a new case live until `now` (UTC), or for at most `turns` turns."""

    def __init__(self, birth: Birth, chance: Random, society: Society, *, now: datetime, turns: int) -> None:
        self.case, self.source, self.customer, self.hours = birth.case, birth.source, birth.customer, birth.hours
        self.chance, self.society, self.now, self.left, self.at = chance, society, now, turns, birth.case.opened_at
        self.owner = chance.choice(society.ours[Role.CONSULTANT_1])
        self.told: list[Turn] = []

    @property
    def promised(self) -> dict[Metric, int]:
        """The minutes that are promised to the case as it is now, by metric."""
        case = self.case
        targets = () if case.exclusion_id else compiled.targets(case.matrix, case.kind or Kind.OWN, case.severity)
        return {target.metric: target.minutes for target in targets}

    def live(self) -> list[Turn]:
        """Let it happen and return it. The fields of the case are then as the last turn left them."""
        try:
            self._open()
            self._respond()
            judging.judge(self)
            self._restore()
            self._work()
            judging.promise_release(self)
            self._solve()
            self._reopen()
            judging.excuse(self)
        except Over:
            pass
        return self.told

    def _open(self) -> None:
        writer = self.customer
        if self.case.channel == Channel.MAIL:
            writer = self.chance.choice(self.society.ours[Role.DISPATCHER])
        elif self.case.channel == Channel.PHONE:
            writer = self.owner
        self.do("open_case", writer, channel=self.case.channel, **terms.opening_data(self.case))

    def _respond(self) -> None:
        soon = self.promised.get(Metric.RESPONSE, 240)
        self.wait(soon, 0.18, 0.6)
        if self.chance.random() < 0.12:
            dispatcher = self.chance.choice(self.society.ours[Role.DISPATCHER])
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
        second = self.chance.choice(self.society.ours[Role.CONSULTANT_2])
        self.wait(DAY, 1, 0.6)
        self.do("hand_to_development", second)
        self.wait(8 * DAY, 1, 0.5)
        coming = self.society.release(self.source.product, self.society.released(self.source.product, self.at.date()))
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
                self.do("close", self.owner, reason=self.chance.choice(ClosingReason.values))
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
        """Let open time pass: a share of `minutes` as the median, with a long tail. Raises Over."""
        later = self.hours.add(self.at, minutes * share * exp(self.chance.gauss(0, spread)))
        if later is None or later > self.now:
            raise Over
        # No two turns at one instant, and whole milliseconds as clocks of browsers and servers have them.
        self.at = later.replace(microsecond=later.microsecond // 1000 * 1000) + timedelta(seconds=1)
        if self.at > self.now:
            raise Over

    def do(
        self, verb: str, by: Someone, *, channel: str = Channel.WEB, fixed_in: Release | None = None, **data: Any
    ) -> None:
        """Let `by` do it, as the verb of that name does; `data` is the event's. Raises Over if nobody goes on."""
        if self.left <= 0:
            raise Over
        self.left -= 1
        case, (kind, purpose) = self.case, DEEDS[verb]
        if verb != "open_case":
            Change(case, None, self.at, channel).move(verb)
        self._keep(verb, fixed_in, data)
        ownership.update_ownership(case, {"owner"} if verb in OWNING else (), at=self.at)
        turn = Turn(len(self.told), kind, self.at, case.status, by, channel, data=data)
        if purpose is not None:
            speaker = self.customer if verb == "open_case" else by
            turn.said = (purpose, self._words(purpose, speaker), speaker)
            case.last_word_at, case.last_word_by_id = self.at, speaker.id
        if verb in NOTED:
            turn.noted = self.phrase("note")
        elif verb in REASONED:
            turn.noted = data["because"]
        self.told.append(turn)

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

    def _words(self, purpose: Purpose, by: Someone) -> str:
        answers = purpose == Purpose.REPLY and by is self.customer
        return self.phrase("answer" if answers else purpose.value)

    def phrase(self, what: str) -> str:
        """Return words of a list, for this case and day."""
        who = self.customer.name.split()[0]
        version = f"{self.at.year}.{self.at.month}"
        return phrases.say(self.chance, self.customer.language, what, who=who, version=version)
