"""The customer's word on work that is billed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import lifecycle
from cases.models import Case
from cases.statuses import Refusal
from cases.views.portal.access import verb_of_case
from contacts.signed_in import SignedInRequest


@verb_of_case
def agree_to_consulting(request: SignedInRequest, case: Case) -> HttpResponse:
    """Agree that the work is billed; Consulting goes on with the case."""
    try:
        lifecycle.agree_to_consulting(case, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("Thank you. Our Consulting team goes on with your case, as billed work."))
    return redirect("portal:case", case.number)


@verb_of_case
def decline_consulting(request: SignedInRequest, case: Case) -> HttpResponse:
    """Decline billed work; the case stays where it is."""
    try:
        lifecycle.decline_consulting(case, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("Nothing is billed. The case stays with us, and we go on without Consulting."))
    return redirect("portal:case", case.number)
