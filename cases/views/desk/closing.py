"""Closing a case otherwise than by the customer in the portal, its countdown, and opening it again."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import lifecycle
from cases.forms.closing import CloseForm, ReopenForm
from cases.views.access import attempt
from cases.views.desk.access import act, asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def close(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Close the case for a reason."""
    case = load(request, case_id)
    form = CloseForm(request.POST or None)
    if attempt(request, form, lifecycle.close, case):
        return done(request, case, _("The case is closed, and the customer is told."))
    return asked(request, "cases/desk/closing/close.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def reopen(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Open a closed case again, and tell the customer why."""
    case = load(request, case_id)
    form = ReopenForm(request.POST or None)
    if attempt(request, form, lifecycle.reopen, case):
        return done(request, case, _("The case is open again, and the customer is told."))
    return asked(request, "cases/desk/closing/reopen.html", case, form)


@ours
@require_POST
def count_again(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Begin the countdown to closing anew, where the customer was not told enough."""
    return act(request, case_id, lifecycle.count_again, _("The days are counted anew; the customer will be reminded."))
