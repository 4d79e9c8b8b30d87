"""Reference data of cases: the types, and the causes for which nothing is promised."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.offered import Offered, one_left, stays
from sla.text_fields import CleanTextField, LineField
from sla.text_guard import text_guard
from sla.wording import Bilingual

# The causes that the code names: out of support at opening (`cases/commitments/exclusions.py`), and those that
# Consulting answers.
UNSUPPORTED_VERSION, FUNCTIONAL, BEYOND_FREE_HELP = "unsupported_version", "functional", "beyond_free_help"


class Exclusion(Offered):
    """A cause for which the service description promises no times."""

    SYSTEM = (UNSUPPORTED_VERSION, FUNCTIONAL, BEYOND_FREE_HELP)

    code = models.SlugField(_("code"), primary_key=True)
    name_en = LineField(_("name (English)"), max_length=80)
    name_fr = LineField(_("name (French)"), max_length=80, blank=True)
    explanation_en = CleanTextField(_("explanation for the customer (English)"))
    explanation_fr = CleanTextField(_("explanation for the customer (French)"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name = Bilingual("name")
    explanation = Bilingual("explanation")

    class Meta:
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        triggers = [text_guard(), stays(UNSUPPORTED_VERSION, FUNCTIONAL, BEYOND_FREE_HELP)]

    def __str__(self) -> str:
        return self.name


class CaseType(Offered):
    """What a case is about (Annexe 2). Some types start without promised times."""

    ONE_OF = {}

    code = models.SlugField(_("code"), primary_key=True)
    name_en = LineField(_("name (English)"), max_length=60)
    name_fr = LineField(_("name (French)"), max_length=60, blank=True)
    definition_en = CleanTextField(_("definition (English)"))
    definition_fr = CleanTextField(_("definition (French)"), blank=True)
    excluded_by_default = models.ForeignKey(
        Exclusion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("starts excluded as"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    name = Bilingual("name")
    definition = Bilingual("definition")

    class Meta:
        verbose_name = _("case type")
        verbose_name_plural = _("case types")
        triggers = [text_guard(), one_left("cases_casetype")]

    def __str__(self) -> str:
        return self.name
