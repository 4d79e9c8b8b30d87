"""What a case is judged to be, and what is promised of it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words, metric, moment, reference
from cases.models import CaseType, Exclusion
from sla.matrices import Kind, Metric

KINDS = (
    EventKind("classified", _("%(actor)s classified the case: %(type)s, %(kind)s"), "tags"),
    EventKind("excluded", _("%(actor)s: no times are promised (%(exclusion)s)"), "shield-off"),
    EventKind("included", _("%(actor)s: times are promised again"), "shield-check"),
    EventKind(
        "code_change_judged",
        _("%(actor)s: is a change of code needed? %(code_change_required)s. %(because)s"),
        "code",
        for_customer=False,
    ),
    EventKind(
        "code_problem_judged",
        _("%(actor)s: was a problem of code found? %(code_problem_identified)s. %(because)s"),
        "bug",
        for_customer=False,
    ),
    EventKind(
        "system_wide_judged",
        _("%(actor)s: does it touch the whole system? %(is_system_wide)s. %(because)s"),
        "world",
        for_customer=False,
    ),
    EventKind(
        "release_promised",
        _("%(actor)s: no stable workaround; the solution comes with %(release)s, by %(due_at)s. %(because)s"),
        "package",
        dates=Metric.RESOLUTION,
    ),
    EventKind(
        "date_agreed",
        _("%(actor)s noted the agreed date: %(due_at)s"),
        "calendar-check",
        dates=Metric.AGREED,
        notice="date_agreed",
    ),
    EventKind(
        "agreed_date_withdrawn",
        _("%(actor)s took the agreed date back: %(because)s"),
        "calendar-off",
        dates=Metric.AGREED,
        notice="agreed_date_withdrawn",
    ),
    EventKind(
        "root_cause_reported",
        _("%(actor)s gave the root-cause report"),
        "report-search",
        answers=True,
        reports=True,
        notice="root_cause_reported",
    ),
    EventKind(
        "breach_voided",
        _("%(actor)s: the missed commitment “%(metric)s” counts no more: %(because)s"),
        "eraser",
        for_customer=False,
        excuses=True,
    ),
    EventKind(
        "breach_reinstated",
        _("%(actor)s: the missed commitment “%(metric)s” counts again: %(because)s"),
        "rotate",
        for_customer=False,
        excuses=False,
    ),
    EventKind("at_risk", _("At risk: %(metric)s, due %(due_at)s"), "alarm", for_customer=False, of_clocks=True),
    EventKind(
        "breached", _("Missed: %(metric)s, due %(due_at)s"), "alert-triangle", for_customer=False, of_clocks=True
    ),
    EventKind(
        "dues_moved",
        _("The hours that promises count on were edited. %(moves)s"),
        "calendar-time",
        of_clocks=True,
    ),
)


def _yes_or_no(value: bool | None) -> str:
    return str(_("not known") if value is None else _("yes") if value else _("no"))


def _moves(moves: list[dict[str, Any]]) -> str:
    row = _("%(metric)s: due %(was)s, now %(now)s.")
    said = ({"metric": metric(one["metric"]), "was": moment(one["was"]), "now": moment(one["now"])} for one in moves)
    return " ".join(str(row) % words for words in said)


WORDS: Words = {
    "kind": lambda value: str(Kind(value).label if value else _("not classified")),
    "type": reference(CaseType),
    "exclusion": reference(Exclusion),
    "code_change_required": _yes_or_no,
    "code_problem_identified": _yes_or_no,
    "is_system_wide": _yes_or_no,
    "metric": metric,
    "due_at": moment,
    "moves": _moves,
}
