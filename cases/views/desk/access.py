"""Who comes in to the consultants' pages, and how a verb is answered there."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reselect, reswap, retarget

from cases.forms.base import VerbForm
from cases.models import Case
from cases.queue.filters import QueueFilters
from cases.views.access import View, attempt, load_case, only_where, press
from contacts.signed_in import SignedInRequest

Form = TypeVar("Form", bound=VerbForm)
ours = only_where(lambda request: request.user.works_here)  # our own people


def load(request: SignedInRequest, case_id: int) -> Case:
    """Return the case by right, with what its page shows beside the timeline. Raises Http404. One query."""
    return load_case(case_id, Case.objects.visible_to(request.user).for_page())


def verb_view(verb: Callable[..., Case], words: str | Promise) -> View:
    """Return the view of a `verb` that needs no form; `words` say that it was done."""

    @ours
    @require_POST
    def act(request: SignedInRequest, case_id: int) -> HttpResponse:
        case = load(request, case_id)
        press(request, verb, case, words)
        return redirect(address(request, case))

    return act


def form_view(verb: Callable[..., Case], folder: str, form_class: type[VerbForm], words: str | Promise) -> View:
    """Return the view of a `verb` with a form; `words` say that it was done, with fields as `%(owner)s`.

    Its template, in `folder` of the desk's, bears the name of the verb.
    """

    @ours
    @require_http_methods(["GET", "POST"])
    def ask(request: SignedInRequest, case_id: int) -> HttpResponse:
        case = load(request, case_id)
        form = form_for(request, case, form_class)
        if attempt(request, form, verb, case):
            return done(request, case, str(words) % form.cleaned_data)
        return asked(request, f"cases/desk/{folder}/{verb.__name__}.html", case, form)

    return ask


def form_for(request: SignedInRequest, case: Case, form_class: type[Form], **more: Any) -> Form:
    """Return the form of a verb of `case`: empty, or with what the reader sent; `more` is for this form alone."""
    sent = {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}
    return form_class(**sent, **more, case=case, by=request.user, at=timezone.now())


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
