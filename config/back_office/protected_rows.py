"""What every page of the back office does about rows that must stay: it says so in words. Which: `sla/offered.py`."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError, QuerySet, RestrictedError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sla.offered import ONE_LEFT, WORDS, Offered, format_refusal, is_last, why_kept


class Guarded(ModelAdmin):
    """Tells why a row cannot be deleted, retires and brings back what can be retired, and passes on refusals."""

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = super().get_list_display(request)
        return shown if not self._retires or "is_offered" in shown else (*shown, "is_offered")

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        return (*filters, "is_offered") if self._retires else filters

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if self._retires and self.has_change_permission(request):
            for name in ("retire_rows", "offer_rows"):
                actions[name] = self.get_action(name)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Add what the code presupposes to what is protected: the page that asks for a yes says why there is none."""
        deleted, counts, missing, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, missing, [*protected, *why_kept(self.model, objs)]

    @admin.action(description=_("Retire: no longer offered"))
    def retire_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Take the chosen rows out of what can be chosen, unless nothing would be left."""
        if is_last(self.model, queryset):
            self.message_user(request, str(WORDS[ONE_LEFT]), messages.ERROR)
            return
        self._offer(request, queryset, False)

    @admin.action(description=_("Bring back: offered again"))
    def offer_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._offer(request, queryset, True)

    def _offer(self, request: HttpRequest, queryset: QuerySet[Any], offered: bool) -> None:
        rows = list(queryset.filter(is_offered=not offered))
        for row in rows:
            row.is_offered = offered
            row.save(update_fields=["is_offered"])
            self.log_change(request, row, [{"changed": {"fields": [f"offered: {not offered} → {offered}"]}}])
        words = ngettext("%(count)d row was changed.", "%(count)d rows were changed.", len(rows))
        self.message_user(request, words % {"count": len(rows)})

    @property
    def _retires(self) -> bool:
        return issubclass(self.model, Offered)

    # --- What the database refuses ------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        return self._passed_on(request, lambda: super(Guarded, self).changeform_view(request, *args, **options))

    def delete_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        return self._passed_on(request, lambda: super(Guarded, self).delete_view(request, *args, **options))

    def changelist_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        return self._passed_on(request, lambda: super(Guarded, self).changelist_view(request, *args, **options))

    def _passed_on(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        """Answer with `view`; what the database refuses is said in words on the same page, and nothing is done."""
        if request.method != "POST":
            return view()
        try:
            with transaction.atomic():
                return view()
        except (ProtectedError, RestrictedError):
            words = str(WORDS["used"])
        except DatabaseError as refusal:
            words = format_refusal(refusal)
            if not words:
                raise
        self.message_user(request, words, messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
