"""The record of a case as plain data: the format of docs/export.md. Instants are UTC, texts in both languages.

A customer gets what their page shows, no notes and no event that only our own people see.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone, translation

from cases.commitments.overruns import is_over_by
from cases.commitments.replay import replay
from cases.events import KINDS, sentence
from cases.export import rows
from cases.export.rows import instant, person
from cases.models import Case, Event, SeverityRequest
from cases.models.commitment import STATE_LABELS
from contacts.models import User
from sla.clocks import State
from sla.matrices import METRIC_LABELS, Kind, Metric, Severity

FORMAT, VERSION = "customer-care-case", 1
# What an event's data holds for the customer beside what its sentence names.
THEIRS = {"words", "notes_url", "way"}


def document(case: Case, *, by: User, at: datetime) -> dict[str, Any]:
    """Return the record of a `case` that `rows.of` has read, as `by` may have it, taken at `at` (UTC)."""
    ours = by.works_here
    with timezone.override(UTC):
        written = {
            "format": FORMAT,
            "version": VERSION,
            "exported_at": instant(at),
            "exported_by": by.name,
            "complete": ours,
            "case": _facts(case, ours),
            "events": [_event(event, ours) for event in case.events.all() if ours or KINDS[event.kind].for_customer],
            "messages": [rows.message(message, ours) for message in case.messages.all()],
            "files": [rows.file(one) for one in case.attachments.all() if ours or one.note_id is None],
            "clocks": [_clock(clock) for clock in case.commitments.all()],
            "requests": [_request(one, ours) for one in case.severity_requests.all()],
            "countdown": _countdown(case, ours),
        }
        if ours:
            written |= {
                "notes": [rows.note(note) for note in case.notes.all()],
                "breaches": _breaches(case, at),
                "mails": [rows.mail(mail) for mail in case.mails.all()],
            }
    return written


def in_both(say: Callable[[], Any]) -> dict[str, str]:
    """Return what `say` says in each language."""
    said = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said[language] = str(say())
    return said


def coded(code: Any, say: Callable[[], Any]) -> dict[str, Any] | None:
    """Return a code with its name in both languages; None without one."""
    return None if code in (None, "") else {"code": code, **in_both(say)}


def _reference(row: models.Model | None, name: str = "name") -> dict[str, Any] | None:
    return None if row is None else coded(row.pk, lambda: getattr(row, name))


def _facts(case: Case, ours: bool) -> dict[str, Any]:
    return {
        "number": case.number,
        "subject": case.subject,
        "status": coded(case.status, lambda: case.state.label if ours else case.state.for_customer),
        "severity": coded(Severity(case.severity).name.lower(), case.get_severity_display),
        "severity_is_provisional": case.severity_is_provisional,
        "type": _reference(case.type),
        "kind": coded(case.kind, lambda: Kind(case.kind).label),
        "exclusion": _reference(case.exclusion),
        "channel": case.channel,
        "account": case.account.name,
        "plan": case.plan.name,
        "product": case.product.name,
        "instance": case.instance.name if case.instance else None,
        "release": case.release.version if case.release else None,
        "version_covered": case.version_covered,
        "fixed_in": str(case.fixed_in) if case.fixed_in else None,
        "customer": person(case.customer, ours),
        "owner": person(case.owner, ours),
        "team": case.team.name if ours else None,
        "calendar": coded(case.calendar.code, lambda: case.calendar.name),
        "matrix": case.matrix.code,
        **{name: instant(getattr(case, name)) for name in rows.TIMES_OF_CASE},
        "reopenings": case.reopenings,
    }


def _event(event: Event, ours: bool) -> dict[str, Any]:
    return {
        "id": event.pk,
        "at": instant(event.at),
        "kind": event.kind,
        "by": person(event.actor, ours),
        "channel": event.channel,
        "status": event.status,
        "sentence": in_both(lambda: sentence(event)),
        "data": event.data if ours else _data_for_customer(event),
        "message": event.message_id,
        "note": event.note_id if ours else None,
    }


def _data_for_customer(event: Event) -> Mapping[str, Any]:
    """Return what the customer reads of the data: what the sentence names. The rest may be a reason among ourselves."""
    row = KINDS[event.kind]
    with translation.override("en"):
        named = f"{row.sentence} {row.with_words}"
    return {name: value for name, value in event.data.items() if f"%({name})s" in named or name in THEIRS}


def _clock(clock: Any) -> dict[str, Any]:
    return {
        "metric": coded(clock.metric, lambda: METRIC_LABELS[Metric(clock.metric)]),
        "cycle": clock.cycle,
        "period": clock.period_no,
        "state": coded(clock.state, lambda: STATE_LABELS[State(clock.state)]),
        "severity": Severity(clock.severity).name.lower(),
        "kind": clock.kind,
        "minutes": clock.minutes,
        "is_dated": clock.is_dated,
        "seconds_used": clock.consumed_seconds,
        "seconds_paused": clock.paused_seconds,
        "seconds_waiting": clock.waiting_seconds,
        **{name: instant(getattr(clock, name)) for name in rows.TIMES_OF_CLOCK},
    }


def _breaches(case: Case, at: datetime) -> list[dict[str, Any]]:
    """Return what was missed; what still runs is over its time by what it is at `at`."""
    missed = list(case.breaches.all())
    runs = any(breach.stopped_at is None for breach in missed)
    states = replay(case, case.events.all(), at=at) if runs else ()
    return [_breach(breach, is_over_by(breach, states)) for breach in missed]


def _breach(breach: Any, over: float) -> dict[str, Any]:
    return {
        "metric": coded(breach.metric, lambda: METRIC_LABELS[Metric(breach.metric)]),
        "cycle": breach.cycle,
        "period": breach.period_no,
        "severity": Severity(breach.severity).name.lower(),
        "kind": breach.kind,
        "plan": breach.plan.name,
        "matrix": breach.matrix.code,
        "calendar": breach.calendar.code,
        "calendar_edition": breach.calendar_revision,
        "minutes": breach.minutes,
        "seconds_over": over,
        "void_event": breach.void_event_id,
        **{name: instant(getattr(breach, name)) for name in rows.TIMES_OF_BREACH},
    }


def _request(asked: SeverityRequest, ours: bool) -> dict[str, Any]:
    return {
        "severity": Severity(asked.severity).name.lower(),
        "state": coded(asked.state, asked.get_state_display),
        "asked_at": instant(asked.asked_at),
        "asked_by": person(asked.asked_by, ours),
        "channel": asked.channel,
        "message": asked.message_id,
        "decided_at": instant(asked.decided_at),
        "decided_by": person(asked.decided_by, ours),
        "reason": asked.reason,
        "criteria": asked.criteria,
        "reminded_at": instant(asked.reminded_at) if ours else None,
    }


def _countdown(case: Case, ours: bool) -> dict[str, Any] | None:
    """Return how the end in silence stands, None where none is counted; a customer knows the day once told of it."""
    if case.countdown_from is None:
        return None
    return {
        "since": instant(case.countdown_from),
        "rule": case.closing_rule.code if case.closing_rule else None,
        "reminders": case.contact_attempts,
        "reminded_at": instant(case.contacted_at),
        "closes_at": instant(case.close_at if ours else case.closes_by_itself_at),
        "held_at": instant(case.closing_held_at) if ours else None,
    }
