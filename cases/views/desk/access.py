"""Who comes in to the consultants' pages, what they load, and how a verb is tried and answered."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import reselect, reswap, retarget
from structlog.contextvars import bind_contextvars

from cases.forms.conversation import VerbForm
from cases.forms.opening import way_on
from cases.models import Case
from cases.queue.filters import QueueFilters
from cases.statuses import Refusal
from contacts.entitlements import NotEntitled
from contacts.signed_in import SignedInRequest

View = Callable[..., HttpResponse]
Verb = Callable[..., Case]
REFUSALS = (Refusal, NotEntitled)


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
    case = get_object_or_404(Case.objects.visible_to(request.user).for_page(), pk=case_id)
    bind_contextvars(account_id=case.account_id)
    return case


def attempt(request: SignedInRequest, form: VerbForm, verb: Verb, case: Case) -> bool:
    """Do `verb` with what `form` holds, and say whether it was done; a refusal becomes an error of the form."""
    if not form.is_valid():
        return False
    try:
        verb(case, by=request.user, at=timezone.now(), **form.arguments())
    except REFUSALS as refusal:
        form.add_error(None, said(refusal))
        return False
    return True


def said(refusal: Exception) -> str:
    """Return a refusal in words for the reader; where somebody else may, with their names."""
    return way_on(refusal) if isinstance(refusal, NotEntitled) else str(refusal)


def act(request: SignedInRequest, case_id: int, verb: Verb, words: str) -> HttpResponse:
    """Do a `verb` that needs no words, and go back to the case; `words` say that it was done."""
    case = load(request, case_id)
    try:
        verb(case, by=request.user, at=timezone.now())
    except REFUSALS as refusal:
        messages.warning(request, said(refusal))
    else:
        messages.success(request, words)
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
