"""The solution with the next release; and missed commitments that count no more, or do again."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.commitments import PromiseReleaseForm, ReasonForm
from cases.lifecycle.commitments import coming_release
from cases.models import Breach, Case
from cases.views.access import attempt
from cases.views.desk.access import View, asked, done, form_for, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def promise_release(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Promise the solution with the next release, which is shown with its day before it is confirmed."""
    case = load(request, case_id)
    release, due_at = coming_release(case, at=timezone.now())
    form = form_for(request, case, PromiseReleaseForm, release=release, due_at=due_at)
    if attempt(request, form, lifecycle.promise_release, case):
        words = _("The solution is promised with %(release)s.") % {"release": release}
        return done(request, case, words)
    return asked(request, "cases/desk/commitments/promise_release.html", case, form)


def breach_view(verb: Callable[..., Case], words: str | Promise) -> View:
    """Return the view of a `verb` of a missed commitment of a case, for a reason; `words` say that it was done."""

    @ours
    @require_http_methods(["GET", "POST"])
    def ask(request: SignedInRequest, case_id: int, breach_id: int) -> HttpResponse:
        case = load(request, case_id)
        breach = get_object_or_404(Breach, case=case, pk=breach_id)
        form = form_for(request, case, ReasonForm)
        if attempt(request, form, partial(verb, breach=breach), case):
            return done(request, case, str(words))
        return asked(request, f"cases/desk/commitments/{verb.__name__}.html", case, form, breach=breach)

    return ask
