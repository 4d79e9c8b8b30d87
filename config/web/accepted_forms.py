"""What was sent and accepted is no draft any more: the one place that knows."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseRedirectBase

from config.web.middleware import Middleware
from contacts import drafts
from contacts.fragments import demand_of


class AcceptedForms(Middleware):
    """Forget the draft of a form whose view leads on. A view that refuses shows the form again, or led nowhere.

    A form says by `draft` that its page may have kept it. This is next to the view, so that nothing but the view
    answers: what asks to sign in first leaves the draft alone.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        sent = request.method == "POST" and "draft" in request.POST
        if sent and request.user.is_authenticated and _leads_on(response):
            drafts.accepted(request.user, request.path)
        return response


def _leads_on(response: HttpResponse) -> bool:
    leads = isinstance(response, HttpResponseRedirectBase) or "HX-Redirect" in response.headers
    to = response.headers.get("Location") or response.headers.get("HX-Redirect", "")
    return leads and not demand_of(to)
