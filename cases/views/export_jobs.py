"""A person's exports that a worker makes: how far they are, and the files, for them alone, while they may see them."""

from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.export import files, jobs
from cases.models import ExportJob
from cases.models.export_record import ExportFormat
from cases.statuses import Refusal
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest

TYPES = {
    ExportFormat.PDF: "application/pdf",
    ExportFormat.JSON: "application/json",
    ExportFormat.JSON_LINES: "application/x-ndjson; charset=utf-8",
}


@require_GET
def exports(request: SignedInRequest) -> HttpResponse:
    """Show what was made for the reader, the latest first."""
    return render(request, "cases/export_jobs/exports.html", {"jobs": jobs.of(request.user), "at": timezone.now()})


@require_GET
def export(request: SignedInRequest, job_id: UUID) -> HttpResponse:
    """Show how far an export is, and lead to its file."""
    job = _load(request, job_id)
    part = request.htmx and not request.htmx.history_restore_request
    template = "cases/export_jobs/_export.html" if part else "cases/export_jobs/export.html"
    return render(request, template, {"job": job, "at": timezone.now()})


@require_GET
@gives_out_records("GET")
def download(request: SignedInRequest, job_id: UUID) -> FileResponse:
    """Send the file of an export that is ready, while its day lasts. It was written down when it was made."""
    job = _load(request, job_id)
    if not job.is_ready or not job.expires_at or job.expires_at <= timezone.now():
        raise Http404
    try:
        file = files.opened(job)
    except FileNotFoundError:
        raise Http404 from None
    kind = ExportFormat(job.export.format)
    answer = FileResponse(file, as_attachment=True, filename=job.file_name, content_type=TYPES[kind])
    answer["Cache-Control"] = "no-store"
    return answer


def _load(request: SignedInRequest, job_id: UUID) -> ExportJob:
    """Return the export if it was made for the reader, who may still see what it holds. Raises Http404."""
    return get_object_or_404(jobs.visible_to(request.user), pk=job_id)


def refused(request: SignedInRequest, refusal: Refusal) -> HttpResponse:
    """Say why there is no export now, and when there is one."""
    return render(request, "cases/export_jobs/refused.html", {"words": str(refusal)}, status=429)
