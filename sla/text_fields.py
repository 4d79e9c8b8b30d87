"""Fields that hold clean text, of models and of forms: `sla/plain_text.py` on the way in and on the way out.

On the way in whatever is saved is cleaned, whoever saves it: a form, a verb, a command, in bulk. On the way out rows
that were written before the rule are shown, exported and mailed as if they had been cleaned. The columns are Django's
own, so that to use these fields changes nothing in the database.
"""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.plain_text import clean_line, clean_text, clean_values, storable, trimmed

NO_NAME = _("(no name)")


class _CleanInput(forms.CharField):
    """Cleans what was sent: lines where the widget has several, else one line. What is invisible counts as empty."""

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return super().to_python(value)
        if not isinstance(self.widget, forms.Textarea):
            return super().to_python(clean_line(value))
        # Django's own stripping would take the indentation of the first line.
        text = trimmed(clean_text(value))
        return text if text else self.empty_value


class CleanCharField(_CleanInput):
    """Text of a form. Of several lines where its widget is a text area."""


class CleanEmailField(_CleanInput, forms.EmailField):
    """A mail address of a form."""


class CleanURLField(_CleanInput, forms.URLField):
    """An address of a form."""


class _CleanColumn(models.Field):
    """Cleans what is saved and what was saved before.

    `unnamed` is read where the column of a row shows nothing, though it may not be blank.
    """

    form_class: type[forms.CharField] = CleanCharField
    unnamed: Any = ""

    def cleaned(self, text: str) -> str:
        return clean_line(text)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        return super().clean(self._cleaned(value), model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean the value of the row in hand, so that it is what the database has."""
        value = super().pre_save(model_instance, add)
        cleaned = self._cleaned(value)
        if cleaned is not value:
            setattr(model_instance, self.attname, cleaned)
        return cleaned

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(self._cleaned(value), connection)

    def get_prep_value(self, value: Any) -> Any:
        """Prepare a value that is looked for: one that cannot be stored is found nowhere, and no fault."""
        value = super().get_prep_value(value)
        return storable(value) if isinstance(value, str) else value

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if not isinstance(value, str):
            return value
        text = self.cleaned(value)
        return text or (str(self.unnamed) if not self.blank else text)

    def deconstruct(self) -> Any:
        """Return the column as that of Django which it is to migrations."""
        name, _path, args, options = super().deconstruct()
        plain = next(kind for kind in type(self).__mro__ if kind.__module__.startswith("django."))
        return name, f"django.db.models.{plain.__name__}", args, options

    def formfield(self, **options: Any) -> Any:
        return super().formfield(**{"form_class": self.form_class, **options})

    def _cleaned(self, value: Any) -> Any:
        return self.cleaned(value) if isinstance(value, str) else value


class LineField(_CleanColumn, models.CharField):
    """A name, a subject, a title: one line that is never empty, unless it may be blank."""

    def __init__(self, *args: Any, unnamed: Any = NO_NAME, **options: Any) -> None:
        super().__init__(*args, **options)
        self.unnamed = unnamed


class CleanTextField(_CleanColumn, models.TextField):
    """What somebody says, in as many lines as they like."""

    def cleaned(self, text: str) -> str:
        return clean_text(text)


class EmailColumn(_CleanColumn, models.EmailField):
    """A mail address."""

    form_class = CleanEmailField


class URLColumn(_CleanColumn, models.URLField):
    """The address of a page."""

    form_class = CleanURLField


class DetailsField(models.JSONField):
    """JSON whose texts are clean."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(clean_values(value), connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return clean_values(super().from_db_value(value, expression, connection))

    def deconstruct(self) -> Any:
        name, _path, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options


def text_columns(model: type[models.Model]) -> list[Any]:
    """Return the fields of `model` that hold people's words, JSON aside."""
    return [field for field in model._meta.local_fields if isinstance(field, _CleanColumn)]
