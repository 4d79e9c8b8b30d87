"""Writing down hours of help and correcting them, with the customer's consent where some of it is billable."""

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.base import OnceForm, channel_field, text
from cases.forms.commitments import FOR_CUSTOMER
from cases.models import AssistanceKind, TimeEntry
from cases.models.case import Channel
from cases.time_entries import allowance
from cases.time_entries.allowance import Consent
from sla.local_times import DayField

MOST_MINUTES = 24 * 60
PREVIEW = '{% include "cases/desk/time_entries/_split.html" %}'


class HelpForm(OnceForm):
    """What both forms have: minutes with a preview of their split under them, and the consent to what is billable.

    `split_url` is where the preview comes from while the minutes are typed.
    """

    consent = text(
        _("The customer’s consent, in their words"),
        rows=2,
        required=False,
        help_text=_(
            "Only where minutes are billable and the customer has not agreed yet: what they said. They get a copy, and"
            " the case goes to Consulting."
        ),
    )
    consent_channel = channel_field(_("How they agreed"), required=False)

    def __init__(self, *args: Any, split_url: str, may_consent: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        asks = {"hx-get": split_url, "hx-target": "#help-split", "hx-select": "unset", "hx-swap": "innerHTML"}
        self.fields["minutes"].widget.attrs |= asks | {"hx-trigger": "input changed delay:250ms", "hx-sync": "this"}
        kinds = list(self.kinds())
        self.fields["kind"].queryset = self.kinds()  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(one.pk, one.name) for one in kinds]  # type: ignore[attr-defined]
        self.choice_help = {"kind": {one.pk: one.definition for one in kinds}}
        if not may_consent:
            del self.fields["consent"], self.fields["consent_channel"]

    def kinds(self) -> "QuerySet[AssistanceKind]":
        """Return the kinds to choose from."""
        return allowance.kinds()

    @property
    def helper(self) -> FormHelper:
        helper: FormHelper = super().helper
        helper.layout.insert(list(self.fields).index("minutes") + 1, HTML(PREVIEW))
        return helper

    def arguments(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("consent")}
        words = self.cleaned_data.get("consent", "")
        channel = self.cleaned_data.get("consent_channel") or Channel.PHONE
        return given | {"consent": Consent(words, channel) if words else None}


def _minutes(label: Any, *, least: int, **options: Any) -> forms.IntegerField:
    look = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.IntegerField(label=label, min_value=least, max_value=MOST_MINUTES, widget=look, **options)


def _kind(**options: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        AssistanceKind.objects.all(), label=_("What it was"), empty_label=None, widget=forms.RadioSelect, **options
    )


class LogAssistanceForm(HelpForm):
    """Write down what was done."""

    kind = _kind()
    minutes = _minutes(_("Minutes"), least=1)
    worked_on = DayField(label=_("Day of the work"))
    words = text(_("What was done"), rows=3, help_text=FOR_CUSTOMER)

    field_order = ["kind", "minutes", "worked_on", "words", "consent", "consent_channel"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("worked_on", timezone.localdate())

    def clean_worked_on(self) -> date:
        day: date = self.cleaned_data["worked_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The work has been done: today, or on a day before."))
        return day


class CorrectAssistanceForm(HelpForm):
    """Take an entry back, and perhaps put the right one in its place."""

    minutes = _minutes(
        _("Minutes in its place"), least=0, help_text=_("0 takes the entry back and puts nothing there.")
    )
    kind = _kind()
    because = text(_("Reason"), rows=2, help_text=FOR_CUSTOMER)

    field_order = ["minutes", "kind", "because", "consent", "consent_channel"]

    def __init__(self, *args: Any, entry: TimeEntry, **options: Any) -> None:
        self.entry = entry
        super().__init__(*args, **options)
        self.initial.setdefault("minutes", entry.minutes)
        self.initial.setdefault("kind", entry.kind_id)

    def kinds(self) -> "QuerySet[AssistanceKind]":
        """Return those that are offered, and the one that the entry has."""
        return allowance.kinds(self.entry.kind_id)
