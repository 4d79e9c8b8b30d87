"""Our people to choose from: who is away can still be given a case, by somebody who knows that they are away."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import User
from sla.time_words import format_day


def named(person: User) -> str:
    """Return the name of a person read by `shifts.with_absence` and, where they are away, until when."""
    away: datetime | None = person.away_until  # type: ignore[attr-defined]
    if away is None:
        return person.name
    back = format_day(away, timezone.get_current_timezone(), with_year=False)
    return _("%(name)s (away until %(day)s)") % {"name": person.name, "day": back}


class PersonField(forms.ModelChoiceField):
    """One of ours; takes people read by `shifts.with_absence`."""

    def label_from_instance(self, obj: User) -> str:
        return named(obj)
