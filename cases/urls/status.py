"""Addresses of the status page, which needs no sign-in."""

from django.urls import path

from cases.urls import incidents  # noqa: F401  registers <incident_number:…>
from cases.views.status import feed, pages, subscribers

app_name = "status"
urlpatterns = [
    path("", pages.status, name="status"),
    path("feed.atom", feed.feed, name="feed"),
    path("products/<slug:code>/feed.atom", feed.feed, name="product_feed"),
    path("<incident_number:incident_id>/", pages.incident, name="incident"),
    path("subscribe/", subscribers.subscribe, name="subscribe"),
    path("subscribe/asked/", subscribers.asked, name="asked"),
    path("confirm/<slug:link>/", subscribers.confirm, name="confirm"),
    path("leave/<str:signed>/", subscribers.leave, name="leave"),
]
