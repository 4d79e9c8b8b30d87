"""A field for several files, checked as `cases/attachments.py` says."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.attachments import REFUSED, Accepted, FileRefused, accept


class SeveralFilesInput(forms.FileInput):
    """A plain file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, none by default; cleaned to a tuple of Accepted, ready for a verb's `files`."""

    widget = SeveralFilesInput

    @property
    def most_files(self) -> int:
        return settings.MAX_UPLOAD_FILES

    @property
    def most_bytes(self) -> int:
        """Of all files together."""
        return settings.MAX_UPLOAD_BYTES

    @property
    def refused_kinds(self) -> str:
        """The endings that are not taken, for the page: parted by blanks."""
        return " ".join(sorted(REFUSED))

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "label": _("Files"), **options})

    def clean(self, data: Any, initial: Any = None) -> tuple[Accepted, ...]:
        uploads = [upload for upload in data or () if isinstance(upload, UploadedFile)]
        try:
            return accept(uploads)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal), code="refused") from refusal
