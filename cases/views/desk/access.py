"""Who comes in to the consultants' pages, and how a verb is answered there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import reselect, reswap, retarget

from cases.forms.base import VerbForm
from cases.models import Case
from cases.queue.filters import QueueFilters
from cases.views.access import load_case, press
from contacts.signed_in import SignedInRequest

View = Callable[..., HttpResponse]


def ours(view: View) -> View:
    """Let only our own people in; for everybody else there is no such page."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.works_here:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def load(request: SignedInRequest, case_id: int) -> Case:
    """Return the case by right, with what its page shows beside the timeline. Raises Http404. One query."""
    return load_case(case_id, Case.objects.visible_to(request.user).for_page())


def act(request: SignedInRequest, case_id: int, verb: Callable[..., Case], words: str) -> HttpResponse:
    """Do a `verb` that needs no words, and go back to the case; `words` say that it was done."""
    case = load(request, case_id)
    press(request, verb, case, words)
    return redirect(address(request, case))


def done(request: SignedInRequest, case: Case, words: str) -> HttpResponse:
    """Go back to the case after a form was accepted; `words` say what was done."""
    messages.success(request, words)
    return redirect(address(request, case))


def asked(request: SignedInRequest, template: str, case: Case, form: VerbForm, **more: Any) -> HttpResponse:
    """Show the form of a verb, as a page or, for htmx, in the dialog of the case's page; `more` is for its template."""
    context = {"case": case, "form": form, "here": request.get_full_path(), "address": address(request, case), **more}
    if not request.htmx:
        return render(request, template, context, status=422 if form.is_bound else 200)
    return retarget(reselect(reswap(render(request, template, context), "innerHTML"), "unset"), "#act")


def address(request: SignedInRequest, case: Case) -> str:
    """Return the address of a case, in the queue that the reader came from."""
    query = QueueFilters(request.GET).address()
    return reverse("desk:case", args=[case.number]) + (f"?{query}" if query else "")
