"""What our people change of promises, in a real browser: the menu of the clocks, its dialogs, and without scripts."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import lifecycle
from cases.jobs import commitments
from cases.models import Case, RootCauseDelivery
from contacts.models import User
from sla.matrices import Severity
from tests.cases.reports.tallied import WORDS as REPORT
from tests.conftest import OpenCase
from tests.journeys.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Page]


@pytest.fixture
def critical(eve: User, mona: User, open_case: OpenCase) -> Case:
    """A Critical case of two hours ago, counted round the clock, that nobody has answered; it touches all."""
    at = timezone.now() - timedelta(hours=2)
    case = open_case(eve, severity="critical", at=at)
    lifecycle.classify(case, by=mona, at=at + timedelta(minutes=1), type=case.type, kind="other")
    lifecycle.judge_reach(case, by=mona, at=at + timedelta(minutes=1), is_system_wide=True, because="All of them.")
    commitments.sweep(at + timedelta(minutes=31))
    return case


def choose(page: Page, label: str) -> None:
    """Open the menu of the clocks and choose a line of it; its dialog opens."""
    page.locator(".cc-clocks-head summary").click()
    page.locator(".cc-clocks-head a", has_text=label).click()
    expect(page.locator("#act")).to_be_visible()


def test_a_manager_changes_what_is_promised_in_dialogs(visit: Visit, mona: User, critical: Case) -> None:
    page = visit(mona)
    page.goto(f"/desk/{critical.number}/")

    choose(page, "Is a change of code needed?")
    page.locator("#act").get_by_label("Yes").check()
    page.locator("#act textarea").fill("It is in the trace.")
    page.locator("#act").get_by_role("button", name="Note it").click()
    expect(page.get_by_text("It is noted, and the restoration follows it.")).to_be_visible()
    expect(page.locator(".cc-bar-void")).to_have_count(1)

    page.get_by_role("link", name="Let it count no more").first.click()
    page.locator("#act textarea").fill("The line was down.")
    page.locator("#act").get_by_role("button", name="Let it count no more").click()
    expect(page.locator(".cc-missed-void").first).to_contain_text("Counts no more: The line was down.")

    choose(page, "Change the severity")
    page.locator("#act textarea").fill("Words that stay.")
    page.locator("#act").get_by_role("button", name="Change it").click()
    expect(page.locator("#act")).to_contain_text("The case is “Critical” already.")
    expect(page.locator("#act textarea")).to_have_value("Words that stay.")
    page.locator("#act").get_by_label("Major").check()
    page.locator("#act").get_by_role("button", name="Change it").click()
    expect(page.get_by_text("The severity is changed, and the customer is told.")).to_be_visible()
    assert Case.objects.get(pk=critical.pk).severity == Severity.MAJOR


def test_a_report_is_written_read_by_another_and_goes_out(visit: Visit, mona: User, nora: User, critical: Case) -> None:
    writing = visit(nora)
    writing.goto(f"/desk/{critical.number}/")
    choose(writing, "Write the root-cause report")
    writing.locator("#act").get_by_role("button", name="Begin to write").click()
    writing.wait_for_url("**/write/")
    for name, words in REPORT.items():
        writing.locator(f"[name={name}]").fill(words)
    writing.get_by_role("button", name="Save and hand in for review").click()
    writing.wait_for_url("**/desk/root-cause-reports/RC-*/")

    reading = visit(mona)
    for step in ("review", "publish"):
        reading.goto(writing.url)
        reading.locator(f"form[action$='/{step}/'] button").click()
        reading.wait_for_load_state()
    until(lambda: RootCauseDelivery.objects.exclude(told_at=None).exists(), "the case has the report")
    reading.goto(f"/desk/{critical.number}/")
    expect(reading.locator("#timeline")).to_contain_text(REPORT["happened_fr"])  # Eve reads French


def test_a_date_is_agreed_without_scripts(visit: Visit, carl: User, critical: Case) -> None:
    page = visit(carl, javascript=False)
    page.goto(f"/desk/{critical.number}/")
    page.locator(".cc-clocks-head summary").click()
    page.locator(".cc-clocks-head a", has_text="Note an agreed date").click()
    day = timezone.localtime(timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT12:00")
    page.get_by_label("The solution comes by").fill(day)
    page.get_by_role("button", name="Note the date").click()
    expect(page.get_by_text("The agreed date is noted, and the customer is told.")).to_be_visible()
    expect(page.locator(".cc-bar-name", has_text="Agreed date")).to_be_visible()
