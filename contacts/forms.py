"""What people say of themselves."""

import phonenumbers
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sla.local_times import InstantField
from sla.text_fields import CleanCharField
from sla.zones import zone_choices


def written_as(layout: int, number: str) -> str:
    """Return a number in a format of `PhoneNumberFormat`. Raises ValidationError where it is none."""
    try:
        read = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        read = None
    if read is None or not phonenumbers.is_possible_number(read):
        raise ValidationError(_("Write the number in international form, beginning with + and the country."))
    return phonenumbers.format_number(read, layout)


class ProfileForm(forms.Form):
    """A person's name, phone, language and time zone; for one of ours (`works_here`), of which cases they hear."""

    name = CleanCharField(label=_("Name"), max_length=120)
    phone = CleanCharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        help_text=_("In international form, such as +1 512 346 8460."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of the pages, and of the mails you get.")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("All times are shown to you in this zone."))

    hears_of_team_promises = forms.BooleanField(
        label=_("Mail me when a promise of my teams’ cases is at risk or missed"),
        required=False,
        help_text=_("Of your own cases you hear in any case, and of Critical ones at once."),
    )

    def __init__(self, *args: object, current_zone: str, works_here: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zones = self.fields["time_zone"]
        assert isinstance(zones, forms.ChoiceField)
        zones.choices = zone_choices(current_zone)
        if not works_here:
            del self.fields["hears_of_team_promises"]
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.fields, Submit("save", _("Save")))

    def clean_phone(self) -> str:
        """Keep a number in international form, as it is dialled from everywhere."""
        written: str = self.cleaned_data["phone"]
        return written_as(phonenumbers.PhoneNumberFormat.INTERNATIONAL, written) if written else ""


class AbsenceForm(forms.Form):
    """From when to when somebody is away, by the clock on their wall."""

    starts_at = InstantField(label=_("Away from"))
    ends_at = InstantField(label=_("Back at"))
    note = CleanCharField(
        label=_("Note"), max_length=120, required=False, help_text=_("For colleagues. May stay blank.")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.helper = FormHelper()
        self.helper.layout = Layout(*self.fields, Submit("enter", _("Enter the absence")))
