"""A customer no longer follows a case of a colleague."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.models import Case
from cases.views.portal.access import act, of_case
from contacts.signed_in import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@of_case
def unfollow(request: SignedInRequest, case: Case) -> HttpResponse:
    """End the mails. The link in a mail leads to this page, and changes nothing by itself."""
    if request.method != "POST":
        return render(request, "cases/portal/unfollow.html", {"case": case})
    return act(request, case, lifecycle.unfollow, _("You no longer follow this case."))
