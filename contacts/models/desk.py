"""Annexe 1: who answers for a product in a region, when and how to reach them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.querysets import DeskQuerySet
from products.models import Product
from sla.models import Calendar
from sla.offered import Offered, one_left
from sla.text_fields import EmailColumn, LineField, URLColumn
from sla.text_guard import text_guard
from sla.wording import Bilingual


class Region(Offered):
    """A part of the world with a directory of its own. A worldwide region serves everybody for its products."""

    code = models.SlugField(_("code"), unique=True)
    name_en = LineField(_("name (English)"), max_length=80)
    name_fr = LineField(_("name (French)"), max_length=80, blank=True)
    zone = LineField(_("time zone"), max_length=60, unnamed="UTC")
    heading = LineField(_("offset in the directory"), max_length=10, blank=True)
    is_worldwide = models.BooleanField(_("worldwide"), default=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name = Bilingual("name")

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.UniqueConstraint(
                fields=["is_worldwide"], condition=Q(is_worldwide=True), name="one_worldwide_region"
            )
        ]
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name


class Form(models.TextChoices):
    COMMUNITY = "community", _("The form of this portal")
    PRODUCT = "product", _("The product's own form")
    EXTERNAL = "external", _("A form elsewhere")


class Desk(Offered):
    """The people who answer for one product in one region. A retired one takes no new case.

    Where a product has none for a region another one stands in (`DeskQuerySet.serving`): there is always one.
    """

    ONE_OF = {}

    product = models.ForeignKey(Product, models.CASCADE, related_name="desks", verbose_name=_("product"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="desks", verbose_name=_("region"))
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="desks", verbose_name=_("calendar"))
    email = EmailColumn(_("mail address"), blank=True)
    form = models.CharField(_("form"), max_length=12, choices=Form.choices)
    form_url = URLColumn(_("address of the form"), blank=True)
    has_chat = models.BooleanField(_("chat"), default=False)

    objects = DeskQuerySet.as_manager()

    class Meta:
        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        constraints = [models.UniqueConstraint(fields=["product", "region"], name="desk_once")]
        triggers = [text_guard(), one_left("contacts_desk")]

    def __str__(self) -> str:
        return f"{self.product} · {self.region}"

    def stands_in_for(self, product: Product, region: Region) -> bool:
        """Say whether this desk only stands in for the one of `product` in `region`, which does not exist."""
        serves = self.region_id == region.pk or self.region.is_worldwide
        return self.product_id != product.pk or not serves

    @property
    def is_elsewhere(self) -> bool:
        """Whether there is a form for this product besides this portal's."""
        return self.form != Form.COMMUNITY


class DeskPhone(models.Model):
    """A telephone number of a desk, for callers of a country."""

    desk = models.ForeignKey(Desk, models.CASCADE, related_name="phones", verbose_name=_("desk"))
    country = LineField(_("country"), unnamed="", max_length=2, help_text=_("Two letters, ISO 3166."))
    number = LineField(_("number"), unnamed="", max_length=20, help_text=_("International form, such as +15123468460."))
    printed = LineField(_("as printed"), max_length=30, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        constraints = [models.UniqueConstraint(fields=["desk", "country"], name="desk_phone_once")]
        triggers = [text_guard()]

    def __str__(self) -> str:
        return f"{self.country} {self.printed or self.number}"
