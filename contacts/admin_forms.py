"""What managers and administrators write about accounts, desks and people."""

from typing import Any

import phonenumbers
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat

from contacts.forms import written_as
from contacts.models import Absence, Account, DeskPhone, Instance, Region, Team, User
from sla.forms import ZonedForm
from sla.local_times import InstantField


class RegionForm(ZonedForm):
    class Meta:
        model = Region
        fields = ("code", "name_en", "name_fr", "zone", "heading", "position", "is_offered")


class DeskPhoneForm(forms.ModelForm):
    """A telephone number: as dialled, in international form; as printed, as people know it."""

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].upper()
        if country not in phonenumbers.SUPPORTED_REGIONS:
            raise ValidationError(_("This is no country: two letters, such as US or FR."))
        return country

    def clean_number(self) -> str:
        return written_as(PhoneNumberFormat.E164, self.cleaned_data["number"])

    class Meta:
        model = DeskPhone
        fields = ("country", "number", "printed", "position")


class AccountForm(forms.ModelForm):
    """An account; who looks after it is one of ours. A retired plan or region stays with the accounts that have it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("plan", "region"):
            if name in self.fields:
                field: Any = self.fields[name]
                kept = Q(is_offered=True) | Q(pk=getattr(self.instance, f"{name}_id"))
                field.queryset = field.queryset.filter(kept).order_by("position")

    def clean_customer_success_manager(self) -> User | None:
        return one_of_ours(self.cleaned_data["customer_success_manager"])

    class Meta:
        model = Account
        fields = ("name", "plan", "region", "customer_success_manager", "is_active")


class TeamForm(forms.ModelForm):
    """A team; its members are ours."""

    def clean_members(self) -> Any:
        members = self.cleaned_data["members"]
        for member in members:
            one_of_ours(member)
        return members

    class Meta:
        model = Team
        fields = ("code", "name_en", "name_fr", "position", "is_told", "needs_consent", "is_offered", "members")


def one_of_ours(user: User | None) -> User | None:
    """Return `user`. Raises ValidationError for a customer."""
    if user and not user.works_here:
        raise ValidationError(_("%(name)s is a customer."), params={"name": user.name})
    return user


class InstanceForm(forms.ModelForm):
    """An instance; its version is one of its product's."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        product, release = cleaned.get("product"), cleaned.get("release")
        if product and release and release.product_id != product.pk:
            self.add_error("release", _("This is a version of another product."))
        return cleaned

    class Meta:
        model = Instance
        fields = ("account", "product", "name", "deployment", "purpose", "release", "free_help_minutes", "is_active")


class AbsenceForm(forms.ModelForm):
    """When one of ours is away."""

    starts_at = InstantField(label=_("Away from"))
    ends_at = InstantField(label=_("Back at"))

    def clean_user(self) -> User | None:
        return one_of_ours(self.cleaned_data["user"])

    class Meta:
        model = Absence
        fields = ("user", "starts_at", "ends_at", "note")


class PersonForm(ZonedForm):
    """A person. Passwords and second factors are theirs alone: no field here."""

    zone_field = "time_zone"
    editor: User  # who changes, set by the admin
    languages = forms.MultipleChoiceField(
        label=_("works in"),
        required=False,
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Languages in which one of ours answers customers. None: the language they read in."),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Somebody already signs in with this address."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.instance.pk == self.editor.pk and {"role", "is_active"} & set(self.changed_data):
            raise ValidationError(_("Your own role and access are changed by another administrator."))
        return cleaned

    class Meta:
        model = User
        fields = (
            "name",
            "email",
            "phone",
            "role",
            "language",
            "time_zone",
            "working_hours",
            "languages",
            "hears_of_team_promises",
            "is_active",
        )


class NewPersonForm(PersonForm):
    """A person to be entered, and whether they get the mail by which they choose a password."""

    welcome = forms.BooleanField(
        label=_("send the mail to choose a password"),
        required=False,
        initial=True,
        help_text=_("It works for one hour; afterwards the person can ask for another on the sign-in page."),
    )
