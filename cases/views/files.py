"""Fetching the files of a case: the case decides who may."""

from uuid import UUID

import structlog
from django.core.files import File
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from cases.models import Attachment, Case
from contacts.signed_in import SignedInRequest

log = structlog.get_logger()


@require_GET
def download(request: SignedInRequest, attachment_id: UUID) -> FileResponse:
    """Send a file to whoever may see its case; files of internal notes to our own people only. A stranger gets 404.

    Always as a download, except pictures by what they are; never by what they say they are.
    """
    attachment = get_object_or_404(
        Attachment.objects.select_related("case"),
        pk=attachment_id,
        case__in=Case.objects.visible_to(request.user),
        **({} if request.user.works_here else {"note__isnull": True}),
    )
    inline = attachment.is_picture and "inline" in request.GET
    response = FileResponse(
        _content(attachment),
        as_attachment=not inline,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _content(attachment: Attachment) -> File:
    try:
        return attachment.file.open("rb")
    except FileNotFoundError:
        log.exception("file_lost", attachment=str(attachment.pk))
        raise Http404 from None
