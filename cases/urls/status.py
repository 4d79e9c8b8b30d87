"""Addresses of the status page, which needs no sign-in."""

import re

from django.urls import path, register_converter

from cases.models.incident import PREFIX, incident_id_of
from cases.views.status import feed, pages, subscribing


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

app_name = "status"
urlpatterns = [
    path("", pages.status, name="status"),
    path("feed.atom", feed.feed, name="feed"),
    path("products/<slug:code>/feed.atom", feed.feed, name="product_feed"),
    path("<incident_number:incident_id>/", pages.incident, name="incident"),
    path("subscribe/", subscribing.subscribe, name="subscribe"),
    path("subscribe/asked/", subscribing.asked, name="asked"),
    path("confirm/<slug:link>/", subscribing.confirm, name="confirm"),
    path("leave/<str:signed>/", subscribing.leave, name="leave"),
]
