"""The back office: Django's admin behind the portal's own door."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class BackOffice(admin.AdminSite):
    """Admin for managers and administrators; signs in by the same page as everybody."""

    site_title = _("Customer Care")
    site_header = _("Customer Care")
    index_title = _("Back office")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(user.is_authenticated and user.is_active and user.is_staff)
