"""Filters kept in an address, so that what was chosen is a link: their base, and those of the queue.

Whose cases they are (`view`) and
the page are read by `cases/queue/pages.py`.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases import statuses
from cases.models import Case, SlaState
from cases.models.tag import MOST_SIGNS, normal
from cases.querysets import CaseQuerySet
from contacts.models import Plan, Team, User
from contacts.roles import Role
from products.models import Product
from sla.matrices import Severity
from sla.text_fields import CleanCharField
from sla.time_bounds import read_month

Choices = Iterator[tuple[Any, Any]]
SEVERITIES = {member.name.lower(): member for member in Severity}


class AddressFilters:
    """Base of all filters: a closed list of keys. A key that is not listed, or a value it does not know, is ignored.

    `usual`: what counts where nothing was understood; an address leaves it out.
    """

    usual: dict[str, str] = {}

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen and understood, by key, with what is usual."""
        form = self._bound_form()
        form.is_valid()
        understood = getattr(form, "cleaned_data", {})  # which a form has that was sent
        return self.usual | {name: value for name, value in understood.items() if value not in (None, "")}

    @property
    def narrows(self) -> bool:
        """Whether anything but the usual was chosen."""
        return bool(self.address())

    def address(self, **instead: str) -> str:
        """Return what was chosen as a query string, keys in `instead` replaced; "" where nothing but the usual was."""
        fields = self._bound_form().fields
        chosen = {name: str(fields[name].prepare_value(value)) for name, value in self.chosen.items()} | instead
        return urlencode({name: value for name, value in chosen.items() if value and self.usual.get(name) != value})

    def _bound_form(self) -> Any:
        raise NotImplementedError


class FilterForm(AddressFilters, forms.Form):
    """Filters that a capability's own query understands."""

    def _bound_form(self) -> Any:
        return self


class FilterSet(AddressFilters, django_filters.FilterSet):
    """Filters that narrow a queryset by themselves."""

    def _bound_form(self) -> Any:
        return self.form

    def as_it_is(self, queryset: Any, _name: str, _value: Any) -> Any:
        """Leave a key to whoever reads the queryset."""
        return queryset


