"""The addresses of public pages of the status page, as mails to its subscribers give them."""

from typing import Any

from django.urls import reverse
from django.utils import translation

from contacts.site_address import absolute


def plain_address(name: str, argument: Any) -> str:
    """Return the address of a page in whichever language the browser asks for."""
    return absolute(reverse(f"status:{name}", args=[argument]))


def page_address(name: str, argument: Any) -> str:
    """Return the address of a page in the language that is active, that of the mail."""
    return f"{plain_address(name, argument)}?lang={translation.get_language()}"
