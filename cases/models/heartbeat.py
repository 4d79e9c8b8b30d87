"""When each periodic work last ended whole: one row a work. Unlike in a cache, only the work itself writes here."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.time_bounds import within_bounds


class Heartbeat(models.Model):
    """The last whole run of one periodic work, and what it found wrong, as codes."""

    class Work(models.TextChoices):
        SWEEP = "sweep", _("Sweep of every minute")
        SELF_CHECK = "self_check", _("Hourly check of all rules")

    work = models.CharField(_("work"), max_length=20, primary_key=True, choices=Work.choices)
    ended_at = models.DateTimeField(_("last ended"))
    broken = models.JSONField(_("rules that were broken"), default=list, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")
        constraints: ClassVar = [
            within_bounds("ended_at"),
            models.CheckConstraint(
                condition=models.Q(work__in=["sweep", "self_check"]), name="heartbeat_of_known_work"
            ),
        ]

    def __str__(self) -> str:
        return self.get_work_display()
