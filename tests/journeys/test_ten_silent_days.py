"""A solution that nobody answers, over the end of summer time and a closed date: two reminders, the end, a return."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pgtrigger
import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from cases import lifecycle
from cases.jobs import auto_close
from cases.lifecycle.auto_close import Steps
from cases.models import Case
from contacts.models import Instance, User
from sla import compiled
from sla.editing import record
from sla.models import Calendar, ClosedDate
from tests.conftest import OpenCase
from tests.journeys.test_open_to_closed import mail
from tests.journeys.waiting import settled
from tests.smtp import Caught, Sink

pytestmark = pytest.mark.django_db(transaction=True)

CHICAGO = ZoneInfo("America/Chicago")
SECOND = timedelta(seconds=1)
WORDS = {
    "en": {
        "closes": "this case closes by itself on",
        "closes_mail": "your case closes by itself on",
        "day": "7 November",
        "closed": "This case is closed",
        "reminded": "We reminded you of the solution",
        "again": "It is back.",
        "reopened": "Your case is open again",
    },
    "fr": {
        "closes": "ce dossier sera fermé d’office le",
        "closes_mail": "votre dossier sera fermé d’office le",
        "day": "7 novembre",
        "closed": "Ce dossier est fermé",
        "reminded": "Nous vous avons rappelé la solution",
        "again": "Cela recommence.",
        "reopened": "Votre dossier est de nouveau ouvert",
    },
}


def wall(text: str) -> datetime:
    """Return a time on the wall in Chicago as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=CHICAGO).astimezone(UTC)


# Thursday 23 October 2025, 16:00. Tuesday 28 is closed; the clocks go back in the night to Sunday 2 November.
SOLVED = wall("2025-10-23 16:00")
FIRST, SECOND_ONE, CLOSES = wall("2025-10-29 17:00"), wall("2025-11-04 17:00"), wall("2025-11-07 17:00")


@pytest.fixture
def solved(alice: User, carl: User, open_case: OpenCase) -> Case:
    """Alice's case of Changepoint, solved on the Thursday."""
    calendar = Calendar.objects.get(code="changepoint")
    # The story is of the past, where nobody closes a date any more.
    with pgtrigger.ignore("sla.ClosedDate:day_is_to_come"), transaction.atomic():
        ClosedDate.objects.create(calendar=calendar, date=date(2025, 10, 28), name="Inventory")
        record(calendar, at=wall("2025-10-01 12:00"), by="Mona")
    compiled.forget()
    Instance.objects.update(release=None)
    case = open_case(alice, at=SOLVED - timedelta(hours=5))
    lifecycle.take(case, by=carl, at=SOLVED - timedelta(hours=4))
    return lifecycle.provide_solution(case, by=carl, at=SOLVED, body="1. Videz le cache.")


def sweep(at: datetime, does: Steps) -> None:
    """A second before there is nothing to do; at the instant there is."""
    assert auto_close.sweep(at - SECOND) == Steps()
    assert auto_close.sweep(at) == does


def reminder(sink: Sink, case: Case, number: int) -> Caught:
    """Wait for the mail of the reminder of that number."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        sent = case.mails.filter(notice="contact_attempt", state="sent", event__data__number=number)
        for caught in sink.messages:
            if caught.id in sent.values_list("message_id", flat=True):
                return caught
        time.sleep(0.1)
    raise AssertionError(f"no reminder {number}: {list(case.mails.values('notice', 'state', 'error'))}")


def is_reminder(caught: Caught, alice: User, language: str) -> None:
    message, words = caught.message, WORDS[language]
    assert caught.recipients == (alice.email,)
    assert message["Content-Language"] == language
    assert message["Auto-Submitted"] == "auto-generated"
    said = " ".join(caught.part("plain").split())
    assert words["closes_mail"] in said
    assert words["day"] in said


@pytest.mark.rotating(2)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_case_closes_after_ten_silent_days_and_is_opened_again(
    language: str, solved: Case, alice: User, visit: Callable[..., Page], sink: Sink
) -> None:
    alice.language = language
    alice.save(update_fields=["language"])
    case, words = solved, WORDS[language]
    mail(sink, case, "solution_provided")

    page = visit(alice)
    page.goto(f"/cases/{case.number}/")
    expect(page.locator("#accept-solution")).to_be_visible()
    expect(page.locator("#closes")).to_have_count(0)  # nobody has been told a day

    sweep(FIRST, Steps(reminded=1))
    first = reminder(sink, case, 1)
    is_reminder(first, alice, language)
    page.reload()
    expect(page.locator("#closes")).to_contain_text(words["closes"])
    expect(page.locator("#closes time")).to_have_attribute("datetime", f"{CLOSES:%Y-%m-%dT%H:%M:%SZ}")
    expect(page.locator("#closes time")).to_contain_text("17:00")  # on Alice's wall, now an hour later in UTC

    sweep(SECOND_ONE, Steps(reminded=1))
    second = reminder(sink, case, 2)
    is_reminder(second, alice, language)
    assert first.id in second.message["References"]
    page.reload()
    expect(page.locator("#closes time")).to_have_attribute("datetime", f"{CLOSES:%Y-%m-%dT%H:%M:%SZ}")

    sweep(CLOSES, Steps(closed=1))
    assert settled(case, "closed").closed_at == CLOSES
    closed = mail(sink, case, "closed")
    assert words["reminded"] in closed.part("plain")
    assert (closed.message["Auto-Submitted"], closed.message["Content-Language"]) == ("auto-generated", language)
    page.reload()
    expect(page.locator("#next-step")).to_contain_text(words["closed"])
    expect(page.locator("#closes")).to_have_count(0)

    page.locator("#reopen textarea").fill(words["again"])
    page.locator("#reopen button.btn-primary").click()
    expect(page.locator(".cc-timeline")).to_contain_text(words["again"])
    expect(page.locator("#next-step")).to_contain_text(words["reopened"])
    again = settled(case, "reopened")
    assert (again.reopenings, again.closed_at, again.countdown_from) == (1, None, None)
    kinds = list(case.events.exclude(kind__in=["at_risk", "breached"]).order_by("id").values_list("kind", flat=True))
    assert kinds == [
        *("opened", "taken", "solution_provided", "contact_attempted", "contact_attempted"),
        *("closed_in_silence", "reopened"),
    ]
