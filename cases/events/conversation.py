"""What was asked, said and answered."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind

KINDS = (
    EventKind("opened", _("%(actor)s opened the case"), "circle-plus", notice="acknowledgement", heard=True),
    EventKind("answered", _("%(actor)s wrote"), "message"),
    EventKind("replied", _("%(actor)s replied"), "message-reply", answers=True, notice="reply"),
    EventKind("noted", _("%(actor)s wrote a note"), "lock", for_customer=False),
    EventKind("asked", _("%(actor)s asked a question"), "help-circle", answers=True, notice="question"),
)
