"""Waiting until what was done in a browser stands in the database."""

import time

from cases.models import Case


def settled(case: Case, status: str) -> Case:
    """Wait until the database says that the case is in `status`."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        fresh = Case.objects.get(pk=case.pk)
        if fresh.status == status:
            return fresh
        time.sleep(0.05)
    raise AssertionError(f"{fresh.status} instead of {status}")
