"""Addresses of root-cause reports on the consultants' side; part of `desk`."""

from django.urls import path

from cases.urls import number  # noqa: F401  it registers converters
from cases.views.desk import root_causes

urlpatterns = [
    path("root-cause-reports/", root_causes.root_cause_reports, name="root_cause_reports"),
    path("root-cause-reports/waiting/", root_causes.root_causes_waiting, name="root_causes_waiting"),
    path(
        "root-cause-reports/of-incident/<incident_number:incident_id>/",
        root_causes.begin_incident_report,
        name="begin_incident_report",
    ),
    path("root-cause-reports/<root_cause_number:report_id>/", root_causes.root_cause_report, name="root_cause_report"),
    path("root-cause-reports/<root_cause_number:report_id>/write/", root_causes.write_report, name="write_report"),
    path("root-cause-reports/<root_cause_number:report_id>/review/", root_causes.review_report, name="review_report"),
    path("root-cause-reports/<root_cause_number:report_id>/return/", root_causes.return_report, name="return_report"),
    path(
        "root-cause-reports/<root_cause_number:report_id>/publish/", root_causes.publish_report, name="publish_report"
    ),
    path(
        "root-cause-reports/<root_cause_number:report_id>/correct/", root_causes.correct_report, name="correct_report"
    ),
    path(
        "root-cause-reports/<root_cause_number:report_id>/progress/",
        root_causes.report_progress,
        name="report_progress",
    ),
    path("<case_number:case_id>/report-root-cause/", root_causes.report_root_cause, name="report_root_cause"),
]
