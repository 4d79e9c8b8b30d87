"""What happens around every request: charset, caching, signing in, language and zone, second factor of staff, log."""

import time
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.http.request import UnreadablePostError
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from contacts import recent_sign_in, session_strength
from contacts.fragments import held, is_fragment, leave_for, page_of
from sla.plain_text import clean_line, clean_text

Handler = Callable[[HttpRequest], HttpResponse]


def is_secret(name: str) -> bool:
    """Say whether a field holds what is compared sign by sign with what was sent before, and never shown."""
    return "password" in name or name == "csrfmiddlewaretoken"


class Middleware:
    """One layer around every view."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response


class PlainText(Middleware):
    """Clean what was sent by `sla/plain_text.py`: every parameter, every field but secrets, every name of a file.

    Refuses what is not sent as UTF-8: in other charsets a form can hold signs that no database stores.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest()
        request.GET = self._cleaned(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Clean the fields of a form here, where a body that cannot be read is answered as Django answers it."""
        if request.method != "POST":
            return None
        try:
            request.POST = self._cleaned(request.POST)
        except UnreadablePostError:  # whoever sent it has gone
            return HttpResponseBadRequest()
        for _name, uploads in request.FILES.lists():
            for upload in uploads:
                name = clean_line(upload.name or "")
                upload.name = name if name.strip(".") else "file"
        return None

    def _cleaned(self, sent: Any) -> Any:
        """Return `sent` itself where it is clean, as it nearly always is."""
        clean = {name: [clean_text(value) for value in values] for name, values in sent.lists() if not is_secret(name)}
        changed = {name: values for name, values in clean.items() if values != sent.getlist(name)}
        if not changed:
            return sent
        copy = sent.copy()
        for name, values in changed.items():
            copy.setlist(name, values)
        copy._mutable = False
        return copy


class PrivateResponses(Middleware):
    """Keep answers out of shared caches and name the request, unless the view said otherwise."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PublicPages(Middleware):
    """Leave the session at the door of the pages for everybody: whoever reads them is nobody, and gets what all get.

    Else a cache that may keep the answer could keep somebody's cookie with it. Stands before SessionMiddleware.
    """

    PATH = "/status/"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(self.PATH):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return self.get_response(request)


class PersonalSettings(Middleware):
    """Speak the signed-in person's language and show times in their zone.

    The language cookie (set by the switch in the header) wins over the profile, so that a switch is at once.
    """

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


class PagesAloneMove(Middleware):
    """Let no fragment move its page: contacts/fragments.py. Stands outside of all that ask for signing in."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return held(request, self.get_response(request))


class SignedInOnly(LoginRequiredMiddleware):
    """Ask for signing in before every view that does not say it needs none, and come back to the page afterwards."""

    def handle_no_permission(  # type: ignore[override]  # fragments are answered otherwise
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponse:
        return leave_for(request, redirect_to_login(page_of(request), resolve_url(self.get_login_url(view_func))).url)


class StaffSecondFactor(Middleware):
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
    GOAL = "goal"  # in the session: the page that somebody was kept from, to go on to afterwards

    def __call__(self, request: HttpRequest) -> HttpResponse:
        setattr(request, session_strength.CAME_AT, time.time())
        if not request.user.is_authenticated:
            return self.get_response(request)
        held_up = session_strength.is_held_up(request)
        request.is_held_up = held_up  # type: ignore[attr-defined]  # read by config/web/navigation.py
        if held_up and not request.path.startswith(self.PROVING):
            if session_strength.owes_factor(request):
                words = _("Please confirm that it is you with your second factor; then you go on.")
                return self._lead(request, recent_sign_in.confirming(request, page_of(request)), words)
            if not request.path.startswith(self.SETTING_UP) or request.path.startswith(self.BEHIND):
                if not is_fragment(request):
                    request.session[self.GOAL] = page_of(request)
                return self._lead(
                    request, reverse("mfa_index"), _("Your role needs a second factor. Set one up to go on.")
                )
        elif not held_up and not request.path.startswith(self.SETTING_UP) and not is_fragment(request):
            request.session.pop(self.GOAL, None)
        return self.get_response(request)

    def _lead(self, request: HttpRequest, url: str, words: str) -> HttpResponse:
        if not is_fragment(request):
            messages.warning(request, words)
        return leave_for(request, url)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, recent_sign_in.NotRecent):
            return leave_for(request, recent_sign_in.way_to_confirm(request, exception))
        return None


class LogContext(Middleware):
    """Bind request and actor ids to every log line of the request; who loads a case adds its account."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex[:16]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(actor_id=request.user.pk)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
