"""Who works a case, where it is worked, and what came of it."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words
from cases.models.event import SolutionWay

KINDS = (
    EventKind("taken", _("%(actor)s took the case"), "user-check"),
    EventKind("assigned", _("%(actor)s gave the case to %(owner)s"), "user-share", for_customer=False),
    EventKind("handed_to_development", _("%(actor)s handed the case to the developers"), "code"),
    EventKind("release_awaited", _("%(actor)s: the fix comes with %(release)s"), "package"),
    EventKind("work_resumed", _("%(actor)s took up the work again"), "player-play"),
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
    EventKind(
        "solution_provided",
        _("%(actor)s provided a solution: %(way)s"),
        "bulb",
        answers=True,
        notice="solution_provided",
        with_words=_("%(actor)s provided a solution: %(way)s"),
    ),
)

_WAYS = {
    SolutionWay.ANSWER: _("an answer to the question"),
    SolutionWay.STEPS: _("steps that correct the problem"),
    SolutionWay.RELEASE: _("a release that fixes it"),
    SolutionWay.CUSTOMER: _("it is solved already, as we were told"),
}

WORDS: Words = {"way": lambda value: str(_WAYS[SolutionWay(value)])}
