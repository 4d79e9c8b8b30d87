"""Opening a case while telephoning: who is calling, then what they say."""

from datetime import UTC, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases import lifecycle, permissions
from cases.case_page.similar import similar_case
from cases.forms.phone_case import LONGEST_AGO, OpenCaseForm
from cases.models import Case
from cases.views.access import attempt
from cases.views.desk.access import ours
from contacts.entitlements import choices
from contacts.lookup import caller, callers
from contacts.signed_in import SignedInRequest
from sla.time_bounds import read_instant


@ours
@require_http_methods(["GET", "POST"])
def open_case(request: SignedInRequest) -> HttpResponse:
    """Find the caller, then write the case; it counts from when the call began."""
    if request.user.role not in permissions.MAY["open_case"]:
        raise Http404  # who opens no cases looks nobody up here
    at = timezone.now()
    began = _began(request, at)
    calling = caller(request.GET.get("caller", ""))
    if calling is None:
        words = request.GET.get("q", "")[:100]
        began_at = began.astimezone(UTC).isoformat(timespec="seconds")
        found = {"words": words, "callers": callers(words), "began": began_at}
        return render(request, "cases/desk/case/caller.html", found)
    offered = choices(calling.user)
    form = OpenCaseForm(request.POST or None, caller=calling, choices=offered, at=at, initial={"received_at": began})
    case = _opened(request, form)
    if case:
        return redirect("desk:case", case.number)
    context = {"form": form, "caller": calling, "began": began, "here": request.get_full_path()}
    return render(request, "cases/desk/case/open_case.html", context, status=422 if form.is_bound else 200)


def _opened(request: SignedInRequest, form: OpenCaseForm) -> Case | None:
    if not form.is_valid():
        return None
    if not form.cleaned_data["anyway"]:
        told = {name: form.arguments()[name] for name in ("customer", "account", "product", "subject", "submission")}
        form.similar = similar_case(request.user, at=form.at, **told)
        if form.similar:
            return None
    return attempt(request, form, lifecycle.open_case, at=form.at)


def _began(request: SignedInRequest, at: datetime) -> datetime:
    began = read_instant(request.GET.get("began", ""))
    return began if began and at - LONGEST_AGO <= began <= at else at
