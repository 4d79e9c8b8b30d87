"""The customer asks for another severity."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle, permissions, severity_requests
from cases.forms.severity import AskSeverityForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.portal.access import of_case
from contacts.signed_in import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
@of_case
def request_severity(request: SignedInRequest, case: Case) -> HttpResponse:
    """Ask for another severity, in words; a page of its own, for the criteria take room."""
    if "request_severity" not in permissions.verbs_for(request.user, case):
        messages.info(request, _("The severity of a closed case stays as it is. Open the case again first."))
        return redirect("portal:case", case.number)
    form = AskSeverityForm(request.POST or None, request.FILES or None, initial={"severity": case.severity})
    if attempt(request, form, lifecycle.request_severity, case):
        waits = severity_requests.open_request(case) is not None
        messages.success(request, _("A manager examines it now.") if waits else _("The severity is changed."))
        return redirect("portal:case", case.number)
    context = {"case": case, "form": form, "request_open": severity_requests.open_request(case)}
    return render(request, "cases/portal/request_severity.html", context, status=422 if form.is_bound else 200)
