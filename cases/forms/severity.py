"""Asking for another severity, in the portal and for a customer who phoned or wrote; deciding on Critical."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import MessageForm, OnceForm, VerbForm, channel_field, customer_text, text
from cases.forms.severity_choice import SeverityCards, severity_field
from cases.permissions import who_sees
from contacts.models import User
from sla.matrices import Severity
from sla.models import SeverityCriterion


class AskSeverityForm(SeverityCards, MessageForm):
    """The customer asks: a severity, and why, in their own words."""

    severity = severity_field(_("How severe is it now?"))
    body = text(_("What has changed?"), rows=4)


class RequestSeverityForm(SeverityCards, OnceForm):
    """One of ours writes down what the customer asked for by phone or mail."""

    severity = severity_field(_("What the customer asks for"))
    customer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Who asked"),
        empty_label=None,
        required=False,
        help_text=_("Somebody of the account who sees this case."),
    )
    channel = channel_field(_("How they asked"))
    body = customer_text()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial.setdefault("severity", self.case.severity)
        self.initial.setdefault("customer", self.case.customer_id)
        self.fields["customer"].queryset = who_sees(self.case).order_by("name")  # type: ignore[attr-defined]


class DecisionForm(VerbForm):
    """A manager's decision, with a reason for the customer."""

    because = text(_("Reason"), rows=4, help_text=_("The customer reads this."))


class ApproveSeverityForm(DecisionForm):
    """Approve: at least one criterion of Critical holds."""

    criteria = forms.MultipleChoiceField(
        label=_("What holds for this case"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one criterion of Critical that holds.")},
    )

    field_order = ["criteria", "because"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        holding = SeverityCriterion.objects.filter(severity=Severity.CRITICAL, is_offered=True).order_by("position")
        self.fields["criteria"].choices = [(one.code, one.text) for one in holding]  # type: ignore[attr-defined]
