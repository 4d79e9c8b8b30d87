"""Every date and time of every form and table, from the registries: typed into our fields, kept within the bounds."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.forms.models import BaseModelFormSet
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from cases import lifecycle
from cases.models import Incident
from contacts.models import Absence, Region, User
from products.models import Product, Release
from sla.local_times import DayField, InstantField
from sla.matrices import Severity
from sla.models import Calendar, ClosedDate

pytestmark = pytest.mark.django_db

OURS = ("sla", "products", "contacts", "cases", "config")
TIMES = (forms.DateField, forms.DateTimeField, forms.TimeField, forms.SplitDateTimeField, forms.SplitDateTimeWidget)
MODELS = [model for model in apps.get_models() if model.__module__.partition(".")[0] in OURS and not model._meta.proxy]


@pytest.fixture(autouse=True)
def _one_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def subclasses(of: type) -> set[type]:
    for name in OURS:
        for module in pkgutil.walk_packages(importlib.import_module(name).__path__, f"{name}."):
            if ".migrations." not in module.name and not module.name.startswith("config.dev.engines"):
                importlib.import_module(module.name)
    found, waiting = set(), [of]
    while waiting:
        waiting += (fresh := set(waiting.pop().__subclasses__()) - found)
        found |= fresh
    return {one for one in found if one.__module__.partition(".")[0] in OURS}


def strange(fields: dict[str, forms.Field]) -> Iterator[str]:
    for name, field in fields.items():
        looks = getattr(field.widget, "input_type", "") in ("date", "datetime-local", "time", "month", "week")
        if (isinstance(field, TIMES) or looks) and not isinstance(field, InstantField | DayField):
            yield f"{name}: {type(field).__name__}"


def back_office_forms(request: Any) -> Iterator[tuple[str, Any]]:
    """Every form of the back office: of each model, and of its inlines."""
    for model, office in admin.site._registry.items():
        with suppress(FieldError):  # a page that only shows
            yield model.__name__, office.get_form(request)
        for inline in office.get_inline_instances(request):
            formset: type[BaseModelFormSet] = inline.get_formset(request)
            yield f"{model.__name__}.{type(inline).__name__}", formset.form


class TestEveryForm:
    def test_takes_dates_and_times_by_our_fields(self) -> None:
        found = {
            f"{form.__module__}.{form.__name__}": list(strange(form.base_fields))  # type: ignore[attr-defined]
            for form in subclasses(forms.BaseForm)
            if hasattr(form, "base_fields")
        }
        assert len(found) > 80
        assert {name: fields for name, fields in found.items() if fields} == {}

    def test_that_narrows_does_too(self) -> None:
        found = subclasses(django_filters.FilterSet)
        assert found
        for made in found:
            fields = {
                name: one.field for name, one in made.base_filters.items() if isinstance(one, django_filters.DateFilter)
            }  # type: ignore[attr-defined]
            assert not list(strange(fields)), made
            kinds = (django_filters.DateTimeFilter, django_filters.TimeFilter, django_filters.RangeFilter)
            assert not [name for name, one in made.base_filters.items() if isinstance(one, kinds)], made  # type: ignore[attr-defined]

    def test_of_the_back_office_does_too(self, adam: User) -> None:
        request = RequestFactory().get("/")
        request.user = adam
        found = dict(back_office_forms(request))
        assert {
            name: list(strange(form.base_fields)) for name, form in found.items() if list(strange(form.base_fields))
        } == {}
        assert isinstance(found["Release"].base_fields["released_on"], DayField)
        assert isinstance(found["Calendar.ClosedDateInline"].base_fields["date"], DayField)

    def test_would_be_found_otherwise(self) -> None:
        class Plain(forms.Form):
            on = forms.DateField()
            at = forms.CharField(widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))

        assert len(list(strange(Plain.base_fields))) >= 1


def columns(model: type[models.Model]) -> list[models.Field]:
    return [one for one in model._meta.concrete_fields if isinstance(one, models.DateField)]


class TestEveryTable:
    def test_keeps_dates_and_instants_within_the_bounds(self) -> None:
        """Asked of the database itself: its constraints name every column."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'c' AND conname LIKE '%_times_within_bounds' AND convalidated"
            )
            held = dict(cursor.fetchall())
        missing = [
            f"{model._meta.db_table}.{one.column}"
            for model in MODELS
            for one in columns(model)
            if held.get(model._meta.db_table, "").count(f"({one.column} ")
            + held.get(model._meta.db_table, "").count(f'"{one.column}" ')
            < 2
        ]
        assert missing == []
        assert sum(len(columns(model)) for model in MODELS) > 60

    @pytest.mark.parametrize("value", ["infinity", "-infinity", "0001-01-01", "1999-01-01", "9999-12-31"])
    def test_refuses_what_no_page_can_read(self, value: str, nora: User, at: datetime) -> None:
        product = Product.objects.all()[0]
        release = Release.objects.create(product=product, version="x", released_on=date(2027, 1, 1))
        absence = Absence.objects.create(user=nora, starts_at=at, ends_at=at.replace(hour=23))
        for row, column in ((release, "released_on"), (absence, "starts_at"), (absence, "ends_at")):
            with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])


