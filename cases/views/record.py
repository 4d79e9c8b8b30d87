"""Taking the record of one case, as JSON for machines or as PDF for people: by whoever sees the case.

By POST: each export is written down, and nothing that only follows links must take one.
"""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST
from structlog.contextvars import bind_contextvars

from cases.models import Case
from cases.record import taking
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest


@require_POST
@gives_out_records("POST")
def export_json(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Send the record of a case as JSON."""
    case = _load(request, case_id)
    content = taking.take_json(case, by=request.user, at=timezone.now())
    return _sent(content, f"{case.number}.json", "application/json")


@require_POST
@gives_out_records("POST")
def export_pdf(request: SignedInRequest, case_id: int) -> HttpResponse:
    """Send the record of a case as PDF."""
    case = _load(request, case_id)
    content = taking.take_pdf(case, by=request.user, at=timezone.now())
    return _sent(content, f"{case.number}.pdf", "application/pdf")


def _load(request: SignedInRequest, case_id: int) -> Case:
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=case_id)
    bind_contextvars(account_id=case.account_id)
    return case


def _sent(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
