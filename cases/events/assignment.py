"""To which team a case went and who was handed it, whether its customer agreed to billed work, the complete answer."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words
from cases.models import DispatchRule
from contacts.models import Team
from sla.time_words import format_estimate

KINDS = (
    EventKind(
        "dispatched",
        _("%(actor)s handed the case to %(owner)s of %(team)s (%(rule)s)"),
        "user-check",
        for_customer=False,
    ),
    EventKind(
        "dispatch_failed",
        _("%(actor)s handed the case to nobody: nobody of %(team)s is at work (%(rule)s)"),
        "hand-stop",
        for_customer=False,
    ),
    EventKind("transferred", _("%(actor)s passed the case on to %(to)s"), "user-share"),
    EventKind(
        "consulting_referred",
        _("%(actor)s asked whether the work may be billed: %(estimated)s"),
        "user-question",
        answers=True,
        notice="consulting_referred",
        with_words=_("%(actor)s asked whether the work may be billed: %(estimated)s"),
    ),
    EventKind(
        "consulting_agreed",
        _("%(actor)s agreed that the work is billed; %(team)s goes on with the case"),
        "circle-check",
        notice="consulting_recorded",
        heard=True,
        with_words=_("%(actor)s wrote down that %(given_by)s agrees to billed work; %(team)s goes on with the case"),
    ),
    EventKind(
        "consulting_declined",
        _("%(actor)s declined work that is billed"),
        "circle-x",
        notice="consulting_recorded",
        heard=True,
        with_words=_("%(actor)s wrote down that %(given_by)s declines work that is billed"),
    ),
    EventKind(
        "consulting_withdrawn",
        _("%(actor)s took the question about billed work back"),
        "arrow-back-up",
        notice="consulting_withdrawn",
    ),
    EventKind(
        "review_answered",
        _("%(actor)s gave the complete answer"),
        "report-search",
        answers=True,
        notice="review_answered",
        with_words=_("%(actor)s gave the complete answer"),
    ),
)


def _team(code: str) -> str:
    return str(Team.objects.filter(code=code).first() or code)


def _rule(code: str) -> str:
    if not code:
        return str(_("by hand"))
    name = DispatchRule.objects.filter(pk=code).first() or code
    return str(_("rule “%(name)s”")) % {"name": name}


def _to(value: dict[str, str]) -> str:
    team = _team(value["team"])
    return f"{team} ({value['owner']})" if value["owner"] else team


def _estimated(value: dict[str, Any]) -> str:
    return format_estimate(value["minutes"], value["words"])


WORDS: Words = {"team": _team, "rule": _rule, "to": _to, "estimated": _estimated}
