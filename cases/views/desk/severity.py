"""How severe a case is, as our people change it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.promises import ChangeSeverityForm
from cases.views.desk.door import asked, attempt, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def change_severity(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Give the case another severity."""
    case = load(request, case_id)
    form = ChangeSeverityForm(request.POST or None, case=case, by=request.user)
    if attempt(request, form, lifecycle.change_severity, case):
        return done(request, case, _("The severity is changed, and the customer is told. The clocks follow it."))
    return asked(request, "cases/desk/change_severity.html", case, form)
