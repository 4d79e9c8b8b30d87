"""The plans of support that an account can subscribe."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.offered import Offered
from sla.text_fields import LineField
from sla.text_guard import text_guard


class Plan(Offered):
    """Standard, Elite, Platinum or Medallion: what it adds to support in business hours."""

    code = models.SlugField(_("code"), unique=True)
    name = LineField(_("name"), max_length=40)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    round_the_clock_critical = models.BooleanField(_("24 × 7 for Critical cases"), default=False)
    emergency_phone = LineField(
        _("emergency number"),
        max_length=40,
        blank=True,
        help_text=_("Shown only to people of accounts on this plan, and to our own people."),
    )
    has_emergency_phone = models.BooleanField(_("comes with an emergency number"), default=False)
    free_help_minutes = models.PositiveIntegerField(
        _("free minutes of help per instance"),
        default=60,
        help_text=_("For custom reports, configuration and self-installation, in total."),
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name
