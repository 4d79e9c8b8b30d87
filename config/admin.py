"""The record of the back office, read there."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _


@admin.register(LogEntry)
class RecordAdmin(admin.ModelAdmin):
    """Who changed what, and when. Nobody changes the record itself: `contacts/roles.py`."""

    list_display = ("action_time", "user", "content_type", "object_repr", "what")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__name", "change_message")
    date_hierarchy = "action_time"
    fields = ("action_time", "user", "content_type", "object_repr", "what")
    readonly_fields = ("what",)
    ordering = ("-action_time",)

    @admin.display(description=_("change"))
    def what(self, obj: LogEntry) -> str:
        """Say what was changed, each field with its value before and after."""
        return obj.get_change_message()
