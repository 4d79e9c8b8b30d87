"""The back office of target matrices: a version in force is read there, the next one is published and edited."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from sla import editing
from sla.admin_reference import ReferenceAdmin
from sla.effective_dates import latest_date
from sla.forms import MatrixRowForm, PublishForm, Targets
from sla.models import Matrix, MatrixRow
from sla.refusals import RefusedByDatabase, explained


class MatrixRowInline(admin.TabularInline):
    model = MatrixRow
    form = MatrixRowForm
    formset = Targets
    ordering = ("kind", "severity", "metric")
    extra = 0


@admin.register(Matrix)
class MatrixAdmin(ReferenceAdmin):
    """A version in force is what cases were promised: read only, copied into a new one that holds from a later date."""

    list_display = ("code", "document", "effective_from", "ends", "targets", "is_in_force", "sealed_at", "revision")
    search_fields = ("code", "document")
    ordering = ("-effective_from",)
    fields = ("code", "document", ("effective_from", "ends"), "sealed_at", "revision")
    readonly_fields = ("ends", "sealed_at", "revision")
    inlines = (MatrixRowInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matrix]:
        later = Matrix.objects.filter(series=OuterRef("series"), effective_from__gt=OuterRef("effective_from"))
        later = later.order_by("effective_from")
        found = super().get_queryset(request).annotate(cells=Count("rows"))
        return found.annotate(next_from=Subquery(later.values("effective_from")[:1]))

    @admin.display(description=_("targets"), ordering="cells")
    def targets(self, obj: Any) -> int:
        return int(obj.cells)

    @admin.display(description=_("in force to"), ordering="next_from")
    def ends(self, obj: Any) -> str:
        """Say on which day a version holds last for new cases: the one before the next version."""
        following = getattr(obj, "next_from", None)
        return formats.date_format(following - timedelta(days=1)) if following else str(_("until another follows"))

    @admin.display(description=_("in force or past"), boolean=True)
    def is_in_force(self, obj: Matrix) -> bool:
        """Say whether cases may have been promised this version."""
        return obj.effective_from <= latest_date(timezone.now())

    def is_fixed(self, obj: Matrix | None) -> bool:
        """Say whether nothing of a version may be changed any more: it is in force, or a case was promised it."""
        return obj is not None and (obj.sealed_at is not None or self.is_in_force(obj))

    def has_change_permission(self, request: HttpRequest, obj: Matrix | None = None) -> bool:
        return super().has_change_permission(request, obj) and not self.is_fixed(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Matrix | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not self.is_fixed(obj)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Refuse in words what may not be changed, also where a case was promised it while its page was open."""
        if self._is_refused(request, object_id):
            return self._refuse(request, object_id)
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DatabaseError:
            if self._is_refused(request, object_id):
                return self._refuse(request, object_id)
            raise

    def _is_refused(self, request: HttpRequest, object_id: str | None) -> bool:
        allowed = super().has_change_permission(request)
        return request.method == "POST" and allowed and self.is_fixed(self._matrix(request, object_id))

    def _matrix(self, request: HttpRequest, object_id: str | None) -> Matrix | None:
        found: Matrix | None = self.get_object(request, unquote(object_id)) if object_id else None
        return found

    def _refuse(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("This version is not changed any more"),
            "opts": self.opts,
            "original": self._matrix(request, object_id),
        }
        return render(request, "admin/sla/matrix/refused.html", context, status=403)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **options: Any) -> Any:
        context["is_fixed"] = self.is_fixed(context["original"])
        return super().render_change_form(request, context, *args, **options)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give a matrix, any part of which was edited, its next revision: clocks keep compiled copies."""
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            editing.revised(form.instance)

    def get_urls(self) -> list[URLPattern]:
        publish = path("<int:matrix_id>/publish/", self.admin_site.admin_view(self.publish), name="sla_matrix_publish")
        return [publish, *super().get_urls()]

    def publish(self, request: HttpRequest, matrix_id: int) -> HttpResponse:
        """Copy a matrix into a new version, in force from a date to come."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        matrix = get_object_or_404(Matrix, pk=matrix_id)
        form = self.publish_form(request, matrix)
        if request.method == "POST" and form.is_valid():
            try:
                with explained():
                    version = self.publish_version(matrix, form)
            except RefusedByDatabase as refused:
                form.add_error(refused.refusal.field or None, refused.refusal.as_error)
            else:
                return self._published(request, version)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish a new version"),
            "opts": self.opts,
            "original": matrix,
            "form": form,
        }
        return render(request, "admin/sla/matrix/publish.html", context)

    def publish_form(self, request: HttpRequest, matrix: Matrix) -> PublishForm:
        """Return the form that asks for the next version of `matrix`."""
        return PublishForm(request.POST or None, matrix=matrix)

    def publish_version(self, matrix: Matrix, form: PublishForm) -> Matrix:
        """Copy `matrix` as a valid form asks for it."""
        return editing.publish(matrix, series=form.instance.series, **form.columns)

    def _published(self, request: HttpRequest, version: Matrix) -> HttpResponse:
        self.log_addition(request, version, [{"added": {}}])
        self.message_user(request, _("The new version is a copy. Change its targets before it comes into force."))
        return redirect("admin:sla_matrix_change", version.pk)
