"""What is said from the composers: replies, questions, notes, words that go with a solution or a restoration."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reselect, reswap, retarget

from cases import lifecycle
from cases.events import timeline
from cases.forms.base import VerbForm
from cases.forms.conversation import (
    AskCustomerForm,
    NoteForm,
    ProvideSolutionForm,
    PublicForm,
    ReplyForm,
    RestoreServiceForm,
)
from cases.models import Case
from cases.views.access import attempt
from cases.views.desk.access import address, done, load, ours
from cases.views.desk.case import show
from contacts.signed_in import SignedInRequest

Verb = Callable[..., Case]


@ours
@require_POST
def reply(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say something to the customer."""
    form = ReplyForm(request.POST, request.FILES)
    return say(request, case_id, form, lifecycle.reply, _("Your reply is on its way to the customer."))


@ours
@require_POST
def ask_customer(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Ask the customer, and wait for the answer."""
    form = AskCustomerForm(request.POST, request.FILES)
    words = _("Your question is on its way. The case waits for the customer.")
    return say(request, case_id, form, lifecycle.ask_customer, words)


@ours
@require_POST
def restore_service(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Tell the customer that the service is restored."""
    form = RestoreServiceForm(request.POST, request.FILES)
    words = _("The service counts as restored, and the customer is told.")
    return say(request, case_id, form, lifecycle.restore_service, words)


@ours
@require_POST
def provide_solution(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Give the customer a solution."""
    form = ProvideSolutionForm(request.POST, request.FILES)
    words = _("The solution is on its way. It waits for the customer’s word.")
    return say(request, case_id, form, lifecycle.provide_solution, words)


@ours
@require_POST
def note(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Write something that only our own people read."""
    case = load(request, case_id)
    form = NoteForm(request.POST, request.FILES)
    form.keeps_files = bool(request.htmx)
    if attempt(request, form, lifecycle.note, case):
        return done(request, case, _("Your note is kept. The customer does not see it."))
    return (
        refused(request, case, form, "#note-refused")
        if request.htmx
        else show(request, load(request, case_id), note=form)
    )


def say(
    request: SignedInRequest, case_id: int, form: PublicForm, verb: Callable[..., Case], words: str
) -> HttpResponse:
    """Do a `verb` of the reply's composer, unless others wrote since its writer began: then show that first, once."""
    case = load(request, case_id)
    form.keeps_files = bool(request.htmx)
    seen = form.seen_before
    if form.is_valid() and seen is not None and (added := timeline.since(case, seen, request.user)):
        form.hold_back(added)
    elif attempt(request, form, verb, case):
        return done(request, case, words)
    if request.htmx:
        return refused(request, case, form, "#reply-refused")
    return show(request, load(request, case_id), reply=form, seen=seen)


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
