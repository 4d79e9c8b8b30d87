"""What our people say of a generated case that decides what is promised: severity, kind, exclusion, code, release."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cases.commitments.replay import replay
from cases.lifecycle.commitments import end_of_day
from cases.load_test_data.accounts import Someone
from contacts.roles import Role
from sla import compiled
from sla.clocks import Metric
from sla.matrices import Fallback, Kind, Severity

if TYPE_CHECKING:
    from cases.load_test_data.case_histories import Life

CAUSES = ("customer_network", "customer_environment", "customer_customisation", "third_party")
# How often, of the cases of which it can be said at all.
RECLASSED, SETTLED, CLASSIFIED, EXCLUDED, INCLUDED = 0.04, 0.5, 0.3, 0.02, 0.3
OTHER, JUDGED, NEEDS_CODE, NO_WORKAROUND, LOOKED_INTO = 0.3, 0.12, 0.6, 0.08, 0.03
SOON = 40  # minutes


def judge(life: "Life") -> None:
    """Say what the case is about and how bad it is, where somebody does, soon after the first answer."""
    _weigh(life)
    if life.chance.random() < CLASSIFIED:
        kind = Kind.OTHER if life.chance.random() < OTHER else Kind.OWN
        life.wait(SOON, 1, 0.6)
        life.do("classify", life.owner, type=life.case.type_id, kind=kind.value, exclusion=life.case.exclusion_id)
    _exclude(life)
    if Metric.RESTORATION in life.promised and life.chance.random() < JUDGED:
        life.wait(SOON, 1, 0.6)
        required = life.chance.random() < NEEDS_CODE
        life.do("judge_code_change", _second(life), code_change_required=required, because=life.phrase("because"))


def _weigh(life: "Life") -> None:
    """Change the severity, or settle one that was provisional."""
    chance, case = life.chance, life.case
    if chance.random() > (SETTLED if case.severity_is_provisional else RECLASSED):
        return
    was = case.severity
    choices = [one for one in Severity if one != was or case.severity_is_provisional]
    severity = was if case.severity_is_provisional and chance.random() < SETTLED else chance.choice(choices)
    by = _manager(life) if severity == Severity.CRITICAL else life.owner
    life.wait(SOON, 1, 0.6)
    because = life.phrase("because")
    life.do("change_severity", by, severity=int(severity), severity_was=int(was), because=because)


def _exclude(life: "Life") -> None:
    """Promise no times any more, and sometimes promise them again."""
    case = life.case
    if case.exclusion_id is None and life.chance.random() < EXCLUDED:
        life.wait(SOON, 2, 0.6)
        cause = life.chance.choice(CAUSES)
        life.do("exclude", _second(life), exclusion=cause, because=life.phrase("because"))
        if life.chance.random() < INCLUDED:
            life.wait(SOON, 4, 0.6)
            life.do("include", _second(life), exclusion=None, because=life.phrase("because"))


def promise_release(life: "Life") -> None:
    """Promise the solution with the next release, where the matrix offers that and there is no workaround."""
    case = life.case
    rows = () if case.exclusion_id else compiled.rows(case.matrix, case.kind or Kind.OWN, case.severity)
    offered = any(row.metric == Metric.RESOLUTION and row.fallback == Fallback.NEXT_RELEASE for row in rows)
    if not offered or life.chance.random() > NO_WORKAROUND:
        return
    life.wait(SOON, 8, 0.6)
    product, day = life.source.product, compiled.working_time(case.calendar).local(life.at).date()
    release = life.society.release(product, life.society.released(product, day))
    if release is None:
        return
    due = end_of_day(case.calendar, release.released_on)
    because = life.phrase("because")
    life.do("promise_release", life.owner, release=str(release), due_at=due.isoformat(), because=because)


def excuse(life: "Life") -> None:
    """Let a missed commitment count no more: a manager looks into few."""
    if life.chance.random() > LOOKED_INTO:
        return
    life.wait(SOON, 8, 0.6)
    states = replay(life.case, life.told, at=life.at)
    missed = [state for state in states if state.breached_at and state.breached_at + timedelta(minutes=1) < life.at]
    binding = [state for state in missed if state.voided_at is None]
    if binding:
        metric, cycle, period_no = life.chance.choice(binding).key
        key: dict[str, Any] = {"metric": metric.value, "cycle": cycle, "period_no": period_no}
        life.do("void_breach", _manager(life), **key, because=life.phrase("because"))


def _second(life: "Life") -> Someone:
    return life.chance.choice(life.society.ours[Role.CONSULTANT_2])


def _manager(life: "Life") -> Someone:
    return life.chance.choice(life.society.ours[Role.MANAGER])
