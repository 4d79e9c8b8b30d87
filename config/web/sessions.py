"""How long a session lasts: of our people 12 hours, and half an hour at rest; of customers 14 days at rest."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.fragments import is_by_itself
from contacts.models import User

BEGAN, SEEN = "began_at", "seen_at"
# How exact "last seen" is: a session row is written at most this often.
GRAIN = 60


class SessionLimits:
    """Sign people out when their time is up. Stands after MessageMiddleware: it says why.

    A request that a page makes by itself (contacts/fragments.py) is no sign of life; what is typed is one, for it is
    kept as a draft while it is typed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._count(request, request.user, int(timezone.now().timestamp()))
        return self.get_response(request)

    def _count(self, request: HttpRequest, user: User, now: int) -> None:
        session = request.session
        began, seen = session.get(BEGAN, now), session.get(SEEN, now)
        idle = settings.STAFF_SESSION_IDLE_SECONDS if user.works_here else settings.CUSTOMER_SESSION_IDLE_SECONDS
        if user.works_here and now - began >= settings.STAFF_SESSION_SECONDS:
            logout(request)
            messages.info(request, _("You have been signed in for a long time. Please sign in again."))
        elif now - seen >= idle:
            logout(request)
            messages.info(request, _("You were signed out because nothing was done for a while."))
        elif BEGAN not in session or (now - seen >= GRAIN and not is_by_itself(request)):
            session[BEGAN], session[SEEN] = began, now
