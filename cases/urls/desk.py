"""Addresses of the consultants' pages. One name a verb.

A verb without a page of its own kind is a row of the tables here: what it asks, and what is said once it was done.
"""

from collections.abc import Callable

from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import lifecycle
from cases.forms.assignment import (
    AssignForm,
    AwaitReleaseForm,
    HandToDevelopmentForm,
    RecordConsultingConsentForm,
    ReferToConsultingForm,
)
from cases.forms.base import VerbForm
from cases.forms.closing import AnswerReviewForm, CloseForm, ReopenForm
from cases.forms.commitments import (
    AgreeDateForm,
    ClassifyForm,
    ExcludeForm,
    JudgeCodeChangeForm,
    JudgeCodeProblemForm,
    JudgeReachForm,
    ReasonForCustomerForm,
    ReasonForm,
)
from cases.forms.conversation import ProvideSolutionForm, PublicForm
from cases.forms.incidents import LinkCaseForm
from cases.forms.relations import TagForm, UnfollowForm, UnlinkForm, UntagForm
from cases.models import Case
from cases.urls import (
    Pressed,
    number,  # noqa: F401  registers <case_number:…>
    of_case,
    root_causes,
)
from cases.views import export
from cases.views.desk import (
    assignment,
    billing,
    calendar_preview,
    case,
    commitments,
    conversation,
    explanation,
    merging,
    opening,
    outbox,
    queue,
    relations,
    releases,
    reports,
    severity,
    time_entries,
)
from cases.views.desk import export as list_export
from cases.views.desk.access import form_view, ours, verb_view

app_name = "desk"
PRESSED: Pressed = {
    lifecycle.take: _("The case is yours."),
    lifecycle.dispatch: _("The case is handed over: its owner stands beside it."),
    lifecycle.resume_work: _("The work goes on; the clocks do too."),
    lifecycle.withdraw_restoration: _("The restoration clock runs again."),
    lifecycle.withdraw_referral: _("The question is taken back, and the customer told."),
    lifecycle.withdraw_severity_request: _("The request for Critical is withdrawn."),
    lifecycle.keep_solution: _(
        "The solution stands. The case waits for the customer, and the days to closing are counted anew."
    ),
    lifecycle.count_again: _("The days are counted anew; the customer will be reminded."),
}
SAID: dict[Callable[..., Case], tuple[type[PublicForm], str | Promise]] = {
    lifecycle.reply: (PublicForm, _("Your reply is on its way to the customer.")),
    lifecycle.ask_customer: (PublicForm, _("Your question is on its way. The case waits for the customer.")),
    lifecycle.restore_service: (PublicForm, _("The service counts as restored, and the customer is told.")),
    lifecycle.provide_solution: (
        ProvideSolutionForm,
        _("The solution is on its way. It waits for the customer’s word."),
    ),
}
# By the folder of their templates: the form of each, and what is said once it was done.
ASKED: dict[str, dict[Callable[..., Case], tuple[type[VerbForm], str | Promise]]] = {
    "assignment": {
        lifecycle.assign: (AssignForm, _("%(owner)s has the case now.")),
        lifecycle.hand_to_development: (HandToDevelopmentForm, _("The case is with the developers.")),
        lifecycle.await_release: (AwaitReleaseForm, _("The case waits for %(release)s.")),
        lifecycle.refer_to_consulting: (
            ReferToConsultingForm,
            _("The customer is asked. The case goes to Consulting when they agree."),
        ),
        lifecycle.record_consulting_consent: (
            RecordConsultingConsentForm,
            _("It is written down, and the customer gets a copy."),
        ),
    },
    "classification": {
        lifecycle.classify: (ClassifyForm, _("The case is classified. The clocks follow what is promised for it.")),
        lifecycle.judge_code_change: (JudgeCodeChangeForm, _("It is noted, and the restoration follows it.")),
        lifecycle.judge_code_problem: (JudgeCodeProblemForm, _("It is noted, and the solution follows it.")),
        lifecycle.judge_reach: (JudgeReachForm, _("It is noted, and the root-cause report follows it.")),
    },
    "closing": {
        lifecycle.answer_review: (
            AnswerReviewForm,
            _("The customer has the complete answer. The case can be closed now."),
        ),
        lifecycle.close: (CloseForm, _("The case is closed, and the customer is told.")),
        lifecycle.reopen: (ReopenForm, _("The case is open again, and the customer is told.")),
    },
    "commitments": {
        lifecycle.exclude: (ExcludeForm, _("No times are promised for the case any more.")),
        lifecycle.include: (ReasonForm, _("Times are promised again, counted from now.")),
        lifecycle.agree_date: (AgreeDateForm, _("The agreed date is noted, and the customer is told.")),
        lifecycle.withdraw_agreed_date: (
            ReasonForCustomerForm,
            _("The agreed date is taken back, and the customer is told."),
        ),
    },
    "incidents": {
        lifecycle.link_case: (LinkCaseForm, _("The case is part of %(incident)s now.")),
        lifecycle.unlink_case: (ReasonForm, _("The case is not part of the incident any more.")),
    },
    "relations": {
        lifecycle.unmerge: (ReasonForCustomerForm, _("The case goes on by itself, as if it had never been merged.")),
        lifecycle.unlink: (UnlinkForm, _("The link is taken back.")),
        lifecycle.unfollow: (UnfollowForm, _("These mails will not be sent any more.")),
        lifecycle.tag: (TagForm, _("The case is tagged.")),
        lifecycle.untag: (UntagForm, _("The tag is taken away.")),
    },
}
OF_BREACH: Pressed = {
    lifecycle.void_breach: _("The missed commitment counts no more. It stays on record."),
    lifecycle.reinstate_breach: _("The missed commitment counts again."),
}


