"""The sla app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sla.triggers import compile_with_search_path


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("Promises")

    def ready(self) -> None:
        compile_with_search_path()
