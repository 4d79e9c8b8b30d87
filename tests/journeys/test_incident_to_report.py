"""An incident with many cases, from opening to the root-cause report, through Chromium.

Seen on the way: by everybody on the status page and in the feed, by a subscriber in the mail, by customers in their
cases; the report by the people of an affected account, and by nobody of another. Two hundred cases in a
proof, fewer in the suite.
"""

from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from cases.models import Case, Incident, OutboxMail, RootCauseDelivery, StatusSubscriber
from contacts.models import User
from tests.cases.reports.tallied import WORDS as REPORT
from tests.conftest import company, member, person
from tests.journeys.portal_process import House
from tests.journeys.waiting import until
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 240  # seconds for two hundred cases, each in a transaction of its own, and their mails before any other
TITLE = {"en": "Time sheets are not saved", "fr": "Les feuilles de temps ne sont pas enregistrées"}
NEWS = {"en": "A disk is full; we make room.", "fr": "Un disque est plein ; nous libérons de la place."}
END = {"en": "It works again.", "fr": "Tout fonctionne à nouveau."}
SAID = {
    "en": {"under_way": "One product is affected now.", "works": "All products work.", "report": "Root-cause report"},
    "fr": {
        "under_way": "1 produit est touché en ce moment.",
        "works": "Tous les produits fonctionnent.",
        "report": "Rapport d’analyse des causes",
    },
}


@pytest.fixture
def cases(few: int, times: Callable[..., int]) -> int:
    return times(few, full=200)


@pytest.fixture
def outage(alice: User, eve: User, open_case: Callable[..., Case], cases: int) -> list[Case]:
    """So many Critical cases of two accounts about one product, all of this hour."""
    at = timezone.now() - timedelta(minutes=20)
    found = [
        open_case((alice, eve)[number % 2], severity="critical", subject=f"Not saved ({number})", at=at)
        for number in range(cases)
    ]
    OutboxMail.objects.all().delete()  # what was said before is no matter here
    return found


@pytest.fixture
def subscriber(at: object) -> StatusSubscriber:
    now = timezone.now()
    return StatusSubscriber.objects.create(email="sue@reader.example", asked_at=now, confirmed_at=now)


def opened(desk: Page) -> Incident:
    desk.goto("/desk/incidents/open/")
    for language, words in TITLE.items():
        desk.locator(f"input[name=title_{language}]").fill(words)
    desk.locator("select[name=severity]").select_option("1")
    desk.locator("select[name=effect_changepoint]").select_option("down")
    desk.locator("main form button.btn-primary").click()
    desk.wait_for_url("**/desk/incidents/INC-*/")
    return Incident.objects.latest("pk")


def link_all(desk: Page, incident: Incident, cases: int) -> None:
    """A hundred at a time are offered."""
    for linked in sorted({min(100, cases), cases}):
        desk.goto(f"/desk/incidents/{incident.number}/link-cases/")
        desk.locator("button[name=all]").click()
        desk.wait_for_load_state()
        until(lambda linked=linked: incident.links.count() == linked, f"{linked} cases linked", seconds=PATIENCE)  # type: ignore[misc]


def speak(desk: Page, words: dict[str, str]) -> None:
    """Write in both languages, lose the page and find the words again, look at them, send them."""
    for language, said in words.items():
        desk.locator(f"textarea[name=text_{language}]").fill(said)
    desk.reload()
    for language, said in words.items():
        expect(desk.locator(f"textarea[name=text_{language}]")).to_have_value(said)
    desk.locator("form:has(textarea[name=text_en]) button.btn-primary").first.click()
    desk.locator("button[name=confirmed]").click()
    desk.wait_for_url("**/desk/incidents/INC-*/")


def status_page(stranger: Page) -> str:
    """Read what a reader finds who asks for it anew: a browser keeps the page for half a minute."""
    stranger.set_extra_http_headers({"Cache-Control": "no-cache"})
    stranger.goto("/status/")
    return stranger.locator("main").inner_text()