# --- The pages themselves --------------------------------------------------------------------------------------------

YEARS = ("0001-01-01T00:00", "9999-12-31T23:59", "2100-12-31T23:59")
BARE = ("0", "1", "9999", "9999-12", "0001-01-01T00:00:00+14:00")
NIGHTS = ("2027-03-14T02:30", "2027-11-07T01:30", "2027-03-28T02:30", "2027-10-31T02:30")
ALIVE = (
    "desk:queue",
    "incidents:incidents",
    "status:status",
    "desk:reports",
    "desk:assistance",
    "contacts:absences",
    "contacts:directory",
)
SignIn = Callable[[User], Client]


def dispatch_sample() -> dict[str, Any]:
    region = Region.objects.filter(is_worldwide=False)[0].pk
    known = {"product": Product.objects.all()[0].pk, "region": region, "language": "en", "type": "defect"}
    return known | {"plan": "standard", "severity": "2", "channel": "mail"}


@pytest.fixture
def incident(case: Any, nora: User, at: datetime) -> Incident:
    second_half_past_one = datetime(2025, 11, 2, 7, 30, 12, 345_678, tzinfo=UTC)
    names = {"title_en": "Down", "title_fr": "En panne", "severity": Severity.CRITICAL}
    effects = {case.product: "down"}
    return lifecycle.open_incident(by=nora, at=at, started_at=second_half_past_one, effects=effects, **names)


def incident_form(incident: Incident, **more: Any) -> dict[str, Any]:
    code = incident.effects.get().product.code
    known = {"title_en": "Down", "title_fr": "En panne", "severity": "1", "kind": "other", "is_public": "on"}
    return known | {"submission": "", f"effect_{code}": "down"} | more


class TestEveryPage:
    def posts(self, case: Any, incident: Incident) -> list[tuple[str, str, dict[str, Any]]]:
        """Address, field and the other fields of each page that takes a date or a time."""
        calendar = Calendar.objects.filter(round_the_clock=False)[0]
        inline = {
            f"{name}-{key}": "0" for name in ("versions", "closed_dates", "overrides") for key in ("INITIAL_FORMS",)
        }
        inline |= {f"{name}-TOTAL_FORMS": "1" for name in ("versions", "closed_dates", "overrides")}
        number = case.number
        release = {"product": case.product_id, "version": "2099"}
        words = {"kind": "1", "minutes": "5", "words": "Helped."}
        return [
            (reverse("incidents:open_incident"), "started_at", incident_form(incident)),
            (reverse("incidents:correct_incident", args=[incident.number]), "started_at", incident_form(incident)),
            (reverse("contacts:absences"), "starts_at", {"ends_at": "2100-12-31T10:00", "note": ""}),
            (reverse("contacts:absences"), "ends_at", {"starts_at": "2027-01-01T10:00", "note": ""}),
            (reverse("desk:agree_date", args=[number]), "due_at", {}),
            (reverse("desk:log_assistance", args=[number]), "worked_on", words),
            (reverse("admin:products_release_add"), "released_on", release),
            (reverse("admin:contacts_absence_add"), "starts_at", {"user": "1", "ends_at": "2100-12-31T10:00"}),
            (reverse("admin:cases_closingrule_add"), "effective_from", {}),
            (reverse("admin:sla_matrix_publish", args=[1]), "effective_from", {"code": "n", "document": "n"}),
            *(
                (reverse("admin:sla_calendar_change", args=[calendar.pk]), f"{name}-0-{field}", inline)
                for name, field in (("versions", "effective_from"), ("closed_dates", "date"), ("overrides", "date"))
            ),
        ]

    def gets(self, incident: Incident) -> list[tuple[str, str, dict[str, Any]]]:
        return [
            (reverse("incidents:link_cases", args=[incident.number]), "since", {}),
            (reverse("desk:export_cases"), "since", {}),
            (reverse("desk:export_cases"), "until", {}),
            (reverse("desk:reports"), "since", {}),
            (reverse("desk:assistance"), "until", {}),
            (reverse("desk:open_case"), "began", {"q": "a"}),
            (reverse("admin:cases_dispatchrule_try"), "moment", dispatch_sample()),
            *(
                (reverse("admin:products_release_changelist"), f"released_on__{part}", {})
                for part in ("year", "month", "day", "gte", "lt")
            ),
            *(
                (reverse("admin:admin_logentry_changelist"), f"action_time__{part}", {})
                for part in ("year", "gte", "lt")
            ),
            *((reverse("admin:contacts_absence_changelist"), f"starts_at__{part}", {}) for part in ("gte", "lt")),
        ]

    @pytest.mark.parametrize("zone", ["America/Chicago"])
    def test_answers_every_time_and_leaves_what_pages_can_read(
        self, zone: str, incident: Incident, mona: User, alice: User, open_case: Any, signed_in: SignIn, share: Any
    ) -> None:
        """Of the values of each field a third, another one with each seed."""
        User.objects.filter(pk=mona.pk).update(time_zone=zone)
        browser = signed_in(mona)
        browser.raise_request_exception = False
        posts = product(self.posts(open_case(alice, at=timezone.now()), incident), (*YEARS, *NIGHTS[:2]))
        for (address, field, others), text in share(posts, 3):
            found = browser.post(address, others | {field: text if field.endswith("_at") else text[:10]})
            assert found.status_code < 500, (address, field, text)
        for (address, field, others), text in share(product(self.gets(incident), (*YEARS[:2], *BARE)), 3):
            found = browser.get(address, others | {field: text}, follow=True)
            assert found.status_code < 500, (address, field, text[:20])
        for name in ALIVE:
            assert browser.get(reverse(name)).status_code in (200, 302), name
        for page in (incident.number,):
            assert browser.get(reverse("incidents:incident", args=[page])).status_code == 200


