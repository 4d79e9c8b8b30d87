"""A promise that was not kept: recorded once, when it was found, with all that was in force then. Never deleted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.commitment import METRIC_CHOICES
from cases.models.event import Event
from cases.models.guards import facts_stay, never_deleted
from contacts.models import Plan
from sla.guards import never_emptied
from sla.matrices import METRIC_LABELS, Kind, Metric, Severity
from sla.models import Calendar, Matrix
from sla.time_bounds import within_bounds

# What was so when the time ran out: written once.
FACTS = (
    "case",
    "metric",
    "cycle",
    "period_no",
    "kind",
    "severity",
    "plan",
    "matrix",
    "calendar",
    "calendar_revision",
    "minutes",
    "started_at",
    "due_at",
    "breach_at",
    "detected_at",
)


class Breach(models.Model):
    """One missed commitment, by clock and period. `breach_at` is when it was broken, whenever that was detected.

    What ended it, by how much it was overrun and whether it was voided may be learned later; the facts above may not
    change: the database refuses it.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="breaches", verbose_name=_("case"))
    metric = models.CharField(_("commitment"), max_length=20, choices=METRIC_CHOICES)
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    period_no = models.PositiveIntegerField(_("period"))
    kind = models.CharField(_("kind of defect"), max_length=10, choices=Kind.choices)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("plan"))
    matrix = models.ForeignKey(Matrix, models.PROTECT, related_name="+", verbose_name=_("target matrix"))
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+", verbose_name=_("calendar"))
    calendar_revision = models.PositiveIntegerField(_("edition of the calendar"))
    minutes = models.PositiveIntegerField(_("minutes promised"))
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"))
    breach_at = models.DateTimeField(_("breached"))
    detected_at = models.DateTimeField(_("detected"))
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    overrun_seconds = models.FloatField(_("seconds over the promise"), default=0)
    paused_seconds = models.FloatField(_("seconds paused"), default=0)
    waiting_seconds = models.FloatField(_("seconds waiting for the customer"), default=0)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("void by")
    )

    class Meta:
        verbose_name = _("missed commitment")
        verbose_name_plural = _("missed commitments")
        constraints = [
            within_bounds(
                "started_at",
                "detected_at",
                "stopped_at",
                "voided_at",
                computed=("due_at", "breach_at"),
            ),
            models.UniqueConstraint(fields=["case", "metric", "cycle", "period_no"], name="breach_once"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=False) | Q(void_event__isnull=True), name="breach_void_has_time"
            ),
        ]
        indexes = [models.Index(fields=["-breach_at"], name="breach_latest")]
        triggers = [facts_stay(*FACTS), never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.metric}"

    @property
    def label(self) -> str:
        """What was promised, in the active language."""
        return str(METRIC_LABELS[Metric(self.metric)])
