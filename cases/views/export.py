"""Taking the record of one case, as JSON for machines or as PDF for people: by whoever sees the case.

By POST: each export is written down, and nothing that only follows links must take one. What is large is made by a
worker, and its taker led to the page that shows how far it is (`export_jobs.py`).
"""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from structlog.contextvars import bind_contextvars

from cases.export import jobs, taking
from cases.models import Case
from cases.models.export_record import ExportFormat
from cases.statuses import Refusal
from cases.views.export_jobs import refused
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest


@require_POST
@gives_out_records("POST")
def export_json(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Send the record of a case as JSON."""
    return _taken(request, _load(request, case_id), ExportFormat.JSON, "application/json", taking.take_json)


@require_POST
@gives_out_records("POST")
def export_pdf(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Send the record of a case as PDF."""
    return _taken(request, _load(request, case_id), ExportFormat.PDF, "application/pdf", taking.take_pdf)


def _load(request: SignedInRequest, case_id: int) -> Case:
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=case_id)
    bind_contextvars(account_id=case.account_id)
    return case


def _taken(
    request: SignedInRequest, case: Case, kind: ExportFormat, content_type: str, take: Callable[..., bytes]
) -> HttpResponse:
    now: datetime = timezone.now()
    try:
        if taking.is_heavy(case, kind):
            job = jobs.ask_for_one(case, kind, by=request.user, at=now)
            return redirect("exports:export", job.pk)
        content = take(case, by=request.user, at=now)
    except Refusal as refusal:
        return refused(request, refusal)
    return _sent(content, f"{case.number}.{kind}", content_type)


def _sent(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
