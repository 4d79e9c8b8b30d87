"""One promise on one case: the stored result of `sla.clocks.run`, kept so that lists and sweeps are range scans."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.event import Event
from sla.clocks import Metric, State
from sla.matrices import METRIC_LABELS, Kind, Severity
from sla.models import Calendar
from sla.time_bounds import within_bounds

STATE_LABELS = {
    State.RUNNING: _("Running"),
    State.PAUSED: _("Paused"),
    State.MET: _("Met"),
    State.MISSED: _("Missed"),
    State.CANCELLED: _("Cancelled"),
    State.CONVERTED: _("Replaced by a date"),
    State.VOID: _("Void"),
}
STATE_CHOICES = [(state.value, label) for state, label in STATE_LABELS.items()]
METRIC_CHOICES = [(metric.value, label) for metric, label in METRIC_LABELS.items()]


class Commitment(models.Model):
    """A clock as it stands. `due_at` is what people see; a breach begins after `breach_at`; both empty while paused."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="commitments", verbose_name=_("case"))
    metric = models.CharField(_("commitment"), max_length=20, choices=METRIC_CHOICES)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    period_no = models.PositiveIntegerField(_("period"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=STATE_CHOICES)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    kind = models.CharField(_("kind of defect"), max_length=10, choices=Kind.choices)
    minutes = models.PositiveIntegerField(_("minutes promised"))
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="+", verbose_name=_("calendar"))
    calendar_revision = models.PositiveIntegerField(_("revision of the calendar"), default=1)
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    warn_at = models.DateTimeField(_("warning"), null=True, blank=True)
    breach_at = models.DateTimeField(_("breached after"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached"), null=True, blank=True)
    consumed_seconds = models.FloatField(_("seconds used"), default=0)
    paused_seconds = models.FloatField(_("seconds paused"), default=0)
    waiting_seconds = models.FloatField(_("seconds waiting for the customer"), default=0)
    is_dated = models.BooleanField(_("promised for a date"), default=False)
    warned_at = models.DateTimeField(_("warned"), null=True, blank=True)
    voided_at = models.DateTimeField(_("void since"), null=True, blank=True)
    void_event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("void by")
    )

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
            within_bounds(
                "started_at",
                "stopped_at",
                "breached_at",
                "warned_at",
                "voided_at",
                computed=("due_at", "warn_at", "breach_at"),
            ),
            models.UniqueConstraint(fields=["case", "metric", "cycle", "period_no"], name="commitment_once"),
            models.CheckConstraint(
                condition=~Q(state=State.PAUSED.value) | Q(due_at__isnull=True, breach_at__isnull=True),
                name="commitment_paused_has_no_due",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="commitment_stops_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["breach_at"],
                condition=Q(state=State.RUNNING.value, breached_at__isnull=True),
                name="commitment_to_breach",
            ),
            models.Index(
                fields=["warn_at"],
                condition=Q(state=State.RUNNING.value, warned_at__isnull=True, breached_at__isnull=True),
                name="commitment_to_warn",
            ),
            models.Index(
                fields=["calendar", "calendar_revision"],
                condition=Q(stopped_at__isnull=True),
                name="commitment_to_reckon",
            ),
            models.Index(fields=["started_at"], name="commitment_of_month"),
            models.Index(
                fields=["due_at"],
                condition=Q(metric=Metric.ROOT_CAUSE.value, stopped_at__isnull=True),
                name="commitment_root_cause_owed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.metric}"

    @property
    def label(self) -> str:
        """What is promised, in the active language."""
        return str(METRIC_LABELS[Metric(self.metric)])

    @property
    def budget(self) -> int:
        """Minutes promised."""
        return self.minutes

    @property
    def consumed(self) -> float:
        """Minutes used, as of the last run."""
        return self.consumed_seconds / 60

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING

    @property
    def is_paused(self) -> bool:
        return self.state == State.PAUSED

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells the clock from the others of its case: metric, cycle, period."""
        return self.metric, self.cycle, self.period_no

    @property
    def is_void(self) -> bool:
        """Whether the clock, or its breach, binds nobody."""
        return self.voided_at is not None
