"""Which team a new case goes to, and whether it is handed to somebody there: rules that a manager edits."""

from dataclasses import dataclass
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case_type import CaseType
from contacts.models import Plan, Region, Team
from products.models import Product
from sla.matrices import Severity
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.wording import Bilingual

# The rule that takes what no other takes. It has no conditions and is never taken away.
OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at: of a case that is being opened, or of a sample."""

    product: int
    region: int
    language: str
    type: str
    plan: int
    severity: int
    channel: str
    version_covered: bool


class DispatchRuleQuerySet(models.QuerySet["DispatchRule"]):
    """Rules, read."""

    def fitting(self, facts: Facts) -> Self:
        """Rules in use whose conditions all hold, the one that takes the case first."""
        return self.filter(_holds(facts), is_active=True).in_order()

    def tried_on(self, facts: Facts) -> Self:
        """All rules in order, each with `fits`: whether its conditions hold and it is in use."""
        fits = models.Case(models.When(_holds(facts) & Q(is_active=True), then=True), default=False)
        return self.annotate(fits=fits).in_order().select_related("team", "product", "region", "type", "plan")

    def in_order(self) -> Self:
        """In the order in which they are asked; the one for all else comes last, whatever its position."""
        last = models.Case(models.When(code=OTHERWISE, then=1), default=0)
        return self.order_by(last, "position", "code")


def _holds(facts: Facts) -> Q:
    """Return the conditions under which a rule holds: each is blank, or as it is here."""
    return (
        (Q(product=None) | Q(product=facts.product))
        & (Q(region=None) | Q(region=facts.region))
        & Q(language__in=["", facts.language])
        & (Q(type=None) | Q(type=facts.type))
        & (Q(plan=None) | Q(plan=facts.plan))
        & (Q(severity=None) | Q(severity=facts.severity))
        & Q(channel__in=["", facts.channel])
        & (Q() if not facts.version_covered else Q(version_out_of_support=False))
    )


class DispatchRule(models.Model):
    """One rule: each condition that is blank holds for any case. The first rule that holds takes the case."""

    code = models.SlugField(_("code"), primary_key=True)
    name_en = LineField(_("name (English)"), max_length=80)
    name_fr = LineField(_("name (French)"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    product = models.ForeignKey(
        Product, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    language = models.CharField(_("customer’s language"), max_length=5, blank=True, choices=settings.LANGUAGES)
    type = models.ForeignKey(CaseType, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("type"))
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("plan"))
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices, null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=10, blank=True)
    version_out_of_support = models.BooleanField(_("only versions out of support"), default=False)

    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=_("goes to"))
    hands_over = models.BooleanField(
        _("handed to somebody"),
        default=False,
        help_text=_("To whoever of the team is at work and has the fewest cases. Otherwise it waits in the queue."),
    )
    speaks_language = models.BooleanField(
        _("only to who works in the customer’s language"),
        default=False,
        help_text=_("Counts where the case is handed to somebody."),
    )

    name = Bilingual("name")

    objects = DispatchRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispatch rule")
        verbose_name_plural = _("dispatch rules")
        constraints = [
            models.CheckConstraint(
                condition=~Q(code=OTHERWISE)
                | Q(
                    is_active=True,
                    product__isnull=True,
                    region__isnull=True,
                    language="",
                    type__isnull=True,
                    plan__isnull=True,
                    severity__isnull=True,
                    channel="",
                    version_out_of_support=False,
                ),
                name="dispatch_rule_for_all_else",
                violation_error_message=_("The rule for all other cases is always in use and has no conditions."),
            )
        ]
        triggers = [
            text_guard(),
            pgtrigger.Protect(
                name="for_all_else_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition(f"OLD.code = '{OTHERWISE}'"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def takes_all_else(self) -> bool:
        return self.code == OTHERWISE
