"""What is said from the composers: replies, questions, notes, words that go with a solution or a restoration."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reselect, reswap, retarget

from cases import lifecycle
from cases.events import timeline
from cases.forms.base import VerbForm
from cases.forms.conversation import NoteForm, PublicForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.desk.access import View, address, done, form_for, load, ours
from cases.views.desk.case import show
from contacts.signed_in import SignedInRequest


@ours
@require_POST
def note(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Write something that only our own people read."""
    case = load(request, case_id)
    form = form_for(request, case, NoteForm)
    form.keeps_files = bool(request.htmx)
    if attempt(request, form, lifecycle.note, case):
        return done(request, case, _("Your note is kept. The customer does not see it."))
    return (
        refused(request, case, form, "#note-refused")
        if request.htmx
        else show(request, load(request, case_id), note=form)
    )


def public_view(verb: Callable[..., Case], form_class: type[PublicForm], words: str | Promise) -> View:
    """Return the view of a `verb` of the reply's composer; `words` say that it was done.

    Where others wrote since the writer began, that is shown first, once.
    """

    @ours
    @require_POST
    def say(request: SignedInRequest, case_id: int) -> HttpResponse:
        case = load(request, case_id)
        form = form_for(request, case, form_class)
        form.keeps_files = bool(request.htmx)
        seen = form.seen_before
        if form.is_valid() and seen is not None and (added := timeline.since(case, seen, request.user)):
            form.hold_back(added)
        elif attempt(request, form, verb, case):
            return done(request, case, str(words))
        if request.htmx:
            return refused(request, case, form, "#reply-refused")
        return show(request, load(request, case_id), reply=form, seen=seen)

    return say


def refused(request: SignedInRequest, case: Case, form: VerbForm, place: str) -> HttpResponse:
    """Say in the page that is open why nothing was sent; its draft and files stay where they are."""
    context = {
        "case": case,
        "form": form,
        "here": request.get_full_path(),
        "address": address(request, case),
        "last_event": timeline.latest(case, request.user),
    }
    part = render(request, "cases/desk/case/_refused.html", context)
    return retarget(reselect(reswap(part, "innerHTML"), "unset"), place)
