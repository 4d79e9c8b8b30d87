"""The form by which a customer opens a case: product, instance, type, severity, then words and files."""

from datetime import date
from functools import cached_property
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.base import MessageForm, VerbForm, text
from cases.forms.severity_choice import SeverityCards, severity_field
from cases.models import Case, CaseType
from contacts.desk_days import desk_day
from contacts.entitlements import Choice, NotEntitled
from contacts.models import Instance
from products.support_window import is_covered
from sla.text_fields import CleanCharField


def key(choice: Choice) -> str:
    """Name a choice in an address: account and product, "12.changepoint"."""
    return f"{choice.account.pk}.{choice.product.code}"


class OfferedInstance(forms.ModelChoiceField):
    """One of the instances that are offered, which the form has in hand already: choosing one asks nothing again."""

    offered: tuple[Instance, ...] = ()

    def to_python(self, value: Any) -> Instance | None:
        if value in self.empty_values:
            return None
        for one in self.offered:
            if str(one.pk) == str(value):
                return one
        message = self.error_messages["invalid_choice"]
        raise forms.ValidationError(message, code="invalid_choice", params={"value": value})


class WhatForm(VerbForm):
    """The four choices on which the promised times depend. `choices` is what entitlements offer to the person.

    All of them may be missing here: this is how far somebody has come. `OpenCaseForm` wants them all.
    """

    product = CleanCharField(required=False, widget=forms.HiddenInput)
    instance = OfferedInstance(
        Instance.objects.none(),
        label=_("Instance"),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    type = forms.ModelChoiceField(
        CaseType.objects.filter(is_offered=True).select_related("excluded_by_default").order_by("position"),
        label=_("What is it about?"),
        required=False,
        widget=forms.RadioSelect,
        empty_label=None,
    )
    severity = severity_field(_("How severe is it?"), empty_value=None, required=False)

    def __init__(self, *args: Any, choices: list[Choice], **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = {key(choice): choice for choice in choices}
        self.chosen = self._choice(self["product"].value() or "")
        if self.chosen:
            instances = self.chosen.instances
            field = cast(OfferedInstance, self.fields["instance"])
            field.offered = instances
            offered = Instance.objects.filter(pk__in=[one.pk for one in instances])
            field.queryset = offered.select_related("release", "product")
            if len(instances) == 1:
                self.initial.setdefault("instance", instances[0].pk)

    def _choice(self, wanted: str) -> Choice | None:
        """Return the choice of that key; a link that knows a product's code alone means the first open one."""
        by_code = (one for one in self.offered.values() if one.product.code == wanted and one.verdict.allowed)
        return self.offered.get(wanted) or next(by_code, None)

    @cached_property
    def on(self) -> date:
        """The day of the desk of what is chosen: whether a version is supported goes by it."""
        assert self.chosen is not None
        return desk_day(self.chosen.product, self.chosen.account.region, at=self.at)

    @property
    def _instance(self) -> Instance | None:
        """The instance that is chosen, or the only one there is."""
        listed = self.chosen.instances if self.chosen else ()
        return self.cleaned_data.get("instance") or (listed[0] if len(listed) == 1 else None)

    @property
    def knows_version(self) -> bool:
        """Whether it is known which version the case would be about: what is promised depends on it."""
        return self._instance is not None

    @property
    def outdated(self) -> Instance | None:
        """The chosen instance, where its version is not supported any more."""
        instance = self._instance
        if instance is None or is_covered(instance.product, instance.release, on=self.on):
            return None
        return instance


class OpenCaseForm(SeverityCards, MessageForm, WhatForm):
    """A whole case. Raises nothing: a product that the person may not open for is an error with the way on."""

    subject = CleanCharField(
        label=_("Subject"), max_length=200, help_text=_("One line that tells this case from others.")
    )
    body = text(
        _("Description"),
        rows=8,
        help_text=_("What did you do, what did you expect, what came instead? Since when, and for whom?"),
    )

    anyway = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = ["product", "instance", "type", "severity", "subject", "body", "files", "submission"]
    similar: Case | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("instance", "type", "severity"):
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        if self.chosen is None:
            raise forms.ValidationError(_("Choose the product that the case is about."), code="product")
        if not self.chosen.verdict.allowed:
            raise forms.ValidationError(way_on(NotEntitled(self.chosen.verdict)), code="not_entitled")
        return self.cleaned_data

    def ask_about(self, similar: Case | None) -> None:
        """Ask before sending whether `similar` is meant; None asks nothing."""
        self.similar = similar
        if similar is not None:
            self.ask_for_files()

    def arguments(self) -> dict[str, Any]:
        """Return the keywords of `lifecycle.open_case` for a valid form."""
        assert self.chosen is not None
        sent = {name: value for name, value in self.cleaned_data.items() if name not in ("product", "anyway")}
        return {**sent, "account": self.chosen.account, "product": self.chosen.product}

    @property
    def choice_help(self) -> dict[str, dict[Any, Any]]:  # type: ignore[override]
        """What stands under each choice."""
        instances = self.chosen.instances if self.chosen else ()
        types = cast(forms.ModelChoiceField, self.fields["type"]).queryset or ()
        return {
            "type": {one.pk: one.definition for one in types},
            "instance": {one.pk: self._about(one) for one in instances},
        }

    def _about(self, instance: Instance) -> str:
        facts = [instance.get_purpose_display(), instance.get_deployment_display()]
        if instance.release:
            covered = is_covered(instance.product, instance.release, on=self.on)
            version = _("version %(version)s") if covered else _("version %(version)s, not supported any more")
            facts.append(version % {"version": instance.release.version})
        return " · ".join(str(fact) for fact in facts)


def way_on(refusal: NotEntitled) -> str:
    """Say why a person may not open a case, and whom of their colleagues to ask."""
    reason = str(refusal.verdict.reason)
    if not refusal.verdict.colleagues:
        return reason
    people = ", ".join(f"{person.name} ({person.email})" for person in refusal.verdict.colleagues)
    return _("%(reason)s Ask one of them: %(people)s.") % {"reason": reason, "people": people}
