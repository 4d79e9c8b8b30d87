"""Trying a verb from a form: a refusal of the domain becomes an error of the form, and what was written stays."""

from collections.abc import Callable

from cases.forms.base import WordsForm
from cases.forms.opening import way_on
from cases.models import Case
from cases.statuses import Refusal
from contacts.entitlements import NotEntitled


def attempt(form: WordsForm, verb: Callable[[], Case]) -> Case | None:
    """Do `verb`, which takes nothing, if `form` is valid. Returns the case, or None where the form has errors now."""
    if not form.is_valid():
        return None
    try:
        return verb()
    except Refusal as refusal:
        form.refuse(refusal)
    except NotEntitled as refusal:
        form.refuse(way_on(refusal))
    return None
