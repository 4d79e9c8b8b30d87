"""Passing a case on to another team. What else is said of who works a case: `cases/urls/desk.py`."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.assignment import TransferForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.desk.access import asked, done, form_for, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def transfer(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Pass the case on to another team. Who no longer sees it afterwards goes back to the queue."""
    case = load(request, case_id)
    form = form_for(request, case, TransferForm)
    if attempt(request, form, lifecycle.transfer, case):
        words = _("The case is with %(team)s now.") % {"team": form.cleaned_data["team"]}
        if Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
            return done(request, case, words)
        messages.success(request, words)
        return redirect("desk:queue")
    return asked(request, "cases/desk/assignment/transfer.html", case, form)
