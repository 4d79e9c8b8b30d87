"""Waiting until what was done in a browser, or what the worker does, stands in the database."""

import time
from collections.abc import Callable

from cases.models import Case


def settled(case: Case, status: str) -> Case:
    """Wait until the database says that the case is in `status`."""
    until(lambda: Case.objects.filter(pk=case.pk, status=status).exists(), status, seconds=10)
    return Case.objects.get(pk=case.pk)


def until(happened: Callable[[], bool], what: str, *, seconds: int = 60) -> None:
    """Wait until `happened` says so; fail with `what` was awaited."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, what
        time.sleep(0.1)
