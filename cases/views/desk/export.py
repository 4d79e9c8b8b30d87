"""Taking the record of many cases, for managers and administrators: what fits, how many, who took what and when."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.export import jobs
from cases.export.filters import ExportFilters
from cases.models import Case, ExportRecord
from cases.statuses import Refusal
from cases.views.desk.access import ours
from cases.views.desk.reports import for_managers
from cases.views.export_jobs import refused
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest

SHOWN = 10


@ours
@require_http_methods(["GET", "POST"])
@for_managers
@gives_out_records("POST")
def export_cases(request: SignedInRequest) -> HttpResponse:
    """Show how many cases fit and the last exports; by POST have a worker make one, and show how far it is."""
    filters, now = ExportFilters(request.GET), timezone.now()
    cases = filters.filter_queryset(Case.objects.visible_to(request.user))
    if request.method == "POST":
        try:
            job = jobs.ask_for_many(cases, by=request.user, at=now, query=filters.address())
        except Refusal as refusal:
            return refused(request, refusal)
        return redirect("exports:export", job.pk)
    context = {"exports": _last(), "at": now}
    if request.htmx.target == "exports":
        return render(request, "cases/desk/export/_exports.html", context)
    return _page(request, filters, context | {"count": cases.count()})


def _page(request: SignedInRequest, filters: ExportFilters, context: dict[str, Any]) -> HttpResponse:
    shown = context | {"filters": filters, "form": filters.form, "query": filters.address()}
    return render(request, "cases/desk/export/export_cases.html", shown)


def _last() -> list[ExportRecord]:
    """Return the last exports of many cases, each with how far it is. One query."""
    rows = ExportRecord.objects.filter(case=None).select_related("by", "job")
    return list(rows.order_by("-at", "-pk")[:SHOWN])
