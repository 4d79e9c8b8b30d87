"""Target matrices that belong to a type of case, in place of those that all other cases are promised."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case_type import CaseType
from sla.models import Matrix


class OwnMatrix(models.Model):
    """A version of the objectives of one type, in force from the matrix's own date until the type's next one."""

    type = models.ForeignKey(CaseType, models.CASCADE, related_name="own_matrices", verbose_name=_("type"))
    matrix = models.OneToOneField(Matrix, models.PROTECT, related_name="own_of", verbose_name=_("target matrix"))

    class Meta:
        verbose_name = _("objectives of its own")
        verbose_name_plural = _("objectives of its own")

    def __str__(self) -> str:
        return f"{self.type} · {self.matrix}"
