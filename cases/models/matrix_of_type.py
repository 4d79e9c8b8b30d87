"""Target matrices that belong to a type of case, in place of those that all other cases are promised."""

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case_type import CaseType
from sla import effective_dates
from sla.dated_guards import refuse
from sla.models import Matrix

# The version says itself whose it is (`series`): it holds for the type from its own date, and never for other cases.
# Taken away before that date, the version goes with it.
FOLLOWS = f"""
PERFORM 1 FROM sla_matrix WHERE id IN (OLD.matrix_id, NEW.matrix_id)
    AND (sealed_at IS NOT NULL OR effective_from <= sla_latest_date());
IF FOUND THEN
    {refuse("in_force_stays", "Objectives in force stay: publish the next version")}
END IF;
IF TG_OP = 'UPDATE' AND NEW.matrix_id <> OLD.matrix_id THEN
    {refuse("own_matrix_stays", "Objectives keep their version", "matrix")}
END IF;
IF TG_OP = 'DELETE' THEN
    DELETE FROM sla_matrixrow WHERE matrix_id = OLD.matrix_id;
    DELETE FROM sla_matrix WHERE id = OLD.matrix_id;
    RETURN NULL;
END IF;
UPDATE sla_matrix SET series = NEW.type_id WHERE id = NEW.matrix_id AND series <> NEW.type_id;
RETURN NULL;
"""


class CaseTypeMatrix(models.Model):
    """A version of the objectives of one type, in force from the matrix's own date until the type's next one."""

    type = models.ForeignKey(CaseType, models.CASCADE, related_name="own_matrices", verbose_name=_("type"))
    matrix = models.OneToOneField(Matrix, models.PROTECT, related_name="own_of", verbose_name=_("target matrix"))

    class Meta:
        verbose_name = _("objectives of its own")
        verbose_name_plural = _("objectives of its own")
        triggers = [
            pgtrigger.Trigger(
                name="version_follows",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                func=FOLLOWS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} · {self.matrix}"

    def clean(self) -> None:
        """Raise ValidationError where the type has a version of that date already."""
        if not self.matrix_id or not self.type_id:
            return
        taken = Matrix.objects.filter(series=self.type_id, effective_from=self.matrix.effective_from)
        if taken.exclude(pk=self.matrix_id).exists():
            raise ValidationError({"matrix": effective_dates.TAKEN})
