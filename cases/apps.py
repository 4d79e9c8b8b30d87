"""The cases app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Register the pages of the back office that stand in a module of their own."""
        from cases import admin_routing  # noqa: F401  needs the models
