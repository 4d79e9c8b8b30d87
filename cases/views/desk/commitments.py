"""Promises beside the matrix: a release, an agreed date; and missed ones that count no more."""

from functools import partial

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases import lifecycle
from cases.forms.commitments import (
    AgreeDateForm,
    PromiseReleaseForm,
    ReinstateBreachForm,
    VoidBreachForm,
    WithdrawAgreedDateForm,
)
from cases.lifecycle.commitments import coming_release
from cases.models import Breach, Case
from cases.views.access import attempt
from cases.views.desk.access import asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_http_methods(["GET", "POST"])
def promise_release(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Promise the solution with the next release, which is shown with its day before it is confirmed."""
    case = load(request, case_id)
    release, due_at = coming_release(case, at=timezone.now())
    form = PromiseReleaseForm(request.POST or None, release=release, due_at=due_at)
    if attempt(request, form, lifecycle.promise_release, case):
        words = _("The solution is promised with %(release)s.") % {"release": release}
        return done(request, case, words)
    return asked(request, "cases/desk/commitments/promise_release.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def agree_date(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Note the date that both sides agreed on."""
    case = load(request, case_id)
    form = AgreeDateForm(request.POST or None)
    if attempt(request, form, lifecycle.agree_date, case):
        return done(request, case, _("The agreed date is noted, and the customer is told."))
    return asked(request, "cases/desk/commitments/agree_date.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def withdraw_agreed_date(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take the agreed date back."""
    case = load(request, case_id)
    form = WithdrawAgreedDateForm(request.POST or None)
    if attempt(request, form, lifecycle.withdraw_agreed_date, case):
        return done(request, case, _("The agreed date is taken back, and the customer is told."))
    return asked(request, "cases/desk/commitments/withdraw_agreed_date.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def void_breach(request: SignedInRequest, case_id: int, breach_id: int) -> HttpResponse:
    """Let a missed commitment count no more."""
    case = load(request, case_id)
    breach = _breach(case, breach_id)
    form = VoidBreachForm(request.POST or None)
    if attempt(request, form, partial(lifecycle.void_breach, breach=breach), case):
        return done(request, case, _("The missed commitment counts no more. It stays on record."))
    return asked(request, "cases/desk/commitments/void_breach.html", case, form, breach=breach)


@ours
@require_http_methods(["GET", "POST"])
def reinstate_breach(request: SignedInRequest, case_id: int, breach_id: int) -> HttpResponse:
    """Let a missed commitment count again."""
    case = load(request, case_id)
    breach = _breach(case, breach_id)
    form = ReinstateBreachForm(request.POST or None)
    if attempt(request, form, partial(lifecycle.reinstate_breach, breach=breach), case):
        return done(request, case, _("The missed commitment counts again."))
    return asked(request, "cases/desk/commitments/reinstate_breach.html", case, form, breach=breach)


def _breach(case: Case, breach_id: int) -> Breach:
    """Return the missed commitment of that id if it is one of `case`. Raises Http404."""
    breach = Breach.objects.filter(case=case, pk=breach_id).first() if breach_id < 2**63 else None
    if breach is None:
        raise Http404
    return breach
