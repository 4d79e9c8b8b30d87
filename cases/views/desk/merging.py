"""Merging a case into another; splitting a message off into a case of its own."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.relations import MergeForm, SplitForm
from cases.lifecycle.splitting import split_off
from cases.views.access import attempt
from cases.views.desk.access import asked, done, form_for, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def merge(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Let another case go on with this one, and go there."""
    case = load(request, case_id)
    form = form_for(request, case, MergeForm)
    if attempt(request, form, lifecycle.merge, case):
        into = form.cleaned_data["into"]
        words = _("%(case)s is merged into this case. Both customers are told.") % {"case": case.number}
        return done(request, into, words)
    return asked(request, "cases/desk/relations/merge.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def split(request: SignedInRequest, case_id: int, message_id: int) -> HttpResponse:
    """Make a case of its own of a message of the customer, and go there."""
    case = load(request, case_id)
    said = get_object_or_404(case.messages.select_related("author"), pk=message_id, from_customer=True)
    form = form_for(request, case, SplitForm, message=said)
    if attempt(request, form, partial(lifecycle.split, message=said), case):
        made = split_off(case, form.cleaned_data["submission"])
        messages.success(request, _("This case was split off from %(case)s.") % {"case": case.number})
        return redirect("desk:case", made.number if made else case.number)
    return asked(request, "cases/desk/relations/split.html", case, form, said=said)
