"""Files said with a message or a note. Where they lie has nothing to do with their names."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.guards import append_only, one_of
from cases.models.message import Message, Note
from contacts.models import User
from sla.guards import never_emptied
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds

PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}  # shown in the page


def place(attachment: "Attachment", _filename: str) -> str:
    """Return where the file lies under MEDIA_ROOT: by its random id, never by its name."""
    return f"{attachment.id.hex[:2]}/{attachment.id.hex}"


class Attachment(models.Model):
    """A file of a case, fetched only by those who may see the words it came with."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", verbose_name=_("case"))
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("message")
    )
    note = models.ForeignKey(
        Note,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name=_("internal note"),
    )
    file = models.FileField(_("file"), upload_to=place, max_length=60)
    name = LineField(_("name"), max_length=200, unnamed=_("file"))
    size = models.PositiveIntegerField(_("size in bytes"))
    content_type = models.CharField(_("type"), max_length=100)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("from"))
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            within_bounds("at"),
            models.CheckConstraint(condition=one_of("message", "note"), name="attachment_has_one_parent"),
        ]
        indexes = [
            models.Index(fields=["case"], name="attachment_of_case"),
            models.Index(fields=["uploaded_by", "at"], name="attachment_of_sender"),
        ]
        triggers = [text_guard(), append_only(), never_emptied()]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether a page may show it: by what its first bytes are."""
        return self.content_type in PICTURES