urlpatterns = [
    path("", queue.queue, name="queue"),
    path("open/", opening.open_case, name="open_case"),
    path("reports/", reports.reports, name="reports"),
    path("reports/commitments.csv", reports.reports_csv, name="reports_csv"),
    path("assistance/", billing.assistance, name="assistance"),
    path("assistance/billable-help.csv", billing.assistance_csv, name="assistance_csv"),
    path("export/", list_export.export_cases, name="export_cases"),
    path("reports/export/", list_export.export_cases, name="export_cases"),
    path("releases/", releases.releases, name="releases"),
    path("moving-clocks/", calendar_preview.moving_clocks, name="moving_clocks"),
    path("<case_number:case_id>/", case.case, name="case"),
    path("<case_number:case_id>/export-json/", ours(export.export_json), name="export_json"),
    path("<case_number:case_id>/export-pdf/", ours(export.export_pdf), name="export_pdf"),
    path("<case_number:case_id>/note/", conversation.note, name="note"),
    path("<case_number:case_id>/transfer/", assignment.transfer, name="transfer"),
    path("<case_number:case_id>/change-severity/", severity.change_severity, name="change_severity"),
    path("<case_number:case_id>/request-severity/", severity.request_severity, name="request_severity"),
    path("<case_number:case_id>/promise-release/", commitments.promise_release, name="promise_release"),
    *(of_case(verb, verb_view(verb, words)) for verb, words in PRESSED.items()),
    *(of_case(verb, conversation.public_view(verb, *row)) for verb, row in SAID.items()),
    *(of_case(verb, form_view(verb, folder, *row)) for folder, rows in ASKED.items() for verb, row in rows.items()),
    *root_causes.urlpatterns,
    *(
        of_case(verb, commitments.breach_view(verb, words), "breaches/<int:breach_id>/")
        for verb, words in OF_BREACH.items()
    ),
    path("<case_number:case_id>/log-assistance/", time_entries.log_assistance, name="log_assistance"),
    path("<case_number:case_id>/log-assistance/split/", time_entries.assistance_split, name="assistance_split"),
    path(
        "<case_number:case_id>/assistance/<int:entry_id>/correct-assistance/",
        time_entries.correct_assistance,
        name="correct_assistance",
    ),
    path(
        "<case_number:case_id>/assistance/<int:entry_id>/split/",
        time_entries.assistance_split,
        name="assistance_split",
    ),
    path("<case_number:case_id>/merge/", merging.merge, name="merge"),
    path("<case_number:case_id>/messages/<int:message_id>/split/", merging.split, name="split"),
    path("<case_number:case_id>/link/", relations.link, name="link"),
    path("<case_number:case_id>/follow/", relations.follow, name="follow"),
    path("<case_number:case_id>/why/<slug:metric>/<int:cycle>/<int:period_no>/", explanation.why, name="why"),
    path("<case_number:case_id>/mails/<int:mail_id>/send-again/", outbox.send_again, name="send_again"),
]
