"""Lists that narrow while one types: no letter is eaten, and a number that is entered opens its case."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case
from contacts.models import User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.failing_requests]

Visit = Callable[..., Page]
LISTS = [("/desk/", "#id_q"), ("/desk/export/", "#id_q"), ("/desk/open/", "#caller")]
WORDS = "time sheets"


@pytest.mark.rotating(2)
@pytest.mark.parametrize(("path", "field"), LISTS)
@pytest.mark.parametrize("gap", [250, 450])
def test_no_letter_is_eaten(visit: Visit, mona: User, case: Case, path: str, field: str, gap: int) -> None:
    page = visit(mona)
    page.goto(path)
    page.locator(field).focus()
    page.keyboard.type(WORDS, delay=gap)
    expect(page.locator(field)).to_have_value(WORDS)
    expect(page.locator(field)).to_be_focused()
    page.wait_for_load_state("networkidle")
    expect(page.locator(field)).to_have_value(WORDS)


@pytest.mark.rotating(3)
@pytest.mark.parametrize("gap", [0, 60, 450])
def test_a_number_that_is_entered_opens_its_case(visit: Visit, carl: User, case: Case, gap: int) -> None:
    page = visit(carl)
    for number in (case.number, str(case.pk), case.number.lower()):
        page.goto("/desk/")
        page.locator("#id_q").focus()
        page.keyboard.type(number, delay=gap)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/desk/{case.number}/**", timeout=5000)
