"""Pages that belong to no app: the way in, language, errors. Health: `health.py`."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from config.look.styleguide import samples
from contacts.language import remember_language
from contacts.signed_in import SignedInRequest


@require_GET
def home(request: SignedInRequest) -> HttpResponse:
    """Open on the work: the queue for our people, their cases for customers."""
    return redirect("desk:queue" if request.user.works_here else "portal:cases")


@require_POST
@login_not_required
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language at once, for this browser and for the person's mails."""
    chosen, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    # No redirect(): it would look a word without a slash up as the name of a page, and fail where there is none.
    response: HttpResponse = HttpResponseRedirect(back)
    if check_for_language(chosen) and chosen in dict(settings.LANGUAGES):
        remember_language(response, chosen)
        if request.user.is_authenticated and request.user.language != chosen:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


@require_GET
def page_token(request: SignedInRequest) -> JsonResponse:
    """Give an open page, whose reader has signed in again elsewhere, the token that its forms need now."""
    return JsonResponse({"reader": request.user.pk, "token": get_token(request)})


@require_GET
@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component of the look in every state (development and demo only)."""
    return render(request, "styleguide.html", samples(timezone.now()))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponseBase:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponseBase:
    return render(request, "500.html", status=500)
