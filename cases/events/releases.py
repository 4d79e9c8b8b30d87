"""What a release brings to the cases that waited for it."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind

KINDS = (
    EventKind(
        "fix_released",
        _("%(actor)s provided a solution: %(release)s is out and fixes it"),
        "package",
        notice="fix_released",
    ),
)
