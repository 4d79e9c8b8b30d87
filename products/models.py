"""What is supported: the products and their releases. What a customer runs of them is `contacts.Instance`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.text_fields import LineField, URLColumn
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds


class Tenancy(models.TextChoices):
    SINGLE = "single", _("Single tenant")
    MULTI = "multi", _("Multi-tenant")


class Cadence(models.TextChoices):
    MONTHLY = "monthly", _("Every month")
    TWICE_MONTHLY = "twice_monthly", _("Twice a month")
    EVERY_TWO_WEEKS = "every_two_weeks", _("Every two weeks")
    EVERY_THREE_WEEKS = "every_three_weeks", _("Every three weeks")
    CONTINUOUS = "continuous", _("Continuously, many times a day")


class WhoMayOpen(models.TextChoices):
    DESIGNATED = "designated", _("Designated application administrators")
    ANYONE = "anyone", _("Any user of the account")


class Product(models.Model):
    """One of the vendor's products, with the rules of its support (sections on opening a case and on updates)."""

    code = models.SlugField(_("code"), unique=True)
    name = LineField(_("name"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    tenancy = models.CharField(_("tenancy"), max_length=10, choices=Tenancy.choices)
    cadence = models.CharField(_("release cadence"), max_length=20, choices=Cadence.choices)
    release_notes_url = URLColumn(_("release notes"), max_length=300, blank=True)
    who_may_open = models.CharField(_("who may open a case"), max_length=12, choices=WhoMayOpen.choices)
    has_chat = models.BooleanField(_("chat"), default=False)
    chat_url = URLColumn(_("chat page"), blank=True, help_text=_("Blank when the chat is inside the product."))
    previous_version_supported = models.BooleanField(_("previous version supported"), default=True)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name

    @property
    def needs_designation(self) -> bool:
        """Whether only designated application administrators may open a case."""
        return self.who_may_open == WhoMayOpen.DESIGNATED

    @property
    def is_continuous(self) -> bool:
        """Whether everybody always runs the latest version."""
        return self.cadence == Cadence.CONTINUOUS


class Release(models.Model):
    """A version of a product that customers can run from `released_on` on."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="releases", verbose_name=_("product"))
    version = LineField(_("version"), max_length=40)
    released_on = models.DateField(_("released on"))
    notes_url = URLColumn(_("release notes"), max_length=300, blank=True)
    is_withdrawn = models.BooleanField(
        _("withdrawn"),
        default=False,
        help_text=_(
            "It does not come, or can be had no more: nothing is promised with it, and no case is solved by it."
        ),
    )

    class Meta:
        verbose_name = _("release")
        verbose_name_plural = _("releases")
        constraints = [
            within_bounds(days=("released_on",)),
            models.UniqueConstraint(fields=["product", "version"], name="release_version_once"),
        ]
        indexes = [models.Index(fields=["product", "-released_on"], name="release_latest")]
        triggers = [text_guard()]

    def __str__(self) -> str:
        return f"{self.product} {self.version}"
