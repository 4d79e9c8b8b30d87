"""One promise on one case: the stored result of `sla.clocks.run`, kept so that lists and sweeps are range scans."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from sla.clocks import Metric, State
from sla.matrices import METRIC_LABELS
from sla.models import Calendar

STATE_LABELS = {
    State.RUNNING: _("Running"),
    State.PAUSED: _("Paused"),
    State.MET: _("Met"),
    State.MISSED: _("Missed"),
    State.CANCELLED: _("Cancelled"),
}


class Commitment(models.Model):
    """A clock as it stands. `due_at` is what people see; a breach begins after `breach_at`; both empty while paused."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="commitments", verbose_name=_("case"))
    metric = models.CharField(
        _("commitment"),
        max_length=20,
        choices=[(metric.value, label) for metric, label in METRIC_LABELS.items()],
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    period_no = models.PositiveIntegerField(_("period"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=[(state.value, label) for state, label in STATE_LABELS.items()]
    )
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

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        constraints = [
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
                fields=["calendar", "calendar_revision"],
                condition=Q(state__in=[State.RUNNING.value, State.PAUSED.value]),
                name="commitment_to_reckon",
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
    def is_met(self) -> bool:
        return self.state == State.MET
