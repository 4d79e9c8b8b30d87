"""The portal and the browser that all journeys of a process share, until a test begins that must be without them.

A portal's worker would work on what other tests write, and beside the browser's loop no test can start one of its own.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

Started = TypeVar("Started")
_running: dict[str, tuple[ExitStack, Any]] = {}


def started(name: str, start: Callable[[], AbstractContextManager[Started]]) -> Started:
    """Return what runs by this name, started now if it does not."""
    if name not in _running:
        stack = ExitStack()
        _running[name] = stack, stack.enter_context(start())
    running: Started = _running[name][1]
    return running


def end(*names: str) -> None:
    """End what runs by these names, or everything."""
    for name in names or tuple(_running):
        if name in _running:
            _running.pop(name)[0].close()
