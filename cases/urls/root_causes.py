"""Addresses of root-cause reports on the consultants' side; part of `desk`."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases import lifecycle
from cases.urls import number as converters  # noqa: F401  it registers them
from cases.views.desk import root_causes

REPORT = "root-cause-reports/<root_cause_number:report_id>/"
REVIEWED = _("Reviewed. A manager can publish it now.")
RETURNED = _("Given back to be written on.")
PUBLISHED = _("Published. The customers are being told.")
BEGUN = _("The next version is begun.")

urlpatterns = [
    path("root-cause-reports/", root_causes.root_cause_reports, name="root_cause_reports"),
    path("root-cause-reports/waiting/", root_causes.root_causes_waiting, name="root_causes_waiting"),
    path(
        "root-cause-reports/of-incident/<incident_number:incident_id>/",
        root_causes.begin_incident_report,
        name="begin_incident_report",
    ),
    path(REPORT, root_causes.root_cause_report, name="root_cause_report"),
    path(f"{REPORT}write/", root_causes.write_report, name="write_report"),
    path(f"{REPORT}review/", root_causes.step_view(lifecycle.review_report, REVIEWED), name="review_report"),
    path(f"{REPORT}return/", root_causes.step_view(lifecycle.return_report, RETURNED, why=True), name="return_report"),
    path(f"{REPORT}publish/", root_causes.step_view(lifecycle.publish_report, PUBLISHED), name="publish_report"),
    path(f"{REPORT}correct/", root_causes.step_view(lifecycle.correct_report, BEGUN, why=True), name="correct_report"),
    path(f"{REPORT}progress/", root_causes.report_progress, name="report_progress"),
    path("<case_number:case_id>/report-root-cause/", root_causes.report_root_cause, name="report_root_cause"),
]
