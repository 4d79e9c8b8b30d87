"""Addresses. Here: what those of the verbs of a case have in common, at the desk and in the portal."""

from collections.abc import Callable

from django.urls import URLPattern, path
from django.utils.functional import Promise

from cases.models import Case
from cases.views.access import View

Pressed = dict[Callable[..., Case], str | Promise]  # verbs that need no form, and what is said once they were done


def of_case(verb: Callable[..., Case], view: View, part: str = "") -> URLPattern:
    """Return the address of a `verb` below that of the case, or of a `part` of it; it bears the name of the verb."""
    return path(f"<case_number:case_id>/{part}{verb.__name__.replace('_', '-')}/", view, name=verb.__name__)
