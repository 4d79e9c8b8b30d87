"""The customer's word on a solution."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import lifecycle
from cases.forms.portal_conversation import RejectSolutionForm
from cases.models import Case
from cases.statuses import Refusal
from cases.views.access import attempt
from cases.views.portal.access import act, verb_of_case
from cases.views.portal.case import show
from contacts.signed_in import SignedInRequest


@verb_of_case
def accept_solution(request: SignedInRequest, case: Case) -> HttpResponse:
    """Say that it works; the case closes. A second press finds it closed and changes nothing."""
    try:
        lifecycle.accept_solution(case, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, _("The case is closed already.") if case.is_closed else str(refusal))
    else:
        messages.success(request, _("Thank you. The case is closed."))
    return redirect("portal:case", case.number)


@verb_of_case
def reject_solution(request: SignedInRequest, case: Case) -> HttpResponse:
    """Say that it is not solved, and why; the work goes on."""
    form = RejectSolutionForm(request.POST, request.FILES, auto_id="reject_solution_%s")
    if attempt(request, form, lifecycle.reject_solution, case):
        messages.success(request, _("We have taken the case back into work."))
        return redirect("portal:case", case.number)
    return show(request, case, status=422, reject_solution_form=form)


@verb_of_case
def keep_open(request: SignedInRequest, case: Case) -> HttpResponse:
    """Say that the case must not close by itself; the work goes on."""
    return act(request, case, lifecycle.keep_open, _("The case stays open. We have taken it back into work."))
