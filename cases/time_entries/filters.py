"""What the list of hours of help can be narrowed by: months, account, kind, free or billable."""

from datetime import datetime

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.models import AssistanceKind, TimeEntry
from cases.queue.filters import FilterForm, MonthField, choice, text_box
from cases.reports.filters import months_before
from cases.time_entries import billing
from sla.text_fields import CleanCharField
from sla.time_bounds import read_month
from sla.time_words import format_month

MOST_MONTHS = 36


class Charge(models.TextChoices):
    BILLABLE = "billable", _("Billable alone")
    FREE = "free", _("Free alone")


class AssistanceFilters(FilterForm):
    """Months (by the day of writing, in UTC), account, kind, and whether it is billed."""

    since = MonthField(required=False, max_length=7, widget=choice(_("From month")))
    until = MonthField(required=False, max_length=7, widget=choice(_("To month")))
    account = CleanCharField(required=False, max_length=120, widget=text_box(_("Account"), type="search"))
    kind = forms.ChoiceField(required=False, widget=choice(_("Kind of help")))
    charge = forms.ChoiceField(
        required=False, choices=[("", _("Free and billable")), *Charge.choices], widget=choice(_("Free or billable"))
    )

    def __init__(self, data: QueryDict, *, at: datetime) -> None:
        super().__init__(data)
        months = [months_before(at.date().replace(day=1), before) for before in range(MOST_MONTHS)]
        choices = [("", _("Any month")), *((f"{month:%Y-%m}", format_month(month)) for month in months)]
        for name in ("since", "until"):
            self.fields[name].widget.choices = choices
        kinds = AssistanceKind.objects.order_by("position", "code")
        named = [(kind.pk, kind.name) for kind in kinds]
        self.fields["kind"].choices = [("", _("All kinds")), *named]  # type: ignore[attr-defined]

    def narrowed(self, found: "QuerySet[TimeEntry]") -> "QuerySet[TimeEntry]":
        """Return the entries that were asked for."""
        chosen = self.chosen
        found = billing.within(found, read_month(chosen.get("since")), read_month(chosen.get("until")))
        if "account" in chosen:
            found = found.filter(case__account__name__icontains=chosen["account"])
        if "kind" in chosen:
            found = found.filter(kind=chosen["kind"])
        if chosen.get("charge") == Charge.BILLABLE:
            found = billing.billable(found)
        elif chosen.get("charge") == Charge.FREE:
            found = found.exclude(free_minutes=0)
        return found
