"""What is offered on the page of a case about its promises: verbs that its reader may do and that make sense now."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from sla import compiled
from sla.clocks import ClockState, Metric, State
from sla.matrices import Fallback, Kind


@dataclass(frozen=True, slots=True)
class OfferedVerb:
    """A line of the menu: a verb, its icon and its words."""

    verb: str
    icon: str
    label: Promise

    @property
    def name(self) -> str:
        """The name of its address."""
        return f"desk:{self.verb}"


OFFERED = (
    OfferedVerb("change_severity", "arrows-vertical", _("Change the severity")),
    OfferedVerb("request_severity", "phone-call", _("Write down another severity asked for")),
    OfferedVerb("classify", "tags", _("Classify the case")),
    OfferedVerb("judge_code_change", "code", _("Is a change of code needed?")),
    OfferedVerb("judge_code_problem", "bug", _("Was a problem of code found?")),
    OfferedVerb("judge_reach", "world", _("Does it touch the whole system?")),
    OfferedVerb("promise_release", "package", _("Promise the next release")),
    OfferedVerb("agree_date", "calendar-check", _("Note an agreed date")),
    OfferedVerb("withdraw_agreed_date", "calendar-off", _("Take the agreed date back")),
    OfferedVerb("report_root_cause", "report-search", _("Write the root-cause report")),
    OfferedVerb("include", "shield-check", _("Promise times again")),
    OfferedVerb("exclude", "shield-off", _("Promise no times")),
)


def offered_verbs(case: Case, verbs: set[str], states: Sequence[ClockState]) -> tuple[OfferedVerb, ...]:
    """Return what is offered of `verbs` (those the reader may do now) while the clocks stand so. No query."""
    return tuple(offered for offered in OFFERED if offered.verb in verbs and _makes_sense(offered.verb, case, states))


def _makes_sense(verb: str, case: Case, states: Sequence[ClockState]) -> bool:
    if verb == "include":
        return case.exclusion_id is not None
    if verb == "agree_date":
        return case.exclusion_id is None
    if verb == "withdraw_agreed_date":
        return _awaited(states, Metric.AGREED) is not None
    if verb == "report_root_cause":
        return _awaited(states, Metric.ROOT_CAUSE) is not None
    return verb != "promise_release" or _may_be_a_release(case, states)


def _awaited(states: Sequence[ClockState], metric: Metric) -> ClockState | None:
    """Return the last clock of a metric where what it is about has not been done yet."""
    latest = next((state for state in reversed(states) if state.metric is metric), None)
    return latest if latest is not None and latest.stopped_at is None and latest.state != State.CANCELLED else None


def _may_be_a_release(case: Case, states: Sequence[ClockState]) -> bool:
    if case.exclusion_id is not None:
        return False
    solution = _awaited(states, Metric.RESOLUTION)
    rows = compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity)
    offered = any(row.metric == Metric.RESOLUTION and row.fallback == Fallback.NEXT_RELEASE for row in rows)
    return offered and not (solution is not None and solution.is_dated)
