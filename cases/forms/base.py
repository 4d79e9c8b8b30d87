"""The base of the forms of verbs: the verb's arguments as fields, a key for sending twice, a text with files."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms.files import FilesField
from cases.models import Case
from cases.models.case import Channel
from contacts.models import User
from sla.text_fields import CleanCharField

MOST_SIGNS = 50_000


class VerbForm(forms.Form):
    """Base of the forms of verbs: `arguments` are what the verb takes beside the case, who and when.

    Radios are shown as cards, each with what it means (`choice_help`). A refused form keeps its text; files, which no
    browser sends back, have to be chosen again, and the form says so, unless its page stays open (`keeps_files`).
    What a form offers may depend on its `case`, on whom it is filled in `by`, and when (`at`, UTC).
    """

    choice_help: dict[str, dict[Any, Any]] = {}
    templates: dict[str, str] = {}  # by the name of a field, where it is shown in its own way
    keeps_files = False

    def __init__(self, *args: Any, case: Any = None, by: Any = None, at: Any = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.case: Case = case
        self.by: User = by
        self.at: datetime = at

    def arguments(self) -> dict[str, Any]:
        """Return what the verb takes beside the case, who and when."""
        return dict(self.cleaned_data)

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, error)
        self.ask_for_files()

    def ask_for_files(self) -> None:
        """Say that files have to be chosen again, if some were sent with this form, which is shown once more."""
        uploads: Any = self.files
        lost = "files" in self.fields and self.add_prefix("files") in uploads and not self.keeps_files
        if lost and not self.has_error("files", "lost"):
            words = _("Your files could not be kept: please choose them again.")
            super().add_error("files", ValidationError(words, code="lost"))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag, helper.disable_csrf = False, True
        helper.layout = Layout(*(Field(name, **self._look(name, field)) for name, field in self.fields.items()))
        return helper

    def _look(self, name: str, field: forms.Field) -> dict[str, str]:
        if name in self.templates:
            return {"template": self.templates[name]}
        if isinstance(field, FilesField):
            return {"template": "components/file_drop.html"}
        return {"template": "components/choice_field.html"} if isinstance(field.widget, forms.RadioSelect) else {}


class OnceForm(VerbForm):
    """A form with a key, so that sending it twice changes nothing."""

    submission = forms.UUIDField(required=False, initial=uuid4, widget=forms.HiddenInput)

    def renew_key(self) -> None:
        """Show the form with another key: what it holds now is something else than what was sent with the first."""
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix("submission")] = str(uuid4())
        self.data = data


class MessageForm(OnceForm):
    """A form that sends a text with files. A subclass names its text as the verb does: `body` or `reason`."""

    files = FilesField()  # type: ignore[assignment]  # hides the uploads of the form, which `request.FILES` has

    field_order = ["severity", "body", "reason", "files"]


def channel_field(label: Any, **options: Any) -> forms.ChoiceField:
    """Return a field that asks by which channel a customer told one of ours something."""
    told = [(channel.value, channel.label) for channel in (Channel.PHONE, Channel.MAIL)]
    return forms.ChoiceField(label=label, choices=told, initial=Channel.PHONE, **options)


def customer_text() -> CleanCharField:
    """Return a field for what a customer told one of ours, who writes it down."""
    read = _("They stand in the case as the customer’s, and they read them.")
    return text(_("The customer’s words"), rows=4, help_text=read)


def text(label: Any, *, rows: int = 5, **options: Any) -> CleanCharField:
    """Return a field for a text of several lines."""
    area = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
    return CleanCharField(label=label, max_length=MOST_SIGNS, widget=area, **options)
