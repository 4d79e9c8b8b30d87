"""The kinds of event: a table.

One row a kind: its sentence, its icon, who sees it, what clocks make of it, whom it tells.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case, CaseType, Event, Exclusion, Message, Note
from cases.models.case import Channel
from cases.models.event import ClosingReason, HeldBecause, SolutionWay
from contacts.models import User
from sla.matrices import METRIC_LABELS, Kind, Metric, Severity


@dataclass(frozen=True, slots=True)
class EventKind:
    """One row of the table.

    `sentence` names `%(actor)s` and keys of `Event.data`. `answers` says that a human of ours said something public;
    `restores` that service was declared restored (True) or not so after all (False); `dates` that this commitment was
    promised for the date in `due_at`, or no longer is; `excuses` that a breach binds nobody (True) or does again
    (False); `reports` that the root-cause report was given; `heard` that one of ours talked with the customer, where it
    came by phone or chat. `of_clocks`: the clocks themselves made it, and learn nothing from it. `with_words` is the
    sentence where a message with the customer's words goes with it, and is shown beside them. `notice` is the mail that
    the customer gets, where somebody else than they did it.
    """

    code: str
    sentence: str | Promise
    icon: str
    for_customer: bool = True
    answers: bool = False
    restores: bool | None = None
    notice: str = ""
    dates: Metric | None = None
    excuses: bool | None = None
    reports: bool = False
    of_clocks: bool = False
    heard: bool = False
    with_words: str | Promise = ""

    def __str__(self) -> str:
        return self.code


_ROWS = (
    EventKind("opened", _("%(actor)s opened the case"), "circle-plus", notice="acknowledgement", heard=True),
    EventKind("answered", _("%(actor)s wrote"), "message"),
    EventKind("replied", _("%(actor)s replied"), "message-reply", answers=True, notice="reply"),
    EventKind("noted", _("%(actor)s wrote a note"), "lock", for_customer=False),
    EventKind("taken", _("%(actor)s took the case"), "user-check"),
    EventKind("assigned", _("%(actor)s gave the case to %(owner)s"), "user-share", for_customer=False),
    EventKind("asked", _("%(actor)s asked the customer"), "help-circle", answers=True, notice="question"),
    EventKind(
        "restored",
        _("%(actor)s declared the service restored"),
        "heart-rate-monitor",
        answers=True,
        restores=True,
        notice="restoration",
    ),
    EventKind(
        "restoration_withdrawn",
        _("%(actor)s withdrew “restored”: the service is still disturbed"),
        "heart-broken",
        restores=False,
    ),
    EventKind("handed_to_development", _("%(actor)s handed the case to the developers"), "code"),
    EventKind("release_awaited", _("%(actor)s: the fix comes with %(release)s"), "package"),
    EventKind("work_resumed", _("%(actor)s took up the work again"), "player-play"),
    EventKind(
        "solution_provided",
        _("%(actor)s provided a solution"),
        "bulb",
        answers=True,
        notice="solution_provided",
    ),
    EventKind("solution_accepted", _("%(actor)s accepted the solution"), "circle-check", notice="closed"),
    EventKind("solution_rejected", _("%(actor)s: not solved"), "circle-x"),
    EventKind("closed", _("%(actor)s closed the case: %(reason)s"), "archive", notice="closed"),
    EventKind("reopened", _("%(actor)s reopened the case"), "refresh", notice="reopened"),
    EventKind(
        "severity_changed",
        _("%(actor)s changed the severity from %(severity_was)s to %(severity)s: %(because)s"),
        "arrows-vertical",
        notice="severity_changed",
        heard=True,
        with_words=_("%(actor)s changed the severity from %(severity_was)s to %(severity)s"),
    ),
    EventKind(
        "severity_requested",
        _("%(actor)s asked for %(severity_wanted)s: a manager examines it"),
        "user-question",
        heard=True,
        with_words=_("%(actor)s asked for %(severity_wanted)s: a manager examines it"),
    ),
    EventKind(
        "severity_approved",
        _("%(actor)s approved the request: %(severity)s instead of %(severity_was)s from now on. %(because)s"),
        "circle-check",
        notice="severity_approved",
    ),
    EventKind(
        "severity_declined",
        _("%(actor)s declined the request for %(severity_wanted)s: %(because)s"),
        "circle-x",
        notice="severity_declined",
    ),
    EventKind(
        "severity_request_withdrawn",
        _("%(actor)s withdrew the request for %(severity_wanted)s"),
        "arrow-back-up",
    ),
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
    EventKind(
        "contact_attempted",
        _("%(actor)s reminded the customer of the solution by mail (reminder %(number)s)"),
        "mail",
        notice="contact_attempt",
    ),
    EventKind("kept_open", _("%(actor)s keeps the case open"), "lock-open"),
    EventKind(
        "closed_in_silence",
        _("%(actor)s closed the case: no answer after %(days)s business days and %(sent)s reminders"),
        "archive",
        notice="closed",
    ),
    EventKind(
        "closing_held",
        _("%(actor)s did not close the case by itself: %(held_because)s"),
        "hand-stop",
        for_customer=False,
    ),
    EventKind("countdown_restarted", _("%(actor)s counts the days to closing anew"), "rotate", for_customer=False),
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

KINDS: dict[str, EventKind] = {row.code: row for row in _ROWS}


def record(
    case: Case,
    kind: str,
    *,
    by: User | None,
    at: Any,
    channel: str = Channel.WEB,
    message: Message | None = None,
    note: Note | None = None,
    data: dict[str, Any] | None = None,
    submission: Any = None,
) -> Event:
    """Write that `kind` happened to `case` at `at` (UTC). Returns the event; raises KeyError for an unknown kind."""
    return Event.objects.create(
        case=case,
        kind=KINDS[kind].code,
        at=at,
        actor=by,
        channel=channel,
        status=case.status,
        message=message,
        note=note,
        data=data or {},
        submission=submission,
    )


def sentence(event: Event) -> str:
    """Say in the active language what happened, as one line."""
    actor = event.actor.name if event.actor else _("Customer Care")
    words = {name: _WORDS[name](value) if name in _WORDS else value for name, value in event.data.items()}
    row = KINDS[event.kind]
    said = row.with_words if row.with_words and event.message_id else row.sentence
    return str(said) % {"actor": actor, **words}


def _yes_or_no(value: bool | None) -> str:
    return str(_("not known") if value is None else _("yes") if value else _("no"))


def _moment(value: str | None) -> str:
    at = datetime.fromisoformat(value) if value else None
    return formats.date_format(timezone.localtime(at), "j M Y H:i") if at else "–"


def _moves(moves: list[dict[str, Any]]) -> str:
    row = _("%(metric)s: due %(was)s, now %(now)s.")
    said = ({"metric": _metric(one["metric"]), "was": _moment(one["was"]), "now": _moment(one["now"])} for one in moves)
    return " ".join(str(row) % words for words in said)


def _metric(value: str) -> str:
    return str(METRIC_LABELS[Metric(value)])


def _reference(model: type[CaseType] | type[Exclusion]) -> Callable[[str | None], str]:
    """Return what names a row of the reference data by its code; one query, none without a code."""
    return lambda code: str(model._default_manager.filter(pk=code).first() or code) if code else "–"


# How the values in `Event.data` are said, by name; the others are words already.
_WORDS: dict[str, Callable[[Any], str]] = {
    "reason": lambda value: str(ClosingReason(value).label),
    "way": lambda value: str(SolutionWay(value).label),
    "severity": lambda value: str(Severity(value).label),
    "severity_was": lambda value: str(Severity(value).label),
    "severity_wanted": lambda value: str(Severity(value).label),
    "kind": lambda value: str(Kind(value).label if value else _("not classified")),
    "type": _reference(CaseType),
    "exclusion": _reference(Exclusion),
    "code_change_required": _yes_or_no,
    "code_problem_identified": _yes_or_no,
    "is_system_wide": _yes_or_no,
    "metric": _metric,
    "due_at": _moment,
    "moves": _moves,
    "held_because": lambda value: str(HeldBecause(value).label),
}
