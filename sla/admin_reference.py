"""What all pages of reference data share: a refusal of the database is said on the form, and nothing is saved."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from sla.refusals import Refusal, RefusedByDatabase, explained


class SaysRefusal:
    """Put before a form whose content the database refused: it says why, beside the field that it is about."""

    refusal: Refusal
    fields: Any

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        field = self.refusal.field if self.refusal.field in self.fields else None
        self.add_error(field, self.refusal.as_error)  # type: ignore[attr-defined]
        return cleaned


class RefusalAdmin(admin.ModelAdmin):
    """Pages on which what the database refuses becomes words: on the form, or above the list."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        queue: Any = messages.get_messages(request)
        kept = list(queue._queued_messages)
        try:
            with explained():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except RefusedByDatabase as refused:
            queue._queued_messages = kept  # those that say it was saved are not true
            request.refusal = refused.refusal  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **options)
        refusal = getattr(request, "refusal", None)
        return type(form)(form.__name__, (SaysRefusal, form), {"refusal": refusal}) if refusal else form

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        try:
            with explained():
                return super().delete_view(request, object_id, extra_context)
        except RefusedByDatabase as refused:
            return self._refused(request, refused)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        try:
            with explained():
                return super().changelist_view(request, extra_context)
        except RefusedByDatabase as refused:
            return self._refused(request, refused)

    def _refused(self, request: HttpRequest, refused: RefusedByDatabase) -> HttpResponse:
        queue: Any = messages.get_messages(request)
        queue._queued_messages = []
        messages.error(request, str(refused.refusal.words))
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


class ReferenceAdmin(RefusalAdmin):
    """Rows found by a code that files and other rows name: it is chosen once."""

    list_per_page = 50

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return (*super().get_readonly_fields(request, obj), *(("code",) if obj else ()))
