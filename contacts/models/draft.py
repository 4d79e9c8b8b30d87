"""What somebody has typed and not yet sent: one row a person and a place. Nobody else reads it, managers neither."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.user import User
from sla.text_fields import DetailsField, LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class Draft(models.Model):
    """The fields of one form as they were typed last. `place`: the path that the form is sent to.

    `page`: where it was typed, path and query.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="drafts", verbose_name=_("person"))
    place = LineField(_("place"), max_length=300)
    page = LineField(_("page"), max_length=300)
    fields = DetailsField(_("fields"), default=dict)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "place"], name="draft_once_a_place"),
            within_bounds("at"),
        ]
        triggers: ClassVar = [text_guard()]

    def __str__(self) -> str:
        return self.place

    @property
    def texts(self) -> list[str]:
        """What somebody may want back, the longest first; chosen values, which are one word, are none."""
        found = sorted((one for one in self.fields.values() if isinstance(one, str) and one), key=len, reverse=True)
        return [text for text in found if len(text.split()) > 1] or found[:1]
