"""Handing a case to somebody, passing it on to another team, billed work, and the complete answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import lifecycle
from cases.forms.assignment import RecordConsultingConsentForm, ReferToConsultingForm, TransferForm
from cases.forms.closing import AnswerReviewForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.desk.access import act, asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_POST
def dispatch(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Hand the case to whoever of its team is at work and has the fewest."""
    return act(request, case_id, lifecycle.dispatch, _("The case is handed over: its owner stands beside it."))


@ours
@require_http_methods(["GET", "POST"])
def transfer(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Pass the case on to another team. Who no longer sees it afterwards goes back to the queue."""
    case = load(request, case_id)
    form = TransferForm(request.POST or None, case=case, at=timezone.now())
    if attempt(request, form, lifecycle.transfer, case):
        words = _("The case is with %(team)s now.") % {"team": form.cleaned_data["team"]}
        if Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
            return done(request, case, words)
        messages.success(request, words)
        return redirect("desk:queue")
    return asked(request, "cases/desk/assignment/transfer.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def refer_to_consulting(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Ask the customer whether Consulting may go on as billed work."""
    case = load(request, case_id)
    form = ReferToConsultingForm(request.POST or None)
    if attempt(request, form, lifecycle.refer_to_consulting, case):
        return done(request, case, _("The customer is asked. The case goes to Consulting when they agree."))
    manager = case.account.customer_success_manager
    return asked(request, "cases/desk/assignment/refer_to_consulting.html", case, form, manager=manager)


@ours
@require_http_methods(["GET", "POST"])
def record_consulting_consent(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Write down what the customer said of billed work by phone or mail."""
    case = load(request, case_id)
    form = RecordConsultingConsentForm(request.POST or None)
    if attempt(request, form, lifecycle.record_consulting_consent, case):
        return done(request, case, _("It is written down, and the customer gets a copy."))
    return asked(request, "cases/desk/assignment/record_consulting_consent.html", case, form)


@ours
@require_POST
def withdraw_referral(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take the question about billed work back."""
    return act(request, case_id, lifecycle.withdraw_referral, _("The question is taken back, and the customer told."))


@ours
@require_http_methods(["GET", "POST"])
def answer_review(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Give the complete answer that a version out of support is owed."""
    case = load(request, case_id)
    form = AnswerReviewForm(request.POST or None, request.FILES or None)
    if attempt(request, form, lifecycle.answer_review, case):
        return done(request, case, _("The customer has the complete answer. The case can be closed now."))
    return asked(request, "cases/desk/closing/answer_review.html", case, form)
