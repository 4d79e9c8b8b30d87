"""How severe a case is, and who decided so."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words, label_of
from sla.matrices import Severity

KINDS = (
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
)

WORDS: Words = {name: label_of(Severity) for name in ("severity", "severity_was", "severity_wanted")}
