"""The forms of incidents: opening, correcting, speaking, resolving, and which cases are part of one."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases import incident_statuses
from cases.forms.base import OnceForm, VerbForm, text
from cases.incidents import queries as incidents
from cases.models import Case, Incident
from cases.models.incident import Effect
from cases.queue.filters import FilterForm, choice, product_choice, text_box
from products.models import Product
from sla.local_times import InstantField, InstantInput
from sla.matrices import Kind, Severity
from sla.text_fields import CleanCharField

MOST_AT_ONCE = 100
NOT_AFFECTED = ""


class IncidentForm(OnceForm):
    """What is known of an incident; `effects` are one field a product, shown by `effect_fields`."""

    title_en = CleanCharField(label=_("Title (English)"), max_length=160)
    title_fr = CleanCharField(label=_("Title (French)"), max_length=160)
    severity = forms.TypedChoiceField(label=_("Severity"), choices=Severity.choices, coerce=int)
    kind = forms.ChoiceField(
        label=_("Kind of defect"),
        choices=Kind.choices,
        initial=Kind.OTHER,
        help_text=_("Cases that have no kind yet take this one when they are linked."),
    )
    started_at = InstantField(label=_("It began"))
    is_public = forms.BooleanField(
        label=_("Show it on the public status page"),
        required=False,
        initial=True,
        help_text=_("Title and updates only. Nothing of a case, an account or a person is there."),
    )

    def __init__(self, *args: Any, incident: Incident | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = incident
        self.products = list(Product.objects.order_by("position"))
        for product in self.products:
            self.fields[f"effect_{product.code}"] = forms.ChoiceField(
                label=product.name,
                choices=[(NOT_AFFECTED, _("Not affected")), *Effect.choices],
                required=False,
                widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
            )
        if incident is not None:
            names = ("title_en", "title_fr", "severity", "kind", "started_at", "is_public")
            known = {name: getattr(incident, name) for name in names}
            rows = {f"effect_{row.product.code}": row.effect for row in incident.effects.all()}
            self.initial = {**known, **rows, **self.initial}

    @property
    def effect_fields(self) -> list[forms.BoundField]:
        return [self[f"effect_{product.code}"] for product in self.products]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(f"effect_{product.code}") for product in self.products):
            self.add_error(None, _("Name at least one product that is affected."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("effect_")}
        chosen = ((product, self.cleaned_data.get(f"effect_{product.code}")) for product in self.products)
        return given | {"effects": {product: effect for product, effect in chosen if effect}}


class IncidentTextForm(OnceForm):
    """Words in both languages, looked at before they are sent: `confirmed` says that they were."""

    text_en = text(_("In English"), rows=6)
    text_fr = text(_("In French"), rows=6)

    @property
    def is_confirmed(self) -> bool:
        return "confirmed" in self.data


class PublishUpdateForm(IncidentTextForm):
    """Say what is known, and in which state the incident is from now on."""

    state = forms.ChoiceField(
        label=_("State from now on"),
        choices=[(row.code, row.label) for row in incident_statuses.STATES.values() if not row.is_over],
    )


class ResolveIncidentForm(IncidentTextForm):
    """Say that it is over; `solves` are the cases that get the words as their solution."""

    solves = forms.TypedMultipleChoiceField(label=_("Cases that get the solution"), coerce=int, required=False)

    def __init__(self, *args: Any, cases: list[Case], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["solves"].choices = [(case.pk, case.number) for case in cases]  # type: ignore[attr-defined]


class LinkCaseForm(VerbForm):
    """Say of which incident a case is part."""

    incident = forms.ModelChoiceField(
        Incident.objects.none(), label=_("Which incident"), empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = incidents.under_way()
        self.fields["incident"].queryset = self.offered  # type: ignore[attr-defined]
        self.initial["incident"] = self.offered.filter(products=self.case.product_id).first()


class CandidateFilters(FilterForm):
    """Which cases could be part of an incident: a product, since when, words of the subject."""

    product = CleanCharField(required=False, max_length=50, widget=product_choice(_("All affected products")))
    since = InstantField(
        label=_("Reached us since"),
        required=False,
        widget=InstantInput(attrs={"class": "form-control form-control-sm"}),
    )
    words = CleanCharField(
        required=False, max_length=100, widget=text_box(_("Words of the subject, or a number"), type="search")
    )

    def __init__(self, data: QueryDict, *, since: datetime) -> None:
        super().__init__(data if set(data) & {"product", "since", "words"} else None, initial={"since": since})


class IncidentFilters(FilterForm):
    """What the list of incidents is narrowed by; a state, a product."""

    state = forms.ChoiceField(
        required=False,
        choices=[("", _("Any state")), *incident_statuses.CHOICES],
        widget=choice(_("State")),
    )
    product = CleanCharField(required=False, max_length=50, widget=product_choice(_("Any product")))
