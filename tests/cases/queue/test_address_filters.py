"""Every set of filters keeps what was chosen in an address, and ignores what it does not know, in the same way."""

from datetime import UTC, datetime
from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.http import QueryDict

from cases.export.filters import ExportFilters
from cases.forms.case_list import CaseFilters
from cases.forms.incidents import CandidateFilters, IncidentFilters
from cases.queue.filters import AddressFilters, FilterForm, FilterSet, MonthField, QueueFilters
from cases.reports.filters import ReportFilters
from cases.time_entries.filters import AssistanceFilters
from sla.local_times import DayField, InstantField

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
MADE = {
    QueueFilters: lambda query, user: QueueFilters(query),
    ExportFilters: lambda query, user: ExportFilters(query),
    ReportFilters: lambda query, user: ReportFilters(query, at=NOW),
    AssistanceFilters: lambda query, user: AssistanceFilters(query, at=NOW),
    CaseFilters: lambda query, user: CaseFilters(query, request=SimpleNamespace(user=user)),
    IncidentFilters: lambda query, user: IncidentFilters(query),
    CandidateFilters: lambda query, user: CandidateFilters(query, since=NOW),
}
STRANGE = ["nonsense" * 40, "a\0", "-1" * 30, "2026-13"]


def descendants(base):
    return {one for child in base.__subclasses__() for one in {child, *descendants(child)}}


def a_value(field):
    """Return a value that the field understands, as an address writes it."""
    if isinstance(field, forms.ModelChoiceField):
        return "changepoint"
    if isinstance(field, forms.ChoiceField):
        return str([value for value, _label in field.choices if value][-1])
    kinds = ((MonthField, "2026-09"), (InstantField, "2026-10-05T10:30"), (DayField, "2026-10-05"))
    for kind, value in (*kinds, (forms.DecimalField, "7")):
        if isinstance(field, kind):
            return value
    return "changepoint & more"


def takes_text(field):
    return isinstance(field, forms.CharField) and not isinstance(field, MonthField)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MADE, ids=lambda kind: kind.__name__)
class TestEveryFilterSet:
    @pytest.fixture
    def made(self, kind, alice):
        def make(query="", **chosen):
            given = QueryDict(query, mutable=True)
            given.update(chosen)
            return MADE[kind](given, alice)

        return make

    @pytest.fixture
    def fields(self, made):
        return made()._bound_form().fields

    def test_comes_back_from_its_address_as_it_was(self, made, fields):
        chosen = made(**{name: a_value(field) for name, field in fields.items()})
        assert set(chosen.chosen) == set(fields)
        again = made(chosen.address())
        assert (again.chosen, again.address()) == (chosen.chosen, chosen.address())

    def test_comes_back_with_any_one_key(self, made, fields):
        for name, field in fields.items():
            chosen = made(**{name: a_value(field)})
            assert made(chosen.address()).chosen == chosen.chosen, name

    def test_ignores_keys_that_it_does_not_list(self, made):
        strange = made(colour="red", subject__startswith="a", page="2")
        assert (strange.chosen, strange.address()) == (made().chosen, made().address())

    def test_ignores_values_that_a_key_does_not_know(self, made, fields):
        for name, field in fields.items():
            for value in STRANGE[: 2 if takes_text(field) else None]:
                strange = made(**{name: value})
                assert (name, strange.chosen) in ((name, made().chosen), (name, {name: "a"})), value

    def test_puts_other_values_in_the_place_of_what_was_chosen(self, made, fields):
        name = next(iter(fields))
        address = made(**{name: a_value(fields[name])}).address(**{name: "other"})
        assert QueryDict(address)[name] == "other"


def test_all_of_them_are_walked():
    assert set(MADE) == descendants(AddressFilters) - {FilterForm, FilterSet}


def test_there_is_no_other_set_of_filters():
    ours = {one for one in descendants(django_filters.FilterSet) if one.__module__.startswith("cases")}
    assert {one for one in ours if not issubclass(one, AddressFilters)} == set()
