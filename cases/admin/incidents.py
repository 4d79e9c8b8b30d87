"""Incidents in the back office: the whole record, to be read. They are changed on the pages of the desk alone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.models import Incident, IncidentCase, IncidentDelivery, IncidentEvent, IncidentProduct, IncidentUpdate
from cases.models.incident import incident_id_of


class IncidentProductInline(admin.TabularInline):
    model = IncidentProduct
    ordering = ("product__position",)


class IncidentUpdateInline(admin.StackedInline):
    model = IncidentUpdate
    fields = ("at", "by", "state", "text_en", "text_fr")
    ordering = ("pk",)


class IncidentEventInline(admin.TabularInline):
    model = IncidentEvent
    fields = ("at", "kind", "actor", "data")
    ordering = ("pk",)


@admin.register(Incident)
class IncidentAdmin(admin.ModelAdmin):
    list_per_page = 50
    list_display = ("number", "title_en", "state", "severity", "is_public", "started_at", "resolved_at", "opened_by")
    list_display_links = ("number", "title_en")
    list_filter = ("state", "severity", "is_public", "products")
    list_select_related = ("opened_by",)
    search_fields = ("title_en", "title_fr")
    inlines = (IncidentProductInline, IncidentUpdateInline, IncidentEventInline)
    ordering = ("-pk",)

    @admin.display(description=_("number"), ordering="pk")
    def number(self, obj: Incident) -> str:
        return obj.number


class PartAdmin(admin.ModelAdmin):
    """What belongs to an incident, found by the incident's number."""

    list_per_page = 50
    show_full_result_count = False
    search_help_text = _("The number of an incident, such as INC-000012.")
    search_fields = ("pk",)  # opens the search box; get_search_results says what is searched
    ordering = ("-pk",)
    incident = "incident"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(**{self.incident: incident_id_of(search_term)}), False


@admin.register(IncidentCase)
class IncidentCaseAdmin(PartAdmin):
    list_display = ("linked_at", "incident", "case", "linked_by", "holds", "unlinked_at", "unlinked_by")
    list_filter = ("holds",)
    list_select_related = ("incident", "case", "linked_by", "unlinked_by")


@admin.register(IncidentDelivery)
class IncidentDeliveryAdmin(PartAdmin):
    """Who was told what, and who was not, and why."""

    list_display = ("update", "case", "gives_solution", "state", "refusal", "attempts", "settled_at")
    list_filter = ("state", "refusal", "gives_solution")
    list_select_related = ("update", "case")
    incident = "update__incident"
