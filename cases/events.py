"""The kinds of event: a table.

One row a kind: its sentence, its icon, who sees it, what clocks make of it, whom it tells.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Event, Message, Note
from cases.models.case import Channel
from cases.models.event import ClosingReason, SolutionWay
from contacts.models import User


@dataclass(frozen=True, slots=True)
class EventKind:
    """One row of the table.

    `sentence` names `%(actor)s` and keys of `Event.data`. `answers` says that a human of ours said something public;
    `restores` that service was declared restored (True) or not so after all (False). `notice` is the mail that the
    customer gets, where somebody else than they did it.
    """

    code: str
    sentence: str | Promise
    icon: str
    for_customer: bool = True
    answers: bool = False
    restores: bool | None = None
    notice: str = ""

    def __str__(self) -> str:
        return self.code


_ROWS = (
    EventKind("opened", _("%(actor)s opened the case"), "circle-plus", notice="acknowledgement"),
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
)

_LABELS: dict[str, type[models.TextChoices]] = {"reason": ClosingReason, "way": SolutionWay}
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
    words = {name: _LABELS[name](value).label if name in _LABELS else value for name, value in event.data.items()}
    return str(KINDS[event.kind].sentence) % {"actor": actor, **words}
