"""Judging and promising: how the machine tries these verbs. How clocks stand is read from their rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cases.models import Breach, CaseType, Commitment, Exclusion, SeverityRequest
from tests.proofs.every_verb.actions import Action, Try
from tests.proofs.every_verb.world import EXCLUDED_TYPES

SO = {"because": "So."}
TYPES = ("defect", "defect", "issue", "performance", "functional", "cloud_operations")


# --- Severity ---


def _severity(attempt: Try) -> int:
    return attempt.random.choice((1, 1, 2, 3, 4))


def _changed(attempt: Try) -> None:
    attempt.known.severity, attempt.known.provisional = attempt.given["severity"], False


def _is_the_same(attempt: Try) -> bool:
    return attempt.given["severity"] == attempt.known.severity and not attempt.known.provisional


def _is_for_a_manager(attempt: Try) -> bool:
    return attempt.given["severity"] == 1 and attempt.known.severity != 1


def _changes_wrongly(attempt: Try) -> bool:
    is_asked = attempt.given["severity"] == 1 and attempt.known.asked_by is not None
    return is_asked or _is_the_same(attempt)


def _asks_wrongly(attempt: Try) -> bool:
    return attempt.known.asked_by is not None or (not _is_for_a_manager(attempt) and _is_the_same(attempt))


def _asked(attempt: Try) -> None:
    if _is_for_a_manager(attempt):
        attempt.known.asked_by = attempt.by
    else:
        _changed(attempt)


def _texts(attempt: Try) -> dict[str, Any]:
    more = {} if attempt.role == "customer" else {"channel": attempt.random.choice(("phone", "mail", "web"))}
    return {"severity": _severity(attempt), "body": "Nobody can work."} | more


def _decision(attempt: Try) -> dict[str, Any] | None:
    """The open request of the case, else one that was decided."""
    request = SeverityRequest.objects.filter(case=attempt.case).order_by("-pk").first()
    return {"request": request, **SO} if request else None


def _approval(attempt: Try) -> dict[str, Any] | None:
    given = _decision(attempt)
    criteria = attempt.random.choice((["production_down"], ["production_down"], [], ["of_my_own"]))
    return given and given | {"criteria": criteria}


def _decides_wrongly(attempt: Try) -> bool:
    is_open = attempt.known.asked_by is not None and attempt.given["request"].state == "open"
    return not is_open or attempt.known.asked_by == attempt.by


def _approves_wrongly(attempt: Try) -> bool:
    return _decides_wrongly(attempt) or attempt.given["criteria"] != ["production_down"]


def _approved(attempt: Try) -> None:
    attempt.known.severity, attempt.known.provisional, attempt.known.asked_by = 1, False, None


def _ended(attempt: Try) -> None:
    attempt.known.asked_by = None


# --- Kind, exclusion, reach ---


def _defaults(type: str, covered: bool) -> list[str]:
    """Return the causes that exclude a case unless somebody lifted them, the first that counts in front."""
    return [cause for cause in (EXCLUDED_TYPES.get(type), None if covered else "unsupported_version") if cause]


def _classification(attempt: Try) -> dict[str, Any]:
    type = CaseType.objects.get(code=attempt.random.choice(TYPES))
    return {"type": type, "kind": attempt.random.choice(("", "own", "other"))}


def _classified(attempt: Try) -> None:
    known, type = attempt.known, attempt.given["type"].code
    if not known.excluded_by_hand:
        known.exclusion = next((cause for cause in _defaults(type, known.covered) if cause not in known.lifted), None)
    kind = attempt.given["kind"]
    if kind:
        known.denied.discard("kind")
    elif known.kind:
        known.denied.add("kind")
    known.type, known.kind = type, kind
    known.judged.add("kind")


def _cause(attempt: Try) -> dict[str, Any]:
    code = attempt.random.choice(("oem", "customer_network", "functional"))
    return {"exclusion": Exclusion.objects.get(code=code), **SO}


def _excluded(attempt: Try) -> None:
    attempt.known.exclusion, attempt.known.excluded_by_hand = attempt.given["exclusion"].code, True


def _included(attempt: Try) -> None:
    known = attempt.known
    assert known.exclusion is not None
    known.lifted |= {known.exclusion, *_defaults(known.type, known.covered)}
    known.exclusion, known.excluded_by_hand = None, False


def _reach(attempt: Try) -> dict[str, Any]:
    return {"is_system_wide": attempt.random.random() < 0.6, **SO}


def _reached(attempt: Try) -> None:
    attempt.known.wide = attempt.given["is_system_wide"]
    attempt.known.judged.add("reach")
    (attempt.known.denied.discard if attempt.known.wide else attempt.known.denied.add)("reach")


def _yes_no_unknown(name: str) -> Callable[[Try], dict[str, Any]]:
    return lambda attempt: {name: attempt.random.choice((True, False, None)), **SO}


# --- What is promised beside the matrix ---


def _live(attempt: Try, metric: str) -> Commitment | None:
    rows = Commitment.objects.filter(case=attempt.case, metric=metric).order_by("cycle", "period_no")
    latest = rows.last()
    return latest if latest and latest.stopped_at is None else None


def _owes_no_release(attempt: Try) -> bool:
    """A release stands in only for the solution of a Major defect of our own software, and once."""
    known = attempt.known
    if known.exclusion or known.severity != 2 or known.kind == "other":
        return True
    solution = _live(attempt, "resolution")
    return solution is not None and solution.is_dated


def _date(attempt: Try) -> dict[str, Any]:
    return {"due_at": attempt.at + timedelta(hours=attempt.random.choice((-1, 0, 5, 50, 500)))}


def _no_live(metric: str) -> Callable[[Try], bool]:
    def none(attempt: Try) -> bool:
        live = Commitment.objects.filter(case=attempt.case, metric=metric, stopped_at=None)
        return not live.exists()

    return none


def _breach(attempt: Try) -> dict[str, Any] | None:
    """A breach of the case, now and then one of another."""
    everywhere = list(Breach.objects.order_by("pk"))
    own = [breach for breach in everywhere if breach.case_id == attempt.case.pk]
    chosen = everywhere if attempt.random.random() < 0.1 else own
    return {"breach": attempt.random.choice(chosen), **SO} if chosen else None


def _clock(attempt: Try) -> Commitment | None:
    breach = attempt.given["breach"]
    if breach.case_id != attempt.case.pk:
        return None
    key = {"metric": breach.metric, "cycle": breach.cycle, "period_no": breach.period_no}
    clocks = Commitment.objects.filter(case=attempt.case, breached_at__isnull=False, **key)
    return clocks.select_related("void_event").first()


def _voids_wrongly(attempt: Try) -> bool:
    clock = _clock(attempt)
    return clock is None or clock.voided_at is not None


def _binds_wrongly(attempt: Try) -> bool:
    clock = _clock(attempt)
    return clock is None or clock.void_event is None or clock.void_event.kind != "breach_voided"


DEEDS = {
    "change_severity": Action(
        "severity_changed",
        lambda attempt: {"severity": _severity(attempt), **SO},
        refuses=_changes_wrongly,
        early=lambda attempt: attempt.given["severity"] == 1 and attempt.role != "manager",
        then=_changed,
        weight=2,
    ),
    "request_severity": Action(
        lambda attempt: "severity_requested" if _is_for_a_manager(attempt) else "severity_changed",
        _texts,
        refuses=_asks_wrongly,
        then=_asked,
        once=True,
        weight=4,
    ),
    "approve_severity": Action("severity_approved", _approval, refuses=_approves_wrongly, then=_approved, weight=4),
    "decline_severity": Action("severity_declined", _decision, refuses=_decides_wrongly, then=_ended, weight=2),
    "withdraw_severity_request": Action(
        "severity_request_withdrawn",
        refuses=lambda attempt: attempt.known.asked_by is None,
        then=_ended,
        weight=1,
    ),
    "classify": Action("classified", _classification, then=_classified, once=True),
    "exclude": Action(
        "excluded",
        _cause,
        refuses=lambda attempt: attempt.known.exclusion == attempt.given["exclusion"].code,
        then=_excluded,
        weight=1,
    ),
    "include": Action(
        "included",
        lambda _attempt: {**SO},
        refuses=lambda attempt: attempt.known.exclusion is None,
        then=_included,
        weight=4,
    ),
    "judge_code_change": Action("code_change_judged", _yes_no_unknown("required"), once=True, weight=1),
    "judge_code_problem": Action("code_problem_judged", _yes_no_unknown("identified"), once=True, weight=1),
    "judge_reach": Action(
        "system_wide_judged",
        _reach,
        refuses=lambda attempt: attempt.given["is_system_wide"] == attempt.known.wide,
        then=_reached,
    ),
    "promise_release": Action("release_promised", lambda _attempt: {**SO}, refuses=_owes_no_release, weight=4),
    "agree_date": Action(
        "date_agreed",
        _date,
        refuses=lambda attempt: attempt.known.exclusion is not None,
        early=lambda attempt: attempt.given["due_at"] <= attempt.at,
        once=True,
    ),
    "withdraw_agreed_date": Action(
        "agreed_date_withdrawn", lambda _attempt: {**SO}, refuses=_no_live("agreed"), weight=2
    ),
    "void_breach": Action("breach_voided", _breach, refuses=_voids_wrongly),
    "reinstate_breach": Action("breach_reinstated", _breach, refuses=_binds_wrongly),
}
