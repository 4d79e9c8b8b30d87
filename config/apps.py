"""App configurations of the house itself."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class HouseConfig(AppConfig):
    """Template tags of the look and commands that concern the whole."""

    name = "config"
    label = "config"
    verbose_name = "Customer Care"


class BackOfficeConfig(AdminConfig):
    """Use our own site for every `admin.register`."""

    default_site = "config.admin.BackOffice"
