"""The back office of hours of help: the kinds are edited, the entries are read; the desk writes and corrects them."""

from django.contrib import admin

from cases.admin.cases import RecordAdmin
from cases.models import AssistanceKind, TimeEntry
from sla.admin import ReferenceAdmin


@admin.register(AssistanceKind)
class AssistanceKindAdmin(ReferenceAdmin):
    list_display = ("__str__", "code", "is_offered", "position")
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("position",)


@admin.register(TimeEntry)
class TimeEntryAdmin(RecordAdmin):
    """Hours of help, on record. Corrected on the page of the case, by who wrote them or by a manager."""

    list_display = ("at", "case", "instance", "kind", "minutes", "free_minutes", "billable_minutes", "by", "corrects")
    list_filter = ("kind", ("corrects", admin.EmptyFieldListFilter))
    list_select_related = ("case", "instance", "kind", "by", "corrects")
