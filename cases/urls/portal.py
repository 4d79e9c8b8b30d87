"""Addresses of the customers' pages. One name a verb."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cases import lifecycle
from cases.urls import Pressed, of_case
from cases.urls import number as converters  # noqa: F401  it registers them
from cases.views import export
from cases.views.portal import (
    case,
    cases,
    conversation,
    explanation,
    followers,
    opening,
    root_causes,
    severity,
    solutions,
    time_entries,
)
from cases.views.portal.access import verb_view

app_name = "portal"
PRESSED: Pressed = {
    lifecycle.keep_open: _("The case stays open, and the days until it closes are counted anew. Tell us how it went."),
    lifecycle.withdraw_severity_request: _("You have withdrawn the request."),
    lifecycle.agree_to_consulting: _("Thank you. Our Consulting team goes on with your case, as billed work."),
    lifecycle.decline_consulting: _("Nothing is billed. The case stays with us, and we go on without Consulting."),
    lifecycle.follow: _("You follow this case: its mails come to you too."),
}
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
    path("<case_number:case_id>/close/", solutions.close, name="close"),
    path("<case_number:case_id>/reopen/", conversation.reopen, name="reopen"),
    path("<case_number:case_id>/request-severity/", severity.request_severity, name="request_severity"),
    *(of_case(verb, verb_view(verb, words)) for verb, words in PRESSED.items()),
    path("<case_number:case_id>/unfollow/", followers.unfollow, name="unfollow"),
    path("<case_number:case_id>/why/<slug:metric>/<int:cycle>/<int:period_no>/", explanation.why, name="why"),
]
