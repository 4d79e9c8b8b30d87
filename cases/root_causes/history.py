"""What is on record of a root-cause report: who did what to which version, as sentences."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cases.models import RootCauseEvent, RootCauseVersion
from contacts.models import User

# Kind of event: its sentence, which names `%(actor)s` and keys of its data, and its icon.
KINDS = {
    "drafted": (_("%(actor)s wrote at version %(version)s"), "edit"),
    "submitted": (_("%(actor)s handed version %(version)s in for review"), "send"),
    "returned": (_("%(actor)s gave version %(version)s back to be written: %(because)s"), "arrow-back-up"),
    "reviewed": (_("%(actor)s reviewed version %(version)s: it can be published"), "circle-check"),
    "published": (
        ngettext_lazy(
            "%(actor)s published version %(version)s to %(cases)s case",
            "%(actor)s published version %(version)s to %(cases)s cases",
            "cases",
        ),
        "world",
    ),
    "correction_begun": (_("%(actor)s began version %(version)s as a correction: %(because)s"), "replace"),
}

# What gives somebody a hand in the words of a version: who has one never reviews it.
WROTE = ("drafted", "correction_begun")


def record(version: RootCauseVersion, kind: str, *, by: User, at: datetime, **data: Any) -> RootCauseEvent:
    """Write that `kind` happened to `version`. Raises KeyError for a kind that is not in the table."""
    assert KINDS[kind]
    said = {"version": version.number, **data}
    return RootCauseEvent.objects.create(
        report_id=version.report_id, version=version, kind=kind, at=at, actor=by, data=said
    )


def sentence(event: RootCauseEvent) -> str:
    """Say in the active language what happened, as one line."""
    return KINDS[event.kind][0] % {"actor": event.actor.name, **event.data}


def icon(event: RootCauseEvent) -> str:
    """Return the name of the icon of what happened."""
    return KINDS[event.kind][1]
