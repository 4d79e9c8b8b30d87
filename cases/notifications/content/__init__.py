"""What each mail says, by capability: a function named as the notice, which returns plain values for its templates."""

import inspect
import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


@cache
def content_functions() -> dict[str, Callable[..., dict[str, Any]]]:
    """Return the content function of every notice, by its name: takes the mail and, of a case, the case."""
    modules = [import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    }
