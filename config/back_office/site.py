"""The back office: Django's admin behind the portal's own door, every change on record."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import helpers
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from cases import severity_requests
from config.back_office.change_log import Recorded
from config.back_office.protected_rows import Guarded
from config.back_office.typed_times import TypedTimes
from contacts.holes import holes

MOST_DIGITS = 19  # more are no number of a row


class _KnownKeys:
    """Put before a widget that looks up what is chosen: what can be no key chooses nothing, and is no fault."""

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        keys = [one for one in value if str(one).isdecimal() and len(str(one)) < MOST_DIGITS]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]


class _OneOf(_KnownKeys, AutocompleteSelect):  # type: ignore[misc]
    """A row, looked for by its name."""


class _SomeOf(_KnownKeys, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Rows, looked for by their names."""


class _Page(Recorded, Guarded, TypedTimes):
    """What every page of the back office has."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let lists be narrowed as their own links do: a range is no text of an address."""
        return not lookup.endswith("__range") and super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list, or do to the chosen rows what was chosen. Raises BadRequest where one is no row."""
        for chosen in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME):
            try:
                self.model._meta.pk.to_python(chosen)
            except ValidationError as error:
                raise BadRequest(str(error)) from error
        return super().changelist_view(request, extra_context)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", _OneOf(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **options)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            options.setdefault("widget", _SomeOf(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **options)


class BackOffice(admin.AdminSite):
    """Admin for managers and administrators; signs in by the same page as everybody."""

    site_title = _("Customer Care")
    site_header = _("Customer Care")
    index_title = _("Back office")
    enable_nav_sidebar = False  # the width belongs to the tables

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_active and user.is_staff)

    def register(
        self, model_or_iterable: Any, admin_class: type[admin.ModelAdmin] | None = None, **options: Any
    ) -> None:
        """Register a model. Whatever its pages are, changes go into the record, refusals are said in words, and dates
        and times are taken as by every form.
        """
        given = admin_class or admin.ModelAdmin
        super().register(model_or_iterable, type(given.__name__, (_Page, given), {}), **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the first page, with how many requests wait for a manager, and whether the directory has holes."""
        waiting = severity_requests.inbox(request.user).count() if self.has_permission(request) else 0  # type: ignore[arg-type]
        told = {"waiting_requests": waiting, "holes": len(holes())}
        return super().index(request, {**told, **(extra_context or {})})

    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the portal's own sign-in page, whose limits and second factor hold here too."""
        if request.user.is_authenticated:
            raise PermissionDenied
        back = request.GET.get("next") or request.path.removesuffix("login/")
        return redirect_to_login(back, resolve_url("account_login"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")
