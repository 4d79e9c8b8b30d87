"""Files that people send: what is accepted, under which name, and where it is kept."""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from cases import quotas
from cases.models import Attachment, Message, Note
from cases.statuses import Refusal
from contacts.models import User
from sla.plain_text import clean_line

# Endings of what a double click runs, opens elsewhere or mounts. The page that chooses files knows them too.
REFUSED = {
    "exe", "com", "bat", "cmd", "scr", "pif", "cpl", "msi", "msp", "mst", "msc", "jar", "jnlp", "application",
    "appref-ms", "gadget", "js", "jse", "vb", "vbs", "vbe", "wsf", "wsh", "wsc", "sct", "hta", "ps1", "ps1xml", "psm1",
    "psd1", "sh", "command", "reg", "inf",
    "lnk", "url", "scf", "library-ms", "search-ms", "settingcontent-ms", "desktop", "webloc", "chm", "hlp", "one",
    "iso", "img", "vhd", "vhdx", "dmg",
    "docm", "dotm", "xlsm", "xltm", "xlam", "xll", "xla", "pptm", "potm", "ppam", "ppsm", "sldm",
}  # fmt: skip
MOST_SIGNS = 150  # of a name
MOST_ENDING = 20  # signs; what is longer is no ending, but part of a name with a dot
SIGNATURES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
}


class FileRefused(Refusal):
    """A file cannot be taken; says which and why."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that passed, with the name it will be shown under and the type its content shows."""

    upload: UploadedFile
    name: str
    content_type: str


def accept(uploads: Iterable[UploadedFile]) -> tuple[Accepted, ...]:
    """Check every file of a form and return those to keep.

    Raises FileRefused, in words for the sender, at the first bad one.
    """
    files = tuple(uploads)
    if len(files) > settings.MAX_UPLOAD_FILES:
        raise FileRefused(_("At most %(count)d files at a time.") % {"count": settings.MAX_UPLOAD_FILES})
    if sum(upload.size or 0 for upload in files) > settings.MAX_UPLOAD_BYTES:
        most = filesizeformat(settings.MAX_UPLOAD_BYTES)
        raise FileRefused(_("The files are larger than %(most)s in total.") % {"most": most})
    return tuple(_accept_one(upload) for upload in files)


def _accept_one(upload: UploadedFile) -> Accepted:
    name = clean_name(upload.name or "")
    if not upload.size:
        raise FileRefused(_("“%(name)s” is empty.") % {"name": name})
    if "." in name and name.rpartition(".")[2].lower() in REFUSED:
        raise FileRefused(_("“%(name)s”: files of this kind are not taken. Send it zipped.") % {"name": name})
    return Accepted(upload, name, content_type(upload))


def clean_name(name: str) -> str:
    """Return a name fit to show: last part of a path, no control or direction signs, at most 150 characters.

    Only what is longer is cut, before its ending.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = clean_line("".join(sign for sign in last if unicodedata.category(sign)[0] != "C"))
    # Dots and spaces at the end are nothing to Windows: "x.exe. ." would be "x.exe" again.
    shown = clean_line(shown.strip(". ")) or "file"
    if len(shown) <= MOST_SIGNS:
        return shown
    stem, dot, ending = shown.rpartition(".")
    if not dot or len(ending) > MOST_ENDING:
        return shown[:MOST_SIGNS].rstrip(". ")
    return f"{stem[: MOST_SIGNS - 1 - len(ending)].rstrip('. ')}.{ending}"


def content_type(upload: UploadedFile) -> str:
    """Return the type that the first bytes show, never what the sender says.

    "application/octet-stream" where they show none.
    """
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    for signature, kind in SIGNATURES.items():
        if head.startswith(signature):
            return kind
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else "application/octet-stream"


def copies(message: Message) -> tuple[Accepted, ...]:
    """Return the files of a message, to be kept once more with another one."""
    files = message.attachments.order_by("pk")
    return tuple(Accepted(file.file, file.name, file.content_type) for file in files)  # type: ignore[arg-type]


def keep(files: Iterable[Accepted], parent: Message | Note, *, by: User, at: datetime) -> list[Attachment]:
    """Store `files` with the message or note they came with. Raises OverQuota."""
    kept, sent = [], tuple(files)
    if sent:
        quotas.check_files([accepted.upload.size or 0 for accepted in sent], parent.case, by=by, at=at)
    for accepted in sent:
        digest = hashlib.sha256()
        for chunk in accepted.upload.chunks():
            digest.update(chunk)
        attachment = Attachment(
            case_id=parent.case_id,
            message=parent if isinstance(parent, Message) else None,
            note=parent if isinstance(parent, Note) else None,
            name=accepted.name,
            size=accepted.upload.size or 0,
            content_type=accepted.content_type,
            sha256=digest.hexdigest(),
            uploaded_by=by,
            at=at,
        )
        accepted.upload.seek(0)
        attachment.file.save(accepted.name, accepted.upload, save=False)
        attachment.save(force_insert=True)
        kept.append(attachment)
    return kept
