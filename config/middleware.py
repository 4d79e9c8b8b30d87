"""What happens around every request: charset, caching, signing in, language and zone, second factor of staff, log."""

import uuid
import zoneinfo
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts import second_factor
from contacts.fragments import held, is_fragment, leave_for, page_of

Handler = Callable[[HttpRequest], HttpResponse]


class PlainText:
    """Refuse what is not sent as UTF-8: in other charsets a form can hold signs that no database stores."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest()
        return self.get_response(request)


class PrivateResponses:
    """Keep answers out of shared caches and name the request, unless the view said otherwise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PublicPages:
    """Leave the session at the door of the pages for everybody: whoever reads them is nobody, and gets what all get.

    Else a cache that may keep the answer could keep somebody's cookie with it. Stands before SessionMiddleware.
    """

    PATH = "/status/"

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.PATH):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class PersonalSettings:
    """Speak the signed-in person's language and show times in their zone.

    The language cookie (set by the switch in the header) wins over the profile, so that a switch is at once.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            timezone.deactivate()
            return self.get_response(request)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
            return self.get_response(request)


class PagesAloneMove:
    """Let no fragment move its page: contacts/fragments.py. Stands outside of all that ask for signing in."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return held(request, self.get_response(request))


class SignedInOnly(LoginRequiredMiddleware):
    """Ask for signing in before every view that does not say it needs none, and come back to the page afterwards."""

    def handle_no_permission(  # type: ignore[override]  # fragments are answered otherwise
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        return leave_for(request, redirect_to_login(page_of(request), resolve_url(self.get_login_url(view_func))).url)


class StaffSecondFactor:
    """Send staff without a second factor to set one up before anything else (not in the demo)."""

    FREE = ("/accounts/", "/language/", "/static/")
    GOAL = "goal"  # in the session: the page that somebody was kept from, to go on to afterwards

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        free = request.path.startswith(self.FREE)
        if second_factor.must_set_up(request.user):
            request.must_set_up_second_factor = True  # type: ignore[attr-defined]  # read by config/navigation.py
            if not free:
                if not is_fragment(request):
                    request.session[self.GOAL] = page_of(request)
                    messages.warning(request, _("Your role needs a second factor. Set one up to go on."))
                return leave_for(request, reverse("mfa_index"))
        elif not free and not is_fragment(request):
            request.session.pop(self.GOAL, None)
        return self.get_response(request)


class LogContext:
    """Bind request and actor ids to every log line of the request; who loads a case adds its account."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(actor_id=request.user.pk)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
