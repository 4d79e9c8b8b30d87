"""A customer asks for Critical in the portal, is declined, asks again by phone, is approved: pages, mails, clocks."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases import lifecycle
from cases.models import Case, SeverityRequest
from contacts.models import User
from sla.models import SeverityCriterion
from tests.conftest import OpenCase
from tests.journeys.test_open_to_closed import mail
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = {
    "en": {
        "asked": "Nobody can enter time any more.",
        "declined": "Another way in works, as you wrote.",
        "phoned": "The other way is down too.",
        "approved": "Production is down for all of you.",
        "stays": "Your case stays Moderate",
        "waits": "With a manager since",
    },
    "fr": {
        "asked": "Plus personne ne peut saisir ses heures.",
        "declined": "Un autre accès fonctionne, comme vous l’écrivez.",
        "phoned": "L’autre accès est en panne aussi.",
        "approved": "La production est arrêtée pour vous tous.",
        "stays": "Votre dossier reste Moyen",
        "waits": "Chez un responsable depuis",
    },
}


@pytest.fixture
def moderate(eve: User, carl: User, open_case: OpenCase) -> Case:
    """A Moderate case of three hours ago, of an account that is covered round the clock; answered after 40 minutes."""
    began = timezone.now() - timedelta(hours=3)
    case = open_case(eve, severity="moderate", product="barometer", at=began)
    return lifecycle.reply(case, by=carl, at=began + timedelta(minutes=40), body="On regarde. We look.")


def decide(page: Page, case: Case, verb: str, words: str, *ticked: str) -> None:
    """Open the request of the case in the back office, and decide."""
    page.goto("/admin/approvals/")
    page.locator("a", has_text=case.number).first.click()
    form = page.locator(f"form[action*='{verb}']")
    for criterion in ticked:
        form.locator(f"input[value={criterion}]").check()
    form.locator("textarea").fill(words)
    form.locator("input[type=submit]").click()
    expect(page.locator(".messagelist")).to_contain_text(case.number)


def due_shown(page: Page) -> dict[str, datetime]:
    """Return the due times that the customer's page shows of clocks that run, by the name of the metric."""
    shown = {}
    for line in page.locator("#promises li").all():
        why = line.locator("a.cc-more")
        if why.count() and line.locator("time").count():
            metric = str(why.get_attribute("href")).split("/")[-4]
            shown[metric] = datetime.fromisoformat(str(line.locator("time").first.get_attribute("datetime")))
    return shown


@pytest.mark.rotating(2)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_critical_is_declined_asked_again_by_phone_and_approved(
    language: str, moderate: Case, eve: User, carl: User, mona: User, visit: Callable[..., Page], sink: Sink
) -> None:
    case, words = moderate, WORDS[language]
    for person in (eve, carl, mona):
        person.language = language
        person.save(update_fields=["language"])
    before = {row.metric: row for row in case.commitments.all()}
    assert {metric: row.state for metric, row in before.items()} == {"response": "met"}

    customer = visit(eve)
    customer.goto(f"/cases/{case.number}/")
    customer.locator("#composer a[href*='request-severity']").click()
    customer.locator("input[name=severity][value='1']").check()
    customer.locator("#request-severity textarea[name=body]").fill(words["asked"])
    customer.locator("#request-severity button.btn-primary").click()
    expect(customer.locator("#severity-request")).to_contain_text(words["waits"])
    expect(customer.locator(".cc-timeline")).to_contain_text(words["asked"])
    assert set(due_shown(customer)) <= {"response"}
    told = mail(sink, case, "severity_requested")
    assert told.recipients == (mona.email,)

    manager = visit(mona)
    decide(manager, case, "decline", words["declined"])
    customer.reload()
    expect(customer.locator("#severity-request")).to_contain_text(words["declined"])
    declined = mail(sink, case, "severity_declined")
    assert declined.message["Content-Language"] == language
    assert words["stays"] in declined.part("plain")
    assert words["declined"] in declined.part("plain")
    assert Case.objects.get(pk=case.pk).severity == 3

    desk = visit(carl)
    desk.goto(f"/desk/{case.number}/")
    desk.locator(".cc-clocks-head summary").click()
    desk.locator(".cc-clocks-head a[href*='request-severity']").click()
    desk.locator("#act input[name=severity][value='1']").check()
    desk.locator("#act textarea").fill(words["phoned"])
    desk.locator("#act button.btn-primary").click()
    expect(desk.locator("#timeline")).to_contain_text(words["phoned"])
    request = SeverityRequest.objects.get(case=case, state="open")
    assert (request.asked_by, request.channel, request.message.author) == (carl, "phone", eve)

    decide(manager, case, "approve", words["approved"], "production_down")
    request.refresh_from_db()
    approved_at = request.decided_at
    assert approved_at is not None
    customer.reload()
    expect(customer.locator("#severity-request")).to_contain_text(words["approved"])
    expect(customer.locator(".cc-timeline")).to_contain_text(words["phoned"])
    # As in the sixth of the worked examples, on hours round the clock: what was answered stays so, restoration, update
    # and solution begin at the approval.
    shown, whole = due_shown(customer), approved_at.replace(microsecond=0)
    assert shown["restoration"] == whole + timedelta(hours=2)
    assert shown["status_update"] == whole + timedelta(hours=6)
    assert shown["resolution"] == whole + timedelta(hours=48)
    response = case.commitments.get(metric="response")
    assert (response.state, response.due_at) == ("met", before["response"].due_at)

    told = mail(sink, case, "severity_approved")
    assert words["approved"] in told.part("plain")
    down = SeverityCriterion.objects.get(code="production_down")
    assert (down.text_fr if language == "fr" else down.text_en) in " ".join(told.part("plain").split())
