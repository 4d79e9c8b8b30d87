"""The demo's letter box: every mail that the portal sent, also for who is not signed in (a reset link is a mail)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from config.dev import mailbox

# A mail's HTML may do nothing but look: no script, nothing fetched, shown only in our frame; its links open a new tab.
_HTML_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
View = Callable[..., HttpResponse]
_framing = cast(Callable[[View], View], csp_update({"frame-src": [SELF]}))


def _for_the_demo(view: View) -> View:
    """Let everybody in where this is the demo; elsewhere only those who enter the back office."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.CAUGHT_MAIL_DIR or not (settings.DEMO or getattr(request.user, "is_staff", False)):
            raise Http404
        return view(request, *args, **kwargs)

    return login_not_required(guarded)


@require_GET
@_for_the_demo
def caught_mail(request: HttpRequest) -> HttpResponse:
    """List the mails, newest first."""
    return render(request, "dev/mailbox.html", _layout(request) | {"mails": mailbox.latest()})


@require_GET
@_for_the_demo
@_framing
def caught_mail_message(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail: text, HTML in a frame of its own, headers."""
    mail = _load(key)
    context = _layout(request) | {"mail": mail, "text": mail.part("plain"), "has_html": bool(mail.part("html"))}
    return render(request, "dev/mailbox_message.html", context)


@require_GET
@_for_the_demo
@xframe_options_sameorigin
def caught_mail_html(_request: HttpRequest, key: str) -> HttpResponse:
    """Give the HTML of one mail for its frame."""
    html, base = _load(key).part("html"), '<base target="_blank">'
    framed = html.replace("<head>", f"<head>{base}", 1) if "<head>" in html else base + html
    return HttpResponse(framed, headers={"Content-Security-Policy": _HTML_POLICY})


def _layout(request: HttpRequest) -> dict[str, Any]:
    # A stranger gets the customers' page: the narrow door is too small to read mail through.
    return {"layout": "layouts/desk.html" if getattr(request.user, "works_here", False) else "layouts/portal.html"}


def _load(key: str) -> mailbox.Caught:
    try:
        return mailbox.one(key)
    except mailbox.NotCaught as missing:
        raise Http404 from missing
