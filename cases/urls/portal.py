"""Addresses of the customers' pages. One name a verb."""

from django.urls import path

from cases.urls import number  # noqa: F401  it registers converters
from cases.views import export
from cases.views.portal import (
    case,
    cases,
    consulting,
    conversation,
    explanation,
    followers,
    opening,
    root_causes,
    severity,
    solutions,
    time_entries,
)

app_name = "portal"
urlpatterns = [
    path("", cases.cases, name="cases"),
    path("new/", opening.open_case, name="open_case"),
    path("new/promise/", opening.promise, name="promise"),
    path("assistance/", time_entries.assistance, name="assistance"),
    path("root-cause-reports/<root_cause_number:report_id>/", root_causes.root_cause_report, name="root_cause_report"),
    path("<case_number:case_id>/", case.case, name="case"),
    path("<case_number:case_id>/timeline/", case.timeline, name="timeline"),
    path("<case_number:case_id>/export-json/", export.export_json, name="export_json"),
    path("<case_number:case_id>/export-pdf/", export.export_pdf, name="export_pdf"),
    path("<case_number:case_id>/reply/", conversation.reply, name="reply"),
    path("<case_number:case_id>/accept-solution/", solutions.accept_solution, name="accept_solution"),
    path("<case_number:case_id>/reject-solution/", solutions.reject_solution, name="reject_solution"),
    path("<case_number:case_id>/keep-open/", solutions.keep_open, name="keep_open"),
    path("<case_number:case_id>/reopen/", conversation.reopen, name="reopen"),
    path("<case_number:case_id>/request-severity/", severity.request_severity, name="request_severity"),
    path(
        "<case_number:case_id>/withdraw-severity-request/",
        severity.withdraw_severity_request,
        name="withdraw_severity_request",
    ),
    path("<case_number:case_id>/agree-to-consulting/", consulting.agree_to_consulting, name="agree_to_consulting"),
    path("<case_number:case_id>/decline-consulting/", consulting.decline_consulting, name="decline_consulting"),
    path("<case_number:case_id>/follow/", followers.follow, name="follow"),
    path("<case_number:case_id>/unfollow/", followers.unfollow, name="unfollow"),
    path("<case_number:case_id>/why/<slug:metric>/<int:cycle>/<int:period_no>/", explanation.why, name="why"),
]
