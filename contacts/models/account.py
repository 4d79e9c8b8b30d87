"""The organisations that subscribe, and who belongs to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.desk import Region
from contacts.models.plan import Plan
from contacts.models.user import User
from products.models import Product
from sla.text_fields import LineField
from sla.text_guard import text_guard


class Account(models.Model):
    """An organisation that subscribes to support."""

    name = LineField(_("name"), max_length=120)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="accounts", verbose_name=_("plan"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="accounts", verbose_name=_("region"))
    customer_success_manager = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="accounts_looked_after",
        verbose_name=_("Customer Success manager"),
    )
    is_active = models.BooleanField(_("subscribes"), default=True)
    members = models.ManyToManyField(User, through="Membership", related_name="accounts", verbose_name=_("people"))

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person belongs to an account; one person can belong to several."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships", verbose_name=_("account"))
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    sees_company_cases = models.BooleanField(_("sees all cases of the account"), default=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["account", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.account}"


class Designation(models.Model):
    """The account has named this member an application administrator of this product."""

    membership = models.ForeignKey(
        Membership, models.CASCADE, related_name="designations", verbose_name=_("membership")
    )
    product = models.ForeignKey(Product, models.CASCADE, related_name="designations", verbose_name=_("product"))

    class Meta:
        verbose_name = _("application administrator")
        verbose_name_plural = _("application administrators")
        constraints = [models.UniqueConstraint(fields=["membership", "product"], name="designation_once")]

    def __str__(self) -> str:
        return f"{self.membership.user} · {self.product}"
