"""Hours that a calendar would have, sent to be tried on the clocks that run."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sla import compiled
from sla.models import Calendar
from sla.working_time import WorkingTime


class HoursForm(forms.Form):
    """A calendar, and its would-be hours in the shape of `CalendarRevision.definition`; their value is compiled."""

    calendar = forms.ModelChoiceField(Calendar.objects.filter(round_the_clock=False))
    definition = forms.JSONField()

    def clean_definition(self) -> WorkingTime:
        stated: Any = self.cleaned_data["definition"]
        try:
            return compiled.hours(stated)
        except (AttributeError, KeyError, TypeError, ValueError, compiled.NoHours):
            raise ValidationError(_("These hours cannot be read.")) from None
