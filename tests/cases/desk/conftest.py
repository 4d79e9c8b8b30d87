"""Consultants' browsers, at a time that the test sets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, Event
from contacts.models import User

WITH_HTMX = {"HTTP_HX_REQUEST": "true"}


class Clock:
    """What the views take for now."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def later(self, **span: float) -> datetime:
        """Let time pass, and return what it is then."""
        self.moment += timedelta(**span)
        return self.moment


@pytest.fixture(autouse=True)
def clock(monkeypatch: Any, settings: Any, at: datetime) -> Clock:
    """Now is `at`, until `clock.later(minutes=5)`."""
    # The clock jumps, the people stay signed in.
    settings.STAFF_SESSION_SECONDS = settings.STAFF_SESSION_IDLE_SECONDS = 365 * 24 * 3600
    settings.SESSION_COOKIE_AGE = 365 * 24 * 3600
    clock = Clock(at)
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture(autouse=True)
def _place_of_the_test(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def here(signed_in: Callable[[User], Client], carl: User) -> Client:
    """Carl's browser: a consultant of level I, whose team the cases come to."""
    return signed_in(carl)


def to(verb: str, case: Case) -> str:
    """The address of a verb on a case."""
    return reverse(f"desk:{verb}", args=[case.number])


def read(response: HttpResponse) -> str:
    """The page as text, spaces made plain."""
    return " ".join(response.content.decode().split())


def last(case: Case) -> Event:
    """The last event of a case."""
    return Event.objects.filter(case=case).latest("id")


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
