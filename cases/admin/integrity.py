"""The back office of the portal's own health: when each periodic work last ended, and what it found broken."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.admin.export import ReadOnlyAdmin
from cases.integrity import heartbeats
from cases.models import Heartbeat


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Read by whoever looks why mails or reminders are late."""

    list_display = ("work", "ended_at", "in_time", "broken")
    ordering = ("work",)

    @admin.display(description=_("in time"), boolean=True)
    def in_time(self, obj: Heartbeat) -> bool:
        return timezone.now() - obj.ended_at < heartbeats.LATE_AFTER[heartbeats.Work(obj.work)]
