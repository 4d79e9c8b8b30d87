"""Addresses of the approvals in the back office. One name a verb."""

from django.urls import path

from cases.views.back_office import approvals

app_name = "approvals"
urlpatterns = [
    path("", approvals.approvals, name="approvals"),
    path("waiting/", approvals.waiting, name="waiting"),
    path("<int:request_id>/", approvals.approval, name="approval"),
    path("<int:request_id>/approve-severity/", approvals.approve_severity, name="approve_severity"),
    path("<int:request_id>/decline-severity/", approvals.decline_severity, name="decline_severity"),
]
