"""How severe a case is, as our people change it, and as the customer asks for it by phone or mail."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle, severity_requests
from cases.forms.commitments import ChangeSeverityForm
from cases.forms.severity import RequestSeverityForm
from cases.views.access import attempt
from cases.views.desk.access import asked, done, form_for, load, ours
from contacts.recent_sign_in import demand
from contacts.signed_in import SignedInRequest
from sla.matrices import Severity


@ours
@require_http_methods(["GET", "POST"])
def change_severity(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Give the case another severity."""
    case = load(request, case_id)
    form = form_for(request, case, ChangeSeverityForm)
    if form.is_valid() and form.cleaned_data["severity"] == Severity.CRITICAL:
        demand(request)  # to give it unasked is to approve it
    if attempt(request, form, lifecycle.change_severity, case):
        return done(request, case, _("The severity is changed, and the customer is told. The clocks follow it."))
    return asked(request, "cases/desk/classification/change_severity.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def request_severity(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Write down what the customer asks for; Critical goes to the managers."""
    case = load(request, case_id)
    form = form_for(request, case, RequestSeverityForm)
    if attempt(request, form, lifecycle.request_severity, case):
        waits = severity_requests.open_request(case) is not None
        words = _("The request is with the managers.") if waits else _("The severity is changed. The clocks follow it.")
        return done(request, case, words)
    return asked(request, "cases/desk/classification/request_severity.html", case, form)
