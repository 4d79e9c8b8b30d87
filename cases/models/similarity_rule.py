"""When a new case looks like one that its customer has opened already: reference data, one row."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SimilarityRule(models.Model):
    """The customer is asked before a case is opened whose subject is so much like that of one opened so recently.

    It warns and never blocks. With 0 hours nobody is asked.
    """

    code = models.SlugField(_("code"), primary_key=True)
    within_hours = models.PositiveSmallIntegerField(
        _("opened within the last (hours)"), help_text=_("0: nobody is asked.")
    )
    least_percent = models.PositiveSmallIntegerField(
        _("subjects alike by at least (per cent)"),
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("How many groups of three letters both subjects share, of all that they have."),
    )

    class Meta:
        verbose_name = _("rule of similar cases")
        verbose_name_plural = _("rules of similar cases")
        constraints = [
            models.CheckConstraint(
                condition=Q(least_percent__gte=1, least_percent__lte=100), name="similarity_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.code
