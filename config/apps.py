"""App configurations of the house itself."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class HouseConfig(AppConfig):
    """Template tags of the look and commands that concern the whole."""

    name = "config"
    label = "config"
    verbose_name = "Customer Care"

    def ready(self) -> None:
        """Make our Celery application the one that tasks are sent by."""
        from config import celery  # noqa: F401

    def ready(self) -> None:
        """Make our Celery application the one that every `shared_task` of this process belongs to."""
        from config.celery import app

        app.set_default()


class BackOfficeConfig(AdminConfig):
    """Use our own site for every `admin.register`."""

    default_site = "config.admin.BackOffice"