def write_report(desk: Page, incident: Incident) -> str:
    """Begin at the incident, write both languages, hand in; return the path of the report."""
    desk.goto(f"/desk/incidents/{incident.number}/")
    desk.locator("form[action*='of-incident'] button").click()
    desk.wait_for_url("**/write/")
    for name, words in REPORT.items():
        desk.locator(f"[name={name}]").fill(words)
    desk.locator("button[name=submit]").click()
    desk.wait_for_url("**/desk/root-cause-reports/RC-*/")
    return f"/desk/root-cause-reports/{incident.root_cause_report.number}/"


@pytest.mark.rotating(2)
@pytest.mark.parametrize(("language", "few"), [("en", 12), ("fr", 6)])
def test_an_incident_goes_from_opening_to_its_report(
    language: str,
    cases: int,
    alice: User,
    nora: User,
    mona: User,
    outage: list[Case],
    subscriber: StatusSubscriber,
    visit: Callable[..., Page],
    browser: Browser,
    house: House,
    sink: Sink,
) -> None:
    for somebody in (alice, nora, mona, subscriber):
        somebody.language = language
        somebody.save(update_fields=["language"])
    other = "fr" if language == "en" else "en"
    stranger = browser.new_context(base_url=house.url, locale=language).new_page()

    desk = visit(nora)
    incident = opened(desk)
    link_all(desk, incident, cases)
    desk.goto(f"/desk/incidents/{incident.number}/")
    speak(desk, NEWS)
    expect(desk.locator("textarea[name=text_en]")).to_have_value("")

    stranger.goto("/status/")
    expect(stranger.locator("main")).to_contain_text(SAID[language]["under_way"])
    expect(stranger.locator("main")).to_contain_text(NEWS[language])
    entry = ElementTree.fromstring(stranger.request.get(f"/status/feed.atom?lang={language}").body())
    assert NEWS[language] in ElementTree.tostring(entry, encoding="unicode")
    told = "incident_told"
    until(lambda: Case.objects.filter(events__kind=told).count() == cases, "all told", seconds=PATIENCE)
    assert outage[0].messages.get(purpose="incident").body == NEWS[language]  # Alice's
    assert outage[1].messages.get(purpose="incident").body == NEWS["fr"]  # Eve reads French

    desk.goto(f"/desk/incidents/{incident.number}/resolve/")
    speak(desk, END)
    until(lambda: Case.objects.filter(status="solution_provided").count() == cases, "all solved", seconds=PATIENCE)
    until(lambda: SAID[language]["works"] in status_page(stranger), "the status page says so")
    stranger.goto(f"/status/{incident.number}/?lang={other}")
    expect(stranger.locator("main")).to_contain_text(END[other])

    report = write_report(desk, incident)
    expect(desk.locator(f"form[action='{report}review/']")).to_have_count(0)  # the writer never reviews
    managing = visit(mona)
    for step in ("review", "publish"):
        managing.goto(report)
        managing.locator(f"form[action='{report}{step}/'] button").click()
        managing.wait_for_load_state()
    until(
        lambda: RootCauseDelivery.objects.exclude(told_at=None).count() == cases,
        "all have the report",
        seconds=PATIENCE,
    )
    assert {case.commitments.get(metric="root_cause").state for case in outage[:4]} == {"met"}

    customer = visit(alice)
    customer.goto(f"/cases/{outage[0].number}/")
    customer.locator(".cc-alert a[href*='/root-cause-reports/']").click()
    expect(customer.locator("main")).to_contain_text(REPORT[f"cause_{language}"])
    expect(customer.locator("main")).to_contain_text(SAID[language]["report"])
    assert "Globex" not in customer.content()
    stan = member(person("Stan Stranger"), company("Initech", "standard", "emea"), designated=True)
    assert visit(stan).request.get(customer.url).status == 404

    until(lambda: len(sink.to(subscriber.email)) >= 2, "the subscriber's mails", seconds=PATIENCE)
    first, last = sink.to(subscriber.email)[-2:]
    assert (NEWS[language] in first.part("plain"), END[language] in last.part("plain")) == (True, True)
    assert not [case.number for case in outage if case.number in first.part("plain")]
    stranger.context.close()
