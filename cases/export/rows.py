"""What the record reads of a case, and its plain parts: words, files, mails, people."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Prefetch

from cases.models import (
    Attachment,
    Breach,
    Commitment,
    Event,
    Message,
    Note,
    OutboxMail,
    SeverityRequest,
)
from cases.querysets import CaseQuerySet
from contacts.models import User

TIMES_OF_CASE = (
    "received_at",
    "opened_at",
    "restored_at",
    "solution_provided_at",
    "customer_answered_at",
    "closed_at",
)
TIMES_OF_CLOCK = ("started_at", "due_at", "stopped_at", "breached_at", "voided_at")
TIMES_OF_BREACH = ("started_at", "due_at", "breach_at", "detected_at", "stopped_at", "voided_at")

_ONE = ("account", "customer", "product", "owner", "plan", "matrix", "calendar")
_REST = ("type", "exclusion", "instance", "release", "fixed_in__product", "team", "closing_rule")
_PUBLIC = (
    Prefetch("events", Event.objects.select_related("actor").order_by("pk")),
    Prefetch("messages", Message.objects.select_related("author").order_by("pk")),
    Prefetch("attachments", Attachment.objects.select_related("uploaded_by").order_by("at", "pk")),
    Prefetch("commitments", Commitment.objects.order_by("started_at", "pk")),
    Prefetch("severity_requests", SeverityRequest.objects.select_related("asked_by", "decided_by").order_by("pk")),
)
_OURS = (
    Prefetch("notes", Note.objects.select_related("author").order_by("pk")),
    Prefetch("breaches", Breach.objects.select_related("plan", "matrix", "calendar").order_by("breach_at", "pk")),
    Prefetch("mails", OutboxMail.objects.select_related("recipient").order_by("pk")),
)


def of(cases: CaseQuerySet, reader: User) -> CaseQuerySet:
    """Return `cases` with all that their record holds for `reader`; as many queries for one case as for many."""
    parts: list[Any] = [*_REST, *_PUBLIC, *(_OURS if reader.works_here else ())]
    return cases.select_related(*_ONE).prefetch_related(*parts)


def instant(at: datetime | None) -> str | None:
    """Return an instant as text in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def person(user: User | None, ours: bool) -> dict[str, Any] | None:
    """Return who somebody is; None for the house itself. Addresses are for our own people alone."""
    if user is None:
        return None
    known = {"name": user.name, "side": "customer" if user.is_customer else "support"}
    return known | {"email": user.email, "role": user.role} if ours else known


def message(said: Message, ours: bool) -> dict[str, Any]:
    """Return words that the customer and we both see."""
    return {
        "id": said.pk,
        "at": instant(said.at),
        "by": person(said.author, ours),
        "from_customer": said.from_customer,
        "purpose": said.purpose,
        "channel": said.channel,
        "body": said.body,
    }


def note(jotted: Note) -> dict[str, Any]:
    """Return words among ourselves."""
    return {"id": jotted.pk, "at": instant(jotted.at), "by": person(jotted.author, True), "body": jotted.body}


def file(kept: Attachment) -> dict[str, Any]:
    """Return what is known of a file: its name, size and SHA-256, by which a copy can be told to be the same."""
    return {
        "id": str(kept.pk),
        "at": instant(kept.at),
        "by": kept.uploaded_by.name,
        "name": kept.name,
        "size": kept.size,
        "type": kept.content_type,
        "sha256": kept.sha256,
        "message": kept.message_id,
        "note": kept.note_id,
    }


def mail(sent: OutboxMail) -> dict[str, Any]:
    """Return what became of a mail."""
    return {
        "event": sent.event_id,
        "notice": sent.notice,
        "to": sent.recipient.email,
        "message_id": sent.message_id,
        "state": sent.state,
        "attempts": sent.attempts,
        "due_at": instant(sent.due_at),
        "sent_at": instant(sent.sent_at),
        "error": sent.error,
    }
