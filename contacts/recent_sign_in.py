"""Asking for a recent sign-in before what is grave, and before a record leaves the portal.

`config/web/middleware.py` leads whoever is asked to confirm that it is them, and back. What was sent is kept meanwhile.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.core.internal.httpkit import serialize_request
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from contacts.fragments import is_fragment
from contacts.session_strength import signed_in_recently

View = Callable[..., Any]


class NotRecent(Exception):
    """The last sign-in of this session is too long ago. `for_file`: asked for a file, not for a page or a deed."""

    def __init__(self, *, for_file: bool = False) -> None:
        super().__init__()
        self.for_file = for_file


def demand(request: HttpRequest, *, for_file: bool = False) -> None:
    """Do nothing where the session signed in or confirmed itself recently. Raises NotRecent."""
    if not signed_in_recently(request):
        raise NotRecent(for_file=for_file)


def recent_sign_in(view: View) -> View:
    """Let into a view only sessions that signed in recently; what was written in a form is kept meanwhile."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        demand(request)
        return view(request, *args, **kwargs)

    return guarded


def gives_out_records(*methods: str) -> Callable[[View], View]:
    """Declare a view an export: asked for by one of `methods`, it sends a file to recently signed-in sessions only."""

    def declared(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method in methods:
                demand(request, for_file=True)
            return view(request, *args, **kwargs)

        return guarded

    return declared


def way_to_confirm(request: HttpRequest, refused: NotRecent) -> str:
    """Return the address where the person confirms that it is them, and note in the session how it goes on after.

    A form is sent again with what was written in it. A file is not: the browser would stay where the person confirmed.
    They come back to the page that offers it.
    """
    page = page_behind(request)
    if is_fragment(request):
        return confirming(request, page or "/")  # its page stays open, with what was written in it
    messages.info(request, _("This needs a recent sign-in. Please confirm that it is you; then you go on."))
    request.session.pop(STATE_SESSION_KEY, None)
    if refused.for_file and page:
        back = "contacts.recent_sign_in.back_to_page"
        request.session[STATE_SESSION_KEY] = {"state": {"page": page}, "callback": back}
    elif request.method == "POST":
        request.session[STATE_SESSION_KEY] = {"request": serialize_request(request)}
        # allauth sends it again where the address to go on to is its path; its query is kept with the rest.
        return confirming(request, request.path)
    return confirming(request, request.get_full_path())


def back_to_page(request: HttpRequest, state: dict[str, str]) -> HttpResponse:
    """Go back to the page that offers a file, now that it can be taken. Called by allauth."""
    messages.success(request, _("Thank you. You can take the file now."))
    return redirect(state["page"])


def confirming(request: HttpRequest, then: str) -> str:
    """Return the address where the person confirms that it is them, by the factor where they have one, before `then`.

    Who has neither password nor factor signs in anew, by the link of a mail.
    """
    means = get_adapter(request).get_reauthentication_methods(request.user)
    if not means:
        logout(request)
    way = means[0]["url"] if means else resolve_url("account_login")
    return f"{way}?{urlencode({'next': then})}"


def page_behind(request: HttpRequest) -> str:
    """Return the path of the page of ours on which the person stands, or "" where it is not known."""
    url = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure()):
        return ""
    path = urlsplit(url)._replace(scheme="", netloc="").geturl()
    return "" if path.startswith(resolve_url("account_reauthenticate").removesuffix("reauthenticate/")) else path
