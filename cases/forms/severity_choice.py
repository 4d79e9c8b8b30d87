"""The severities as a choice: each with what makes a case so severe."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField, BoundWidget

from sla.matrices import Severity
from sla.models import SeverityCriterion

Card = tuple[BoundWidget, str, list[str]]


def cards(field: BoundField) -> list[Card]:
    """Return each severity that `field` (radios) offers: its radio, its name, and its criteria. One query."""
    criteria: dict[int, list[str]] = {}
    for row in SeverityCriterion.objects.filter(is_offered=True).order_by("severity", "position"):
        criteria.setdefault(row.severity, []).append(row.text)
    found: list[Card] = []
    for radio in field:
        severity = Severity(int(str(radio.data["value"])))
        found.append((radio, severity.name.lower(), criteria.get(severity, [])))
    return found


def severity_field(label: Any, **options: Any) -> forms.TypedChoiceField:
    """Return a field that asks for a severity, by radios."""
    return forms.TypedChoiceField(
        label=label,
        choices=Severity.choices,
        coerce=lambda value: Severity(int(value)),
        widget=forms.RadioSelect,
        **options,
    )


class SeverityCards(forms.Form):
    """Part of a form that has a field `severity`: its radios are shown as cards."""

    templates = {"severity": "cases/portal/_severity_field.html"}

    @property
    def severity_cards(self) -> list[Card]:
        """Each severity: its radio, its name, and what makes a case so severe."""
        return cards(self["severity"])
