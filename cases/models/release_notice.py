"""What the house tells a customer when the release is out that fixes their case: one row, edited by a manager."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.text_fields import CleanTextField, LineField
from sla.text_guard import text_guard
from sla.wording import Bilingual

CODE = "fixed"
# What is filled in, by field.
PLACES_KNOWN = {"text": ("version", "product", "date"), "notes": ("notes",)}
PLACES = _("{version}, {product} and {date} are filled in.")


class ReleaseNotice(models.Model):
    """Words in both languages. `notes` are added where the release has release notes."""

    code = models.SlugField(_("code"), primary_key=True, default=CODE)
    text_en = CleanTextField(_("words (English)"), help_text=PLACES)
    text_fr = CleanTextField(_("words (French)"), blank=True, help_text=PLACES)
    notes_en = LineField(
        _("on the release notes (English)"), max_length=200, blank=True, help_text=_("{notes} is their address.")
    )
    notes_fr = LineField(
        _("on the release notes (French)"), max_length=200, blank=True, help_text=_("{notes} is their address.")
    )

    text = Bilingual("text")
    notes = Bilingual("notes")

    class Meta:
        verbose_name = _("words at a release")
        verbose_name_plural = _("words at a release")
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.code
