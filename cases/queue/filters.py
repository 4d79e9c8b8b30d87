"""The filters of the queue: a closed list of keys kept in the address, so that a view is a link.

A key that is not listed here is ignored, and so is a value that a key does not know. Whose cases they are (`view`) and
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

Choices = Iterator[tuple[Any, Any]]
SEVERITIES = {member.name.lower(): member for member in Severity}


class View(models.TextChoices):
    """Whose cases."""

    OURS = "ours", _("Mine and my teams’")
    MINE = "mine", _("Mine")
    TEAMS = "teams", _("My teams’")
    UNASSIGNED = "unassigned", _("Unassigned")
    ALL = "all", _("All teams")
    FOLLOWED = "followed", _("Followed")


class Turn(models.TextChoices):
    """Who is awaited."""

    US = "us", _("Our turn")
    CUSTOMER = "customer", _("The customer’s turn")


class Waits(models.TextChoices):
    """What keeps a case where it is."""

    DISPATCH = "dispatch", _("To be dispatched")
    CONSENT = "consent", _("Consent to billed work")
    MY_CONSENT = "my_consent", _("Consent, of accounts I look after")
    REVIEW = "review", _("A complete answer")


def _products() -> Choices:
    yield "", _("Any product")
    yield from Product.objects.order_by("position").values_list("code", "name")


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


def _text(placeholder: Any, **attributes: str) -> forms.TextInput:
    words = {"placeholder": placeholder, "aria-label": placeholder, "autocomplete": "off"}
    return forms.TextInput(attrs={"class": "form-control form-control-sm", **words, **attributes})


# what the queue's page keeps in a menu, as it is chosen more seldom
FOLDED = frozenset({"waits", "plan", "team", "owner", "tag"})


class QueueFilters(django_filters.FilterSet):
    """What the queue can be narrowed by. Lists of products and people are read only where the form is shown."""

    view = django_filters.ChoiceFilter(choices=View.choices, method="as_it_is", widget=forms.HiddenInput)
    q = django_filters.CharFilter(
        field_name="subject",
        lookup_expr="icontains",
        max_length=100,
        widget=_text(_("Words of the subject, or a number"), **{"type": "search", "aria-keyshortcuts": "/"}),
    )
    status = django_filters.ChoiceFilter(choices=statuses.CHOICES, empty_label=_("Open"), widget=choice(_("Status")))
    turn = django_filters.ChoiceFilter(
        choices=Turn.choices, empty_label=_("Anybody’s turn"), method="awaited", widget=choice(_("Whose turn"))
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
        field_name="product__code", max_length=50, widget=choice(_("Product"), _products)
    )
    account = django_filters.CharFilter(
        field_name="account__name", lookup_expr="icontains", max_length=100, widget=_text(_("Account"))
    )
    plan = django_filters.CharFilter(field_name="plan__code", max_length=50, widget=choice(_("Plan"), _plans))
    team = django_filters.CharFilter(field_name="team__code", max_length=50, widget=choice(_("Team"), _teams))
    owner = django_filters.NumberFilter(
        field_name="owner", min_value=1, max_value=2**62, widget=choice(_("Owner"), _owners)
    )

    tag = django_filters.CharFilter(method="bearing", max_length=MOST_SIGNS, widget=_text(_("Tag")))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data, queryset=Case.objects.none())
        self.reader: User | None = None  # set by the queue, which knows who reads

    def as_it_is(self, queryset: CaseQuerySet, _name: str, _value: str) -> CaseQuerySet:
        """Leave `view` to the queue, which knows the reader."""
        return queryset

    def awaited(self, queryset: CaseQuerySet, _name: str, value: str) -> CaseQuerySet:
        return queryset.awaiting_us_or_held() if value == Turn.US else queryset.awaiting_customer()

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
    def chosen(self) -> dict[str, Any]:
        """What was chosen and understood: key and cleaned value."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value not in (None, "")}

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

    def address(self, **instead: str) -> str:
        """Return what was chosen as a query string, keys in `instead` replaced; "" where nothing was."""
        chosen = {name: str(value) for name, value in self.chosen.items()} | instead
        return urlencode({name: value for name, value in chosen.items() if value})