class TestTheSecondHalfPastOne:
    @pytest.fixture
    def here(self, mona: User, signed_in: SignIn) -> Client:
        User.objects.filter(pk=mona.pk).update(time_zone="America/Chicago")
        return signed_in(mona)

    def test_stays_when_the_title_of_an_incident_is_corrected(self, here: Client, incident: Incident) -> None:
        address = reverse("incidents:correct_incident", args=[incident.number])
        page = here.get(address).content.decode()
        assert 'value="2025-11-02T01:30:12"' in page
        assert 'value="second" selected' in page
        began = incident.started_at
        for more in ({}, {"started_at_which": "second"}):
            sent = incident_form(incident, title_en=f"Slow {more}", started_at="2025-11-02T01:30:12", **more)
            assert here.post(address, sent).status_code == 302
            incident.refresh_from_db()
            assert (incident.title_en, incident.started_at) == (f"Slow {more}", began)

    def test_is_asked_for_when_it_is_typed_anew(self, here: Client, incident: Incident) -> None:
        address = reverse("incidents:correct_incident", args=[incident.number])
        sent = incident_form(incident, started_at="2025-11-02T01:45")
        page = here.post(address, sent)
        assert page.status_code == 422
        assert "exists twice" in page.content.decode()
        assert here.post(address, sent | {"started_at_which": "second"}).status_code == 302
        incident.refresh_from_db()
        assert incident.started_at == datetime(2025, 11, 2, 7, 45, tzinfo=UTC)

    def test_stays_when_the_note_of_an_absence_is_changed(self, here: Client, nora: User) -> None:
        starts, ends = datetime(2025, 11, 2, 7, 30, 5, 9, tzinfo=UTC), datetime(2027, 11, 7, 7, 30, tzinfo=UTC)
        absence = Absence.objects.create(user=nora, starts_at=starts, ends_at=ends)
        sent = {"user": nora.pk, "starts_at": "2025-11-02T01:30:05", "ends_at": "2027-11-07T01:30", "note": "Sea"}
        assert here.post(reverse("admin:contacts_absence_change", args=[absence.pk]), sent).status_code == 302
        absence.refresh_from_db()
        assert (absence.note, absence.starts_at, absence.ends_at) == ("Sea", starts, ends)


def test_a_closed_date_beyond_the_bounds_is_refused_by_its_model() -> None:
    day = ClosedDate(calendar=Calendar.objects.all()[0], date=date(9999, 12, 31), name="Never")
    with pytest.raises(ValidationError, match="between 1 January 2000"):
        day.full_clean()
