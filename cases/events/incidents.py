"""That a case is part of a known problem, no longer, and what was said to all of its cases."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words

KINDS = (
    EventKind("incident_linked", _("%(actor)s: the case is part of the known problem %(incident)s"), "link"),
    EventKind("incident_unlinked", _("%(actor)s: the case is not part of the known problem %(incident)s"), "unlink"),
    EventKind(
        "incident_told",
        _("%(actor)s wrote to all cases of the known problem %(incident)s"),
        "broadcast",
        answers=True,
        notice="incident_told",
    ),
)


def _incident(named: dict[str, Any]) -> str:
    title = named["title_fr" if (get_language() or "en").startswith("fr") else "title_en"]
    return str(_("%(number)s “%(title)s”") % {"number": named["number"], "title": title})


WORDS: Words = {"incident": _incident}
