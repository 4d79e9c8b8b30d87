"""What a mail about an incident says, and where the public page of it is. Plain words, of the incident alone."""

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from cases.models import Case, Incident, IncidentUpdate, OutboxMail


def told(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """The title, the state after the update, and the public page, for the template of `incident_told`."""
    update = IncidentUpdate.objects.select_related("incident").get(pk=mail.event.data["update"])
    page = public_page(update.incident)
    return {
        "incident": " ".join(update.incident.title.split()),
        "incident_state": str(update.row.label),
        "status_url": settings.SITE_URL.rstrip("/") + page if page else "",
    }


def public_page(incident: Incident) -> str:
    """Return the path of the page of `incident` on the public status page; "" where it has none."""
    if not incident.is_public:
        return ""
    try:
        return reverse("status:incident", args=[incident.number])
    except NoReverseMatch:
        return ""
