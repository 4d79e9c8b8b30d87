"""An hour of help, used up in three entries: the third is split with the customer's consent, and goes to Consulting."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import Case
from contacts.models import User
from tests.conftest import OpenCase

pytestmark = pytest.mark.django_db(transaction=True)

Visit = Callable[..., Page]
WORDS = {
    "en": {
        "done": "The help is written down.",
        "left": "20 min left",
        "preview": "20 min free, 25 min billable",
        "refused": "Only 20 minutes of it are free.",
        "used_up": "used up",
        "billable": "25 min billable",
        "further": "we ask you before any of it begins",
        "told": "45 minutes, 25 minutes of them billable",
        "consent": "Yes, send us the bill.",
    },
    "fr": {
        "done": "L’aide est notée.",
        "left": "reste 20 min",
        "preview": "20 min sans frais, 25 min à facturer",
        "refused": "Seulement 20 minutes sont sans frais.",
        "used_up": "épuisée",
        "billable": "25 min à facturer",
        "further": "nous vous demandons votre accord avant de commencer",
        "told": "45 minutes, dont 25 minutes à facturer",
        "consent": "Oui, envoyez-nous la facture.",
    },
}


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest, alice: User, carl: User) -> str:
    """The language of both of them."""
    User.objects.filter(pk__in=[alice.pk, carl.pk]).update(language=request.param)
    for person in (alice, carl):
        person.refresh_from_db()
    return str(request.param)


def write_down(page: Page, minutes: int) -> None:
    """Open the dialog beside the meter and fill it."""
    page.locator("#assistance .cc-clocks-head a").click()
    dialog = page.locator("#act")
    expect(dialog).to_be_visible()
    dialog.locator("input[name=kind][value=configuration]").check()
    dialog.locator("input[name=minutes]").fill(str(minutes))
    dialog.locator("textarea[name=words]").fill(f"Export, {minutes} min.")


def send(page: Page) -> None:
    page.locator("#act .btn-primary").click()


def test_is_used_up_in_three_entries(visit: Visit, alice: User, carl: User, open_case: OpenCase, language: str) -> None:
    words = WORDS[language]
    case = open_case(alice, at=timezone.now())
    page = visit(carl)
    page.goto(f"/desk/{case.number}/")
    for minutes in (25, 15):
        write_down(page, minutes)
        send(page)
        expect(page.get_by_text(words["done"])).to_be_visible()
        expect(page.locator("#act")).not_to_be_visible()
    expect(page.locator("#assistance")).to_contain_text(words["left"])

    write_down(page, 45)
    expect(page.locator("#help-split")).to_contain_text(words["preview"])
    send(page)
    expect(page.locator("#act")).to_contain_text(words["refused"])
    expect(page.locator("#act textarea[name=words]")).to_have_value("Export, 45 min.")
    page.locator("#act textarea[name=consent]").fill(words["consent"])
    send(page)
    expect(page.locator("#act")).not_to_be_visible()
    expect(page.locator("#assistance")).to_contain_text(words["used_up"])
    expect(page.locator("#timeline")).to_contain_text(words["told"])
    moved = Case.objects.select_related("team").get(pk=case.pk)
    assert (moved.team.code, moved.time_entries.count()) == ("consulting", 3)

    theirs = visit(alice, width=390)
    theirs.goto(f"/cases/{case.number}/")
    expect(theirs.locator("#assistance")).to_contain_text(words["billable"])
    expect(theirs.locator("#assistance")).to_contain_text(words["further"])
    expect(theirs.locator("#timeline")).to_contain_text(words["told"])
    theirs.goto("/cases/assistance/")
    expect(theirs.locator(f"#instance-{case.instance_id}")).to_contain_text("Export, 45 min.")


def test_is_written_down_without_scripts(visit: Visit, alice: User, carl: User, open_case: OpenCase) -> None:
    case = open_case(alice, at=timezone.now())
    page = visit(carl, javascript=False)
    page.goto(f"/desk/{case.number}/")
    page.locator("#assistance .cc-clocks-head a").click()
    page.locator("input[name=kind][value=configuration]").check()
    page.locator("input[name=minutes]").fill("70")
    page.locator("textarea[name=words]").fill("Export.")
    page.get_by_role("button", name="Show what is free").click()
    expect(page.locator("#help-split")).to_contain_text("1 h free, 10 min billable")
    expect(page.locator("textarea[name=words]")).to_have_value("Export.")
    page.locator("input[name=minutes]").fill("60")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("The help is written down.")).to_be_visible()
    expect(page.locator("#assistance")).to_contain_text("used up")
