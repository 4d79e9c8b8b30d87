"""Other ways of a customer, in a real browser: refusing, reopening, being refused, files, languages, no JavaScript."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import lifecycle
from cases.models import Case
from cases.models.event import ClosingReason
from contacts.models import Account, Instance, User
from products.models import Product, Release
from tests.conftest import OpenCase
from tests.journeys.waiting import settled

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Page]

# Puts files into an event as a mouse or a clipboard would.
GIVE = """([selector, kind, files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, size] of files) transfer.items.add(new File([new Uint8Array(size).fill(65)], name, {type}));
  const options = {bubbles: true, cancelable: true};
  const event = kind === "drop"
    ? new DragEvent("drop", {...options, dataTransfer: transfer})
    : new ClipboardEvent("paste", {...options, clipboardData: transfer});
  document.querySelector(selector).dispatchEvent(event);
}"""


@pytest.fixture
def solved(alice: User, carl: User, open_case: OpenCase) -> Case:
    """Alice's case with a solution that waits for her word."""
    began = timezone.now() - timedelta(hours=2)
    case = lifecycle.take(open_case(alice, at=began), by=carl, at=began + timedelta(minutes=5))
    return lifecycle.provide_solution(case, by=carl, at=began + timedelta(minutes=30), body="Clear the cache once.")


def choose(page: Page, product: str) -> None:
    """Choose the product of a new case, and wait for what follows from it."""
    page.goto("/cases/new/")
    page.locator("label.cc-choice", has_text=product).click()
    expect(page.locator("input[name=subject]")).to_be_visible()


def fill_in(page: Page, subject: str) -> None:
    page.locator("input[name=type][value=defect]").check()
    page.locator("input[name=severity][value='2']").check()
    page.locator("input[name=subject]").fill(subject)
    page.locator("textarea[name=body]").fill("Since this morning.")


def test_rejects_a_solution_with_a_reason(alice: User, solved: Case, visit: Visit) -> None:
    page = visit(alice)
    page.goto(f"/cases/{solved.number}/")
    page.locator("#next-step summary").click()
    reason = page.locator("#next-step form[action*='/reject-solution/']")
    reason.locator("textarea").fill("It comes back after an hour.")
    reason.locator("button").last.click()
    expect(page.locator(".cc-timeline")).to_contain_text("It comes back after an hour.")
    expect(page.locator("#case-status")).to_contain_text("We are working on it")
    expect(page.locator("form[action*='/accept-solution/']")).to_have_count(0)
    case = settled(solved, "in_progress")
    assert case.commitments.filter(metric="resolution", state="running").exists()


def test_reopens_a_closed_case(alice: User, carl: User, solved: Case, visit: Visit) -> None:
    lifecycle.close(solved, by=carl, at=timezone.now() - timedelta(minutes=20), reason=ClosingReason.CONFIRMED)
    page = visit(alice)
    page.goto(f"/cases/{solved.number}/")
    expect(page.locator("#composer")).to_have_count(0)
    page.locator("#reopen textarea").fill("The error is back.")
    page.locator("#reopen button.btn-primary").click()
    expect(page.locator(".cc-timeline")).to_contain_text("The error is back.")
    expect(page.locator("#case-status")).to_contain_text("Reopened")
    assert settled(solved, "reopened").reopenings == 1


def test_is_told_why_a_product_is_closed_and_who_may(alice: User, bob: User, visit: Visit) -> None:
    page = visit(bob)
    page.goto("/cases/new/")
    closed = page.locator(".cc-choice", has_text="Changepoint")
    expect(closed).to_contain_text("application administrators")
    expect(closed.get_by_label("Who may open a case")).to_contain_text(alice.name)
    expect(closed.locator(f"a[href='mailto:{alice.email}']")).to_be_visible()
    expect(closed.locator("input")).to_be_disabled()
    page.goto("/cases/new/?product=" + str(closed.locator("input").get_attribute("id")).removeprefix("product-"))
    expect(page.locator("input[name=subject]")).to_have_count(0)
    choose(page, "LeanKit")  # open to everybody of the account


