"""What customers say: a reply, and opening a closed case again."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases import lifecycle
from cases.forms.portal_conversation import ReopenForm, ReplyForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.portal.access import verb_of_case
from cases.views.portal.case import show
from contacts.signed_in import SignedInRequest


@verb_of_case
def reply(request: SignedInRequest, case: Case) -> HttpResponse:
    """Say something in an open case; of a merged one, in the case that goes on with it."""
    form = ReplyForm(request.POST, request.FILES, auto_id="answer_%s")
    verb = lifecycle.say_where_it_goes_on if case.is_merged else lifecycle.reply
    said = attempt(request, form, verb, case)
    if said:
        messages.success(request, _("Your message has been sent."))
        return redirect("portal:case", said.number)
    return show(request, case, status=422, reply_form=form)


@verb_of_case
def reopen(request: SignedInRequest, case: Case) -> HttpResponse:
    """Open a closed case again, with a reason."""
    form = ReopenForm(request.POST, request.FILES, auto_id="reopen_%s")
    if attempt(request, form, lifecycle.reopen, case):
        messages.success(request, _("The case is open again."))
        return redirect("portal:case", case.number)
    return show(request, case, status=422, reopen_form=form)
