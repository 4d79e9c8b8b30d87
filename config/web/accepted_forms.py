"""What was sent and accepted is no draft any more: the one place that knows."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase

from config.web.middleware import Middleware
from contacts import drafts
from contacts.fragments import demand_of

WORD = re.compile(r"[0-9a-z]{1,20}")


class AcceptedForms(Middleware):
    """Forget the draft of a form whose view leads on. A view that refuses shows the form again, or led nowhere.

    A form says by `draft` that its page may have kept it, by a word of its own, which the page knows again in a cookie.
    This is next to the view, so that nothing but the view answers: what asks to sign in first leaves the draft alone.
    """

    COOKIE = "accepted_forms"
    MOST = 5  # tabs that send within one another's answers

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sent = request.method == "POST" and "draft" in request.POST
        if sent and request.user.is_authenticated and _leads_on(response):
            word = request.POST["draft"] if WORD.fullmatch(request.POST["draft"]) else ""
            drafts.accepted(request.user, request.path, word)
            self._remember(word, request, response)
        return response

    def _remember(self, word: str, request: HttpRequest, response: HttpResponse) -> None:
        listed = [one for one in [*request.COOKIES.get(self.COOKIE, "").split("."), word] if WORD.fullmatch(one)]
        response.set_cookie(
            self.COOKIE, ".".join(listed[-self.MOST :]), secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )


def _leads_on(response: HttpResponse) -> bool:
    leads = isinstance(response, HttpResponseRedirectBase) or "HX-Redirect" in response.headers
    to = response.headers.get("Location") or response.headers.get("HX-Redirect", "")
    return leads and not demand_of(to)
