"""Who took which part of the record out of the house, and when. Written with the export, never altered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.guards import all_or_none, facts_stay, never_changed_after, never_deleted
from contacts.models import User
from sla.guards import never_emptied
from sla.time_bounds import within_bounds
from sla.time_words import format_utc


class ExportFormat(models.TextChoices):
    JSON = "json", _("JSON")
    PDF = "pdf", _("PDF")
    JSON_LINES = "jsonl", _("JSON lines")


# What was asked for: written once.
FACTS = ("at", "by", "format", "case", "query", "is_complete", "total")


class ExportRecord(models.Model):
    """One export: of `case`, or of the `total` cases that `query` found then. Written when it begins; ends, or never.

    `is_complete`: with notes and what else only our own people see. `sha256` is of the file as it was sent.
    """

    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False, verbose_name=_("by"))
    format = models.CharField(_("format"), max_length=5, choices=ExportFormat.choices)
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="exports", verbose_name=_("case")
    )
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    is_complete = models.BooleanField(_("with what only our own people see"))
    total = models.PositiveIntegerField(_("cases asked for"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    written = models.PositiveIntegerField(_("cases sent"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            within_bounds("at", "ended_at"),
            models.CheckConstraint(condition=all_or_none("ended_at", "written"), name="export_ended_with_what"),
            models.CheckConstraint(condition=Q(case__isnull=True) | Q(total=1), name="export_of_one_is_one"),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="export_latest"),
            models.Index(fields=["by", "at"], name="export_of_taker"),
        ]
        triggers = [
            facts_stay(*FACTS),
            never_changed_after("ends_once", "OLD.ended_at IS NOT NULL"),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.pk} · {format_utc(self.at)}"

    @property
    def has_ended(self) -> bool:
        return self.ended_at is not None
