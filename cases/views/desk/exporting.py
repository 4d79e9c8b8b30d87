"""Taking the record of many cases, for managers and administrators: what fits, how many, who took what and when."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from cases.models import Case, ExportRecord
from cases.record import taking
from cases.record.filters import ExportFilters
from cases.views.desk.door import ours
from cases.views.desk.reports import for_managers
from contacts.recent_sign_in import gives_out_records
from contacts.signed_in import SignedInRequest

SHOWN = 10


@ours
@require_http_methods(["GET", "POST"])
@for_managers
@gives_out_records("POST")
def export_cases(request: SignedInRequest) -> Any:
    """Show how many cases fit and the last exports; by POST send them as JSON lines, a chunk at a time."""
    filters, now = ExportFilters(request.GET), timezone.now()
    cases = filters.filter_queryset(Case.objects.visible_to(request.user))
    if request.method == "POST":
        begun, ids = taking.begin(cases, by=request.user, at=now, query=filters.address())
        lines = taking.Lines(begun, ids, at=now)
        content = _streamed(lines) if isinstance(request, ASGIRequest) else _sent(lines)
        answer = StreamingHttpResponse(content, content_type="application/x-ndjson; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="cases-{now:%Y-%m-%d-%H%M}.jsonl"'
        answer["Cache-Control"] = "no-store"
        return answer
    context = {"exports": _last(), "at": now}
    if request.htmx.target == "exports":
        return render(request, "cases/desk/_exports.html", context)
    return _page(request, filters, context | {"count": cases.count()})


def _page(request: SignedInRequest, filters: ExportFilters, context: dict[str, Any]) -> HttpResponse:
    shown = context | {"filters": filters, "form": filters.form, "query": filters.address()}
    return render(request, "cases/desk/export_cases.html", shown)


def _last() -> list[dict[str, Any]]:
    """Return the last exports of many cases, each with how far it is. One query."""
    rows = ExportRecord.objects.filter(case=None).select_related("by").order_by("-at", "-pk")[:SHOWN]
    return [{"row": row, "sent": taking.how_far(row)} for row in rows]


async def _streamed(lines: taking.Lines) -> AsyncIterator[bytes]:
    """Send chunk after chunk; a plain iterator would be read to its end before the first byte left."""
    chunks = lines.chunks()
    while (chunk := await sync_to_async(_next)(chunks)) is not None:
        yield chunk
    await sync_to_async(lines.end)(timezone.now())


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)


def _sent(lines: taking.Lines) -> Iterator[bytes]:
    yield from lines.chunks()
    lines.end(timezone.now())
