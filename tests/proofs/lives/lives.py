"""Random lives of cases: what may happen to one, by the table of statuses, as events that no database has seen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from cases import statuses
from cases.events import KINDS
from cases.models import Case
from cases.models.event import ClosingReason
from sla.clocks import ClockState, Metric, State

# verb: kind of its event
EVENTS = {
    "reply": "replied",
    "answer": "answered",
    "take": "taken",
    "note": "noted",
    "ask_customer": "asked",
    "restore_service": "restored",
    "withdraw_restoration": "restoration_withdrawn",
    "hand_to_development": "handed_to_development",
    "await_release": "release_awaited",
    "resume_work": "work_resumed",
    "provide_solution": "solution_provided",
    "keep_open": "kept_open",
    "keep_solution": "solution_kept",
    "resume_unread": "resumed_unread",
    "accept_solution": "solution_accepted",
    "reject_solution": "solution_rejected",
    "close": "closed",
    "reopen": "reopened",
    "change_severity": "severity_changed",
    "classify": "classified",
    "exclude": "excluded",
    "include": "included",
    "judge_code_change": "code_change_judged",
    "judge_code_problem": "code_problem_judged",
    "judge_reach": "system_wide_judged",
    "promise_release": "release_promised",
    "agree_date": "date_agreed",
    "withdraw_agreed_date": "agreed_date_withdrawn",
    "report_root_cause": "root_cause_reported",
    "void_breach": "breach_voided",
    "reinstate_breach": "breach_reinstated",
}
SELDOM = {"close", "exclude", "note", "report_root_cause", "await_release", "hand_to_development"}
# How long nothing happens.
GAPS = (
    lambda random: timedelta(0),
    lambda random: timedelta(seconds=random.randrange(1, 5400)),
    lambda random: timedelta(minutes=random.randrange(1, 12 * 60)),
    lambda random: timedelta(minutes=random.randrange(1, 12 * 60)),
    lambda random: timedelta(minutes=random.randrange(12 * 60, 4 * 24 * 60)),
)


@dataclass(slots=True)
class Happening:
    """One event, as clocks read it."""

    pk: int
    kind: str
    at: datetime
    status: str
    channel: str = "web"
    data: dict[str, Any] = field(default_factory=dict)


class CaseHistory:
    """The events of `case` so far, and what could come next."""

    def __init__(self, random: Random, case: Case) -> None:
        self.random, self.case = random, case
        self.events: list[Happening] = []
        self.severity = random.choice((1, 1, 2, 2, 3, 4))
        self.exclusion: str | None = "functional" if random.random() < 0.05 else None
        self.restored = False
        self._add(
            "opened",
            statuses.NEW,
            case.received_at,
            {"severity": self.severity, "exclusion": self.exclusion},
            random.choice(("web", "web", "mail", "phone")),
        )

    @property
    def status(self) -> str:
        return self.events[-1].status

    def go_on(self, known: Sequence[ClockState]) -> Happening:
        """Let something happen; `known` tells how the clocks stand, for those who void breaches."""
        at = self.events[-1].at + self.random.choice(GAPS)(self.random)
        if self.random.random() < 0.1:
            return self._add(self.random.choice(("at_risk", "breached", "dues_moved")), self.status, at, {})
        verbs = [verb for verb in statuses.STATUSES[self.status].moves if self._makes_sense(verb, known)]
        weights = [1 if verb in SELDOM else 4 for verb in verbs]
        verb = self.random.choices(verbs, weights)[0]
        status = statuses.move(self.status, verb)
        data = self._data(verb, at, known)
        if self.status == statuses.SOLUTION_ANSWERED != status and (
            verb == "resume_unread" or self.random.random() < 0.3
        ):
            data = data | {"unread": True}
        return self._add(EVENTS[verb], status, at, data)

    def _makes_sense(self, verb: str, known: Sequence[ClockState]) -> bool:
        if verb in ("include", "withdraw_restoration"):
            return self.exclusion is not None if verb == "include" else self.restored
        if verb in ("void_breach", "reinstate_breach"):
            return bool(_voidable(known))
        return verb in EVENTS

    def _data(self, verb: str, at: datetime, known: Sequence[ClockState]) -> dict[str, Any]:
        choose = self.random.choice
        if verb in ("restore_service", "withdraw_restoration", "reopen"):
            self.restored = verb == "restore_service"
        if verb == "change_severity":
            self.severity = choose([one for one in (1, 2, 3, 4) if one != self.severity])
            return {"severity": self.severity}
        if verb == "classify":
            return {"kind": choose(("", "own", "other")), "exclusion": self.exclusion}
        if verb in ("exclude", "include"):
            self.exclusion = "oem" if verb == "exclude" else None
            return {"exclusion": self.exclusion}
        if verb in ("promise_release", "agree_date"):
            return {"due_at": (at + timedelta(hours=self.random.randrange(1, 200))).isoformat()}
        if verb in ("void_breach", "reinstate_breach"):
            metric, cycle, period_no = choose(_voidable(known))
            return {"metric": metric.value, "cycle": cycle, "period_no": period_no}
        facts = {
            "withdraw_agreed_date": {"due_at": None},
            "close": {"reason": choose(list(ClosingReason)).value},
            "judge_code_change": {"code_change_required": choose((None, True, True, False))},
            "judge_code_problem": {"code_problem_identified": choose((None, True, True, False))},
            "judge_reach": {"is_system_wide": choose((True, True, False))},
        }
        return facts.get(verb, {})

    def _add(self, kind: str, status: str, at: datetime, data: dict[str, Any], channel: str = "web") -> Happening:
        event = Happening(len(self.events) + 1, KINDS[kind].code, at, status, channel, data)
        self.events.append(event)
        return event


def _voidable(known: Sequence[ClockState]) -> list[tuple[Metric, int, int]]:
    return [state.key for state in known if state.breached_at is not None and state.state is not State.CANCELLED]
