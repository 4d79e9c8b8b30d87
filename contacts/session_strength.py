"""How this session signed in: with which means, and when last. Rights are judged by that, not by what the person owns.

django-allauth keeps the records in the session. Whatever changes a person's factors ends all sessions of theirs
(`models/session_guard.py`) but the one that changed them (`factor_pages.py`): what it just proved counts.
"""

import math
from typing import Any

from allauth.account import app_settings as sign_in_settings
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from contacts.models import User

FACTOR = "mfa"  # the method that allauth records for a code of an app, a recovery code, a passkey or a security key
# Codes for the loss of a factor are none by themselves.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Whether the person of this session had a factor when it began; another answer ends the session.
OWNS_FACTOR = "owns_second_factor"
CAME_AT = "came_at"  # set on each request by `config.web.middleware.StaffSecondFactor`


def proved_factor(request: HttpRequest) -> bool:
    """Say whether this session signed in, or confirmed itself later, with a second factor. No query."""
    return any(record.get("method") == FACTOR for record in _records(request))


def owes_factor(request: HttpRequest) -> bool:
    """Say whether the person has a factor that this session never proved. One query at most in a session's life."""
    if proved_factor(request):
        return False
    if OWNS_FACTOR not in request.session:
        request.session[OWNS_FACTOR] = _owns_factor(request.user)
    return bool(request.session[OWNS_FACTOR])


def is_held_up(request: HttpRequest) -> bool:
    """Say whether the person has to prove a second factor, or to set one up, before this session shows anything."""
    if owes_factor(request):
        return True
    must_have = settings.STAFF_SECOND_FACTOR_REQUIRED and request.user.works_here  # type: ignore[union-attr]
    return bool(must_have) and not proved_factor(request)


def signed_in_recently(request: HttpRequest) -> bool:
    """Say whether this session signed in or confirmed itself not long ago: by the factor, where it ever proved one."""
    records = _records(request)
    by_factor = [record for record in records if record.get("method") == FACTOR]
    last = max((record.get("at", 0) for record in by_factor or records), default=0)
    return _now(request) - last < settings.RECENT_SIGN_IN_SECONDS


def confirmed_by_factor(request: HttpRequest) -> bool:
    """Say whether this session confirmed itself with a factor a moment ago, as pages about factors ask for."""
    confirmed = (one for one in _records(request) if one.get("method") == FACTOR and one.get("reauthenticated"))
    last = max((record.get("at", 0) for record in confirmed), default=0)
    return _now(request) - last < sign_in_settings.REAUTHENTICATION_TIMEOUT


def _now(request: HttpRequest) -> float:
    """Return when the request came in, in seconds since 1970, as the records count; for ever after where none knows."""
    return float(getattr(request, CAME_AT, math.inf))


def _records(request: HttpRequest) -> list[dict[str, Any]]:
    return get_authentication_records(request, request.user)


def _owns_factor(user: Any) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def _began(*, request: HttpRequest, user: User, **_given: Any) -> None:
    """Bind a new session to the person as they are now, not as they were when they gave the password."""
    user.refresh_from_db(fields=["sessions_ended"])
    request.session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request.session[OWNS_FACTOR] = _owns_factor(user)


def keep(request: HttpRequest, *, proved: bool) -> None:
    """Keep the session in which a person changed a factor of their own; `proved`: they added one, and so proved it.

    Where none is left, the session has proved none either.
    """
    user: Any = request.user
    factor = Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).order_by("pk").last()
    if factor and proved:
        record_authentication(request, user, FACTOR, id=factor.pk, type=factor.type, reauthenticated=True)
    elif not factor:
        left = [record for record in _records(request) if record.get("method") != FACTOR]
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = left
    user.refresh_from_db(fields=["sessions_ended"])
    update_session_auth_hash(request, user)
    request.session[OWNS_FACTOR] = factor is not None


def connect() -> None:
    """Listen to signing in. Called once, when the app is ready."""
    user_logged_in.connect(_began, dispatch_uid="session_began")
