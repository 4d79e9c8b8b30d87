"""The forms of a root-cause report: its words in two languages side by side, and the reasons of its steps."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from cases.forms.base import VerbForm
from cases.models import RootCauseVersion
from cases.models.root_cause import SECTION_LABELS, SECTIONS, WORDS
from sla.text_fields import CleanCharField

MOST_SIGNS = 20_000
HELPS = {
    "title": _("What the report is about, in a line. Customers of several accounts may read it: name nobody."),
    "happened": _("The course of it with times in UTC, as a reader without knowledge of the inside follows it."),
    "effect": _("What did not work, for how long."),
    "cause": _("Why it happened, down to what could have been otherwise."),
    "done": _("How it was found and ended."),
    "prevention": _("What is changed, by when, so that it does not come again."),
}
LANGUAGES = (("en", _("English")), ("fr", _("French")))


class WriteReportForm(VerbForm):
    """All words of a version: none is required while it is being written. `seen` is when it was last saved."""

    seen = CleanCharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: RootCauseVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in WORDS:
            part, _dash, language = name.rpartition("_")
            self.fields[name] = _field(part, language, getattr(version, name))
        self.initial["seen"] = version.written_at.isoformat()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each part of the report with its help and its two fields, English first."""
        parts = (("title", _("Title")), *SECTION_LABELS.items())
        return [
            {"label": label, "help": HELPS[part], "fields": [self[f"{part}_{code}"] for code, _name in LANGUAGES]}
            for part, label in parts
        ]

    def arguments(self) -> dict[str, Any]:
        """Return what `write_report` takes beside the report, who and when."""
        return {"words": {name: self.cleaned_data[name] for name in WORDS}, "seen": self._seen()}

    def _seen(self) -> datetime | None:
        try:
            return parse_datetime(self.cleaned_data["seen"])
        except ValueError:
            return None


def _field(part: str, language: str, words: str) -> CleanCharField:
    label = f"{_('Title') if part == 'title' else SECTION_LABELS[part]} ({dict(LANGUAGES)[language]})"
    looks: dict[str, Any] = {"class": "form-control", "lang": language}
    if part in SECTIONS:
        area = forms.Textarea(attrs={"rows": 5, **looks})
        return CleanCharField(label=label, required=False, max_length=MOST_SIGNS, widget=area, initial=words)
    return CleanCharField(
        label=label, required=False, max_length=160, widget=forms.TextInput(attrs=looks), initial=words
    )


class BecauseForm(VerbForm):
    """Why a version goes back, or is corrected: for our own people."""

    because = CleanCharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"})
    )
