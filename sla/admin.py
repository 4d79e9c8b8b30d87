"""The back office of promises: calendars, matrices, criteria of severity."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.forms import all_valid
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext_lazy as _

from sla import compiled, editing, holidays, outline
from sla.admin_matrices import MatrixAdmin
from sla.admin_reference import ReferenceAdmin
from sla.drafts import draft
from sla.forms import (
    DAYS,
    CalendarForm,
    CalendarVersionForm,
    CountryForm,
    DatesForm,
    DayOverrideForm,
    ShownAgain,
    Versions,
)
from sla.models import (
    Calendar,
    CalendarRevision,
    CalendarVersion,
    ClosedDate,
    DayOverride,
    SeverityCriterion,
)

__all__ = ["CalendarAdmin", "MatrixAdmin", "ReferenceAdmin", "SeverityCriterionAdmin"]

# What the page before a save sends beside the fields of the form: yes, for this edition; no, to the form again.
CONFIRMED, BACK = "_confirmed", "_back"


class CalendarVersionInline(admin.TabularInline):
    model = CalendarVersion
    form = CalendarVersionForm
    formset = Versions
    fields = ("effective_from", *DAYS)
    ordering = ("effective_from",)
    extra = 0


class ClosedDateInline(admin.TabularInline):
    model = ClosedDate
    ordering = ("date",)
    extra = 0


class DayOverrideInline(admin.TabularInline):
    model = DayOverride
    form = DayOverrideForm
    fields = ("date", "hours", "name")
    ordering = ("date",)
    extra = 0


@admin.register(Calendar)
class CalendarAdmin(ReferenceAdmin):
    """Hours are looked at before they are saved; each save of other hours records an edition of the calendar."""

    form = CalendarForm
    list_display = ("__str__", "code", "zone", "assumed", "round_the_clock", "revision")
    list_filter = ("assumed",)
    search_fields = ("code", "name_en", "name_fr", "zone")
    ordering = ("code",)
    fields = (
        "code",
        ("name_en", "name_fr"),
        "zone",
        "assumed",
        "round_the_clock",
        "coming_week",
        "coming_closed_dates",
    )
    # That a calendar never closes is no property to tick: one row of the reference data is it.
    readonly_fields = ("round_the_clock", "coming_week", "coming_closed_dates")
    inlines = (CalendarVersionInline, ClosedDateInline, DayOverrideInline)

    def get_inlines(self, request: HttpRequest, obj: Calendar | None) -> Any:
        return () if obj and obj.round_the_clock else self.inlines

    def has_delete_permission(self, request: HttpRequest, obj: Calendar | None = None) -> bool:
        """Say no: what was promised on a calendar is reckoned again from its editions. The page tells so."""
        return False

    @admin.display(description=_("open in the next seven days"))
    def coming_week(self, obj: Calendar) -> str:
        """Show the open times of seven days from now, as stored, in the calendar's zone."""
        stated = _stated(obj)
        if stated is None:
            return "–"
        if obj.round_the_clock:
            return str(_("Always."))
        context = {"days": outline.days_ahead(stated, at=timezone.now()), "zone": stated["zone"]}
        return render_to_string("admin/sla/calendar/_days.html", context)

    @admin.display(description=_("next closed dates"))
    def coming_closed_dates(self, obj: Calendar) -> str:
        """Show the next ten closed dates."""
        stated = _stated(obj)
        if stated is None or obj.round_the_clock:
            return "–"
        days = outline.closed_days(stated, at=timezone.now())
        return render_to_string("admin/sla/calendar/_closed_days.html", {"days": days})

    # --- Before and while it is saved ---------------------------------------------------------------------------

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show what other hours would do before they are saved; all else is saved as everywhere."""
        calendar = self.get_object(request, unquote(object_id)) if object_id else None
        if request.method == "POST" and calendar and BACK not in request.POST:
            definition = self._asked_for(request, calendar)
            if definition is not None and not self._is_confirmed(request, calendar):
                return self._preview(request, calendar, definition)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _asked_for(self, request: HttpRequest, calendar: Calendar) -> dict[str, Any] | None:
        """Return the hours that were sent, None where they are those that are known or cannot be saved as they are."""
        if not self.has_change_permission(request, calendar):
            raise PermissionDenied
        as_sent: Any = self.get_form(request, calendar, change=True)
        form = as_sent(request.POST, instance=calendar)
        # Django keeps this to itself; it is what reads the parts of the page just before they are saved.
        formsets, _inlines = self._create_formsets(request, form.instance, change=True)  # type: ignore[attr-defined]
        if not (form.is_valid() and all_valid(formsets)):
            return None
        after = draft(form.instance, formsets)
        return after if after != _stated(calendar) else None

    def _is_confirmed(self, request: HttpRequest, calendar: Calendar) -> bool:
        """Say whether the hours were looked at, over the edition that is still the newest."""
        return request.POST.get(CONFIRMED) == str(calendar.revision)

    def _preview(self, request: HttpRequest, calendar: Calendar, after: dict[str, Any]) -> HttpResponse:
        before = _stated(calendar)
        if CONFIRMED in request.POST:
            messages.warning(request, _("Somebody else changed this calendar meanwhile. Please look once more."))
        at = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Before it is saved"),
            "opts": self.opts,
            "original": Calendar.objects.get(pk=calendar.pk),  # not what the form has made of it
            "changes": outline.changes(before, after),
            "days": outline.days_ahead(after, at=at),
            "closed_days": outline.closed_days(after, at=at),
            "zone": after["zone"],
            "definition": after,
            "definition_text": json.dumps(after),
            "moves_nothing": before is not None and compiled.hours(after) == compiled.hours(before),
            "sent": [(name, value) for name, values in request.POST.lists() if _is_sent(name) for value in values],
            "here": request.get_full_path(),
        }
        return render(request, "admin/sla/calendar/preview.html", context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **options)
        if request.method == "POST" and BACK in request.POST:
            return type(form)(form.__name__, (ShownAgain, form), {})
        return form

    def save_model(self, request: HttpRequest, obj: Calendar, form: Any, change: bool) -> None:
        """Write what the form has: the number of the newest edition may have grown since the row was read."""
        obj.save(update_fields=[name for name in form.fields if name != "code"] if change else None)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        editing.record(form.instance, at=timezone.now(), by=_name(request))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        calendar = context["original"]
        if calendar is not None:
            context["editions"] = outline.history(CalendarRevision.objects.filter(calendar=calendar))
        return super().render_change_form(request, context, *args, **options)

    # --- Closed dates from a list -------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.closed_dates)
        return [path("<int:calendar_id>/closed-dates/", view, name="sla_calendar_closed_dates"), *super().get_urls()]

    def closed_dates(self, request: HttpRequest, calendar_id: int) -> HttpResponse:
        """Propose the public holidays of a country, and close the calendar on those that are chosen."""
        calendar = get_object_or_404(Calendar, pk=calendar_id)
        if not self.has_change_permission(request, calendar):
            raise PermissionDenied
        if calendar.round_the_clock:
            messages.error(request, _("This calendar never closes: it has no closed dates."))
            return redirect("admin:sla_calendar_change", calendar.pk)
        asked, proposals = self._proposed(request, calendar)
        form = DatesForm(request.POST if request.method == "POST" else None, proposals=proposals or ())
        if request.method == "POST" and BACK not in request.POST and form.is_valid():
            return self._close(request, calendar, form.chosen)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Closed dates from a country"),
            "opts": self.opts,
            "original": calendar,
            "asked": asked,
            "form": form,
            "proposals": proposals,
            "here": request.get_full_path(),
        }
        return render(request, "admin/sla/calendar/closed_dates.html", context)

    def _proposed(
        self, request: HttpRequest, calendar: Calendar
    ) -> tuple[CountryForm, tuple[holidays.Proposal, ...] | None]:
        """Return the form that asks for a country, and the holidays of the one that was asked for."""
        language = get_language() or "en"
        edition = compiled.editions(calendar)[-1]
        today = edition.hours.local(timezone.now()).date()
        asked = CountryForm(request.GET if "country" in request.GET else None, today=today, language=language)
        if not asked.is_valid():
            return asked, None
        chosen = asked.cleaned_data
        found = holidays.dates(chosen["country"], chosen.get("subdivision", ""), chosen["years"], language=language)
        closed = edition.definition["closed"]
        return asked, holidays.proposals(found, closed=closed, hours=edition.hours, today=today)

    def _close(self, request: HttpRequest, calendar: Calendar, days: Mapping[date, str]) -> HttpResponse:
        if not self._is_confirmed(request, calendar):
            after = editing.statement(calendar)
            closed = {day.isoformat(): occasion for day, occasion in days.items()} | after["closed"]
            return self._preview(request, calendar, {**after, "closed": closed})
        fresh = editing.close(calendar, days, at=timezone.now(), by=_name(request))
        with override("en"):  # the record is read in any language later
            name = str(ClosedDate._meta.verbose_name)
        self.log_change(request, calendar, [{"added": {"name": name, "object": str(row)}} for row in fresh])
        words = ngettext("%(count)s closed date was added.", "%(count)s closed dates were added.", len(fresh))
        messages.success(request, words % {"count": len(fresh)})
        return redirect("admin:sla_calendar_change", calendar.pk)


def _stated(calendar: Calendar) -> dict[str, Any] | None:
    """Return the hours of a calendar as its newest edition states them, None where there is none yet."""
    try:
        return compiled.editions(calendar)[-1].definition
    except compiled.NoHours:
        return None


def _is_sent(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", CONFIRMED, BACK)


def _name(request: HttpRequest) -> str:
    return str(request.user)


@admin.register(SeverityCriterion)
class SeverityCriterionAdmin(ReferenceAdmin):
    list_display = ("__str__", "severity", "position", "code")
    list_filter = ("severity",)
    search_fields = ("code", "text_en", "text_fr")
    ordering = ("severity", "position")
