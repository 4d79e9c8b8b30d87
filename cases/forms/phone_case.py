"""The form of a case that one of ours writes while telephoning with the customer."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import OnceForm, text
from cases.models import Case, CaseType
from cases.models.case import Channel
from contacts.entitlements import Choice
from contacts.models import Instance, Membership
from sla.local_times import InstantField
from sla.matrices import Severity
from sla.text_fields import CleanCharField

LONGEST_AGO = timedelta(days=1)


class OpenCaseForm(OnceForm):
    """What a caller says. `choices` is what the caller may open cases for; `at` the instant of writing (UTC).

    The call counts from when it began: that is when the customer reached us.
    """

    instance = forms.ModelChoiceField(
        Instance.objects.none(), label=_("Which instance"), empty_label=None, widget=forms.RadioSelect
    )
    type = forms.ModelChoiceField(
        CaseType.objects.filter(is_offered=True).order_by("position"),
        label=_("What it is about"),
        empty_label=_("Choose"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        choices=[("", _("Not said yet")), *Severity.choices],
        help_text=_("Until it is said, the case counts as Moderate, provisionally."),
        coerce=int,
        empty_value=None,
        required=False,
    )
    subject = CleanCharField(label=_("Subject"), max_length=200)
    body = text(_("What the customer says"), rows=7)
    received_at = InstantField(label=_("The call began"), help_text=_("The promised times count from here."))
    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)
    similar: Case | None = None

    def __init__(self, *args: Any, caller: Membership, choices: list[Choice], at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.caller, self.at = caller, at
        here = [choice for choice in choices if choice.account.pk == caller.account_id]
        self.refused = [choice for choice in here if not choice.verdict.allowed]
        allowed = [one.pk for choice in here if choice.verdict.allowed for one in choice.instances]
        instances = Instance.objects.filter(pk__in=allowed).select_related("product", "release")
        self.fields["instance"].queryset = instances.order_by("product__position", "name")  # type: ignore[attr-defined]
        if len(allowed) == 1:
            self.initial.setdefault("instance", allowed[0])

    def clean_received_at(self) -> datetime:
        began: datetime = self.cleaned_data["received_at"]
        if began > self.at + timedelta(minutes=1):
            raise forms.ValidationError(_("A call cannot begin in the future."))
        if began < self.at - LONGEST_AGO:
            raise forms.ValidationError(_("A call that began more than a day ago cannot be meant."))
        return min(began, self.at)

    def arguments(self) -> dict[str, Any]:
        instance = self.cleaned_data["instance"]
        return {
            **{name: value for name, value in self.cleaned_data.items() if name != "anyway"},
            "product": instance.product,
            "account": self.caller.account,
            "customer": self.caller.user,
            "channel": Channel.PHONE,
        }

    @property
    def choice_help(self) -> dict[str, dict[Any, Any]]:  # type: ignore[override]
        """What stands under each instance: product, version, purpose."""
        return {"instance": {one.pk: _format_instance(one) for one in self.fields["instance"].queryset}}  # type: ignore[attr-defined]


def _format_instance(instance: Instance) -> str:
    version = f" {instance.release.version}" if instance.release else ""
    return f"{instance.product}{version} · {instance.get_purpose_display()}"
