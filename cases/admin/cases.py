"""The back office of cases: types and exclusions are edited; the work and its record are read, never changed here."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases.commitments.overruns import overruns
from cases.models import (
    Attachment,
    Breach,
    Case,
    CaseType,
    ClosingRule,
    Commitment,
    Event,
    Exclusion,
    Message,
    Note,
    OutboxMail,
    ReviewRule,
    SeverityRequest,
)
from cases.models.case import id_of
from cases.notifications import delivery
from sla.admin import ReferenceAdmin
from sla.effective_dates import latest_date


@admin.register(Exclusion)
class ExclusionAdmin(ReferenceAdmin):
    list_display = ("__str__", "code", "position")
    search_fields = ("code", "name_en", "name_fr")
    ordering = ("position",)


@admin.register(CaseType)
class CaseTypeAdmin(ReferenceAdmin):
    list_display = ("__str__", "code", "excluded_by_default", "position")
    list_select_related = ("excluded_by_default",)
    search_fields = ("code", "name_en", "name_fr")
    autocomplete_fields = ("excluded_by_default",)
    ordering = ("position",)


@admin.register(ClosingRule)
class ClosingRuleAdmin(ReferenceAdmin):
    """When cases close in silence. A rule in force is read only: add the next one, with the day from which it holds."""

    list_display = (
        "code",
        "effective_from",
        "first_attempt_days",
        "second_attempt_days",
        "closing_days",
        "wanted_attempts",
    )
    ordering = ("-effective_from",)

    def has_change_permission(self, request: HttpRequest, obj: ClosingRule | None = None) -> bool:
        return super().has_change_permission(request, obj) and not self._holds(obj)

    def has_delete_permission(self, request: HttpRequest, obj: ClosingRule | None = None) -> bool:
        return super().has_delete_permission(request, obj) and obj is not None and not self._holds(obj)

    def _holds(self, obj: ClosingRule | None) -> bool:
        return obj is not None and obj.effective_from <= latest_date(timezone.now())


class NumberedAdmin(admin.ModelAdmin):
    """Rows found by the number of what they belong to: `owner` leads there, `read_number` returns the id of a number.

    Rights: `contacts/roles.py` lets nobody do more than view.
    """

    list_per_page = 50
    show_full_result_count = False
    search_fields = ("pk",)  # opens the search box; get_search_results says what is searched
    ordering = ("-pk",)
    owner = "case"
    read_number = staticmethod(id_of)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(**{self.owner: self.read_number(search_term)}), False


class RecordAdmin(NumberedAdmin):
    """What belongs to a case, found by the case's number, to those who may see that."""

    search_help_text = _("The number of a case, such as CC-001042.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        visible = Case.objects.visible_to(request.user)  # type: ignore[arg-type]  # the admin lets nobody else in
        return super().get_queryset(request).filter(case__in=visible)


class OneRowAdmin(admin.ModelAdmin):
    """The one row of a rule: changed, never taken away, its key never altered."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (self.opts.pk.name,) if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CommitmentInline(admin.TabularInline):
    model = Commitment
    fields = (
        "metric",
        "cycle",
        "period_no",
        "state",
        "severity",
        "minutes",
        "calendar",
        "started_at",
        "due_at",
        "stopped_at",
        "breached_at",
        "voided_at",
    )
    ordering = ("started_at", "pk")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        return super().get_queryset(request).select_related("calendar")


class OutboxMailInline(admin.TabularInline):
    model = OutboxMail
    fields = ("notice", "recipient", "state", "attempts", "due_at", "sent_at", "error")
    ordering = ("pk",)
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMail]:
        return super().get_queryset(request).select_related("recipient")


@admin.register(Case)
class CaseAdmin(RecordAdmin):
    list_display = (
        "number",
        "subject",
        "account",
        "product",
        "severity",
        "status",
        "team",
        "owner",
        "next_due_at",
        "opened_at",
    )
    list_display_links = ("number", "subject")
    list_filter = ("status", "severity", "team", "product", "type", "kind", "channel")
    list_select_related = ("account", "product", "team", "owner")
    search_help_text = _("The number of a case, or words of its subject or account.")
    inlines = (CommitmentInline, OutboxMailInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return Case.objects.visible_to(request.user).order_by("-pk")  # type: ignore[arg-type]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Case], search_term: str
    ) -> tuple[QuerySet[Case], bool]:
        pk = id_of(search_term)
        if pk is not None:
            return queryset.filter(pk=pk), False
        for word in search_term.split():
            queryset = queryset.filter(Q(subject__icontains=word) | Q(account__name__icontains=word))
        return queryset, False

    @admin.display(description=_("number"), ordering="pk")
    def number(self, obj: Case) -> str:
        return obj.number


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("at", "case", "kind", "actor", "channel", "status")
    list_filter = ("kind", "channel", "status")
    list_select_related = ("case", "actor")


@admin.register(Message)
class MessageAdmin(RecordAdmin):
    list_display = ("at", "case", "author", "channel", "purpose")
    list_filter = ("channel", "purpose")
    list_select_related = ("case", "author")


@admin.register(Note)
class NoteAdmin(RecordAdmin):
    list_display = ("at", "case", "author")
    list_select_related = ("case", "author")


@admin.register(Commitment)
class CommitmentAdmin(RecordAdmin):
    list_display = ("case", "metric", "cycle", "period_no", "state", "severity", "started_at", "due_at", "breached_at")
    list_filter = ("metric", "state", "severity", "calendar")
    list_select_related = ("case",)


@admin.register(Breach)
class BreachAdmin(RecordAdmin):
    """Missed commitments, on record. A manager says on the page of the case that one counts no more."""

    list_display = ("breach_at", "case", "metric", "period_no", "severity", "due_at", "overrun", "voided_at")
    list_filter = ("metric", "severity", "kind", "plan", ("voided_at", admin.EmptyFieldListFilter))
    list_select_related = ("case",)
    ordering = ("-breach_at",)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Count what still runs up to now, once for all rows of the page."""
        listed = super().get_changelist_instance(request)
        rows = list(listed.result_list)
        known = overruns(rows, at=timezone.now())
        for row in rows:
            row.overrun_seconds = known[row.pk]
        listed.result_list = rows
        return listed

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Breach | None:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.overrun_seconds = overruns([found], at=timezone.now())[found.pk]
        return found

    @admin.display(description=_("over the promise"))
    def overrun(self, obj: Breach) -> str:
        return str(timedelta(seconds=round(obj.overrun_seconds)))


@admin.register(SeverityRequest)
class SeverityRequestAdmin(RecordAdmin):
    """All requests for Critical, on record, with how long each was examined. Decided in the approvals."""

    list_display = ("asked_at", "case", "state", "asked_by", "channel", "decided_by", "decided_at", "examined_in")
    list_filter = ("state", "channel")
    list_select_related = ("case", "asked_by", "decided_by")

    @admin.display(description=_("examined in"))
    def examined_in(self, obj: SeverityRequest) -> str:
        return str(timedelta(minutes=round(obj.minutes_taken))) if obj.minutes_taken is not None else "–"


@admin.register(ReviewRule)
class ReviewRuleAdmin(OneRowAdmin):
    """After how many minutes the managers are told again."""

    list_display = ("__str__", "remind_after_minutes")


@admin.register(Attachment)
class AttachmentAdmin(RecordAdmin):
    """What is known of a file; the file itself is fetched from its case, where the right to see it is asked for."""

    list_display = ("name", "case", "content_type", "size", "uploaded_by", "at")
    list_select_related = ("case", "uploaded_by")
    exclude = ("file",)
    ordering = ("-at",)


@admin.register(OutboxMail)
class OutboxMailAdmin(RecordAdmin):
    actions = ("send_again",)
    list_display = ("case", "notice", "recipient", "state", "attempts", "due_at", "sent_at")
    list_filter = ("state", "notice")
    list_select_related = ("case", "recipient")

    @admin.action(description=_("Send again what failed or was withheld"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMail]) -> None:
        """Make the chosen mails due now, with their old Message-IDs."""
        at = timezone.now()
        count = sum(delivery.send_again(mail, at=at) for mail in queryset)
        words = ngettext("%(count)d mail is on its way again.", "%(count)d mails are on their way again.", count)
        self.message_user(request, words % {"count": count})
