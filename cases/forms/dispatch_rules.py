"""Editing a dispatch rule, and trying the rules on a sample."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cases.models import CaseType, DispatchRule
from cases.models.case import Channel
from cases.models.dispatch_rule import Facts
from contacts.models import Plan, Region, Team
from products.models import Product
from sla.local_times import InstantField
from sla.matrices import Severity


class DispatchRuleForm(forms.ModelForm):
    """A rule: no new case goes to a team whose work is billed, for nobody has agreed to it yet."""

    channel = forms.ChoiceField(
        label=_("channel"), required=False, choices=lambda: [("", "---------"), *Channel.choices]
    )

    def clean_team(self) -> Team:
        team: Team = self.cleaned_data["team"]
        if team.needs_consent:
            raise forms.ValidationError(
                _("The work of %(team)s is billed: cases are referred there, and go when their customers agree."),
                params={"team": team},
            )
        return team

    class Meta:
        model = DispatchRule
        fields = (
            "code",
            "name_en",
            "name_fr",
            "position",
            "is_active",
            "product",
            "region",
            "language",
            "type",
            "plan",
            "severity",
            "channel",
            "version_out_of_support",
            "team",
            "hands_over",
            "speaks_language",
        )


class SampleForm(forms.Form):
    """What a case to try the rules on is like, and when."""

    product = forms.ModelChoiceField(Product.objects.order_by("position"), label=_("Product"), empty_label=None)
    region = forms.ModelChoiceField(
        Region.objects.filter(is_worldwide=False).order_by("position"), label=_("Region"), empty_label=None
    )
    language = forms.ChoiceField(label=_("Customer’s language"), choices=settings.LANGUAGES)
    type = forms.ModelChoiceField(CaseType.objects.order_by("position"), label=_("Type"), empty_label=None)
    plan = forms.ModelChoiceField(Plan.objects.order_by("position"), label=_("Plan"), empty_label=None)
    severity = forms.TypedChoiceField(label=_("Severity"), choices=Severity.choices, coerce=int)
    channel = forms.ChoiceField(label=_("Channel"), choices=Channel.choices)
    outdated = forms.BooleanField(label=_("Version out of support"), required=False)
    moment = InstantField(label=_("Moment"), required=False, help_text=_("Blank: now."))

    def facts(self) -> Facts:
        """Return what rules look at, of a valid form."""
        said = self.cleaned_data
        return Facts(
            product=said["product"].pk,
            region=said["region"].pk,
            language=said["language"],
            type=said["type"].pk,
            plan=said["plan"].pk,
            severity=said["severity"],
            channel=said["channel"],
            version_covered=not said["outdated"],
        )

    def at(self, now: datetime) -> datetime:
        moment: datetime | None = self.cleaned_data["moment"]
        return moment or now
