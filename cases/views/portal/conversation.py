"""What customers say: a reply, and opening a closed case again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cases import lifecycle
from cases.models import Case
from cases.views.access import attempt
from cases.views.portal.access import verb_of_case
from cases.views.portal.case import FORMS, show
from contacts.signed_in import SignedInRequest


@verb_of_case
def reply(request: SignedInRequest, case: Case) -> HttpResponse:
    """Say something in an open case; of a merged one, in the case that goes on with it."""
    verb = lifecycle.say_where_it_goes_on if case.is_merged else lifecycle.reply
    return say(request, case, "answer", verb, _("Your message has been sent."))


@verb_of_case
def reopen(request: SignedInRequest, case: Case) -> HttpResponse:
    """Open a closed case again, with a reason."""
    return say(request, case, "reopen", lifecycle.reopen, _("The case is open again."))


def say(request: SignedInRequest, case: Case, name: str, verb: Callable[..., Case], words: str) -> HttpResponse:
    """Do a `verb` with the form `name` of the page of the case; `words` say that it was done."""
    place, form_class = FORMS[name]
    form = form_class(request.POST, request.FILES, auto_id=f"{name}_%s")
    if spoken := attempt(request, form, verb, case):
        messages.success(request, words)
        return redirect("portal:case", spoken.number)
    return show(request, case, status=422, **{place: form})
