"""The root-cause report, for the people of those accounts that it concerns; for everybody else there is none."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from cases.models import Case
from cases.root_causes import queries as root_causes
from contacts.signed_in import SignedInRequest


@require_GET
def root_cause_report(request: SignedInRequest, report_id: int) -> HttpResponse:
    """Show the latest published version, and which of the reader's own cases it is about."""
    if request.user.works_here:
        return redirect("desk:root_cause_report", report_id)
    version = root_causes.published_to(request.user).filter(report=report_id).first()
    if version is None:
        raise Http404
    cases = Case.objects.visible_to(request.user).filter(root_cause_deliveries__version__report=report_id).distinct()
    context = {"version": version, "report": version.report, "cases": cases.order_by("pk")}
    return render(request, "cases/portal/root_cause_report.html", context)
