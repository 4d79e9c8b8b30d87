"""What a mail about an incident says: plain values, of the incident alone."""

from typing import Any

from cases.models import Case, IncidentUpdate, OutboxMail


def incident_told(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """The title and the state after the update. The page of the case, which the mail leads to, has the public page."""
    update = IncidentUpdate.objects.select_related("incident").get(pk=mail.event.data["update"])
    return {
        "incident": " ".join(update.incident.title.split()),
        "incident_state": str(update.row.label),
    }
