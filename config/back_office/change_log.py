"""The back office's record: who changed what and when, and what it was before and after."""

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.utils.translation import override


class Recorded(ModelAdmin):
    """Writes into the log of the back office each changed field with its value before and after."""

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        # In English, like the names of the fields: the log is read in any language later.
        with override("en"):
            message: list[dict[str, Any]] = []
            if add:
                message.append({"added": {}})
            elif form.changed_data:
                message.append({"changed": {"fields": changes(form)}})
            for formset in formsets or ():
                message += _of_parts(formset)
        return message


def _of_parts(formset: Any) -> list[dict[str, Any]]:
    def named(part: Any) -> dict[str, Any]:
        return {"name": str(part._meta.verbose_name), "object": str(part)}

    forms_by_part = {id(form.instance): form for form in formset.forms}
    return [
        *({"added": named(part)} for part in formset.new_objects),
        *(
            {"changed": {**named(part), "fields": changes(forms_by_part[id(part)])}}
            for part, _fields in formset.changed_objects
        ),
        *({"deleted": named(part)} for part in formset.deleted_objects),
    ]


def changes(form: forms.BaseForm) -> list[str]:
    """Return what a form changed, a line a field: "zone: Europe/Berlin → Europe/Paris"."""
    return [
        f"{form[name].label}: {_shown(form.fields[name], form.get_initial_for_field(form.fields[name], name))}"
        f" → {_shown(form.fields[name], form.cleaned_data.get(name))}"
        for name in form.changed_data
        if name in form.fields
    ]


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ModelChoiceField):
        many = value if isinstance(field, forms.ModelMultipleChoiceField) else [value]
        keys = [getattr(one, "pk", one) for one in many or () if one is not None]
        things = field.queryset.model._default_manager.filter(pk__in=keys) if field.queryset is not None else ()
        return ", ".join(sorted(str(thing) for thing in things)) or "–"
    if isinstance(field, forms.TypedChoiceField):
        choices: Any = field.choices
        return {str(key): str(label) for key, label in choices}.get(str(value), "–")
    shown = field.prepare_value(value)
    return "–" if shown in (None, "", []) else str(shown)
