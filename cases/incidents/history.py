"""The record of an incident itself: one row a change of it, with its sentence. Of cases: `cases/events/`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases import incident_statuses
from cases.models import Incident, IncidentEvent
from contacts.models import User

SENTENCES: dict[str, str | Promise] = {
    "incident_opened": _("%(actor)s opened the incident"),
    "incident_corrected": _("%(actor)s changed what is known of it: %(fields)s"),
    "case_linked": _("%(actor)s made %(case)s part of it"),
    "case_unlinked": _("%(actor)s took %(case)s out of it: %(because)s"),
    "update_published": _("%(actor)s published an update: %(state)s. Cases to tell: %(cases)s"),
    "incident_resolved": _(
        "%(actor)s resolved the incident. Cases that get the solution: %(solved)s; that are told alone: %(cases)s"
    ),
}
FIELDS: dict[str, str | Promise] = {
    "title_en": _("title (English)"),
    "title_fr": _("title (French)"),
    "severity": _("severity"),
    "kind": _("kind of defect"),
    "is_public": _("on the public status page"),
    "started_at": _("began"),
    "effects": _("affected products"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the record: when, by whom, in words of the active language."""

    at: datetime
    words: str


def record(
    incident: Incident,
    kind: str,
    *,
    by: User,
    at: datetime,
    submission: UUID | None = None,
    **data: Any,
) -> IncidentEvent:
    """Write that `kind` was done to `incident` at `at` (UTC). Raises KeyError for an unknown kind."""
    assert SENTENCES[kind]
    return IncidentEvent.objects.create(incident=incident, kind=kind, at=at, actor=by, data=data, submission=submission)


def sentence(event: IncidentEvent) -> str:
    """Say in the active language what was done, as one line."""
    words = dict(event.data)
    if "state" in words:
        words["state"] = incident_statuses.STATES[words["state"]].label
    if "fields" in words:
        words["fields"] = ", ".join(str(FIELDS[name]) for name in words["fields"])
    actor = event.actor.name if event.actor else _("Customer Care")
    return str(SENTENCES[event.kind]) % {"actor": actor, **words}


def lines(incident: Incident) -> list[Line]:
    """Return the record, the latest first; cases linked by one person after another stand in one line. One query."""
    events = incident.events.select_related("actor").order_by("-pk")
    return list(_lines(events))


def _lines(events: Any) -> Iterator[Line]:
    for (kind, _actor), run in groupby(events, key=lambda event: (event.kind, event.actor_id)):
        together = list(run)
        if kind == "case_linked" and len(together) > 1:
            words = ngettext(
                "%(actor)s made %(count)s case part of it", "%(actor)s made %(count)s cases part of it", len(together)
            )
            yield Line(together[0].at, words % {"actor": together[0].actor.name, "count": len(together)})
        else:
            yield from (Line(event.at, sentence(event)) for event in together)
