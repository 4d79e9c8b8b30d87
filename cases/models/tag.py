"""Words that our own people find cases by: a tag, and which case bears it since when. Taken away, never deleted."""

import unicodedata

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.guards import all_or_none, never_deleted
from contacts.models import User
from sla.guards import never_emptied
from sla.plain_text import clean_line
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds

MOST_SIGNS = 40


def normal(name: str) -> str:
    """Return a tag as it is kept: small letters, single spaces, composed signs; no comma, which stands between tags."""
    composed = unicodedata.normalize("NFKC", clean_line(name)).replace(",", " ")
    shown = clean_line("".join(sign for sign in composed if unicodedata.category(sign)[0] != "C" or sign.isspace()))
    return " ".join(shown.split()).lower()


class Tag(models.Model):
    """One word or a few. Renamed, retired, or merged into another by a manager; a retired one is put on no case."""

    name = LineField(_("name"), max_length=MOST_SIGNS, unique=True)
    coined_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("coined by")
    )
    coined_at = models.DateTimeField(_("coined"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name=_("merged into")
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            within_bounds("coined_at", "retired_at"),
            models.CheckConstraint(condition=Q(name=Lower("name")) & ~Q(name=""), name="tag_is_normal"),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="tag_not_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(retired_at__isnull=False), name="tag_merged_is_retired"
            ),
        ]
        triggers = [text_guard(), never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        return self.retired_at is not None


class CaseTag(models.Model):
    """That a case bears a tag, or bore it: `removed_at` says until when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="tagged", db_index=False, verbose_name=_("case"))
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="uses", db_index=False, verbose_name=_("tag"))
    at = models.DateTimeField(_("since"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    removed_at = models.DateTimeField(_("until"), null=True, blank=True)
    removed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken away by")
    )

    class Meta:
        verbose_name = _("tag of a case")
        verbose_name_plural = _("tags of cases")
        constraints = [
            within_bounds("at", "removed_at"),
            models.UniqueConstraint(
                fields=["case", "tag"], condition=Q(removed_at__isnull=True), name="case_bears_tag_once"
            ),
            models.CheckConstraint(condition=all_or_none("removed_at", "removed_by"), name="case_tag_removed_by_whom"),
        ]
        indexes = [
            models.Index(fields=["tag", "case"], condition=Q(removed_at__isnull=True), name="cases_of_tag"),
        ]
        triggers = [never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.tag_id}"
