"""The contacts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("People and accounts")

    def ready(self) -> None:
        """Listen to what begins sessions."""
        from contacts import session_strength

        session_strength.connect()
