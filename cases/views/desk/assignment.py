"""Who works a case and where: taking, assigning, handing over, waiting for a release, taking up the work again."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases import lifecycle
from cases.forms.assignment import AssignForm, AwaitReleaseForm, HandToDevelopmentForm
from cases.views.access import attempt
from cases.views.desk.access import act, asked, done, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_POST
def take(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Make the case one's own."""
    return act(request, case_id, lifecycle.take, _("The case is yours."))


@ours
@require_http_methods(["GET", "POST"])
def assign(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Give the case to somebody, and to a team."""
    case = load(request, case_id)
    form = AssignForm(request.POST or None, case=case, at=timezone.now())
    if attempt(request, form, lifecycle.assign, case):
        words = _("%(owner)s has the case now.") % {"owner": form.cleaned_data["owner"]}
        return done(request, case, words)
    return asked(request, "cases/desk/assignment/assign.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def hand_to_development(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say that a change of code is being made, with a note for those who make it."""
    case = load(request, case_id)
    form = HandToDevelopmentForm(request.POST or None)
    if attempt(request, form, lifecycle.hand_to_development, case):
        return done(request, case, _("The case is with the developers."))
    return asked(request, "cases/desk/assignment/hand_to_development.html", case, form)


@ours
@require_http_methods(["GET", "POST"])
def await_release(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Say with which release the fix comes."""
    case = load(request, case_id)
    form = AwaitReleaseForm(request.POST or None, case=case, at=timezone.now())
    if attempt(request, form, lifecycle.await_release, case):
        words = _("The case waits for %(release)s.") % {"release": form.cleaned_data["release"]}
        return done(request, case, words)
    return asked(request, "cases/desk/assignment/await_release.html", case, form)


@ours
@require_POST
def resume_work(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Take up the work again."""
    return act(request, case_id, lifecycle.resume_work, _("The work goes on; the clocks do too."))
