"""Linking a case with another, and who follows it. Taking that back, and tags: `cases/urls/desk.py`."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.relations import FollowForm, LinkForm
from cases.views.access import attempt, press
from cases.views.desk.access import address, asked, done, form_for, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def link(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say that another case has to do with this one."""
    case = load(request, case_id)
    form = form_for(request, case, LinkForm)
    if attempt(request, form, lifecycle.link, case):
        words = _("This case and %(other)s are linked.") % {"other": form.cleaned_data["other"].number}
        return done(request, case, words)
    return asked(request, "cases/desk/relations/link.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def follow(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Follow the case oneself, where nobody is named, or let somebody follow it."""
    case = load(request, case_id)
    if request.method == "POST" and "person" not in request.POST:
        press(request, lifecycle.follow, case, _("You follow this case: you get the mails of its customer."))
        return redirect(address(request, case))
    form = form_for(request, case, FollowForm)
    if attempt(request, form, lifecycle.follow, case):
        words = _("%(person)s follows the case from now on.") % {"person": form.cleaned_data["person"].name}
        return done(request, case, words)
    return asked(request, "cases/desk/relations/follow.html", case, form)
