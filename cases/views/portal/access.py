"""The way into a customer's page: our own people go to the desk, customers get what they may see, strangers 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.views.decorators.http import require_http_methods

from cases.models import Case
from cases.views.access import load_case, press
from contacts.signed_in import SignedInRequest

Page = Callable[[SignedInRequest], HttpResponse]
CasePage = Callable[..., HttpResponse]  # of the request and the case, and what else its address names


def for_customers(page: Page) -> Page:
    """Send our own people to their queue."""

    @wraps(page)
    def entered(request: SignedInRequest) -> HttpResponse:
        return redirect("desk:queue") if request.user.works_here else page(request)

    return entered


def of_case(page: CasePage, *, bare: bool = False) -> Callable[..., HttpResponse]:
    """Load the case by right and hand it to `page`; our own people go to the desk's page of it, a stranger gets 404.

    A `bare` case comes without what its page shows.
    """

    @wraps(page)
    def entered(request: SignedInRequest, case_id: int, **more: Any) -> HttpResponse:
        visible = Case.objects.visible_to(request.user)
        case = load_case(case_id, visible if bare else visible.for_portal())
        return redirect("desk:case", case.number) if request.user.works_here else page(request, case, **more)

    return entered


def verb_of_case(page: CasePage) -> Callable[..., HttpResponse]:
    """The same for a verb: only POST changes something; a GET, as after signing in, leads to the case.

    The case is bare: the verb locks and loads it itself, and a refusal shows what it is by then.
    """

    @wraps(page)
    def posted(request: SignedInRequest, case: Case) -> HttpResponse:
        return page(request, case) if request.method == "POST" else redirect("portal:case", case.number)

    return require_http_methods(["GET", "HEAD", "POST"])(of_case(posted, bare=True))


def verb_view(verb: Callable[..., Case], words: str | Promise) -> Callable[..., HttpResponse]:
    """Return the view of a `verb` that needs no form; `words` say that it was done."""

    @verb_of_case
    def pressed(request: SignedInRequest, case: Case) -> HttpResponse:
        return act(request, case, verb, words)

    return pressed


def act(request: SignedInRequest, case: Case, verb: Callable[..., Case], words: str | Promise) -> HttpResponse:
    """Do a `verb` that needs no words, and go back to the case; `words` say that it was done."""
    press(request, verb, case, words, refused=messages.INFO)
    return redirect("portal:case", case.number)
