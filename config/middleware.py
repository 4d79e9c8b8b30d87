"""What happens around every request: charset, caching, signing in, language and zone, second factor of staff, log."""

import time
import uuid
import zoneinfo
from collections.abc import Callable
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

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


def leave_for(request: HttpRequest, url: str) -> HttpResponse:
    """Send the whole page to `url`, also where only a fragment was asked for: htmx would put a page into it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)


class SignedInOnly(LoginRequiredMiddleware):
    """Ask for signing in before every view that does not say it needs none, and come back to the page afterwards."""

    def handle_no_permission(  # type: ignore[override]  # htmx is redirected by a header
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        if request.headers.get("HX-Request"):
            page = _path_of(request.headers.get("HX-Current-URL", "/"))
        else:
            page = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
        return leave_for(request, redirect_to_login(page, resolve_url(self.get_login_url(view_func))).url)


def _path_of(url: str) -> str:
    try:
        return urlsplit(url)._replace(scheme="", netloc="").geturl()
    except ValueError:
        return "/"


class StaffSecondFactor:
    """Let a session do what its person may only once it proved the second factor that they have, or must have.

    Who has one proves it and goes on; staff without one set one up first (not in the demo). Also leads to confirming
    whoever is asked for a recent sign-in.
    """

    # Where people prove a factor or leave; where, without one, they set one up: not their own pages that stand there.
    PROVING = (
        "/accounts/reauthenticate/",
        "/accounts/2fa/reauthenticate/",
        "/accounts/2fa/webauthn/reauthenticate/",
        "/accounts/logout/",
        "/language/",
        "/static/",
    )
    SETTING_UP = ("/accounts/", "/language/", "/static/")
    BEHIND = ("/accounts/profile/", "/accounts/absences/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from contacts import recent_sign_in, session_strength

        setattr(request, session_strength.CAME_AT, time.time())
        if request.user.is_authenticated and not request.path.startswith(self.PROVING):
            if session_strength.owes_factor(request):
                page = request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
                if request.headers.get("HX-Request"):
                    page = recent_sign_in.page_behind(request) or "/"
                messages.info(request, _("Please confirm that it is you with your second factor; then you go on."))
                return leave_for(request, recent_sign_in.confirming(request, page))
            setting_up = request.path.startswith(self.SETTING_UP) and not request.path.startswith(self.BEHIND)
            needed = settings.STAFF_SECOND_FACTOR_REQUIRED and request.user.works_here and not setting_up
            if needed and not session_strength.proved_factor(request):
                messages.warning(request, _("Your role needs a second factor. Set one up to go on."))
                return leave_for(request, reverse("mfa_index"))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        from contacts.recent_sign_in import NotRecent, way_to_confirm

        if isinstance(exception, NotRecent):
            return leave_for(request, way_to_confirm(request, exception))
        return None


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
