"""The back office of people and accounts, plans, regions, teams and desks."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Count, Exists, OuterRef, QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contacts import people
from contacts.admin_forms import (
    AbsenceForm,
    AccountForm,
    DeskPhoneForm,
    InstanceForm,
    NewPersonForm,
    PersonForm,
    RegionForm,
    TeamForm,
)
from contacts.holes import holes
from contacts.models import (
    Absence,
    Account,
    Designation,
    Desk,
    DeskPhone,
    Instance,
    Membership,
    Plan,
    Region,
    Team,
    User,
)
from contacts.recent_sign_in import demand
from sla.admin import ReferenceAdmin

# Pages of the libraries: they would show secrets, let addresses be confirmed by hand, and offer groups we do not have.
admin.site.unregister([EmailAddress, Authenticator, Group])


MOST_HOLES = 20  # told above the list of desks


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    ordering = ("user__name",)
    extra = 0
    show_change_link = True


class InstanceInline(admin.TabularInline):
    model = Instance
    form = InstanceForm
    autocomplete_fields = ("product", "release")
    ordering = ("product__position", "name")
    extra = 0


class DesignationInline(admin.TabularInline):
    model = Designation
    autocomplete_fields = ("product",)
    ordering = ("product__position",)
    extra = 0


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    form = AccountForm
    list_display = ("name", "plan", "region", "customer_success_manager", "people", "is_active")
    list_filter = ("plan", "region", "is_active")
    list_select_related = ("plan", "region", "customer_success_manager")
    search_fields = ("name",)
    autocomplete_fields = ("customer_success_manager",)
    ordering = ("name",)
    inlines = (MembershipInline, InstanceInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        return super().get_queryset(request).annotate(heads=Count("memberships"))

    @admin.display(description=gettext_lazy("people"), ordering="heads")
    def people(self, obj: Any) -> int:
        return int(obj.heads)


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    """Who belongs to an account, and for which products the account has named them application administrators."""

    list_display = ("user", "account", "sees_company_cases", "products")
    list_filter = ("sees_company_cases", "designations__product")
    list_select_related = ("user", "account")
    search_fields = ("user__name", "user__email", "account__name")
    autocomplete_fields = ("user", "account")
    ordering = ("account__name", "user__name")
    inlines = (DesignationInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).prefetch_related("designations__product")

    @admin.display(description=gettext_lazy("application administrator of"))
    def products(self, obj: Membership) -> str:
        return ", ".join(designation.product.name for designation in obj.designations.all())


@admin.register(Instance)
class InstanceAdmin(admin.ModelAdmin):
    form = InstanceForm
    list_display = ("name", "account", "product", "deployment", "purpose", "release", "free_help_minutes", "is_active")
    list_filter = ("product", "deployment", "purpose", "is_active")
    list_select_related = ("account", "product", "release__product")
    search_fields = ("name", "account__name", "product__name")
    autocomplete_fields = ("account", "product", "release")
    ordering = ("account__name", "product__position", "name")


@admin.register(Plan)
class PlanAdmin(ReferenceAdmin):
    list_display = ("name", "code", "round_the_clock_critical", "has_emergency_phone", "free_help_minutes", "position")
    search_fields = ("name", "code")
    ordering = ("position",)


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    form = RegionForm
    list_display = ("__str__", "code", "zone", "heading", "is_worldwide", "position")
    search_fields = ("code", "name_en", "name_fr")
    # One row of the reference data serves the whole world; a second one could not.
    readonly_fields = ("is_worldwide",)
    ordering = ("position",)


@admin.register(Team)
class TeamAdmin(ReferenceAdmin):
    form = TeamForm
    list_display = ("__str__", "code", "people", "position")
    search_fields = ("code", "name_en", "name_fr")
    autocomplete_fields = ("members",)
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        return super().get_queryset(request).annotate(heads=Count("members"))

    @admin.display(description=gettext_lazy("people"), ordering="heads")
    def people(self, obj: Any) -> int:
        return int(obj.heads)


@admin.register(Absence)
class AbsenceAdmin(admin.ModelAdmin):
    """When our people are away. Each enters their own on a page of the portal too."""

    form = AbsenceForm
    list_display = ("user", "starts_at", "ends_at", "note")
    list_select_related = ("user",)
    list_filter = ("starts_at", "user__teams")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)
    ordering = ("-starts_at", "pk")


class DeskPhoneInline(admin.TabularInline):
    model = DeskPhone
    form = DeskPhoneForm
    ordering = ("position",)
    extra = 0


@admin.register(Desk)
class DeskAdmin(admin.ModelAdmin):
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    list_display = ("__str__", "product", "region", "calendar", "email", "form", "has_chat")
    list_filter = ("region", "product", "calendar", "form")
    list_select_related = ("product", "region", "calendar")
    search_fields = ("product__name", "region__name_en", "region__name_fr", "email")
    autocomplete_fields = ("product", "region", "calendar")
    ordering = ("region__position", "product__position")
    inlines = (DeskPhoneInline,)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Warn of products that have no desk in a region."""
        if request.method == "GET":
            for hole in holes()[:MOST_HOLES]:
                self.message_user(request, str(hole), messages.WARNING)
        return super().changelist_view(request, extra_context)

    def get_readonly_fields(self, request: HttpRequest, obj: Desk | None = None) -> tuple[Any, ...]:
        # The reference data find a desk again by these two: they are chosen once.
        return ("product", "region") if obj else ()


