"""Root-cause reports for our own people: what is owed, one report with its versions, writing it, and its steps."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from cases import lifecycle, permissions
from cases.forms.base import VerbForm
from cases.forms.root_causes import BecauseForm, WriteReportForm
from cases.lifecycle.root_causes import has_written
from cases.models import Incident, RootCauseReport
from cases.root_causes import history
from cases.root_causes import queries as root_causes
from cases.statuses import Refusal
from cases.views.access import View, attempt
from cases.views.desk.access import asked, form_for, load, ours
from contacts.signed_in import SignedInRequest


@ours
@require_GET
def root_cause_reports(request: SignedInRequest) -> HttpResponse:
    """Show which reports are owed, overdue first, which are in work, and which were published lately."""
    at = timezone.now()
    writes = request.user.role in permissions.WRITE_REPORTS
    context = {"rows": root_causes.rows(request.user, at=at), "at": at, "writes": writes}
    return render(request, "cases/desk/root_causes/reports.html", context)


@ours
@require_GET
def root_causes_waiting(request: SignedInRequest) -> HttpResponse:
    """Say how many reports wait for a step of the reader's, for the side bar; nothing where none does."""
    return render(request, "components/waiting.html", {"count": root_causes.waiting_for(request.user)})


@ours
@require_http_methods(["GET", "POST"])
def report_root_cause(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Lead from a case to its report, or to that of its incident; begin it where there is none."""
    case = load(request, case_id)
    standing = root_causes.state_of(case=case, at=timezone.now())
    if standing and standing.report:
        return _go(request, "desk:root_cause_report", standing.report)
    form = form_for(request, case, VerbForm)
    if report := attempt(request, form, partial(lifecycle.begin_report, case=case)):
        return _go(request, "desk:write_report", report)
    return asked(request, "cases/desk/root_causes/report_root_cause.html", case, form, standing=standing)


@ours
@require_POST
def begin_incident_report(request: SignedInRequest, incident_id: int) -> HttpResponse:
    """Begin the report of an incident, or open the one that is there."""
    incident = get_object_or_404(Incident, pk=incident_id)
    try:
        report = lifecycle.begin_report(by=request.user, at=timezone.now(), incident=incident)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("desk:root_cause_reports")
    return _go(request, "desk:write_report", report)


@ours
@require_GET
def root_cause_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Show a report: its latest version, what can be done with it, its earlier versions and its record."""
    return _show(request, _load(request, report_id))


@ours
@require_http_methods(["GET", "POST"])
def write_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Write; "Save" keeps what there is, "Hand in" also hands it in for review."""
    report = _load(request, report_id)
    version = report.versions.select_related("written_by").latest("number")
    form = WriteReportForm(request.POST or None, version=version)
    if form.is_valid() and _written(request, report, form):
        messages.success(request, _("Handed in for review.") if "submit" in request.POST else _("Saved."))
        return redirect("desk:root_cause_report" if "submit" in request.POST else "desk:write_report", report.number)
    if not version.is_being_written and not form.is_bound:
        return redirect("desk:root_cause_report", report.number)
    context = {"report": report, "version": version, "form": form}
    return render(request, "cases/desk/root_causes/write.html", context, status=422 if form.is_bound else 200)


def _written(request: SignedInRequest, report: RootCauseReport, form: WriteReportForm) -> bool:
    try:
        lifecycle.write_report(report, by=request.user, at=timezone.now(), **form.arguments())
        if "submit" in request.POST:
            lifecycle.submit_report(report, by=request.user, at=timezone.now())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        # What was refused for the hand-in is saved all the same; what is saved next begins from there.
        form.data = {**request.POST.dict(), "seen": report.versions.latest("number").written_at.isoformat()}
        return False
    return True


def step_view(verb: Callable[..., object], words: str | Promise, *, why: bool = False) -> View:
    """Return the view of a `verb` that takes a report a step on, or back for a reason (`why`); `words` say so."""

    @ours
    @require_POST
    def step(request: SignedInRequest, report_id: int) -> HttpResponse:
        report = _load(request, report_id)
        form = (BecauseForm if why else VerbForm)(request.POST)
        if not form.is_valid():
            return _show(request, report, refused=form, verb=verb.__name__)
        try:
            verb(report, by=request.user, at=timezone.now(), **form.arguments())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, str(words))
        return redirect("desk:root_cause_report", report.number)

    return step


@ours
@require_GET
def report_progress(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Show how many cases have been told, for the page that asks again while there are more."""
    report = _load(request, report_id)
    version = report.versions.filter(state="published").latest("number")
    context = {"report": report, "progress": root_causes.progress(version)}
    return render(request, "cases/desk/root_causes/_progress.html", context)


def _load(request: SignedInRequest, report_id: int) -> RootCauseReport:
    return get_object_or_404(root_causes.open_to(request.user), pk=report_id)


def _go(request: SignedInRequest, name: str, report: RootCauseReport) -> HttpResponse:
    """Go to a page of the report, out of the dialog of another page too."""
    answer = redirect(name, report.number)
    return HttpResponseClientRedirect(answer.url) if request.htmx else answer


def _show(
    request: SignedInRequest, report: RootCauseReport, *, refused: VerbForm | None = None, verb: str = ""
) -> HttpResponse:
    user, at = request.user, timezone.now()
    versions = list(report.versions.select_related("written_by", "reviewed_by", "published_by").order_by("-number"))
    published = next((version for version in versions if version.is_published), None)
    events = report.events.select_related("actor").order_by("pk")
    context = {
        "report": report,
        "version": versions[0],
        "published": published,
        "earlier": versions[1:],
        "standing": root_causes.state_of(case=report.case, incident=report.incident, at=at),
        "progress": root_causes.progress(published) if published else None,
        "record": [(event.at, history.icon(event), history.sentence(event)) for event in events],
        "steps": _steps(user, versions[0]),
        "return_form": refused if verb == "return_report" else BecauseForm(auto_id="return_%s"),
        "correct_form": refused if verb == "correct_report" else BecauseForm(auto_id="correct_%s"),
        "at": at,
    }
    return render(request, "cases/desk/root_causes/report.html", context, status=422 if refused else 200)


def _steps(user: Any, version: Any) -> set[str]:
    """Return which steps this reader may take with the version now."""
    found: set[str] = set()
    if user.role in permissions.WRITE_REPORTS:
        found |= {"write"} if version.is_being_written else set()
        found |= {"correct"} if version.is_published else set()
    if user.role in permissions.REVIEW_REPORTS:
        found |= {"review"} if version.is_in_review and not has_written(version, user) else set()
        found |= {"return"} if version.is_in_review or version.is_reviewed else set()
    if user.role in permissions.PUBLISH_REPORTS and version.is_reviewed:
        found |= {"publish"}
    return found