def test_is_told_that_a_version_is_not_supported_any_more(alice: User, acme: Account, visit: Visit) -> None:
    product, today = Product.objects.get(code="changepoint"), timezone.now().date()
    versions = [
        Release.objects.create(product=product, version=version, released_on=today - timedelta(days=days))
        for version, days in (("25.1", 400), ("25.2", 60), ("25.3", 20))
    ]
    Instance.objects.filter(account=acme, product=product).update(release=versions[0])
    page = visit(alice)
    choose(page, "Changepoint")
    told = page.locator("#promise .cc-alert", has_text="Version 25.1 is not supported any more")
    instance = page.locator("#open-case-where .cc-choice", has_text="Changepoint production")
    expect(instance).to_contain_text("not supported any more")
    instance.click()
    fill_in(page, "Old and broken")
    expect(told).to_contain_text("Product Management")
    page.locator("form[enctype] button.btn-lg").click()
    page.wait_for_url(re.compile(r"/cases/CC-\d+/"))
    expect(page.locator(".cc-thanks")).to_be_visible()
    assert Case.objects.latest("pk").version_covered is False


def test_files_come_by_drop_and_paste_and_a_refused_one_says_why(alice: User, visit: Visit) -> None:
    page = visit(alice)
    choose(page, "Changepoint")
    fill_in(page, "With files")
    listed = page.locator(".cc-files")
    page.evaluate(
        GIVE, ["#open-case form", "drop", [["trace.log", "text/plain", 2048], ["empty.txt", "text/plain", 0]]]
    )
    expect(listed.locator("li", has_text="trace.log")).to_contain_text("2 kB")
    expect(listed.locator("li", has_text="empty.txt")).to_contain_text("This file is empty.")
    page.evaluate(GIVE, ["#open-case textarea", "paste", [["image.png", "image/png", 512]]])
    expect(listed.locator("li", has_text="Screenshot")).to_be_visible()
    page.evaluate(GIVE, ["#open-case form", "drop", [["dump.bin", "application/octet-stream", 26 * 1024 * 1024]]])
    expect(listed.locator("li", has_text="dump.bin")).to_contain_text("larger than")
    page.locator("form[enctype] button.btn-lg").click()
    expect(page.locator("[data-held]")).to_contain_text("Nothing was sent")
    for name in ("empty.txt", "dump.bin"):
        listed.locator("li", has_text=name).locator("button").click()
    expect(page.locator("[data-held]")).to_have_count(0)
    page.locator("form[enctype] button.btn-lg").click()
    page.wait_for_url(re.compile(r"/cases/CC-\d+/"))
    case = Case.objects.latest("pk")
    names = sorted(case.attachments.values_list("name", flat=True))
    assert len(names) == 2
    assert names[0].startswith("Screenshot ")
    assert names[1] == "trace.log"

    page.locator("#composer textarea").fill("And this one.")
    page.locator("#composer input[type=file]").set_input_files(
        [{"name": "setup.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}]
    )
    expect(page.locator("#composer li", has_text="setup.exe")).to_contain_text("not taken")
    page.locator("#composer button.btn-primary").click()
    expect(page.locator("#composer [data-held]")).to_contain_text("Nothing was sent")
    expect(page.locator("#composer textarea")).to_have_value("And this one.")
    assert case.messages.count() == 1


def test_switches_the_language_at_once_and_it_is_remembered(alice: User, case: Case, visit: Visit) -> None:
    page = visit(alice)
    page.goto(f"/cases/{case.number}/?filter=kept")
    page.locator("header button[name=language][value=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert page.url.endswith(f"/cases/{case.number}/?filter=kept")
    page.goto("/cases/")
    expect(page.locator("h1")).to_have_text("Dossiers")
    alice.refresh_from_db()
    assert alice.language == "fr"  # and so are the mails
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(alice.email)
    page.locator("input[name=password]").fill("correct horse battery staple")
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    expect(page.locator("h1")).to_have_text("Dossiers")


def test_switches_the_theme_and_it_is_remembered(alice: User, visit: Visit) -> None:
    page = visit(alice)
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator("header [data-theme-switch]").click()
    page.locator("header [data-theme=dark]").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate(ground) != light
    page.goto("/products/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_opens_and_answers_without_javascript(alice: User, visit: Visit) -> None:
    page = visit(alice, javascript=False)
    page.goto("/cases/new/")
    page.locator("label.cc-choice", has_text="Daptiv").click()
    page.locator("noscript button").click()
    fill_in(page, "Written in a text browser")
    page.locator("input[type=file]").set_input_files(
        [{"name": "note.txt", "mimeType": "text/plain", "buffer": b"words"}]
    )
    page.locator("form[enctype] button.btn-lg").click()
    expect(page.locator(".cc-thanks")).to_be_visible()
    case = Case.objects.latest("pk")
    assert (case.subject, case.attachments.count()) == ("Written in a text browser", 1)
    page.locator("#composer textarea").fill("One more thing.")
    page.locator("#composer button.btn-primary").click()
    expect(page.locator(".cc-timeline")).to_contain_text("One more thing.")
    assert case.messages.count() == 2
