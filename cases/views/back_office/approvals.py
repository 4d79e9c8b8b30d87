"""The approvals of the back office: requests for Critical, oldest first, and one of them to decide.

Managers decide; administrators look; for everybody else there are no such pages.
"""

from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cases import lifecycle, permissions, severity_requests
from cases.forms.base import VerbForm
from cases.forms.severity import ApproveSeverityForm, DecisionForm
from cases.models import Case, SeverityRequest
from cases.views.access import attempt, only_where
from contacts.recent_sign_in import demand, recent_sign_in
from contacts.signed_in import SignedInRequest
from sla.models import SeverityCriterion

for_back_office = only_where(lambda request: admin.site.has_permission(request))


@require_GET
@for_back_office
def approvals(request: SignedInRequest) -> HttpResponse:
    """Show what waits for a manager, and how long the last decisions took; to the page itself only what waits now."""
    if request.htmx.target == "requests":
        context = {"requests": severity_requests.inbox(request.user), "at": timezone.now()}
        return render(request, "admin/approvals/_requests.html", context)
    return _page(
        request,
        "approvals",
        title=_("Approvals"),
        requests=severity_requests.inbox(request.user),
        decisions=severity_requests.decisions(request.user),
    )


@require_GET
@for_back_office
def waiting(request: SignedInRequest) -> HttpResponse:
    """Say how many requests wait, for the side bar of the desk; nothing where none does."""
    count = severity_requests.inbox(request.user).count()
    return render(request, "components/waiting.html", {"count": count})


@require_GET
@for_back_office
def approval(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Show one request: the case in brief, the customer's words, the criteria to tick."""
    return _show(request, _load(request, request_id))


@require_http_methods(["POST"])
@for_back_office
@recent_sign_in
def approve_severity(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Make the case Critical."""
    asked = _load(request, request_id)
    form = ApproveSeverityForm(request.POST, auto_id="approve_%s")
    if attempt(request, form, partial(lifecycle.approve_severity, request=asked), asked.case):
        messages.success(request, _("%(number)s is Critical now.") % {"number": asked.case.number})
        return redirect("approvals:approvals")
    return _show(request, _load(request, request_id), approve=form)


@require_http_methods(["POST"])
@for_back_office
@recent_sign_in
def decline_severity(request: SignedInRequest, request_id: int) -> HttpResponse:
    """Leave the severity as it is."""
    asked = _load(request, request_id)
    form = DecisionForm(request.POST, auto_id="decline_%s")
    if attempt(request, form, partial(lifecycle.decline_severity, request=asked), asked.case):
        messages.success(request, _("%(number)s keeps its severity.") % {"number": asked.case.number})
        return redirect("approvals:approvals")
    return _show(request, _load(request, request_id), decline=form)


def _load(request: SignedInRequest, request_id: int) -> SeverityRequest:
    seen = SeverityRequest.objects.filter(case__in=Case.objects.visible_to(request.user))
    return get_object_or_404(severity_requests.with_case(seen), pk=request_id)


def _show(request: SignedInRequest, asked: SeverityRequest, **refused: VerbForm) -> HttpResponse:
    decides = asked.is_open and "approve_severity" in permissions.verbs_for(request.user, asked.case)
    brought_in = asked.asked_by_id == request.user.pk
    forms: dict[str, VerbForm] = {}
    if decides and not brought_in:
        demand(request)  # before anything is written
        forms = {
            "approve": ApproveSeverityForm(auto_id="approve_%s"),
            "decline": DecisionForm(auto_id="decline_%s"),
        }
    held = SeverityCriterion.objects.filter(code__in=asked.criteria).order_by("position")
    return _page(
        request,
        "approval",
        title=_("%(number)s: Critical?") % {"number": asked.case.number},
        asked=asked,
        held=held,
        brought_in=brought_in and decides,
        refusals=[error for form in refused.values() for error in form.non_field_errors()],
        status=422 if refused else 200,
        **forms | (refused if forms else {}),
    )


def _page(request: SignedInRequest, name: str, *, status: int = 200, **context: Any) -> HttpResponse:
    shared = {**admin.site.each_context(request), "at": timezone.now()}
    return render(request, f"admin/approvals/{name}.html", shared | context, status=status)
