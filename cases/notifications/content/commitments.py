"""What mails about promises say: to customers that one changed, to our own people that one runs short or was missed.

Each takes the mail and the case and returns plain words for its template; one that is no longer so raises Outdated.
"""

from datetime import datetime
from typing import Any

from django.urls import reverse

from cases.models import Breach, Case, Commitment, Event, OutboxMail
from cases.notifications.withheld import Outdated
from contacts.site_address import absolute
from sla.matrices import METRIC_LABELS, Metric, Severity
from sla.time_words import format_elapsed, format_long_instant


def severity_changed(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """Old and new severity, and why; the same twice where a provisional one was settled.

    Where the customer asked for it, their own words say why.
    """
    data = mail.event.data
    return {
        "was": str(Severity(data["severity_was"]).label),
        "now": str(Severity(data["severity"]).label),
        "is_new": data["severity"] != data["severity_was"],
        "because": "" if mail.event.message_id else data["because"],
    }


def date_agreed(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    return {"due": format_long_instant(_instant(mail.event.data["due_at"]))}


def agreed_date_withdrawn(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """The date that was taken back, and why."""
    agreed = Event.objects.filter(case=case, kind="date_agreed", pk__lt=mail.event_id).order_by("pk").last()
    return {
        "due": format_long_instant(_instant(agreed.data["due_at"])) if agreed else "",
        "because": mail.event.data["because"],
    }


def root_cause_reported(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """The page on which the whole report is read; of what was given before there were pages, the case."""
    number = mail.event.data.get("report")
    page = reverse("portal:root_cause_report", args=[number]) if number else reverse("portal:case", args=[case.number])
    return {"url": absolute(page)}


root_cause_corrected = root_cause_reported


def at_risk(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A warning, as long as the clock still runs to the time that was told, and is neither missed nor void."""
    data = mail.event.data
    due = _instant(data["due_at"])
    clock = Commitment.objects.filter(case=case, **_key(data)).first()
    if clock is None or not clock.is_running or clock.breached_at or clock.voided_at or clock.due_at != due:
        raise Outdated
    return _of_us(case, data)


def breached(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A missed commitment, unless it counts no more; how late it was done, or is when the mail may leave."""
    data = mail.event.data
    breach = Breach.objects.filter(case=case, **_key(data)).first()
    if breach is None or breach.voided_at:
        raise Outdated
    until = breach.stopped_at or max(mail.event.at, mail.due_at)
    return _of_us(case, data) | {
        "severity": str(Severity(breach.severity).label),
        "late": format_elapsed(breach.due_at, until),
        "done": format_long_instant(breach.stopped_at) if breach.stopped_at else "",
    }


def _of_us(case: Case, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "commitment": str(METRIC_LABELS[Metric(data["metric"])]),
        "due": format_long_instant(_instant(data["due_at"])),
        "owner": " ".join(case.owner.name.split()) if case.owner else "",
    }


def _key(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("metric", "cycle", "period_no")}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
