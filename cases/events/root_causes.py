"""What came of a root-cause report after it was given. Its being given stands among the promises."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind

KINDS = (
    EventKind(
        "root_cause_corrected",
        _("%(actor)s corrected the root-cause report (version %(version)s)"),
        "replace",
        answers=True,
        notice="root_cause_corrected",
    ),
)
