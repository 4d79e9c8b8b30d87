"""A case from open to closed: customer and consultant in two windows, each step on page, in database and in mail."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, Commitment
from contacts.models import User
from tests.journeys.waiting import settled
from tests.smtp import Caught, Sink

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "en": {
        "status": ["Received", "Waiting for you", "Solution waiting for your word", "closed"],
        "subject": "Time sheets cannot be saved",
        "mail": {"acknowledgement": "We have received", "closed": "closed"},
    },
    "fr": {
        "status": ["Reçu", "En attente de votre part", "Solution en attente de votre avis", "fermé"],
        "subject": "Impossible d’enregistrer les feuilles de temps",
        "mail": {"acknowledgement": "reçu", "closed": "fermé"},
    },
}


def mail(sink: Sink, case: Case, notice: str) -> Caught:
    """Wait for the mail of `notice` that arrived at the listener, known by its Message-ID."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        row = case.mails.filter(notice=notice, state="sent").order_by("-pk").first()
        for caught in sink.messages:
            if row and caught.id == row.message_id:
                return caught
        time.sleep(0.1)
    raise AssertionError(f"no mail of {notice}: {list(case.mails.values('notice', 'state', 'error'))}")


def clock(case: Case, metric: str) -> Commitment:
    return case.commitments.get(metric=metric, cycle=1, period_no=1)


def open_a_case(page: Page, subject: str) -> Case:
    """Fill in the form for a Critical defect of Daptiv, with a file, and send it."""
    page.goto("/cases/new/")
    page.locator("label.cc-choice", has_text="Daptiv").click()
    page.locator("input[name=type][value=defect]").check()
    page.locator("input[name=severity][value='1']").check()
    expect(page.locator("#promise time").first).to_be_visible()
    page.locator("input[name=subject]").fill(subject)
    page.locator("textarea[name=body]").fill("Since this morning, for everybody. <b>Please</b> help.")
    page.locator("input[type=file]").set_input_files(
        [{"name": "screen.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 64}]
    )
    page.locator("form[enctype] button.btn-lg").click()
    page.wait_for_url(re.compile(r"/cases/CC-\d+/"))
    return Case.objects.latest("pk")


def send(page: Page, words: str, verb: str = "") -> None:
    """Write to the customer at the desk, and send it by the button of `verb`."""
    form = page.locator("#reply form")
    form.locator("textarea[name=body]").fill(words)
    (form.locator(f"button[formaction*='/{verb}/']") if verb else form.locator("button[data-send]")).click()
    expect(page.locator(".cc-timeline")).to_contain_text(words)


def counts_down(queue: Page, case: Case) -> None:
    """See in a window of its own that the time left of a case grows less as time goes by."""
    queue.clock.install()
    queue.goto("/desk/")
    countdown = queue.locator(f"tr#case-{case.pk} [data-countdown] [data-time]")
    before = countdown.inner_text()
    queue.clock.run_for(5 * 60 * 1000)
    expect(countdown).not_to_have_text(before)
    queue.context.close()


@pytest.mark.rotating(2)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_case_goes_from_open_to_closed(
    language: str, eve: User, carl: User, visit: Callable[..., Page], sink: Sink, at: Any
) -> None:
    for person in (eve, carl):
        person.language = language
        person.save(update_fields=["language"])
    words = WORDS[language]
    received, waiting, solved, closed = words["status"]

    customer = visit(eve)
    expect(customer.locator("html")).to_have_attribute("lang", language)
    case = open_a_case(customer, words["subject"])
    expect(customer.locator(".cc-thanks")).to_contain_text(case.number)
    expect(customer.locator("body")).to_contain_text(received)
    assert (case.status, case.severity, case.customer) == ("new", 1, eve)
    assert {row.metric: row.state for row in case.commitments.all()} == dict.fromkeys(
        ("response", "restoration", "resolution", "status_update"), "running"
    )
    acknowledged = mail(sink, case, "acknowledgement")
    assert acknowledged.recipients == (eve.email,)
    assert case.number in acknowledged.message["Subject"]
    assert words["mail"]["acknowledgement"] in acknowledged.part("plain")

    desk = visit(carl)
    row = desk.locator(f"tr#case-{case.pk}")
    expect(row).to_contain_text(words["subject"])
    counts_down(visit(carl), case)

    row.locator("a").first.click()
    desk.locator("form[action*='/take/'] button").click()
    expect(desk.locator("form[action*='/take/']")).to_have_count(0)
    assert settled(case, "in_progress").owner == carl
    assert clock(case, "response").state == "running"

    send(desk, "We are looking into it.")
    assert clock(case, "response").state == "met"
    assert "We are looking into it." in mail(sink, case, "reply").part("html")

    send(desk, "Which browser do you use?", "ask-customer")
    settled(case, "waiting")
    assert (clock(case, "resolution").state, clock(case, "resolution").due_at) == ("paused", None)
    expect(desk.locator(".cc-bar-paused").first).to_be_visible()
    assert "Which browser do you use?" in mail(sink, case, "question").part("plain")

    customer.reload()
    expect(customer.locator("#next-step")).to_have_class(re.compile("cc-next-yours"))
    expect(customer.locator("body")).to_contain_text(waiting)
    customer.locator("#composer textarea[name=body]").fill("Firefox 156.")
    customer.locator("#composer button.btn-primary").click()
    expect(customer.locator(".cc-timeline")).to_contain_text("Firefox 156.")
    settled(case, "in_progress")
    resumed = clock(case, "resolution")
    assert resumed.state == "running"
    assert resumed.paused_seconds > 0

    desk.reload()
    send(desk, "The service is back.", "restore-service")
    assert clock(case, "restoration").state == "met"
    assert Case.objects.get(pk=case.pk).restored_at is not None
    mail(sink, case, "restoration")

    send(desk, "Clear the cache once.", "provide-solution")
    settled(case, "solution_provided")
    assert clock(case, "resolution").state == "met"
    assert "Clear the cache once." in mail(sink, case, "solution_provided").part("plain")

    customer.reload()
    expect(customer.locator("body")).to_contain_text(solved)
    customer.locator("form[action*='/accept-solution/'] button").click()
    expect(customer.locator("#next-step")).to_contain_text(re.compile(closed, re.IGNORECASE))
    done = settled(case, "closed")
    assert done.closed_at is not None
    assert not done.commitments.filter(state__in=["running", "paused"]).exists()
    assert words["mail"]["closed"] in mail(sink, case, "closed").part("plain")
    kinds = list(done.events.order_by("id").values_list("kind", flat=True))
    assert kinds == [
        "opened",
        "taken",
        "replied",
        "asked",
        "answered",
        "restored",
        "solution_provided",
        "solution_accepted",
    ]
