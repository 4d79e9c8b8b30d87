"""The teams that work cases."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.user import User
from sla.offered import Offered
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.wording import Bilingual


class Team(Offered):
    """A group of our people with a queue of its own."""

    code = models.SlugField(_("code"), unique=True)
    name_en = LineField(_("name (English)"), max_length=60)
    name_fr = LineField(_("name (French)"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_told = models.BooleanField(
        _("told to customers"),
        default=False,
        help_text=_("Customers read that their case is with this team. Otherwise it is with us."),
    )
    needs_consent = models.BooleanField(
        _("work that is billed"),
        default=False,
        help_text=_("No case comes to this team before its customer has agreed that the work is billed."),
    )
    members = models.ManyToManyField(User, verbose_name=_("members"), related_name="teams", blank=True)

    name = Bilingual("name")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        triggers = [text_guard()]

    def __str__(self) -> str:
        return self.name
