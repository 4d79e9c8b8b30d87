"""What managers write about calendars and matrices. Hours are written as people do: "09:00–12:30, 13:30–18:00"."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from sla import holidays
from sla.editing import Refused, Spans, check_week, read_hours, write_hours
from sla.local_times import DayField
from sla.matrices import Kind, Severity
from sla.models import Calendar, CalendarVersion, DayOverride, Matrix, MatrixRow
from sla.refusals import INCOMPLETE
from sla.text_fields import CleanCharField
from sla.zones import zone_choices

YEARS_TO_CHOOSE = 5
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class HoursField(CleanCharField):
    """Hours of one day; its value is a list of pairs of times."""

    def __init__(self, *, label: Any, required: bool = False) -> None:
        super().__init__(label=label, required=required, widget=forms.TextInput(attrs={"size": 13}))

    def prepare_value(self, value: Any) -> Any:
        return write_hours(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        try:
            return read_hours(words)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial or []) != (data or "").strip()


class ZonedForm(forms.ModelForm):
    """A row whose `zone_field` is chosen from the list of all zones."""

    zone_field = "zone"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.zone_field in self.fields:
            zones = zone_choices(getattr(self.instance, self.zone_field) or "UTC")
            label = self.fields[self.zone_field].label
            self.fields[self.zone_field] = forms.ChoiceField(label=label, choices=zones)


class CalendarForm(ZonedForm):
    """A calendar, its zone chosen from the list of all."""

    class Meta:
        model = Calendar
        fields = ("code", "name_en", "name_fr", "zone", "assumed")


class ShownAgain:
    """Put before a form that is not to be saved now: its page shows what was written, and finds no fault with it."""

    def is_valid(self) -> bool:
        return False


class CalendarVersionForm(forms.ModelForm):
    """A week from a date on, a field a day."""

    monday = HoursField(label=WEEKDAYS[0])
    tuesday = HoursField(label=WEEKDAYS[1])
    wednesday = HoursField(label=WEEKDAYS[2])
    thursday = HoursField(label=WEEKDAYS[3])
    friday = HoursField(label=WEEKDAYS[4])
    saturday = HoursField(label=WEEKDAYS[5])
    sunday = HoursField(label=WEEKDAYS[6])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(DAYS):
            self.initial.setdefault(day, (self.instance.week or {}).get(str(number), []))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            week: dict[int, Spans] = {number: cleaned[day] for number, day in enumerate(DAYS)}
            try:
                check_week(week)
            except Refused as refusal:
                raise ValidationError(str(refusal)) from None
            self.instance.week = {str(number): [list(span) for span in spans] for number, spans in week.items()}
        return cleaned

    class Meta:
        model = CalendarVersion
        fields = ("effective_from",)
        field_classes = {"effective_from": DayField}


class Versions(forms.BaseInlineFormSet):
    """All the weeks of a calendar: at least one, no two from the same date."""

    def clean(self) -> None:
        kept = [form for form in self.forms if form.is_valid() and form not in self.deleted_forms]
        dates: list[date | None] = [form.cleaned_data.get("effective_from") for form in kept if form.cleaned_data]
        if not dates and not any(self.errors):
            raise ValidationError(_("A calendar needs the hours of a week."))
        if len(set(dates)) < len(dates):
            raise ValidationError(_("Two weeks of this calendar begin on the same date."))
        super().clean()


class DayOverrideForm(forms.ModelForm):
    """Other hours on one date."""

    hours = HoursField(label=_("hours"), required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("hours", self.instance.spans or [])

    def clean_hours(self) -> Spans:
        spans: Spans = self.cleaned_data["hours"]
        self.instance.spans = [list(span) for span in spans]
        return spans

    class Meta:
        model = DayOverride
        fields = ("date", "name")
        field_classes = {"date": DayField}


class MatrixRowForm(forms.ModelForm):
    """One target: a time, or words in its place."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "minutes" in cleaned and cleaned["minutes"] is None and not cleaned.get("note_en"):
            raise ValidationError(_("Give the minutes that are promised, or the words that stand in their place."))
        return cleaned

    class Meta:
        model = MatrixRow
        fields = (
            "kind",
            "severity",
            "metric",
            "minutes",
            "clock",
            "pause_on_customer",
            "condition",
            "fallback",
            "warn_percent",
            "note_en",
            "note_fr",
        )


class Targets(forms.BaseInlineFormSet):
    """All the targets of a matrix: a first answer for every kind and every severity is among them."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        answered = {(row["kind"], row["severity"]) for row in kept if row["metric"] == "response" and row["minutes"]}
        missing = [
            f"{kind.label}, {severity.label}"
            for kind in Kind
            for severity in Severity
            if (kind.value, severity.value) not in answered
        ]
        if missing:
            words = _("A first answer, in minutes, is missing for: %(missing)s.")
            raise ValidationError(
                [ValidationError(INCOMPLETE), ValidationError(words % {"missing": "; ".join(missing)})]
            )


class PublishForm(forms.ModelForm):
    """A new version of a matrix: its name, its document, and the date from which it holds."""

    def __init__(self, data: Any = None, *, matrix: Matrix) -> None:
        super().__init__(data, instance=Matrix(series=matrix.series), initial={"document": matrix.document})

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the version, of a valid form."""
        return {name: self.cleaned_data[name] for name in ("code", "document", "effective_from")}

    class Meta:
        model = Matrix
        fields = ("code", "document", "effective_from")
        field_classes = {"effective_from": DayField}


class CountryForm(forms.Form):
    """Whose holidays to look at, and of which years: this one and the next until something else is chosen."""

    country = forms.ChoiceField(label=_("country"))
    subdivision = forms.ChoiceField(label=_("part of the country"), required=False)
    years = forms.TypedMultipleChoiceField(
        label=_("years"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one year.")},
    )

    def __init__(self, data: Any = None, *, today: date, language: str) -> None:
        years = range(today.year, today.year + YEARS_TO_CHOOSE)
        super().__init__(data, initial={"years": list(years[:2])})
        field: Any = self.fields["country"]
        field.choices = [("", _("Choose a country")), *holidays.countries(language)]
        parts = holidays.subdivisions(data.get("country", "")) if data else []
        field = self.fields["subdivision"]
        field.choices = [("", _("The whole country")), *parts]
        field = self.fields["years"]
        field.choices = [(year, year) for year in years]
        if not parts:
            del self.fields["subdivision"]
        elif data.get("subdivision") not in dict(parts):  # left over from the country chosen before
            without = data.copy()
            without["subdivision"] = ""
            self.data = without


class DatesForm(forms.Form):
    """Which of the holidays that are proposed become closed dates."""

    dates = forms.MultipleChoiceField(error_messages={"required": _("Choose at least one date.")})

    def __init__(self, data: Any = None, *, proposals: Iterable[holidays.Proposal]) -> None:
        super().__init__(data)
        self.proposals = [proposal for proposal in proposals if not proposal.entered]
        field: Any = self.fields["dates"]
        field.choices = [(proposal.value, proposal.occasion) for proposal in self.proposals]

    @property
    def ticked(self) -> set[str]:
        """The dates that are ticked: at first those on which the calendar would be open."""
        if self.is_bound:
            return set(self["dates"].value() or ())
        return {proposal.value for proposal in self.proposals if proposal.has_hours}

    @property
    def chosen(self) -> dict[date, str]:
        """The dates that were chosen, each with its occasion."""
        names = {proposal.value: proposal for proposal in self.proposals}
        return {names[day].date: names[day].occasion for day in self.cleaned_data["dates"]}
