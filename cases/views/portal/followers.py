"""A customer follows a case of a colleague, or no longer does."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.models import Case
from cases.statuses import Refusal
from cases.views.portal.access import of_case, verb_of_case
from contacts.signed_in import SignedInRequest


@verb_of_case
def follow(request: SignedInRequest, case: Case) -> HttpResponse:
    """Get the mails about this case too."""
    try:
        lifecycle.follow(case, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You follow this case: its mails come to you too."))
    return redirect("portal:case", case.number)


@require_http_methods(["GET", "HEAD", "POST"])
@of_case
def unfollow(request: SignedInRequest, case: Case) -> HttpResponse:
    """End the mails. The link in a mail leads to this page, and changes nothing by itself."""
    if request.method != "POST":
        return render(request, "cases/portal/unfollow.html", {"case": case})
    try:
        lifecycle.unfollow(case, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.info(request, str(refusal))
    else:
        messages.success(request, _("You no longer follow this case."))
    return redirect("portal:case", case.number)
