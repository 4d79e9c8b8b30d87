"""The record of the back office, read there."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _

from sla.plain_text import clean_line, clean_text
from sla.text_fields import NO_NAME


@admin.register(LogEntry)
class RecordAdmin(admin.ModelAdmin):
    """Who changed what, and when. Nobody changes the record itself: `contacts/roles.py`."""

    list_display = ("action_time", "user", "content_type", "thing", "what")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__name", "change_message")
    date_hierarchy = "action_time"
    fields = ("action_time", "user", "content_type", "thing", "what")
    readonly_fields = ("thing", "what")
    ordering = ("-action_time",)

    @admin.display(description=_("object"), ordering="object_repr")
    def thing(self, obj: LogEntry) -> str:
        """Name what was changed, as it was named then."""
        return clean_line(obj.object_repr) or str(NO_NAME)

    @admin.display(description=_("change"))
    def what(self, obj: LogEntry) -> str:
        """Say what was changed, each field with its value before and after."""
        return clean_text(obj.get_change_message())