class MonthField(CleanCharField):
    """A month as addresses write it, "2027-06"."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text and read_month(text) is None:
            raise forms.ValidationError(_("This is not a month."), code="invalid")
        return text


class View(models.TextChoices):
    """Whose cases."""

    OURS = "ours", _("Mine and my teams’")
    MINE = "mine", _("Mine")
    TEAMS = "teams", _("My teams’")
    UNASSIGNED = "unassigned", _("Unassigned")
    ALL = "all", _("All teams")
    FOLLOWED = "followed", _("Followed")


class AwaitedParty(models.TextChoices):
    """Who is awaited."""

    US = "us", _("Our turn")
    CUSTOMER = "customer", _("The customer’s turn")


class Waits(models.TextChoices):
    """What keeps a case where it is."""

    DISPATCH = "dispatch", _("To be dispatched")
    CONSENT = "consent", _("Consent to billed work")
    MY_CONSENT = "my_consent", _("Consent, of accounts I look after")
    REVIEW = "review", _("A complete answer")


def _teams() -> Choices:
    yield "", _("Any team")
    for team in Team.objects.order_by("position"):
        yield team.code, team.name


def _owners() -> Choices:
    yield "", _("Any owner")
    ours = User.objects.filter(is_active=True).exclude(role=Role.CUSTOMER)
    yield from ours.order_by("name").values_list("pk", "name")


def _plans() -> Choices:
    yield "", _("Any plan")
    yield from Plan.objects.order_by("position").values_list("code", "name")


class Choice(forms.Select):
    """A list that is read once: nothing here is required, and asking whether it could be would read it again."""

    def use_required_attribute(self, initial: Any) -> bool:
        return False


def choice(label: Any, choices: Any = ()) -> Choice:
    """Return a list to choose from, small enough for a row of filters."""
    return Choice(choices=choices, attrs={"class": "form-select form-select-sm", "aria-label": label})


def product_choice(any_product: Any) -> Choice:
    """Return a list of the products by their codes, and of none in particular."""

    def products() -> Choices:
        yield "", any_product
        yield from Product.objects.order_by("position").values_list("code", "name")

    return choice(_("Product"), products)


def text_box(placeholder: Any, **attributes: str) -> forms.TextInput:
    """Return a field to write in, small enough for a row of filters."""
    words = {"placeholder": placeholder, "aria-label": placeholder, "autocomplete": "off"}
    return forms.TextInput(attrs={"class": "form-control form-control-sm", **words, **attributes})


# what the queue's page keeps in a menu, as it is chosen more seldom
FOLDED = frozenset({"waits", "plan", "team", "owner", "tag"})


class QueueFilters(FilterSet):
    """What the queue can be narrowed by. Lists of products and people are read only where the form is shown."""

    view = django_filters.ChoiceFilter(choices=View.choices, method="as_it_is", widget=forms.HiddenInput)
    q = django_filters.CharFilter(
        field_name="subject",
        lookup_expr="icontains",
        max_length=100,
        widget=text_box(_("Words of the subject, or a number"), **{"type": "search", "aria-keyshortcuts": "/"}),
    )
    status = django_filters.ChoiceFilter(choices=statuses.CHOICES, empty_label=_("Open"), widget=choice(_("Status")))
    turn = django_filters.ChoiceFilter(
        choices=AwaitedParty.choices, empty_label=_("Anybody’s turn"), method="awaited", widget=choice(_("Whose turn"))
    )
    severity = django_filters.ChoiceFilter(
        choices=[(name, member.label) for name, member in SEVERITIES.items()],
        empty_label=_("Any severity"),
        method="of_severity",
        widget=choice(_("Severity")),
    )
    promises = django_filters.ChoiceFilter(
        field_name="sla_state",
        choices=SlaState.choices,
        empty_label=_("Any promises"),
        widget=choice(_("Promises")),
    )
    waits = django_filters.ChoiceFilter(
        choices=Waits.choices,
        empty_label=_("Waits for anything"),
        method="that_waits",
        widget=choice(_("Waits for")),
    )
    product = django_filters.CharFilter(
        field_name="product__code", max_length=50, widget=product_choice(_("Any product"))
    )
    account = django_filters.CharFilter(
        field_name="account__name", lookup_expr="icontains", max_length=100, widget=text_box(_("Account"))
    )
    plan = django_filters.CharFilter(field_name="plan__code", max_length=50, widget=choice(_("Plan"), _plans))
    team = django_filters.CharFilter(field_name="team__code", max_length=50, widget=choice(_("Team"), _teams))
    owner = django_filters.NumberFilter(
        field_name="owner", min_value=1, max_value=2**62, widget=choice(_("Owner"), _owners)
    )

    tag = django_filters.CharFilter(method="bearing", max_length=MOST_SIGNS, widget=text_box(_("Tag")))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, queryset=Case.objects.none())
        self.reader: User | None = None  # set by the queue, which knows who reads

    def awaited(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return queryset.awaiting_us_or_held() if value == AwaitedParty.US else queryset.awaiting_customer()

    def bearing(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return queryset.tagged([normal(value)])

    def that_waits(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        if value == Waits.DISPATCH:
            return queryset.to_be_dispatched()
        if value == Waits.REVIEW:
            return queryset.owing_a_full_answer()
        asked = queryset.awaiting_consent()
        return asked.filter(account__customer_success_manager=self.reader) if value == Waits.MY_CONSENT else asked

    def of_severity(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return queryset.filter(severity=SEVERITIES[value])

    def filter_queryset(self, queryset: CaseQuerySet) -> CaseQuerySet:
        """Narrow by what was chosen. What is not closed is said in the words of the queue's partial indexes."""
        narrowed = super().filter_queryset(queryset)
        if self.chosen.get("status") == statuses.CLOSED:
            return narrowed
        narrowed = narrowed.not_closed()
        return narrowed if self.chosen.keys() & {"status", "turn"} else narrowed.open_or_held()

    @property
    def view_chosen(self) -> View:
        return View(self.chosen.get("view") or View.OURS)

    @property
    def narrows(self) -> bool:
        """Whether anything but the view was chosen."""
        return bool(self.chosen.keys() - {"view"})

    @property
    def further(self) -> int:
        """How many of the filters that are folded away were chosen."""
        return len(self.chosen.keys() & FOLDED)
