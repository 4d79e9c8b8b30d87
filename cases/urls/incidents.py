"""Addresses of incidents among the consultants' pages. One name a verb."""

from django.urls import path

from cases.urls import number  # noqa: F401  it registers converters
from cases.views.desk import incident_links, incident_updates, incidents

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
