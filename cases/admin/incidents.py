"""Incidents in the back office: the whole record, to be read. They are changed on the pages of the desk alone."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cases.admin.cases import NumberedAdmin
from cases.models import Incident, IncidentCase, IncidentDelivery, IncidentEvent, IncidentProduct, IncidentUpdate
from cases.models.incident import NUMBERING


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


class PartAdmin(NumberedAdmin):
    """What belongs to an incident, found by the incident's number."""

    search_help_text = _("The number of an incident, such as INC-000012.")
    owner = "incident"
    read_number = staticmethod(NUMBERING.id_of)


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
    owner = "update__incident"
