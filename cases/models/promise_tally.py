"""What became of the promises made in a month, counted: kept by a sweep, so that reports read few rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models import Desk, Plan, Team
from products.models import Product
from sla.matrices import Severity
from sla.time_bounds import within_bounds


class PromiseTally(models.Model):
    """Commitments of one metric that began in one month (UTC), by what a report can be cut by.

    A row without a metric counts the cases that reached us in the month, `excluded` those without promised times.
    """

    month = models.DateField(_("month"))
    product = models.ForeignKey(Product, models.CASCADE, related_name="+", verbose_name=_("product"))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    plan = models.ForeignKey(Plan, models.CASCADE, related_name="+", verbose_name=_("plan"))
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", verbose_name=_("team"))
    desk = models.ForeignKey(Desk, models.CASCADE, related_name="+", verbose_name=_("desk"))
    metric = models.CharField(_("commitment"), max_length=20, blank=True)
    met = models.PositiveIntegerField(_("met"), default=0)
    missed = models.PositiveIntegerField(_("missed"), default=0)
    void = models.PositiveIntegerField(_("void"), default=0)
    cancelled = models.PositiveIntegerField(_("cancelled"), default=0)
    converted = models.PositiveIntegerField(_("replaced by a date"), default=0)
    pending = models.PositiveIntegerField(_("still running"), default=0)
    cases = models.PositiveIntegerField(_("cases"), default=0)
    excluded = models.PositiveIntegerField(_("excluded"), default=0)
    waiting_seconds = models.FloatField(_("seconds waiting for the customer"), default=0)
    paused_seconds = models.FloatField(_("seconds paused"), default=0)

    class Meta:
        verbose_name = _("tally of promises")
        verbose_name_plural = _("tallies of promises")
        constraints = [
            within_bounds(days=("month",)),
            models.UniqueConstraint(
                fields=["month", "product", "severity", "plan", "team", "desk", "metric"], name="tally_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} · {self.product_id} · {self.metric}"


class TallyCursor(models.Model):
    """Up to which event what happened is in the tallies: one row."""

    last_event = models.BigIntegerField(_("last event"), default=0)

    class Meta:
        verbose_name = _("mark of the tallies")
        verbose_name_plural = _("marks of the tallies")

    def __str__(self) -> str:
        return f"{self.last_event}"
