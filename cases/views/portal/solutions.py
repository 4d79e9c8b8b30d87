"""The customer's word on a solution."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import lifecycle
from cases.forms.closing import CloseOwnForm
from cases.models import Case
from cases.statuses import Refusal
from cases.views.access import attempt
from cases.views.portal.access import verb_of_case
from cases.views.portal.conversation import say
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
    return say(request, case, "reject_solution", lifecycle.reject_solution, _("We have taken the case back into work."))


@verb_of_case
def close(request: SignedInRequest, case: Case) -> HttpResponse:
    """Say of an open case that it is solved, or not needed any more; it closes, and can be opened again."""
    form = CloseOwnForm(request.POST)
    if attempt(request, form, lifecycle.close, case):
        messages.success(request, _("Thank you. The case is closed."))
    else:
        messages.warning(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("portal:case", case.number)
