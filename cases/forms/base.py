"""What every form that sends words has: the text, files, and one key so that sending twice changes nothing."""

from typing import Any
from uuid import uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.files import FilesField
from sla.text_fields import CleanCharField

MOST_SIGNS = 50_000


class WordsForm(forms.Form):
    """Base of forms that say something. A subclass names its text as the verb does, in `text_name`.

    `cleaned_data` has exactly the keywords of the verb. A refused form keeps its text; files, which no browser sends
    back, have to be chosen again, and the form says so.
    """

    text_name = "body"

    files = FilesField()  # type: ignore[assignment]  # the name of the verb's keyword; declared fields leave the class
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def refuse(self, refusal: Exception | str) -> None:
        """Show a refusal of the domain, in its own words for the reader."""
        self.add_error(None, str(refusal))
        self._tell_of_files()

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:
            self._tell_of_files()

    def _tell_of_files(self) -> None:
        uploads: Any = self.files
        if self.add_prefix("files") in uploads:
            self.add_error("files", _("Your files could not be kept: please choose them again."))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(
            Field(self.text_name),
            Field("files", template="components/file_drop.html"),
            "submission",
        )
        return helper


def text(label: Any, **options: Any) -> CleanCharField:
    """Return a field for a text that is required, several lines long."""
    rows = options.pop("rows", 5)
    return CleanCharField(label=label, max_length=MOST_SIGNS, widget=forms.Textarea(attrs={"rows": rows}), **options)
