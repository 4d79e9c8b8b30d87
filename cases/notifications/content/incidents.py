"""What a mail about an incident says, and where the public page of it is. Plain words, of the incident alone."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from cases.models import Case, Incident, IncidentUpdate, OutboxMail


def told(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """The title and the state after the update. The page of the case, which the mail leads to, has the public page."""
    update = IncidentUpdate.objects.select_related("incident").get(pk=mail.event.data["update"])
    return {
        "incident": " ".join(update.incident.title.split()),
        "incident_state": str(update.row.label),
    }


def public_page(incident: Incident) -> str:
    """Return the path of the page of `incident` on the public status page; "" where it has none."""
    if not incident.is_public:
        return ""
    try:
        return reverse("status:incident", args=[incident.number])
    except NoReverseMatch:
        return ""
