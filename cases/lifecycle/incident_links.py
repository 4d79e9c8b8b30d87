"""That a case is part of an incident: linked, taken out again, told what was published.

The incident is locked before the case, here as in `incidents.py`; of a case that is told, only the case.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import incident_statuses
from cases.commitments.decisions import decisions
from cases.incidents import broadcast, history
from cases.lifecycle.change import Change, changing
from cases.models import Case, Incident, IncidentCase, IncidentUpdate
from cases.models.message import Purpose
from cases.statuses import IllegalMove
from contacts.models import User


class PartOfAnother(IllegalMove):
    """A case is part of one open incident at most."""

    words = _("The case is part of %(incident)s already.")


class NotPartOfIt(IllegalMove):
    """The case is no part of an incident."""

    words = _("The case is not part of an incident.")


def link_case(case: Case, *, by: User, at: datetime, incident: Incident) -> Case:
    """Make the case part of an incident that is under way: what was last published of it will be told to it.

    The problem is the system's, then: the case becomes system-wide, as `judge_reach` would make it, and takes the kind
    of the incident where it has none; but not where somebody judged last that it is not so, or took the kind back.
    Raises PartOfAnother, NotAllowed, IllegalMove.
    """
    with transaction.atomic():
        found = locked(incident.pk)
        with changing(case, "link_case", by=by, at=at) as change:
            incident_statuses.move(found.state, "link_case")
            current = current_link(change.case)
            if current is not None:
                raise PartOfAnother(incident=current.incident)
            _link(change, found, by)
        history.record(found, "case_linked", by=by, at=at, case=change.case.number)
        _tell_the_latest(found, change.case)
    return change.case


def unlink_case(case: Case, *, by: User, at: datetime, because: str) -> Case:
    """Take the case out of the incident that it is part of; what the link made of it is undone, unless judged since.

    `because` is for our own people. What was told stays told. Raises NotPartOfIt, NotAllowed, IllegalMove.
    """
    with transaction.atomic():
        last = latest_link(case)
        if last is None:
            raise NotPartOfIt
        found = locked(last.incident_id)
        with changing(case, "unlink_case", by=by, at=at) as change:
            link = IncidentCase.objects.filter(pk=last.pk, unlinked_at__isnull=True).first()
            if link is None:
                raise NotPartOfIt
            link.unlinked_at, link.unlinked_by, link.holds = at, by, False
            link.save(update_fields=["unlinked_at", "unlinked_by", "holds"])
            change.jot(because)
            data = _undone(change, link)
            change.happened("incident_unlinked", incident=named(found), **data)
        history.record(found, "case_unlinked", by=by, at=at, case=change.case.number, because=because)
    return change.case


def tell_update(case: Case, *, by: User, at: datetime, update: IncidentUpdate) -> Case:
    """Say what was published of the incident, in the customer's language: a word of ours, and a status update.

    For the worker, which sees to it that it is done once. Raises NotPartOfIt, NotAllowed, IllegalMove (closed).
    """
    with changing(case, "tell_update", by=by, at=at) as change:
        change.say(update.text_for(change.case.customer.language), Purpose.INCIDENT)
        change.happened("incident_told", incident=named(update.incident), update=update.pk)
    return change.case


def locked(pk: int) -> Incident:
    """Return the incident, held until the transaction ends; rows that refer to it may be added meanwhile."""
    return Incident.objects.select_for_update(no_key=True).get(pk=pk)


def current_link(case: Case) -> IncidentCase | None:
    """Return the link of `case` to an incident that is under way, if any. One query."""
    return IncidentCase.objects.filter(case=case, holds=True).select_related("incident").first()


def latest_link(case: Case) -> IncidentCase | None:
    """Return the last link of `case` that was not taken back, to an incident open or resolved. One query."""
    links = IncidentCase.objects.filter(case=case, unlinked_at__isnull=True).select_related("incident")
    return links.order_by("-pk").first()


def named(incident: Incident) -> dict[str, str]:
    """Return what an event tells of an incident."""
    return {"number": incident.number, "title_en": incident.title_en, "title_fr": incident.title_fr}


def _link(change: Change, incident: Incident, by: User) -> None:
    case, decided = change.case, decisions(change.case)
    link = IncidentCase.objects.create(
        incident=incident,
        case=case,
        linked_at=change.at,
        linked_by=by,
        made_system_wide=not case.is_system_wide and not decided.denied_reach,
        gave_kind=not case.kind and not decided.denied_kind,
    )
    data: dict[str, Any] = {"is_system_wide": True} if link.made_system_wide else {}
    if link.gave_kind:
        data["kind"] = incident.kind
    change.set(**data)
    change.happened("incident_linked", incident=named(incident), **data)


def _undone(change: Change, link: IncidentCase) -> dict[str, Any]:
    """Take back what the link made of the case, where nobody has judged it since; return what is so now."""
    linked = change.case.events.filter(kind="incident_linked").order_by("-pk")
    latest = linked.filter(data__incident__number=link.incident.number).values_list("pk", flat=True)[0]
    # By their order, not their times: who waited for the case may bring an earlier one.
    since = change.case.events.filter(kind__in=("system_wide_judged", "classified"), pk__gt=latest)
    judged = set(since.values_list("kind", flat=True))
    data: dict[str, Any] = {}
    if link.made_system_wide and "system_wide_judged" not in judged:
        data["is_system_wide"] = False
    if link.gave_kind and "classified" not in judged:
        data["kind"] = ""
    change.set(**data)
    return data


def _tell_the_latest(incident: Incident, case: Case) -> None:
    latest = incident.updates.order_by("-pk").first()
    if latest is not None:
        broadcast.queue_update(latest, [case.pk])
