"""What an account runs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.account import Account
from products.models import Product, Release
from sla.text_fields import LineField
from sla.text_guard import text_guard


class Deployment(models.TextChoices):
    SAAS = "saas", _("SaaS")
    ON_PREMISES = "on_premises", _("On the customer's own machines")


class Purpose(models.TextChoices):
    PRODUCTION = "production", _("Production")
    TEST = "test", _("Test")
    TRAINING = "training", _("Training")
    DEVELOPMENT = "development", _("Development")


class Instance(models.Model):
    """One installation of one product for one account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="instances", verbose_name=_("account"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="instances", verbose_name=_("product"))
    name = LineField(_("name"), max_length=80)
    deployment = models.CharField(_("deployment"), max_length=12, choices=Deployment.choices, default=Deployment.SAAS)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices, default=Purpose.PRODUCTION)
    release = models.ForeignKey(
        Release,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="instances",
        verbose_name=_("version"),
        help_text=_("Blank when it always runs the latest version."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    free_help_minutes = models.PositiveIntegerField(
        _("free minutes of help"),
        null=True,
        blank=True,
        help_text=_("For custom reports, configuration and self-installation, in total. Blank: those of the plan."),
    )

    class Meta:
        verbose_name = _("instance")
        verbose_name_plural = _("instances")
        constraints = [models.UniqueConstraint(fields=["account", "product", "name"], name="instance_name_once")]
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name
