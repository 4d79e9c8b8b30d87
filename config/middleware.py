"""What happens around every request: reader's language and zone, second factor of staff, log context, no caching."""

import uuid
import zoneinfo
from collections.abc import Callable

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponse]


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


class StaffSecondFactor:
    """Send staff without a second factor to set one up before anything else (not in the demo)."""

    FREE = ("/accounts/", "/language/", "/static/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        needed = (
            settings.STAFF_SECOND_FACTOR_REQUIRED
            and user.is_authenticated
            and user.works_here
            and not request.path.startswith(self.FREE)
        )
        if needed:
            from allauth.mfa.utils import is_mfa_enabled

            if not is_mfa_enabled(user):
                messages.warning(request, _("Your role needs a second factor. Set one up to go on."))
                return redirect("mfa_index")
        return self.get_response(request)


class LogContext:
    """Bind request and actor ids to every log line of the request."""

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
