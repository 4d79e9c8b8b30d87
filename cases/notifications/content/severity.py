"""What mails about Critical say: to customer and owner what a manager decided, to managers what waits.

Each takes the mail and the case and returns plain words for its template; one that is no longer so raises Outdated.
"""

from typing import Any

from cases.models import Case, OutboxMail, SeverityRequest
from cases.notifications.withheld import Outdated
from sla.matrices import Severity
from sla.models import SeverityCriterion
from sla.time_words import format_elapsed, format_long_instant


def severity_approved(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """Old and new severity, the criteria that hold, and the manager's reason."""
    data = mail.event.data
    criteria = SeverityCriterion.objects.filter(code__in=data["criteria"]).order_by("position")
    return {
        "was": str(Severity(data["severity_was"]).label),
        "now": str(Severity(data["severity"]).label),
        "because": data["because"],
        "criteria": [criterion.text for criterion in criteria],
    }


def severity_declined(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """The severity that was asked for, the one that stays, and the manager's reason."""
    data = mail.event.data
    return {
        "wanted": str(Severity(data["severity_wanted"]).label),
        "stays": str(case.get_severity_display()),
        "because": data["because"],
    }


def severity_decided(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """For the owner of the case: which way it was decided, by whom and why, and the severity of now."""
    data = mail.event.data
    return _of_us(case) | {
        "approved": mail.event.kind == "severity_approved",
        "wanted": str(Severity(data.get("severity_wanted", Severity.CRITICAL)).label),
        "because": data["because"],
    }


def severity_requested(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A request, as long as it waits for a decision; since when, and how long that is when the mail may leave."""
    request = SeverityRequest.objects.filter(case=case, message=mail.event.message_id).first()
    if request is None or not request.is_open:
        raise Outdated
    return _of_us(case) | {
        "wanted": str(request.get_severity_display()),
        "since": format_long_instant(request.asked_at),
        "waited": format_elapsed(request.asked_at, mail.due_at),
    }


severity_reminder = severity_requested


def opened_critical(_mail: OutboxMail, case: Case) -> dict[str, Any]:
    """A case that was opened as Critical, unless it is no longer so."""
    if case.severity != Severity.CRITICAL or case.is_closed:
        raise Outdated
    return _of_us(case)


def _of_us(case: Case) -> dict[str, Any]:
    return {"owner": " ".join(case.owner.name.split()) if case.owner else "", "plan": case.plan.name}
