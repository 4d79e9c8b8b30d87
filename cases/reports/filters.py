"""What the reports can be narrowed and cut by, kept in the address as `AddressFilters` says: a report is a link."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import Min, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models import PromiseTally
from cases.models.commitment import METRIC_CHOICES
from cases.queue.filters import SEVERITIES, FilterSet, MonthField, choice
from contacts.models import Desk, Plan, Team
from products.models import Product
from sla.time_words import format_month

MONTHS = 12
MOST_MONTHS = 60
PERIOD = ("since", "until")
Choices = Iterator[tuple[Any, Any]]


class By(models.TextChoices):
    """What the rows of a report are."""

    PRODUCT = "product", _("By product")
    SEVERITY = "severity", _("By severity")
    PLAN = "plan", _("By plan")
    TEAM = "team", _("By team")
    DESK = "desk", _("By desk")
    MONTH = "month", _("By month")


def reference(by: By) -> Iterator[tuple[Any, str, str]]:
    """Yield the id, the name and the code of each product, plan, team or desk, in the order of the house. One query."""
    if by == By.DESK:
        desks = Desk.objects.select_related("product", "region").order_by("product__position", "region__position")
        yield from ((desk.pk, str(desk), str(desk.pk)) for desk in desks)
        return
    model: type[models.Model] = {By.PRODUCT: Product, By.PLAN: Plan, By.TEAM: Team}[by]
    for row in model._default_manager.order_by("position"):
        yield row.pk, str(row), row.code  # type: ignore[attr-defined]


def _choice(label: Promise, by: By, all_of_them: Promise) -> forms.Select:
    def choices() -> Choices:
        yield "", all_of_them
        yield from ((code, name) for _pk, name, code in reference(by))

    return choice(label, choices)


def months_before(month: date, count: int) -> date:
    """Return the first day of the month that lies `count` months before `month`."""
    year, number = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(year, number + 1, 1)


class MonthFilter(django_filters.CharFilter):
    """A month that narrows."""

    field_class = MonthField


class ReportFilters(FilterSet):
    """What was chosen, and the tallies that it leaves. Months are UTC; the last twelve, where none are chosen."""

    since = MonthFilter(method="as_it_is", max_length=7, widget=choice(_("From month")))
    until = MonthFilter(method="as_it_is", max_length=7, widget=choice(_("To month")))
    product = django_filters.CharFilter(
        field_name="product__code", max_length=50, widget=_choice(_("Product"), By.PRODUCT, _("All products"))
    )
    severity = django_filters.ChoiceFilter(
        choices=[(name, member.label) for name, member in SEVERITIES.items()],
        empty_label=_("All severities"),
        method="of_severity",
        widget=choice(_("Severity")),
    )
    plan = django_filters.CharFilter(
        field_name="plan__code", max_length=50, widget=_choice(_("Plan"), By.PLAN, _("All plans"))
    )
    team = django_filters.CharFilter(
        field_name="team__code", max_length=50, widget=_choice(_("Team"), By.TEAM, _("All teams"))
    )
    desk = django_filters.NumberFilter(
        field_name="desk", min_value=1, max_value=2**62, widget=_choice(_("Desk"), By.DESK, _("All desks"))
    )
    metric = django_filters.ChoiceFilter(
        choices=METRIC_CHOICES,
        empty_label=_("All commitments"),
        method="of_metric",
        widget=choice(_("Commitment")),
    )
    by = django_filters.ChoiceFilter(
        choices=By.choices, empty_label=None, method="as_it_is", widget=choice(_("Rows of the report"))
    )

    def __init__(self, data: QueryDict, *, at: datetime) -> None:
        this_month = at.date().replace(day=1)
        self.usual = {
            "since": f"{months_before(this_month, MONTHS - 1):%Y-%m}",
            "until": f"{this_month:%Y-%m}",
            "by": By.PRODUCT.value,
        }
        self.this_month = this_month
        given = {name: data.get(name, "") for name in self.base_filters}
        super().__init__(
            given | {name: given[name] or value for name, value in self.usual.items()}, PromiseTally.objects.none()
        )

    def of_severity(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        return queryset.filter(severity=SEVERITIES[value])

    def of_metric(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        """The rows without a metric count cases, which are shown beside any commitment."""
        return queryset.filter(metric__in=["", value])

    def narrowed(self) -> "QuerySet[PromiseTally]":
        """Return the tallies of what was chosen: a range of months of one index."""
        since, until = self.period
        found: QuerySet[PromiseTally] = self.filter_queryset(
            PromiseTally.objects.filter(month__gte=since, month__lte=until)
        )
        return found

    @property
    def rows_by(self) -> By:
        return By(self.chosen["by"])

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last month, in this order, not more than five years apart."""
        chosen = self.chosen
        since, until = sorted(date.fromisoformat(f"{chosen[name]}-01") for name in PERIOD)
        return max(since, months_before(until, MOST_MONTHS - 1)), until

    @property
    def months(self) -> list[date]:
        """Every month of the period."""
        since, until = self.period
        count = (until.year - since.year) * 12 + until.month - since.month
        return [months_before(until, before) for before in range(count, -1, -1)]

    def shown(self) -> Any:
        """Return the form, with the months that there are tallies of. One query, and one for each list."""
        first = PromiseTally.objects.aggregate(first=Min("month"))["first"] or self.this_month
        months = {self.this_month, *self.period, min(first, self.this_month)}
        month = self.this_month
        while month > max(first, months_before(self.this_month, MOST_MONTHS - 1)):
            month = months_before(month, 1)
            months.add(month)
        choices = [(f"{month:%Y-%m}", format_month(month)) for month in sorted(months, reverse=True)]
        for name, month in zip(PERIOD, self.period, strict=True):
            self.form.fields[name].widget.choices = choices
            self.form.data[name] = f"{month:%Y-%m}"
        return self.form
