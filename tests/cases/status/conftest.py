"""Incidents as everybody reads them, at a time that the test sets; a stranger's browser."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from tests.cases.incidents.conftest import incident, open_incident, publish, resolve  # noqa: F401


@pytest.fixture(autouse=True)
def now(monkeypatch, at):
    """Now is `at`; `now(hours=2)` lets time pass from there."""
    moment = [at]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])

    def pass_to(**span):
        from datetime import timedelta

        moment[0] = at + timedelta(**span)
        return moment[0]

    return pass_to


@pytest.fixture(autouse=True)
def _unlimited():
    """Forget who asked how often."""
    cache.clear()


def read(response):
    """The page as text, spaces made plain."""
    return " ".join(response.content.decode().split())
