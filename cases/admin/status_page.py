"""The back office of the status page and of root-cause reports: read there; a subscriber may be taken out."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cases.models import (
    RootCauseDelivery,
    RootCauseEvent,
    RootCauseReport,
    RootCauseVersion,
    StatusMail,
    StatusSubscriber,
)
from contacts.models.mail_delivery import Delivery


class StatusMailInline(admin.TabularInline):
    model = StatusMail
    fields = ("update", "state", "attempts", "due_at", "sent_at", "error")
    ordering = ("-pk",)
    max_num = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("cases.view_statussubscriber")


@admin.register(StatusSubscriber)
class StatusSubscriberAdmin(admin.ModelAdmin):
    """Who gets updates by mail. Nobody is added here: they confirm it themselves. Who asks to be forgotten is."""

    list_display = ("email", "language", "all_products", "asked_at", "confirmed_at", "sent", "failed")
    list_filter = ("language", "all_products", "products", ("confirmed_at", admin.EmptyFieldListFilter))
    list_per_page = 50
    search_fields = ("email",)
    ordering = ("-pk",)
    exclude = ("token_hash",)
    inlines = (StatusMailInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusSubscriber]:
        sent, failed = Q(mails__state=Delivery.SENT), Q(mails__state=Delivery.FAILED)
        counts = {"sent_mails": Count("mails", filter=sent), "failed_mails": Count("mails", filter=failed)}
        return super().get_queryset(request).annotate(**counts)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("cases.view_statussubscriber")

    @admin.display(description=_("mails sent"), ordering="sent_mails")
    def sent(self, obj: Any) -> int:
        return obj.sent_mails

    @admin.display(description=_("mails failed"), ordering="failed_mails")
    def failed(self, obj: Any) -> int:
        return obj.failed_mails


class RootCauseVersionInline(admin.StackedInline):
    model = RootCauseVersion
    ordering = ("-number",)
    max_num = 0


class RootCauseEventInline(admin.TabularInline):
    model = RootCauseEvent
    fields = ("at", "kind", "actor", "version", "data")
    ordering = ("pk",)
    max_num = 0


@admin.register(RootCauseReport)
class RootCauseReportAdmin(admin.ModelAdmin):
    """All reports with their versions and their record. Written, reviewed and published on the consultants' pages."""

    list_display = ("number", "case", "incident", "begun_at", "versions_count")
    list_select_related = ("case", "incident")
    list_filter = ("versions__state",)
    ordering = ("-pk",)
    inlines = (RootCauseVersionInline, RootCauseEventInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RootCauseReport]:
        return super().get_queryset(request).annotate(count=Count("versions", distinct=True))

    @admin.display(description=_("versions"), ordering="count")
    def versions_count(self, obj: Any) -> int:
        return obj.count


@admin.register(RootCauseDelivery)
class RootCauseDeliveryAdmin(admin.ModelAdmin):
    """Which cases a published version is to reach, and which it has reached."""

    list_display = ("case", "version", "told_at", "attempts")
    list_select_related = ("case", "version")
    list_filter = (("told_at", admin.EmptyFieldListFilter),)
    ordering = ("-pk",)
