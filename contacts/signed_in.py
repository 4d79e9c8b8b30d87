"""The request of a page that needs signing in: its user is a person of ours, never anonymous."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from contacts.models import User


class SignedInRequest(HttpRequest):
    """What views take, once LoginRequiredMiddleware has let the request through."""

    user: User
    htmx: HtmxDetails
