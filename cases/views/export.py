"""Taking the record of one case, as JSON for machines or as PDF for people: by whoever sees the case.

By POST: each export is written down, and nothing that only follows links must take one. What is large is made by a
worker, and its taker led to the page that shows how far it is (`export_jobs.py`).
"""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cases.export import jobs, taking
from cases.models import Case
from cases.models.export_record import ExportFormat
from cases.statuses import Refusal
from cases.views.access import load_case
from cases.views.export_jobs import TYPES, refused
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest


@require_POST
@gives_out_records("POST")
def export_json(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Send the record of a case as JSON."""
    return _taken(request, case_id, ExportFormat.JSON, taking.take_json)


@require_POST
@gives_out_records("POST")
def export_pdf(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Send the record of a case as PDF."""
    return _taken(request, case_id, ExportFormat.PDF, taking.take_pdf)


def _taken(request: SignedInRequest, case_id: int, kind: ExportFormat, take: Callable[..., bytes]) -> HttpResponse:
    case, now = load_case(case_id, Case.objects.visible_to(request.user)), timezone.now()
    try:
        if taking.is_heavy(case, kind):
            job = jobs.ask_for_one(case, kind, by=request.user, at=now)
            return redirect("exports:export", job.pk)
        content = take(case, by=request.user, at=now)
    except Refusal as refusal:
        return refused(request, refusal)
    headers = {"Content-Disposition": f'attachment; filename="{case.number}.{kind}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=TYPES[kind], headers=headers)
