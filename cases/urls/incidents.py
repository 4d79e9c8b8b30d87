"""Addresses of incidents among the consultants' pages. One name a verb."""

import re

from django.urls import path, register_converter

from cases.models.incident import PREFIX, incident_id_of
from cases.views.desk import incident_links, incident_updates, incidents


class IncidentNumber:
    """Path converter `<incident_number:incident_id>`; reversing takes the number ("INC-000012") or the id (12)."""

    regex = rf"{re.escape(PREFIX)}[0-9]{{6,14}}"

    def to_python(self, value: str) -> int:
        incident_id = incident_id_of(value)
        if incident_id is None:
            raise ValueError(value)
        return incident_id

    def to_url(self, value: str | int) -> str:
        return f"{PREFIX}{value:06d}" if isinstance(value, int) else value


register_converter(IncidentNumber, "incident_number")

app_name = "incidents"
urlpatterns = [
    path("", incidents.listing, name="incidents"),
    path("open/", incidents.open_incident, name="open_incident"),
    path("<incident_number:incident_id>/", incidents.incident, name="incident"),
    path("<incident_number:incident_id>/progress/", incidents.progress, name="progress"),
    path("<incident_number:incident_id>/correct/", incidents.correct_incident, name="correct_incident"),
    path("<incident_number:incident_id>/link-cases/", incident_links.link_cases, name="link_cases"),
    path("<incident_number:incident_id>/publish-update/", incident_updates.publish_update, name="publish_update"),
    path("<incident_number:incident_id>/resolve/", incident_updates.resolve_incident, name="resolve_incident"),
]
