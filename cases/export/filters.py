"""Which cases an export of many takes: by the keys of the queue, closed or not, and when they reached us."""

import django_filters
from django.utils.translation import gettext_lazy as _

from cases import statuses
from cases.querysets import CaseQuerySet
from cases.queue.filters import QueueFilters, choice
from sla.local_times import DayField, DayInput


class DayFilter(django_filters.DateFilter):
    """A day that narrows."""

    field_class = DayField


def _day(label: object) -> DayInput:
    return DayInput(attrs={"class": "form-control form-control-sm", "aria-label": label})


class ExportFilters(QueueFilters):
    """The filters of an export; an address of them is what its row in the record says."""

    # Whose cases and whose turn is a question of the day.
    view, turn, promises = None, None, None

    status = django_filters.ChoiceFilter(
        choices=statuses.CHOICES, empty_label=_("Any status"), widget=choice(_("Status"))
    )
    since = DayFilter(
        field_name="received_at", lookup_expr="date__gte", label=_("Reached us from"), widget=_day(_("Reached us from"))
    )
    until = DayFilter(
        field_name="received_at",
        lookup_expr="date__lte",
        label=_("Reached us until"),
        widget=_day(_("Reached us until")),
    )

    def filter_queryset(self, queryset: CaseQuerySet) -> CaseQuerySet:
        """Narrow by what was chosen and nothing else: a record leaves no closed case out."""
        self.form.is_valid()
        return super(QueueFilters, self).filter_queryset(queryset)
