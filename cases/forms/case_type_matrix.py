"""Giving a type of case objectives of its own: a version to come, or a copy published for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import CaseType, CaseTypeMatrix
from sla.forms import PublishForm
from sla.models import Matrix


class CaseTypeMatrixForm(forms.ModelForm):
    """Only a version that no case was promised yet, and that is not in force, becomes a type's own."""

    today: Any  # a date, set by the admin

    def clean_matrix(self) -> Matrix:
        matrix: Matrix = self.cleaned_data["matrix"]
        if matrix.sealed_at is not None or matrix.effective_from <= self.today:
            raise forms.ValidationError(
                _("This version is in force for all cases. Publish a copy with a date to come, and choose that.")
            )
        return matrix

    class Meta:
        model = CaseTypeMatrix
        fields = ("type", "matrix")


class PublishForTypeForm(PublishForm):
    """A new version of a matrix, for the cases that the copied one is for, or for one type alone."""

    type = forms.ModelChoiceField(
        CaseType.objects.order_by("position"),
        label=_("for"),
        required=False,
        empty_label=_("The same cases as the version that is copied"),
    )

    field_order = ("code", "document", "type", "effective_from")

    def clean(self) -> dict[str, Any] | None:
        """Say of the version whose it is, before its date is looked at."""
        cleaned = super().clean()
        if type := self.cleaned_data.get("type"):
            self.instance.series = type.pk
        return cleaned
