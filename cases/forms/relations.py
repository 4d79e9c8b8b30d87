"""The forms by which cases are kept in order: merged, split, linked, followed, tagged."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.forms.base import OnceForm, VerbForm
from cases.forms.commitments import case_types
from cases.models import Case, CaseType, Message, Tag
from cases.models.case import id_of
from cases.models.case_link import LinkKind
from contacts.models import User
from contacts.roles import Role
from sla.matrices import Severity
from sla.text_fields import CleanCharField

NEARBY = 20
MOST_LISTED = 200


class CaseField(CleanCharField):
    """The number of a case that `by` may see, as the case. Whether there is one elsewhere is nobody's business."""

    by: User
    account_id: int | None = None

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        seen = Case.objects.visible_to(self.by)
        if self.account_id is not None:
            seen = seen.filter(account=self.account_id)
        found = seen.filter(pk=id_of(str(written).split()[0]) or 0).first()
        if found is None:
            words = _("There is no such case of this account.") if self.account_id else _("There is no such case.")
            raise forms.ValidationError(words, code="unknown")
        return found


def _number(label: Any, **options: Any) -> CaseField:
    attributes = {"class": "form-control tabular", "list": "nearby", "autocomplete": "off", "placeholder": "CC-000000"}
    return CaseField(label=label, max_length=100, widget=forms.TextInput(attrs=attributes), **options)


class NearbyForm(VerbForm):
    """A form that names another case; `nearby` are those that may be meant, for the list under the field."""

    names = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._named.by = self.by

    @property
    def _named(self) -> CaseField:
        return cast(CaseField, self.fields[self.names])

    @property
    def nearby(self) -> list[Case]:
        others = Case.objects.visible_to(self.by).filter(account=self.case.account_id).exclude(pk=self.case.pk)
        return list(others.filter(merged_into__isnull=True).order_by("-last_word_at")[:NEARBY])


class MergeForm(NearbyForm, OnceForm):
    """Name the case that goes on with this one."""

    names = "into"
    into = _number(_("The case that goes on"), help_text=_("A case of the same account that is not closed."))

    field_order = ["into"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._named.account_id = self.case.account_id


class LinkForm(NearbyForm):
    """Name another case, and what this one is to it. Without a key: there is one link a pair, however often sent."""

    names = "other"
    kind = forms.ChoiceField(
        label=_("This case"),
        choices=[choice for choice in LinkKind.choices if choice[0] != LinkKind.SPLIT_OFF],
    )
    other = _number(
        _("The other case"), help_text=_("Of another account too: customers see only links to cases that they may see.")
    )


class UnlinkForm(NearbyForm):
    """Name the other case of a link."""

    names = "other"
    other = _number(_("The other case"))


class SplitForm(OnceForm):
    """What the new case is about."""

    subject = CleanCharField(
        label=_("Subject"), max_length=200, help_text=_("One line that tells this case from others.")
    )
    type = forms.ModelChoiceField(CaseType.objects.none(), label=_("What it is about"), empty_label=None)
    severity = forms.TypedChoiceField(
        label=_("Severity"),
        help_text=_("Until it is said, the case counts as Moderate, provisionally."),
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, message: Message, **options: Any) -> None:
        super().__init__(*args, **options)
        case = self.case
        # Critical is opened by the customer, or raised by a manager: a split makes nothing worse than it was.
        offered = [choice for choice in Severity.choices if choice[0] >= case.severity]
        self.fields["severity"].choices = [("", _("Not said yet")), *offered]  # type: ignore[attr-defined]
        self.fields["type"].queryset = case_types(case)  # type: ignore[attr-defined]
        self.initial.setdefault("type", case.type_id)
        first = message.body.strip().splitlines() or [""]
        self.initial.setdefault("subject", first[0][:200])


class FollowForm(VerbForm):
    """Choose who is to follow the case: of the account those who may see it, and our own people."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"), empty_label=None)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        case = self.case
        colleagues = Q(memberships__account=case.account_id, memberships__sees_company_cases=True, role=Role.CUSTOMER)
        ours = ~Q(role__in=(Role.CUSTOMER, Role.ADMINISTRATOR))
        people = User.objects.filter(colleagues | ours, is_active=True).exclude(pk=case.customer_id)
        following = case.followers.filter(ended_at__isnull=True).values("user")
        people = people.exclude(pk__in=following).distinct().order_by("-role", "name")
        field: Any = self.fields["person"]
        field.queryset = people
        field.label_from_instance = lambda person: f"{person.name} ({person.get_role_display()})"


class UnfollowForm(VerbForm):
    """Whom it is about; nobody named means oneself."""

    person = forms.ModelChoiceField(User.objects.all(), required=False, widget=forms.HiddenInput)


class TagForm(VerbForm):
    """Some tags, with commas between them."""

    names = CleanCharField(
        label=_("Tags"),
        max_length=500,
        help_text=_("With commas between them. Only our own people see them."),
        widget=forms.TextInput(attrs={"class": "form-control", "list": "tags", "autocomplete": "off"}),
    )

    def clean_names(self) -> list[str]:
        return str(self.cleaned_data["names"]).split(",")

    @property
    def known(self) -> list[str]:
        """What is in use already, for the list under the field."""
        in_use = Tag.objects.filter(retired_at__isnull=True).order_by("name")
        return list(in_use.values_list("name", flat=True)[:MOST_LISTED])


class UntagForm(VerbForm):
    """The tag to take away."""

    tag = forms.ModelChoiceField(Tag.objects.all(), widget=forms.HiddenInput)
