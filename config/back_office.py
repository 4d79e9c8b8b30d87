"""The back office: Django's admin behind the portal's own door, every change on record."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from cases import reviewing
from config.record import Recorded
from config.typed_times import TypedTimes


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
        """Register a model; its pages record their changes, and take dates and times as every form does."""
        given = admin_class or admin.ModelAdmin
        super().register(model_or_iterable, type(given.__name__, (Recorded, TypedTimes, given), {}), **options)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Show the first page, with how many requests wait for a manager."""
        waiting = reviewing.inbox(request.user).count() if self.has_permission(request) else 0  # type: ignore[arg-type]
        return super().index(request, {"waiting_requests": waiting, **(extra_context or {})})

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
