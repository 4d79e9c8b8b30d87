"""App configurations of the house itself."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class HouseConfig(AppConfig):
    """Template tags of the look and commands that concern the whole."""

    name = "config"
    label = "config"
    verbose_name = "Customer Care"

    def ready(self) -> None:
        """Make our Celery application the one that tasks are sent by, and register the checks of a deployment."""
        from config import celery, deployment  # noqa: F401


class StaticFilesWeServe(StaticFilesConfig):
    """Leave out what packages bring and no page asks for."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "tabler-*",
        "*.rtl.*",
        "*.d.*ts",
        "scss",
        "package.json",
    ]


class BackOfficeConfig(AdminConfig):
    """Use our own site for every `admin.register`."""

    default_site = "config.back_office.site.BackOffice"

    def ready(self) -> None:
        """Register the log of the back office beside what each app registers in its `admin`."""
        super().ready()
        from config.back_office import log_entries  # noqa: F401
