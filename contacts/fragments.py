"""Pages are moved to where people sign in, fragments never: the one place that decides which of the two a request is.

Whoever demands something before a view goes on (signing in, a second factor, the password once more) answers with
`leave_for(request, url)`. The answer to a fragment leaves the open page, and the words typed in it, where they are; its
header `X-Sign-In` names the place to go to, and static/js/session.js says so in the page.
"""

from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

HEADER = "X-Sign-In"  # where to sign in, a path of this portal
DEMAND = "X-Sign-In-Demand"  # what is asked for there: a value of DEMANDS

# The pages that ask a person for something before they go on, by URL name, and what it is they ask for.
DEMANDS = {
    "account_login": "sign_in",
    "admin:login": "sign_in",
    "mfa_authenticate": "sign_in",
    "mfa_index": "second_factor",
    "mfa_activate_totp": "second_factor",
    "account_reauthenticate": "confirm",
    "mfa_reauthenticate": "confirm",
    "mfa_reauthenticate_webauthn": "confirm",
}


def is_by_itself(request: HttpRequest) -> bool:
    """Say whether the page asks by itself, without a person (`X-Background`, set by static/js/background.js)."""
    return "X-Background" in request.headers


def is_fragment(request: HttpRequest) -> bool:
    """Say whether a script of an open page asks (htmx, fetch, XMLHttpRequest), and not the browser for a page.

    `X-In-Page` is for scripts of ours without htmx; browsers add `Sec-Fetch-Dest: empty` to any request of a script.
    """
    headers = request.headers
    marked = "HX-Request" in headers or "X-In-Page" in headers or is_by_itself(request)
    return marked or headers.get("Sec-Fetch-Dest") == "empty"


def page_of(request: HttpRequest) -> str:
    """Return the path and query of the page to come back to: the one asked for, or the one that a fragment is for."""
    if not is_fragment(request):
        return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
    try:
        address = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/")
    except ValueError:
        return "/"
    path = address._replace(scheme="", netloc="", fragment="").geturl()
    return path if path.startswith("/") else "/"


def leave_for(request: HttpRequest, url: str) -> HttpResponse:
    """Move a page to `url`; to a fragment say only that somebody has to go there, in the header `X-Sign-In`.

    204 to what a page asks by itself: nothing is to happen. 401 to what a person asked for: it was not done.
    """
    if not is_fragment(request):
        return redirect(url)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT if is_by_itself(request) else HTTPStatus.UNAUTHORIZED)
    response[HEADER] = _back_to(page_of(request), url)
    response[DEMAND] = demand_of(url) or "sign_in"
    return response


def held(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return `response`, or what a fragment is told in place of one that would move its page to such a demand.

    So it holds for what others answer too: the sign-in library, the back office, a view.
    """
    url = response.headers.get("HX-Redirect") or response.headers.get("HX-Location") or ""
    if isinstance(response, HttpResponseRedirectBase):
        url = response.url
    if not (url and is_fragment(request) and demand_of(url)):
        return response
    answer = leave_for(request, url)
    answer.cookies = response.cookies
    return answer


def demand_of(url: str) -> str:
    """Return what the page at `url` asks of a person before they may go on, or "" where it asks for nothing."""
    try:
        return DEMANDS.get(resolve(urlsplit(url).path).view_name, "")
    except (Resolver404, ValueError):
        return ""


def _back_to(page: str, url: str) -> str:
    """Return `url`, coming back to `page` and not to the fragment that was asked for."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "next"]
    return parts._replace(query=urlencode([*kept, ("next", page)], safe="/")).geturl()
