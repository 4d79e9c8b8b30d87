"""The verbs of an incident itself: opened, corrected, spoken of, resolved. Each is one event of its record.

An update is written with one row for each linked case; `cases/jobs/incident_updates.py` tells them one by one.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases import incident_statuses
from cases.incidents import broadcast, history
from cases.lifecycle.change import AlreadyDone, once
from cases.lifecycle.incident_links import locked
from cases.models import (
    Incident,
    IncidentCase,
    IncidentDelivery,
    IncidentEvent,
    IncidentProduct,
    IncidentUpdate,
)
from cases.permissions import LEAD_INCIDENTS
from cases.status_page import subscribers
from cases.statuses import IllegalMove, Refusal
from contacts.models import User
from products.models import Product
from sla.matrices import Kind
from sla.plain_text import is_blank, trimmed

# What the record calls each verb.
_RECORDED = {
    "correct_incident": "incident_corrected",
    "publish_update": "update_published",
    "resolve_incident": "incident_resolved",
}
# Products by how they are affected.
Effects = Mapping[Product, str]


class MayNotLead(Refusal):
    """Only some of ours speak for the house to everybody."""

    words = _("Only a consultant of level II or a manager may do this.")


class NoProduct(IllegalMove):
    """An incident without a product would be found by nobody."""

    words = _("Name at least one product that is affected.")


class OneLanguage(IllegalMove):
    """Each customer reads their own language."""

    words = _("Both texts are wanted: each customer reads their own language.")


class BeginsLater(IllegalMove):
    """What has not begun is no incident yet."""

    words = _("An incident cannot begin in the future.")


@dataclass(slots=True)
class _Led:
    """An incident that is locked, and what is written of it at the end."""

    incident: Incident
    submission: UUID | None = None
    data: dict[str, Any] = field(default_factory=dict)


@once
def open_incident(
    *,
    by: User,
    at: datetime,
    title_en: str,
    title_fr: str,
    severity: int,
    effects: Effects,
    started_at: datetime,
    kind: str = Kind.OTHER,
    is_public: bool = True,
    submission: UUID | None = None,
) -> Incident:
    """Open an incident that began at `started_at` (UTC, not after `at`). Raises MayNotLead, NoProduct, BeginsLater.

    The same `submission` twice is one incident.
    """
    _refuse_others(by)
    _refuse_nonsense(effects, started_at, at)
    with transaction.atomic():
        submission = _unless_said(submission, "incident_opened", by)
        incident = Incident.objects.create(
            title_en=title_en,
            title_fr=title_fr,
            severity=severity,
            kind=kind,
            is_public=is_public,
            started_at=started_at,
            opened_at=at,
            opened_by=by,
        )
        _affect(incident, effects)
        history.record(incident, "incident_opened", by=by, at=at, submission=submission)
    return incident


@once
def correct_incident(
    incident: Incident, *, by: User, at: datetime, effects: Effects, submission: UUID | None = None, **known: Any
) -> Incident:
    """Change what is known: `title_en`, `title_fr`, `severity`, `kind`, `is_public`, `started_at`, and the effects.

    Nobody is told: that is `publish_update`. Raises MayNotLead, NoProduct, BeginsLater, IllegalMove.
    """
    _refuse_nonsense(effects, known.get("started_at", incident.started_at), at)
    with _leading(incident, "correct_incident", by=by, at=at, submission=submission) as led:
        found = led.incident
        changed = sorted(name for name, value in known.items() if getattr(found, name) != value)
        for name in changed:
            setattr(found, name, known[name])
        if dict(found.effects.values_list("product", "effect")) != {one.pk: how for one, how in effects.items()}:
            found.effects.all().delete()
            _affect(found, effects)
            changed.append("effects")
        if not changed:
            raise IllegalMove(_("That is known already."))
        found.save(update_fields=[name for name in changed if name != "effects"])
        led.data = {"fields": changed}
    return led.incident


@once
def publish_update(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    state: str,
    text_en: str,
    text_fr: str,
    submission: UUID | None = None,
) -> Incident:
    """Say to all linked cases, and to everybody where the incident is public, what is known; `state` holds from now on.

    Both texts are wanted: each customer reads their own language. Raises MayNotLead, IllegalMove (resolved).
    """
    with _leading(incident, "publish_update", by=by, at=at, to=state, submission=submission) as led:
        cases = _say(led, by=by, at=at, text_en=text_en, text_fr=text_fr)
        led.incident.save(update_fields=["state"])
        led.data = {"state": state, "cases": cases}
    return led.incident


@once
def resolve_incident(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    text_en: str,
    text_fr: str,
    solves: Collection[int],
    submission: UUID | None = None,
) -> Incident:
    """End the incident: the linked cases whose ids are in `solves` get the words as their solution, the others as news.

    Its links hold no longer, so that a case that comes back can be part of another. Raises as `publish_update`.
    """
    to = incident_statuses.RESOLVED
    with _leading(incident, "resolve_incident", by=by, at=at, to=to, submission=submission) as led:
        found = led.incident
        cases = _say(led, by=by, at=at, text_en=text_en, text_fr=text_fr, solves=frozenset(solves))
        found.resolved_at = at
        found.save(update_fields=["state", "resolved_at"])
        solved = IncidentDelivery.objects.filter(update__incident=found, gives_solution=True).count()
        IncidentCase.objects.filter(incident=found, holds=True).update(holds=False)
        led.data = {"solved": solved, "cases": cases - solved}
    return led.incident


@contextmanager
def _leading(
    incident: Incident, verb: str, *, by: User, at: datetime, to: str = "", submission: UUID | None = None
) -> Iterator[_Led]:
    """Lock the incident, check right and move, record what the body says of it; a second sending changes nothing."""
    _refuse_others(by)
    with transaction.atomic():
        led = _Led(locked(incident.pk))
        led.submission = _unless_said(submission, _RECORDED[verb], by, led.incident)
        led.incident.state = incident_statuses.move(led.incident.state, verb, to)
        yield led
        history.record(led.incident, _RECORDED[verb], by=by, at=at, submission=led.submission, **led.data)


def _unless_said(submission: UUID | None, kind: str, by: User, incident: Incident | None = None) -> UUID | None:
    """Return the key of a form that is sent for the first time; raise AlreadyDone for the second time.

    The key of another deed is none: what is said here must not be lost for it.
    """
    first = IncidentEvent.objects.filter(submission=submission).first() if submission else None
    if first is None:
        return submission
    if (first.kind, first.actor_id) == (kind, by.pk) and incident in (None, first.incident):
        raise AlreadyDone(first.incident, _texts_of(first))
    return None


def _texts_of(event: IncidentEvent) -> set[str]:
    """Return the words that came with an event of an incident: those of its update, and what its data name."""
    updates = IncidentUpdate.objects.filter(incident=event.incident_id, at=event.at).values_list("text_en", "text_fr")
    return {text for update in updates for text in update} | {
        text for text in event.data.values() if isinstance(text, str)
    }


def _refuse_others(by: User) -> None:
    if not by.is_active or by.role not in LEAD_INCIDENTS:
        raise MayNotLead


def _refuse_nonsense(effects: Effects, started_at: datetime, at: datetime) -> None:
    if not effects:
        raise NoProduct
    if started_at > at:
        raise BeginsLater


def _affect(incident: Incident, effects: Effects) -> None:
    IncidentProduct.objects.bulk_create(
        IncidentProduct(incident=incident, product=product, effect=effect) for product, effect in effects.items()
    )


def _say(
    led: _Led,
    *,
    by: User,
    at: datetime,
    text_en: str,
    text_fr: str,
    solves: Collection[int] = (),
) -> int:
    """Write an update, and for each linked case that it is to be told; return how many cases that are."""
    if is_blank(text_en) or is_blank(text_fr):
        raise OneLanguage
    incident = led.incident
    update = IncidentUpdate.objects.create(
        incident=incident,
        state=incident.state,
        text_en=trimmed(text_en),
        text_fr=trimmed(text_fr),
        at=at,
        by=by,
        submission=led.submission,
    )
    cases = list(IncidentCase.objects.filter(incident=incident, holds=True).values_list("case", flat=True))
    broadcast.queue_update(update, cases, solves)
    subscribers.put_update(update)
    return len(cases)