class PersonMembershipInline(MembershipInline):
    autocomplete_fields = ("account",)
    ordering = ("account__name",)


@admin.register(User)
class PersonAdmin(admin.ModelAdmin):
    """People: entered, changed and shut out by administrators alone; nobody is deleted, and no password is shown."""

    form = PersonForm
    list_display = ("name", "email", "role", "language", "time_zone", "is_active", "second_factor", "last_login")
    list_filter = ("role", "is_active", "language", "teams")
    search_fields = ("name", "email")
    ordering = ("name",)
    fields = (*PersonForm.Meta.fields, "joined_at", "last_login")
    readonly_fields = ("joined_at", "last_login")
    inlines = (PersonMembershipInline,)
    actions = ("send_welcome", "reset_second_factor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        return super().get_queryset(request).annotate(is_secured=Exists(factors))

    @admin.display(description=gettext_lazy("second factor"), boolean=True, ordering="is_secured")
    def second_factor(self, obj: Any) -> bool:
        return bool(obj.is_secured)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django allows any column of the row itself in the address: a password hash could be guessed sign by sign.
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fields if obj else (*self.fields[:-2], "welcome")

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs, **({} if obj else {"form": NewPersonForm}))
        form.editor = request.user  # type: ignore[attr-defined]  # a class made for this request
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Ask for a recent sign-in before the form is shown, and again when it is sent."""
        if self.has_change_permission(request) if object_id else self.has_add_permission(request):
            demand(request)
        # Sent again after confirming, the form may come back with errors on an address that is not its own.
        return super().changeform_view(request, object_id, form_url or request.get_full_path(), extra_context)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Ask for a recent sign-in before something is done to the people who were ticked."""
        if request.method == "POST" and self.has_change_permission(request):
            demand(request)
        return super().changelist_view(request, extra_context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            people.change(obj)
            return
        people.enter(obj)
        if form.cleaned_data["welcome"]:
            people.welcome(obj)

    @admin.action(description=gettext_lazy("Send the mail to choose a password"), permissions=["change"])
    def send_welcome(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Mail each of the chosen people who may sign in a link by which they choose a password."""
        chosen = list(queryset.filter(is_active=True))
        for user in chosen:
            people.welcome(user)
        words = ngettext("%(sent)d mail is on its way.", "%(sent)d mails are on their way.", len(chosen))
        words %= {"sent": len(chosen)}
        self.message_user(request, words)

    @admin.action(description=gettext_lazy("Take away every second factor"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For people who lost theirs: they set up a new one at the next sign-in, and are told by mail."""
        for user in queryset:
            people.reset_second_factor(user)
            self.log_change(request, user, [{"changed": {"fields": ["second factor"]}}])
        self.message_user(request, _("Done. The people concerned are told by mail."))
