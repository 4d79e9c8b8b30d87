"""The forms of what decides which times are promised, one a verb; the verbs are in `cases/lifecycle/`.

What is said with most of them is read by the customer, or by our own people alone: each says which.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.forms.base import OnceForm, VerbForm, text
from cases.forms.severity_choice import SeverityCards, severity_field
from cases.models import Case, CaseType, Exclusion
from cases.permissions import RAISE_TO_CRITICAL
from products.models import Release
from sla.local_times import InstantField
from sla.matrices import Kind, Severity
from sla.text_fields import CleanCharField

FOR_CUSTOMER = _("The customer reads this.")
FOR_US = _("Only our own people read this.")
YES, NO, UNKNOWN = "yes", "no", "unknown"
ANSWERS = {YES: True, NO: False, UNKNOWN: None}


class ReasonForm(VerbForm):
    """A reason that our own people read."""

    because = text(_("Reason"), rows=3, help_text=FOR_US)


class ReasonForCustomerForm(VerbForm):
    """A reason that the customer reads."""

    because = text(_("Reason"), rows=3, help_text=FOR_CUSTOMER)


class ChangeSeverityForm(SeverityCards, ReasonForCustomerForm):
    """Give the case another severity; Critical is offered to those who may give it."""

    severity = severity_field(_("How severe is it?"))

    field_order = ["severity", "because"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.raises = self.by.role in RAISE_TO_CRITICAL
        if not self.raises:
            offered = [choice for choice in Severity.choices if choice[0] != Severity.CRITICAL]
            self.fields["severity"].choices = offered  # type: ignore[attr-defined]
        self.initial.setdefault("severity", self.case.severity)


def case_types(case: Case) -> "QuerySet[CaseType]":
    """Return the types that `case` can be of: those that are offered, and its own."""
    known = CaseType.objects.filter(Q(is_offered=True) | Q(pk=case.type_id))
    return known.select_related("excluded_by_default").order_by("position")


class ClassifyForm(OnceForm):
    """Say what the case is about and whose defect it is."""

    type = forms.ModelChoiceField(
        CaseType.objects.none(),
        label=_("What it is about"),
        empty_label=None,
        help_text=_("A type for which no times are promised ends the clocks; one for which they are begins them now."),
    )
    kind = forms.ChoiceField(
        label=_("Whose defect it is"),
        choices=[("", _("Not known yet")), *Kind.choices],
        required=False,
        widget=forms.RadioSelect,
    )

    choice_help = {
        "kind": {
            "": _("Counts as a defect of our software until it is known."),
            Kind.OWN: _("The code that we write. What the first table of the service description promises holds."),
            Kind.OTHER: _(
                "Servers, databases, networks and the like that we run but did not write. What the second table"
                " promises holds."
            ),
        }
    }

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        case = self.case
        self.fields["type"].queryset = case_types(case)  # type: ignore[attr-defined]
        # A problem of code makes it ours: proposed, not done.
        self.proposes_own = bool(case.code_problem_identified) and case.kind == Kind.OTHER
        self.initial.setdefault("type", case.type_id)
        self.initial.setdefault("kind", Kind.OWN if self.proposes_own else case.kind)


class ExcludeForm(ReasonForm):
    """Name the cause for which no times are promised."""

    exclusion = forms.ModelChoiceField(
        Exclusion.objects.order_by("position"),
        label=_("Cause"),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=_("The customer reads the cause and what stands under it."),
    )

    field_order = ["exclusion", "because"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        causes = Exclusion.objects.filter(is_offered=True).exclude(pk=self.case.exclusion_id).order_by("position")
        self.fields["exclusion"].queryset = causes  # type: ignore[attr-defined]

    @property
    def choice_help(self) -> dict[str, dict[Any, Any]]:  # type: ignore[override]
        causes = self.fields["exclusion"].queryset  # type: ignore[attr-defined]
        return {"exclusion": {one.pk: one.explanation for one in causes}}


def _answer(question: Any, *, unknown: bool = True) -> forms.TypedChoiceField:
    choices = [(YES, _("Yes")), (NO, _("No"))] + ([(UNKNOWN, _("Not known"))] if unknown else [])
    return forms.TypedChoiceField(
        label=question, choices=choices, coerce=ANSWERS.__getitem__, empty_value=None, widget=forms.RadioSelect
    )


class JudgementForm(ReasonForm):
    """A question of which the case keeps the answer in its field `kept`."""

    question, kept = "", ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = getattr(self.case, self.kept)
        self.initial.setdefault(self.question, next(one for one, meaning in ANSWERS.items() if meaning is known))


class JudgeCodeChangeForm(JudgementForm, OnceForm):
    """Say whether the service can be restored only by a change of code."""

    question, kept = "required", "code_change_required"
    required = _answer(_("Is a change of code needed to restore the service?"))

    field_order = ["required", "because"]
    choice_help = {
        "required": {
            YES: _("“Service restored” is void: it is promised only where no change of code is needed."),
            NO: _("“Service restored” binds us. What was missed meanwhile counts."),
            UNKNOWN: _("“Service restored” runs until it is known."),
        }
    }


class JudgeCodeProblemForm(JudgementForm, OnceForm):
    """Say whether a problem of code was found in what we run."""

    question, kept = "identified", "code_problem_identified"
    identified = _answer(_("Was a problem of code found?"))

    field_order = ["identified", "because"]
    choice_help = {
        "identified": {
            YES: _(
                "The solution of a Major defect in what we run is void: it is promised only where no problem of code"
                " is found. Such a case is then one of our software: classify it."
            ),
            NO: _("The solution binds us. What was missed meanwhile counts."),
            UNKNOWN: _("The solution runs until it is known."),
        }
    }


class JudgeReachForm(JudgementForm):
    """Say whether the problem touches the whole system."""

    question = kept = "is_system_wide"
    is_system_wide = _answer(_("Does the problem touch the whole system?"), unknown=False)

    field_order = ["is_system_wide", "because"]
    choice_help = {
        "is_system_wide": {
            YES: _("A root-cause report is owed for a Critical problem in what we run, counted from the opening."),
            NO: _("No root-cause report is owed; its clock ends."),
        }
    }


class PromiseReleaseForm(ReasonForCustomerForm):
    """Promise the solution with the next release: the one that was shown, on the day that was shown."""

    shown = CleanCharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, release: Release | None, due_at: datetime | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.release, self.due_at = release, due_at
        self.initial["shown"] = self._shows()

    def _shows(self) -> str:
        return f"{self.release.pk} {self.due_at:%Y-%m-%dT%H:%M%z}" if self.release and self.due_at else ""

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("shown", "") != self._shows():
            # What is shown now is what is confirmed next.
            self.data = {**self.data.dict(), self.add_prefix("shown"): self._shows()}  # type: ignore[attr-defined]
            words = _("The next release has changed since you opened this. Look again, then confirm.")
            raise forms.ValidationError(words, code="changed")
        return self.cleaned_data

    def arguments(self) -> dict[str, Any]:
        return {"because": self.cleaned_data["because"]}


class AgreeDateForm(OnceForm):
    """Note the date and time that both sides agreed on, by the clock of whoever writes."""

    due_at = InstantField(label=_("The solution comes by"), help_text=_("The customer reads it in theirs."))
