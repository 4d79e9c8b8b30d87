"""Addresses of the consultants' pages. One name a verb."""

from django.urls import path

from cases.urls import number  # noqa: F401  registers <case_number:…>
from cases.views import record
from cases.views.desk import (
    case,
    classifying,
    closing,
    exporting,
    mail,
    moving_clocks,
    opening,
    promising,
    queue,
    releases,
    reports,
    routing,
    severity,
    solving,
    talking,
    why,
)
from cases.views.desk.door import ours

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("open/", opening.open_case, name="open_case"),
    path("reports/", reports.reports, name="reports"),
    path("reports/commitments.csv", reports.reports_csv, name="reports_csv"),
    path("reports/export/", exporting.export_cases, name="export_cases"),
    path("releases/", releases.releases, name="releases"),
    path("moving-clocks/", moving_clocks.moving_clocks, name="moving_clocks"),
    path("<case_number:case_id>/", case.case, name="case"),
    path("<case_number:case_id>/export-json/", ours(record.export_json), name="export_json"),
    path("<case_number:case_id>/export-pdf/", ours(record.export_pdf), name="export_pdf"),
    path("<case_number:case_id>/reply/", talking.reply, name="reply"),
    path("<case_number:case_id>/note/", talking.note, name="note"),
    path("<case_number:case_id>/ask-customer/", talking.ask_customer, name="ask_customer"),
    path("<case_number:case_id>/restore-service/", talking.restore_service, name="restore_service"),
    path("<case_number:case_id>/withdraw-restoration/", solving.withdraw_restoration, name="withdraw_restoration"),
    path("<case_number:case_id>/provide-solution/", talking.provide_solution, name="provide_solution"),
    path("<case_number:case_id>/take/", routing.take, name="take"),
    path("<case_number:case_id>/assign/", routing.assign, name="assign"),
    path("<case_number:case_id>/hand-to-development/", routing.hand_to_development, name="hand_to_development"),
    path("<case_number:case_id>/await-release/", routing.await_release, name="await_release"),
    path("<case_number:case_id>/resume-work/", routing.resume_work, name="resume_work"),
    path("<case_number:case_id>/close/", closing.close, name="close"),
    path("<case_number:case_id>/count-again/", closing.count_again, name="count_again"),
    path("<case_number:case_id>/reopen/", closing.reopen, name="reopen"),
    path("<case_number:case_id>/change-severity/", severity.change_severity, name="change_severity"),
    path("<case_number:case_id>/request-severity/", severity.request_severity, name="request_severity"),
    path(
        "<case_number:case_id>/withdraw-severity-request/",
        severity.withdraw_severity_request,
        name="withdraw_severity_request",
    ),
    path("<case_number:case_id>/classify/", classifying.classify, name="classify"),
    path("<case_number:case_id>/exclude/", classifying.exclude, name="exclude"),
    path("<case_number:case_id>/include/", classifying.include, name="include"),
    path("<case_number:case_id>/judge-code-change/", classifying.judge_code_change, name="judge_code_change"),
    path("<case_number:case_id>/judge-code-problem/", classifying.judge_code_problem, name="judge_code_problem"),
    path("<case_number:case_id>/judge-reach/", classifying.judge_reach, name="judge_reach"),
    path("<case_number:case_id>/promise-release/", promising.promise_release, name="promise_release"),
    path("<case_number:case_id>/agree-date/", promising.agree_date, name="agree_date"),
    path("<case_number:case_id>/withdraw-agreed-date/", promising.withdraw_agreed_date, name="withdraw_agreed_date"),
    path("<case_number:case_id>/report-root-cause/", promising.report_root_cause, name="report_root_cause"),
    path("<case_number:case_id>/breaches/<int:breach_id>/void-breach/", promising.void_breach, name="void_breach"),
    path(
        "<case_number:case_id>/breaches/<int:breach_id>/reinstate-breach/",
        promising.reinstate_breach,
        name="reinstate_breach",
    ),
    path("<case_number:case_id>/why/<slug:metric>/<int:cycle>/<int:period_no>/", why.why, name="why"),
    path("<case_number:case_id>/mails/<int:mail_id>/send-again/", mail.send_again, name="send_again"),
]
