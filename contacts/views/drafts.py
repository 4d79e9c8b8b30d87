"""What the script of an open page keeps and asks for of drafts, and the page that lists a person's own."""

import json
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts import drafts
from contacts.models import Draft
from contacts.signed_in import SignedInRequest
from sla.time_words import format_instant

MOST_PLACES = 40  # forms of one page
MOST_SIGNS = 300  # of a path


@require_GET
def listed(request: SignedInRequest) -> HttpResponse:
    """Show all that the reader has begun and not sent, wherever it was, also where they may not go any more."""
    return render(request, "contacts/drafts.html", {"drafts": drafts.of(request.user)})


@require_GET
def of_page(request: SignedInRequest) -> JsonResponse:
    """Give the drafts of the reader at the places that the page names (`place`, as often as it has forms)."""
    places = request.GET.getlist("place")[:MOST_PLACES]
    found = drafts.of(request.user).filter(place__in=places)
    return JsonResponse({one.place: _said(one) | {"fields": one.fields} for one in found})


@require_POST
def keep(request: SignedInRequest) -> HttpResponse:
    """Keep what was typed: `place`, `page`, and `fields` as JSON. 413 where it is too much."""
    place, fields, word = request.POST.get("place", ""), _fields(request), request.POST.get("word", "")[:20]
    if fields is None or not _is_place(place):
        return HttpResponseBadRequest()
    try:
        draft = drafts.keep(request.user, place, _page(request, place), fields, at=timezone.now(), word=word)
    except drafts.TooMuch:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return JsonResponse(_said(draft)) if draft else HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
def discard(request: SignedInRequest, draft_id: int) -> HttpResponse:
    """Forget a draft for good, because its writer says so."""
    get_object_or_404(drafts.of(request.user), pk=draft_id).delete()
    if "X-In-Page" in request.headers:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    messages.success(request, _("The draft is discarded."))
    return redirect("contacts:drafts")


def _said(draft: Draft) -> dict[str, object]:
    return {"id": draft.pk, "at": format_instant(draft.at)}


def _fields(request: HttpRequest) -> dict[str, object] | None:
    """Return what was typed by the name of its field: a text, or a list of texts; None where it is no such thing."""
    try:
        read = json.loads(request.POST.get("fields", ""))
    except ValueError:
        return None
    return read if isinstance(read, dict) and all(map(_is_typed, read.values())) else None


def _page(request: HttpRequest, place: str) -> str:
    page = request.POST.get("page", "")
    return page if _is_place(page) else place


def _is_typed(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(one, str) for one in value))


def _is_place(place: str) -> bool:
    """Say whether this is a path of the portal, which forms can be sent to."""
    try:
        return place.startswith("/") and len(place) <= MOST_SIGNS and bool(resolve(place.partition("?")[0]))
    except (Resolver404, Http404):
        return False
