"""Customers' browsers, at a time that the test sets."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from cases import lifecycle


class Clock:
    """What the views take for now."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def later(self, **span: float) -> datetime:
        self.moment += timedelta(**span)
        return self.moment


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings, at):
    """Now is `at`, until `clock.later(minutes=5)`."""
    settings.SESSION_COOKIE_AGE = settings.CUSTOMER_SESSION_IDLE_SECONDS = (
        365 * 24 * 3600
    )  # the clock jumps, the people stay signed in
    clock = Clock(at)
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def solved(case, carl, clock):
    """Alice's case with a solution that waits for her word."""
    return lifecycle.provide_solution(
        case, by=carl, at=clock.later(minutes=10), body="Clear the cache, then save again."
    )


@pytest.fixture
def closed(solved, alice, clock):
    """Alice's case, its solution accepted."""
    return lifecycle.accept_solution(solved, by=alice, at=clock.later(minutes=10))


@pytest.fixture
def here(signed_in, alice):
    """Alice's browser."""
    return signed_in(alice)


def read(response) -> str:
    """The page as text, spaces made plain."""
    return " ".join(response.content.decode().split())
