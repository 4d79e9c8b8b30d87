"""The back office of routing: dispatch rules and objectives of a type are edited, referrals to Consulting are read."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.admin.cases import RecordAdmin
from cases.forms.case_type_matrix import CaseTypeMatrixForm, PublishForTypeForm
from cases.forms.dispatch_rules import DispatchRuleForm
from cases.models import CaseTypeMatrix, ConsultingReferral, DispatchRule
from cases.models.case import Channel
from cases.views.back_office.try_dispatch import try_dispatch
from sla.admin import MatrixAdmin, ReferenceAdmin
from sla.admin_reference import RefusalAdmin
from sla.effective_dates import latest_date
from sla.forms import PublishForm
from sla.models import Matrix

CONDITIONS = ("product", "region", "language", "type", "plan", "severity", "channel", "version_out_of_support")


@admin.register(DispatchRule)
class DispatchRuleAdmin(ReferenceAdmin):
    """Which team a new case goes to: the first rule that holds takes it. The one for all else always comes last."""

    form = DispatchRuleForm
    list_display = ("__str__", "position", "conditions", "team", "hands_over", "speaks_language", "is_active")
    list_filter = ("is_active", "team")
    list_select_related = ("team", "product", "region", "type", "plan")
    search_fields = ("code", "name_en", "name_fr")
    fieldsets = (
        (None, {"fields": ("code", ("name_en", "name_fr"), ("position", "is_active"))}),
        (_("Holds for"), {"fields": CONDITIONS, "description": _("What is blank holds for any case.")}),
        (_("What happens then"), {"fields": ("team", "hands_over", "speaks_language")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DispatchRule]:
        return DispatchRule.objects.in_order()

    def get_readonly_fields(self, request: HttpRequest, obj: DispatchRule | None = None) -> tuple[Any, ...]:
        fixed = (*CONDITIONS, "position", "is_active") if obj and obj.takes_all_else else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def has_delete_permission(self, request: HttpRequest, obj: DispatchRule | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj is not None and obj.takes_all_else)

    @admin.display(description=_("holds for"))
    def conditions(self, obj: DispatchRule) -> str:
        """Say what must be so, in the order in which it is asked."""
        said: list[Any] = [
            obj.product,
            obj.region,
            obj.get_language_display() if obj.language else "",
            obj.type,
            obj.plan,
        ]
        said += [obj.get_severity_display() if obj.severity else "", Channel(obj.channel).label if obj.channel else ""]
        said += [_("version out of support")] if obj.version_out_of_support else []
        return ", ".join(str(part) for part in said if part) or str(_("everything"))

    def get_urls(self) -> list[URLPattern]:
        page = path("try/", self.admin_site.admin_view(self.try_it), name="cases_dispatchrule_try")
        return [page, *super().get_urls()]

    def try_it(self, request: HttpRequest) -> Any:
        """Show which rule takes a sample, to those who may see the rules."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return try_dispatch(request)


@admin.register(CaseTypeMatrix)
class CaseTypeMatrixAdmin(RefusalAdmin):
    """Objectives of one type of case alone, in place of being promised nothing. Each row is a version."""

    form = CaseTypeMatrixForm
    list_display = ("type", "matrix", "effective_from", "sealed_at")
    list_select_related = ("type", "matrix")
    ordering = ("type", "matrix__effective_from")

    @admin.display(description=_("in force from"), ordering="matrix__effective_from")
    def effective_from(self, obj: CaseTypeMatrix) -> Any:
        return obj.matrix.effective_from

    @admin.display(description=_("first promised"))
    def sealed_at(self, obj: CaseTypeMatrix) -> Any:
        return obj.matrix.sealed_at

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **options)
        form.today = latest_date(timezone.now())  # a class made for this request
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: CaseTypeMatrix | None = None) -> tuple[str, ...]:
        return ("matrix",) if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: CaseTypeMatrix | None = None) -> bool:
        return super().has_change_permission(request, obj) and not self._holds(obj)

    def has_delete_permission(self, request: HttpRequest, obj: CaseTypeMatrix | None = None) -> bool:
        """Keep what is in force. Taken away before its date, the version goes with it."""
        return super().has_delete_permission(request, obj) and not self._holds(obj)

    def _holds(self, obj: CaseTypeMatrix | None) -> bool:
        return obj is not None and (
            obj.matrix.sealed_at is not None or obj.matrix.effective_from <= latest_date(timezone.now())
        )


admin.site.unregister(Matrix)


@admin.register(Matrix)
class MatrixOfTypeAdmin(MatrixAdmin):
    """Target matrices, each beside the versions that it follows: those for all cases, or those of one type."""

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*super().get_list_display(request), "of_type")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Matrix]:
        return super().get_queryset(request).select_related("own_of__type")

    @admin.display(description=_("for"))
    def of_type(self, obj: Matrix) -> str:
        own: CaseTypeMatrix | None = getattr(obj, "own_of", None)  # the other side of a one-to-one may be missing
        return str(own.type) if own else str(_("all cases"))

    def publish_form(self, request: HttpRequest, matrix: Matrix) -> PublishForm:
        return PublishForTypeForm(request.POST or None, matrix=matrix)

    def publish_version(self, matrix: Matrix, form: PublishForm) -> Matrix:
        """Copy a matrix; the copy of a type's own is the type's own too, and never comes to hold for all cases."""
        version = super().publish_version(matrix, form)
        if version.series:
            CaseTypeMatrix.objects.create(type_id=version.series, matrix=version)
        return version


@admin.register(ConsultingReferral)
class ConsultingReferralAdmin(RecordAdmin):
    """All questions about billed work, on record, with whose word it was and who entered it."""

    list_display = ("asked_at", "case", "state", "asked_by", "given_by", "channel", "decided_by", "decided_at")
    list_filter = ("state", "channel", ("case__account__customer_success_manager", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("case", "asked_by", "given_by", "decided_by")
