"""The forms of cases, found by walking `cases.forms`."""

from importlib import import_module
from pkgutil import iter_modules

from django.forms import BaseForm

from cases import forms
from cases.forms.base import VerbForm


def all_forms() -> set[type[BaseForm]]:
    """Return every form that a module of `cases.forms` defines."""
    modules = [import_module(f"cases.forms.{found.name}") for found in iter_modules(forms.__path__)]
    found = [one for module in modules for one in vars(module).values()]
    return {one for one in found if isinstance(one, type) and issubclass(one, BaseForm) and "cases" in one.__module__}


def verb_forms() -> set[type[VerbForm]]:
    return {one for one in all_forms() if issubclass(one, VerbForm)}
