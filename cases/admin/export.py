"""The back office of the record and of releases that fix cases: exports are read, the words at a release edited.

The admin of a release shows here how many cases wait for it: products know nothing of cases.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases import releases
from cases.models import ExportJob, ExportRecord, ReleaseNotice
from cases.models.release_notice import PLACES_KNOWN
from products.admin import ReleaseAdmin
from products.models import Release


class ReadOnlyAdmin(admin.ModelAdmin):
    """What is on record: nobody adds, changes or deletes it here."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ExportRecord)
class ExportRecordAdmin(ReadOnlyAdmin):
    """Who took which part of the record out of the house, and when."""

    list_display = ("at", "by", "format", "case", "query", "total", "written", "is_complete", "ended_at")
    list_filter = ("format", "is_complete")
    list_select_related = ("by", "case")
    search_fields = ("by__name", "by__email", "=case__id")
    ordering = ("-at", "-pk")


@admin.register(ExportJob)
class ExportJobAdmin(ReadOnlyAdmin):
    """How far the exports are that a worker makes, and what became of them. Their files are for who asked, alone."""

    list_display = (
        "export",
        "by",
        "state",
        "position",
        "written",
        "size",
        "attempts",
        "moved_at",
        "expires_at",
        "failure",
    )
    list_filter = ("state", "failure")
    list_select_related = ("export__by",)
    search_fields = ("export__by__name", "export__by__email", "=export__id")
    exclude = ("cases",)
    ordering = ("-moved_at", "-pk")

    @admin.display(description=_("by"), ordering="export__by__name")
    def by(self, obj: ExportJob) -> str:
        return str(obj.export.by)


class ReleaseNoticeForm(forms.ModelForm):
    """Words in which every place in braces is one that is filled in."""

    def clean(self) -> dict[str, Any]:
        for name, known in PLACES_KNOWN.items():
            for language in ("en", "fr"):
                field = f"{name}_{language}"
                unknown = releases.unknown_places(self.cleaned_data.get(field) or "", known)
                if unknown:
                    words = _("Nothing is filled in for %(places)s.") % {"places": ", ".join(unknown)}
                    self.add_error(field, words)
        return self.cleaned_data


@admin.register(ReleaseNotice)
class ReleaseNoticeAdmin(admin.ModelAdmin):
    """What customers are told when the release is out that fixes their case: one row, changed, never taken away."""

    form = ReleaseNoticeForm
    list_display = ("__str__", "text_en", "text_fr")
    readonly_fields = ("code",)


admin.site.unregister(Release)


@admin.register(Release)
class AwaitedReleaseAdmin(ReleaseAdmin):
    """A release, and the cases that it will bring to Solution Provided: looked at before the day is moved."""

    list_display = (*ReleaseAdmin.list_display[:3], "waiting", *ReleaseAdmin.list_display[3:])
    readonly_fields = ("waiting_cases",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Release]:
        return releases.counted(super().get_queryset(request))

    @admin.display(description=_("cases that wait for it"), ordering="awaited_by")
    def waiting(self, obj: Release) -> str:
        return str(obj.awaited_by or "–")  # type: ignore[attr-defined]  # annotated above

    @admin.display(description=_("cases that wait for it"))
    def waiting_cases(self, obj: Release) -> str:
        """Say how many cases wait, when they are solved, and lead to them."""
        count = getattr(obj, "awaited_by", 0)
        if not count:
            return str(_("No case waits for it."))
        return format_html('{} <a href="{}">{}</a>', preview(obj, count), reverse("desk:releases"), _("Show them"))

    def response_change(self, request: HttpRequest, obj: Release) -> HttpResponse:
        """Say after the change what it means for the cases that wait."""
        count = releases.cases_for(obj).count()
        if count:
            self.message_user(request, preview(obj, count), messages.WARNING if obj.is_withdrawn else messages.INFO)
        return super().response_change(request, obj)


def preview(release: Release, count: int) -> str:
    """Say what becomes of the `count` cases that wait for a release, of those first that it will not solve."""
    left = 0 if release.is_withdrawn else releases.to_judge(release)
    if left:
        words = ngettext(
            "%(count)d case began to wait for it after it was out, and is not solved by it: look at it.",
            "%(count)d cases began to wait for it after it was out, and are not solved by it: look at them.",
            left,
        )
        return words % {"count": left}
    if release.is_withdrawn:
        words = ngettext(
            "%(count)d case waits for it and goes on waiting: name another release there, or resume the work.",
            "%(count)d cases wait for it and go on waiting: name another release there, or resume the work.",
            count,
        )
        return words % {"count": count}
    words = ngettext(
        "%(count)d case waits for it and becomes “Solution provided” when its desk opens on that day or next after.",
        "%(count)d cases wait for it and become “Solution provided” when their desks open on that day or next after.",
        count,
    )
    return words % {"count": count}
