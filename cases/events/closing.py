"""How a case ends, in words or in silence, and begins anew."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words, label_of, moment
from cases.models.event import ClosingReason, HeldBecause

KINDS = (
    EventKind("solution_accepted", _("%(actor)s accepted the solution"), "circle-check", notice="closed"),
    EventKind("solution_rejected", _("%(actor)s: not solved"), "circle-x"),
    EventKind("closed", _("%(actor)s closed the case: %(reason)s"), "archive", notice="closed"),
    EventKind("reopened", _("%(actor)s reopened the case"), "refresh", notice="reopened"),
    EventKind(
        "contact_attempted",
        _("%(actor)s sent a reminder of the solution by mail (reminder %(number)s)"),
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
    EventKind("solution_kept", _("%(actor)s read the answer: the solution stands"), "bulb"),
    EventKind(
        "resumed_unread",
        _("%(actor)s counts the answer, which was not read in time, as “not solved” since it was written (%(since)s)"),
        "player-play",
    ),
    EventKind("countdown_restarted", _("%(actor)s counts the days to closing anew"), "rotate", for_customer=False),
)

WORDS: Words = {"reason": label_of(ClosingReason), "held_because": label_of(HeldBecause), "since": moment}
