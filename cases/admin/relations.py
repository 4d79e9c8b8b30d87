"""The back office of tags, links and followers: tags are renamed, retired and merged here; the rest is read."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from cases import lifecycle
from cases.admin.cases import OneRowAdmin, RecordAdmin
from cases.models import CaseLink, CaseTag, Follower, SimilarityRule, Tag
from cases.models.tag import normal


class TagForm(forms.ModelForm):
    """A tag in its one spelling; with `into`, the one that stands for it from now on."""

    into = forms.ModelChoiceField(
        Tag.objects.none(),
        label=_("merge into"),
        required=False,
        help_text=_("The other tag takes its place on every case, and this one is retired. It cannot be taken back."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "into" in self.fields:
            others = Tag.objects.filter(retired_at__isnull=True).exclude(pk=self.instance.pk).order_by("name")
            self.fields["into"].queryset = others  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        name = normal(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write at least one tag."))
        return name


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    """Our own people coin tags at the desk; managers keep them in order. None is ever deleted."""

    form = TagForm
    actions = ("retire", "bring_back")
    list_display = ("name", "on_cases", "coined_by", "coined_at", "retired_at", "merged_into")
    list_filter = (("retired_at", admin.EmptyFieldListFilter),)
    list_select_related = ("coined_by", "merged_into")
    list_per_page = 100
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "into", "coined_by", "coined_at", "retired_at", "merged_into")
    readonly_fields = ("coined_by", "coined_at", "retired_at", "merged_into")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        borne = Count("uses", filter=Q(uses__removed_at__isnull=True))
        return super().get_queryset(request).annotate(on_cases=borne)

    def get_fields(self, request: HttpRequest, obj: Tag | None = None) -> Any:
        fields = list(self.fields or ())
        if obj is None or obj.is_retired:
            fields.remove("into")
        return fields if obj else ["name"]

    def has_delete_permission(self, request: HttpRequest, obj: Tag | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Tag, form: Any, change: bool) -> None:
        """Rename, coin, or merge; a merging leaves the name alone."""
        user: Any = request.user
        into = form.cleaned_data.get("into")
        if into is not None:
            count = lifecycle.merge_tags(obj, into=into, by=user, at=timezone.now())
            words = ngettext(
                "“%(into)s” stands on %(count)d more case.", "“%(into)s” stands on %(count)d more cases.", count
            )
            self.message_user(request, words % {"into": into.name, "count": count})
            return
        if not change:
            obj.coined_by, obj.coined_at = user, timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("on cases"), ordering="on_cases")
    def on_cases(self, obj: Any) -> int:
        return int(obj.on_cases)

    @admin.action(description=_("Retire: no longer put on cases"), permissions=["change"])
    def retire(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        count = Tag.objects.filter(pk__in=queryset, retired_at__isnull=True).update(retired_at=timezone.now())
        self._say(request, count)

    @admin.action(description=_("Bring back into use"), permissions=["change"])
    def bring_back(self, request: HttpRequest, queryset: QuerySet[Tag]) -> None:
        """A tag that was merged stays retired: the other one stands for it."""
        retired = Tag.objects.filter(pk__in=queryset, retired_at__isnull=False, merged_into__isnull=True)
        self._say(request, retired.update(retired_at=None))

    def _say(self, request: HttpRequest, count: int) -> None:
        words = ngettext("%(count)d tag was changed.", "%(count)d tags were changed.", count)
        self.message_user(request, words % {"count": count})


@admin.register(SimilarityRule)
class SimilarityRuleAdmin(OneRowAdmin):
    """When a customer is asked whether they mean an earlier case."""

    list_display = ("code", "within_hours", "least_percent")


@admin.register(CaseTag)
class CaseTagAdmin(RecordAdmin):
    list_display = ("case", "tag", "at", "by", "removed_at", "removed_by")
    list_select_related = ("case", "tag", "by", "removed_by")


@admin.register(CaseLink)
class CaseLinkAdmin(RecordAdmin):
    list_display = ("case", "kind", "other", "at", "by", "removed_at", "removed_by")
    list_filter = ("kind",)
    list_select_related = ("case", "other", "by", "removed_by")


@admin.register(Follower)
class FollowerAdmin(RecordAdmin):
    list_display = ("case", "user", "at", "by", "ended_at")
    list_select_related = ("case", "user", "by")
