"""Dates and times in the back office: typed into the fields of every other form, and read from addresses with care."""

from functools import cache
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db import DataError, models
from django.db.models import QuerySet
from django.http import HttpRequest

from sla.local_times import DayField, InstantField


class TypedFields(BaseModelAdmin):
    """Gives each date and time of a model, without a word, the form field of the portal."""

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        if isinstance(db_field, models.DateField) and not db_field.choices:
            made = InstantField if isinstance(db_field, models.DateTimeField) else DayField
            return db_field.formfield(**{"form_class": made, **options})
        return super().formfield_for_dbfield(db_field, request, **options)


class TypedTimes(TypedFields, ModelAdmin):
    """The same for a model's inlines; a day of an address that is none leads back to the list."""

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        return [_typed(inline) for inline in super().get_inlines(request, obj)]

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        plain: Any = super().get_changelist(request, **options)
        careful: type[ChangeList] = _careful(plain)
        return careful


@cache
def _typed(inline: Any) -> Any:
    return type(inline.__name__, (TypedFields, inline), {"__module__": inline.__module__})


@cache
def _careful(changes: Any) -> Any:
    return type(changes.__name__, (CarefulList, changes), {})


class CarefulList(ChangeList):
    """A list whose address may name any day: the years that no calendar has are answered as what is misspelt."""

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            return super().get_filters(request)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_queryset(self, request: HttpRequest, *args: Any, **options: Any) -> QuerySet[Any]:
        try:
            return super().get_queryset(request, *args, **options)
        except (ValueError, OverflowError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error
