"""What the pages of the portal, of the desk and of the back office share: loading a case by right, trying a verb."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from structlog.contextvars import bind_contextvars

from cases.forms.base import OnceForm, VerbForm
from cases.forms.opening import way_on
from cases.lifecycle.change import AnotherText
from cases.models import Case
from cases.querysets import CaseQuerySet
from cases.statuses import Refusal
from contacts.entitlements import NotEntitled
from contacts.signed_in import SignedInRequest

Done = TypeVar("Done")
View = Callable[..., HttpResponseBase]
REFUSALS = (Refusal, NotEntitled)


def only_where(allowed: Callable[[SignedInRequest], bool]) -> Callable[[View], View]:
    """Return what lets those readers in to a view to whom it is `allowed`; for everybody else there is no such page."""

    def decorated(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not allowed(request):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorated


def load_case(case_id: int, visible: CaseQuerySet) -> Case:
    """Return the case of that id out of those `visible` to the reader. Raises Http404."""
    case = get_object_or_404(visible, pk=case_id)
    bind_contextvars(account_id=case.account_id)
    return case


def attempt(
    request: SignedInRequest, form: VerbForm, verb: Callable[..., Done], *of: Model, at: datetime | None = None
) -> Done | None:
    """Do `verb` to what it is `of` with what `form` holds, as of now or `at`.

    Returns what the verb returns, or None where the form is not valid or the verb was refused: the form says why.
    """
    if not form.is_valid():
        return None
    try:
        return verb(*of, by=request.user, at=at or timezone.now(), **form.arguments())
    except REFUSALS as refusal:
        form.add_error(None, format_refusal(refusal))
        if isinstance(refusal, AnotherText) and isinstance(form, OnceForm):
            form.renew_key()
    return None


def press(
    request: SignedInRequest,
    verb: Callable[..., object],
    of: Model,
    words: str | Promise,
    refused: int = messages.WARNING,
) -> bool:
    """Do a `verb` that needs no form; `words` say that it was done, a message of level `refused` why it was not."""
    try:
        verb(of, by=request.user, at=timezone.now())
    except REFUSALS as refusal:
        messages.add_message(request, refused, format_refusal(refusal))
        return False
    messages.success(request, str(words))
    return True


def format_refusal(refusal: Exception) -> str:
    """Return a refusal in words for the reader; where somebody else may, with their names."""
    return way_on(refusal) if isinstance(refusal, NotEntitled) else str(refusal)
