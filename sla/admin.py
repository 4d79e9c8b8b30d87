"""The back office of promises: calendars, matrices, criteria of severity."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import formats, timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from sla import compiled, editing
from sla.forms import (
    DAYS,
    CalendarForm,
    CalendarVersionForm,
    DayOverrideForm,
    MatrixRowForm,
    PublishForm,
    Versions,
)
from sla.models import Calendar, CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow, SeverityCriterion

WEEK = timedelta(days=7)


class ReferenceAdmin(admin.ModelAdmin):
    """Rows found by a code that files and other rows name: it is chosen once."""

    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return (*super().get_readonly_fields(request, obj), *(("code",) if obj else ()))


class RevisedAdmin(ReferenceAdmin):
    """What clocks keep compiled copies of: any change gives it the next revision."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            editing.revised(form.instance)


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
class CalendarAdmin(RevisedAdmin):
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
        "revision",
        "coming_week",
        "coming_closed_dates",
    )
    # That a calendar never closes is no property to tick: one row of the reference data is it.
    readonly_fields = ("round_the_clock", "revision", "coming_week", "coming_closed_dates")
    inlines = (CalendarVersionInline, ClosedDateInline, DayOverrideInline)

    def get_inlines(self, request: HttpRequest, obj: Calendar | None) -> Any:
        return () if obj and obj.round_the_clock else self.inlines

    @admin.display(description=_("open in the next seven days"))
    def coming_week(self, obj: Calendar) -> str:
        """Show the open times of seven days from now, as stored, in the calendar's zone."""
        if obj.pk is None:
            return "–"
        if obj.round_the_clock:
            return str(_("Always."))
        hours = compiled.working_time(obj)
        begin = hours.local(datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
        lines = (
            (formats.date_format(hours.local(opens), "l d F H:i"), formats.date_format(hours.local(closes), "H:i"))
            for opens, closes in hours.spans(begin, begin + WEEK)
        )
        return format_html_join("", "<div>{} – {}</div>", lines) or str(_("Never."))

    @admin.display(description=_("next closed dates"))
    def coming_closed_dates(self, obj: Calendar) -> str:
        """Show the next ten closed dates."""
        closed = ClosedDate.objects.filter(calendar=obj.pk, date__gte=timezone.localdate()).order_by("date")[:10]
        lines = ((formats.date_format(row.date, "l d F Y"), row.name) for row in closed)
        return format_html_join("", "<div>{} {}</div>", lines) or str(_("None is entered."))


class MatrixRowInline(admin.TabularInline):
    model = MatrixRow
    form = MatrixRowForm
    ordering = ("kind", "severity", "metric")
    extra = 0


@admin.register(Matrix)
class MatrixAdmin(RevisedAdmin):
    """A version in force is what cases were promised: read only, copied into a new one that holds from a later date."""

    list_display = ("code", "document", "effective_from", "targets", "is_in_force", "revision")
    search_fields = ("code", "document")
    ordering = ("-effective_from",)
    fields = ("code", "document", "effective_from", "revision")
    readonly_fields = ("revision",)
    inlines = (MatrixRowInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matrix]:
        return super().get_queryset(request).annotate(cells=Count("rows"))

    @admin.display(description=_("targets"), ordering="cells")
    def targets(self, obj: Any) -> int:
        return int(obj.cells)

    @admin.display(description=_("in force or past"), boolean=True)
    def is_in_force(self, obj: Matrix) -> bool:
        """Say whether cases may have been promised this version."""
        return obj.effective_from <= timezone.localdate()

    def has_change_permission(self, request: HttpRequest, obj: Matrix | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and self.is_in_force(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Matrix | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and self.is_in_force(obj))

    def get_urls(self) -> list[URLPattern]:
        publish = path("<int:matrix_id>/publish/", self.admin_site.admin_view(self.publish), name="sla_matrix_publish")
        return [publish, *super().get_urls()]

    def publish(self, request: HttpRequest, matrix_id: int) -> HttpResponse:
        """Copy a matrix into a new version, in force from a date to come."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        matrix = get_object_or_404(Matrix, pk=matrix_id)
        initial = {"document": matrix.document}
        form = PublishForm(request.POST or None, initial=initial, today=timezone.localdate())
        if request.method == "POST" and form.is_valid():
            version = editing.publish(matrix, **form.cleaned_data)
            self.log_addition(request, version, [{"added": {}}])
            self.message_user(request, _("The new version is a copy. Change its targets before it comes into force."))
            return redirect("admin:sla_matrix_change", version.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish a new version"),
            "opts": self.opts,
            "original": matrix,
            "form": form,
        }
        return render(request, "admin/sla/matrix/publish.html", context)


@admin.register(SeverityCriterion)
class SeverityCriterionAdmin(ReferenceAdmin):
    list_display = ("__str__", "severity", "position", "code")
    list_filter = ("severity",)
    search_fields = ("code", "text_en", "text_fr")
    ordering = ("severity", "position")
