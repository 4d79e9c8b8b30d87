"""A manager edits the hours of a desk: looks at what would change, goes back, saves; with scripts and without."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from sla.models import Calendar, ClosedDate
from tests.journeys import axe, shared
from tests.journeys.portal_process import House
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(db: None, sink: Sink, tmp_path: Path) -> Iterator[House]:
    """A portal of its own: one that has outlived a test knows the tables by numbers that the record no longer has."""
    shared.end("house")
    running = House(tmp_path, sink.port).start()
    yield running
    running.stop()


@pytest.fixture
def desk(reference: None) -> Calendar:
    return Calendar.objects.get(code="changepoint")


@pytest.fixture
def running(reference: None, alice: Any, open_case: Any) -> Case:
    """A case of today, whose clocks run on the calendar of its desk."""
    return open_case(alice, at=timezone.now() - timedelta(minutes=1))


def edit(page: Page, desk: Calendar) -> None:
    """Write shorter hours for every day into the form, and press "Save"."""
    page.goto(f"/admin/sla/calendar/{desk.pk}/change/")
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday"):
        page.locator(f"input[name=versions-0-{day}]").fill("03:00–04:00")
    page.locator("input[name=_save]").click()
    expect(page.get_by_role("heading", name="Before it is saved")).to_be_visible()


def shown(desk: Calendar) -> int:
    desk.refresh_from_db()
    return desk.revision


def test_looks_at_the_clocks_that_would_move_and_enters_holidays(
    visit: Any, mona: Any, desk: Calendar, running: Case
) -> None:
    page = visit(mona)
    edit(page, desk)
    expect(page.locator("#moving-clocks tbody tr")).to_have_count(3)
    expect(page.get_by_role("link", name=running.number).first).to_be_visible()
    assert "Monday, from the beginning: 02:00–17:00 → 03:00–04:00" in page.content()
    page.evaluate(axe.AXE)
    assert axe.axe(page) == []
    assert axe.overflow(page) == []
    assert shown(desk) == 1
    page.get_by_role("button", name="Back to the form").click()
    expect(page.locator("input[name=versions-0-monday]")).to_have_value("03:00–04:00")
    page.locator("input[name=_save]").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert shown(desk) == 2
    enter_holidays(page, desk)


def enter_holidays(page: Page, desk: Calendar) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/admin/sla/calendar/{desk.pk}/change/")
    page.get_by_role("link", name="Closed dates from a country").click()
    page.get_by_label("Country", exact=True).select_option("US")
    page.get_by_role("button", name="Show the holidays").click()
    expect(page.get_by_label("Part of the country")).to_be_visible()
    page.evaluate(axe.AXE)
    assert axe.axe(page) == []
    assert axe.overflow(page) == []
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Before it is saved")).to_be_visible()
    assert not ClosedDate.objects.exists()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messagelist")).to_contain_text("closed dates were added")
    assert ClosedDate.objects.filter(calendar=desk).count() > 10
    assert shown(desk) == 3


def test_sees_them_in_a_new_window_without_scripts(visit: Any, mona: Any, desk: Calendar, running: Case) -> None:
    page = visit(mona, javascript=False)
    edit(page, desk)
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Show them in a new window").click()
    expect(opened.value.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messagelist")).to_contain_text("was changed successfully")
    assert shown(desk) == 2
