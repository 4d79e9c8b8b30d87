"""What the pages for everybody have in common: no sign-in, one answer for all readers of a language, kept briefly."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.decorators import decorator_from_middleware

View = Callable[..., HttpResponseBase]
KEPT = 30  # seconds for which a cache may answer for us
_if_changed = decorator_from_middleware(ConditionalGetMiddleware)


def in_its_language(view: View) -> View:
    """Show the page in the language that its address asks for (`?lang=fr`), else in that of cookie or browser."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        chosen = request.GET.get("lang", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        return view(request, *args, **kwargs)

    return login_not_required(shown)


def show(request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Render a page whose own links keep the language that its address asked for (`q`).

    Without the token against forged forms, which comes with a cookie: where there is a form, its page renders itself.
    """
    chosen = request.GET.get("lang", "")
    q = f"?lang={chosen}" if chosen in dict(settings.LANGUAGES) else ""
    return render(
        request, f"cases/status/{template}.html", {"q": q, "csrf_token": "", **(context or {})}, status=status
    )


def public(view: View) -> View:
    """Let everybody read, and caches keep, what `view` answers; who has it already gets 304 while it is the same."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            patch_cache_control(response, public=True, max_age=KEPT)
            # The language may come from the browser or a cookie, the colours come from one.
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return in_its_language(_if_changed(shown))
