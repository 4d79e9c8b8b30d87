"""The pages of incidents: who gets in, what they show, that nothing is sent before it was looked at."""

import zoneinfo
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.jobs.incident_updates import spread
from cases.lifecycle import close, link_case, provide_solution
from cases.models import Incident, IncidentDelivery, IncidentUpdate
from contacts.roles import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db

WORDS = {"text_en": "A disk is full.", "text_fr": "Un disque est plein."}


def page(browser, name, *args, **query):
    response = browser.get(reverse(name, args=args), query)
    assert response.status_code == 200, (name, response.status_code)
    return response.content.decode()


def known(**more):
    """What the form of an incident sends."""
    return {
        "title_en": "No one can sign in",
        "title_fr": "Personne ne peut se connecter",
        "severity": "1",
        "kind": "other",
        "started_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "effect_daptiv": "down",
        "is_public": "on",
        "submission": str(uuid4()),
        **more,
    }


class TestWhoGetsIn:
    NAMES = ("incidents", "open_incident", "incident", "progress", "correct_incident", "link_cases", "publish_update")
    LEADERS = {"open_incident", "correct_incident", "resolve_incident"}

    def address(self, name, incident):
        whole = name in ("incidents", "open_incident")
        return reverse(f"incidents:{name}", args=[] if whole else [incident.number])

    @pytest.mark.parametrize("name", [*NAMES, "resolve_incident"])
    def test_no_customer(self, name, incident, alice, signed_in):
        browser = signed_in(alice)
        assert browser.get(self.address(name, incident)).status_code in (404, 405)
        assert browser.post(self.address(name, incident), known(confirmed="yes", **WORDS)).status_code in (404, 405)
        assert (Incident.objects.count(), IncidentUpdate.objects.count()) == (1, 0)

    @pytest.mark.parametrize("name", ["incidents", "incident", "progress"])
    def test_all_of_ours_to_read(self, name, incident, carl, dora, adam, signed_in, reference):
        for reader in (carl, dora, adam, person("Connie Consulting", Role.CONSULTING)):
            assert signed_in(reader).get(self.address(name, incident)).status_code == 200

    def test_level_one_links_and_does_not_speak(self, incident, carl, signed_in):
        browser = signed_in(carl)
        shown = page(browser, "incidents:incident", incident.number)
        assert reverse("incidents:link_cases", args=[incident.number]) in shown
        assert 'id="publish-update"' not in shown
        for name in self.LEADERS:
            assert browser.get(self.address(name, incident)).status_code == 404
        assert browser.post(self.address("publish_update", incident), WORDS).status_code == 404

    def test_dispatchers_do_not_link(self, incident, dora, signed_in):
        assert signed_in(dora).get(self.address("link_cases", incident)).status_code == 404

    def test_a_number_that_is_none_is_not_found(self, nora, signed_in, reference):
        assert signed_in(nora).get("/desk/incidents/INC-999999/").status_code == 404


class TestOpening:
    def test_leads_to_the_page_of_the_incident(self, nora, signed_in):
        response = signed_in(nora).post(reverse("incidents:open_incident"), known())
        incident = Incident.objects.get()
        assert response.url == reverse("incidents:incident", args=[incident.number])
        assert [(row.product.code, row.effect) for row in incident.effects.all()] == [("daptiv", "down")]
        assert incident.is_public

    def test_without_a_product_keeps_what_was_written(self, nora, signed_in):
        response = signed_in(nora).post(reverse("incidents:open_incident"), known(effect_daptiv=""))
        shown = response.content.decode()
        assert response.status_code == 422
        assert "Name at least one product" in shown
        assert "Personne ne peut se connecter" in shown
        assert not Incident.objects.exists()

    def test_in_the_future_is_refused_in_words(self, nora, signed_in):
        tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        response = signed_in(nora).post(reverse("incidents:open_incident"), known(started_at=tomorrow))
        assert (response.status_code, "cannot begin in the future" in response.content.decode()) == (422, True)


class TestCorrecting:
    def test_shows_what_is_known_and_takes_what_is_not(self, incident, nora, signed_in):
        browser = signed_in(nora)
        address = reverse("incidents:correct_incident", args=[incident.number])
        assert "Time sheets are not saved" in browser.get(address).content.decode()
        assert browser.post(address, known(effect_daptiv="disturbed", is_public="")).status_code == 302
        incident.refresh_from_db()
        assert (incident.title_en, incident.is_public) == ("No one can sign in", False)

    def test_leaves_the_seconds_of_a_beginning_that_nobody_moved(self, open_incident, nora, signed_in):
        now = timezone.now()
        incident = open_incident(at=now, started_at=(now - timedelta(hours=1)).replace(second=17))
        shown = timezone.localtime(incident.started_at, zoneinfo.ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%dT%H:%M")
        sent = known(started_at=shown, effect_daptiv="", effect_changepoint="down")
        signed_in(nora).post(reverse("incidents:correct_incident", args=[incident.number]), sent)
        before = incident.started_at
        incident.refresh_from_db()
        assert (incident.title_en, incident.started_at) == ("No one can sign in", before)


class TestPublishing:
    @pytest.fixture
    def publishing(self, incident, nora, signed_in):
        browser = signed_in(nora)
        address = reverse("incidents:publish_update", args=[incident.number])
        return lambda **sent: browser.post(address, {**WORDS, "state": "identified", **sent})

    def test_is_shown_first_with_how_many_are_told(self, incident, publishing, case, carl, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        response = publishing()
        shown = response.content.decode()
        assert response.status_code == 200
        assert "Un disque est plein." in shown
        assert "1 case will be told" in shown
        assert not IncidentUpdate.objects.exists()

    def test_happens_once_it_is_confirmed_and_once_alone(self, incident, publishing):
        key = str(uuid4())
        for _time in range(2):
            assert publishing(confirmed="yes", submission=key).status_code == 302
        incident.refresh_from_db()
        assert (incident.state, incident.updates.count()) == ("identified", 1)

    @pytest.mark.parametrize("missing", ["text_en", "text_fr"])
    def test_in_one_language_is_refused_and_keeps_the_other(self, publishing, missing):
        response = publishing(**{missing: ""}, confirmed="yes")
        kept = next(words for name, words in WORDS.items() if name != missing)
        assert (response.status_code, kept in response.content.decode()) == (422, True)
        assert not IncidentUpdate.objects.exists()

    def test_never_resolves(self, publishing):
        assert publishing(state="resolved", confirmed="yes").status_code == 422

    def test_escapes_what_was_written(self, publishing):
        assert "<script>alert" not in publishing(text_en="<script>alert(1)</script>").content.decode()


class TestProgress:
    def test_asks_again_while_cases_wait_and_then_no_more(self, incident, publish, case, carl, nora, signed_in, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        publish(incident)
        browser = signed_in(nora)
        shown = page(browser, "incidents:progress", incident.number)
        assert "told 0 of 1" in shown
        assert "every 2s" in shown
        spread(later(minutes=11))
        shown = page(browser, "incidents:progress", incident.number)
        assert "told 1 of 1" in shown
        assert "every 2s" not in shown

    def test_names_who_was_not_told_and_why(self, incident, publish, case, carl, nora, signed_in, later):
        link_case(case, by=carl, at=later(minutes=1), incident=incident)
        publish(incident)
        close(case, by=carl, at=later(minutes=11), reason="withdrawn")
        spread(later(minutes=12))
        shown = page(signed_in(nora), "incidents:progress", incident.number)
        assert case.number in shown
        assert "The case is closed." in shown


class TestResolving:
    @pytest.fixture
    def three(self, incident, alice, eve, carl, open_case, later):
        """Open, with a solution, closed: all linked."""
        cases = [open_case(alice), open_case(eve), open_case(alice)]
        for case in cases:
            link_case(case, by=carl, at=later(minutes=1), incident=incident)
        provide_solution(cases[1], by=carl, at=later(minutes=2), body="So.")
        close(cases[2], by=carl, at=later(minutes=2), reason="withdrawn")
        return cases

    def test_shows_who_would_get_the_solution_who_not_and_why(self, incident, three, nora, signed_in):
        shown = page(signed_in(nora), "incidents:resolve_incident", incident.number)
        assert f'value="{three[0].pk}" id="solves-{three[0].pk}"' in shown
        assert shown.count("disabled") == 2
        assert "The case has a solution already." in shown
        assert "The case is closed." in shown

    def test_is_counted_before_it_is_sent(self, incident, three, nora, signed_in):
        address = reverse("incidents:resolve_incident", args=[incident.number])
        shown = signed_in(nora).post(address, {**WORDS, "solves": [three[0].pk]}).content.decode()
        assert "1 case gets it as its solution." in shown
        assert "1 case is told alone." in shown
        assert "1 case is closed and not written to." in shown
        incident.refresh_from_db()
        assert not incident.is_over

    def test_gives_the_solution_to_those_ticked(self, incident, three, nora, signed_in, later):
        address = reverse("incidents:resolve_incident", args=[incident.number])
        sent = {**WORDS, "solves": [three[0].pk], "confirmed": "yes"}
        assert signed_in(nora).post(address, sent).status_code == 302
        incident.refresh_from_db()
        assert incident.is_over
        assert list(IncidentDelivery.objects.filter(gives_solution=True).values_list("case", flat=True)) == [
            three[0].pk
        ]

    def test_refuses_a_tick_for_what_is_no_part_of_it(self, incident, three, nora, signed_in, open_case, alice):
        other = open_case(alice)
        address = reverse("incidents:resolve_incident", args=[incident.number])
        sent = {**WORDS, "solves": [other.pk], "confirmed": "yes"}
        assert signed_in(nora).post(address, sent).status_code == 422


class TestTheList:
    def test_puts_those_under_way_first_and_can_be_narrowed(self, open_incident, resolve, nora, signed_in):
        old = open_incident(title_en="Old trouble")
        resolve(old, [])
        open_incident(title_en="New trouble", product="daptiv")
        browser = signed_in(nora)
        shown = page(browser, "incidents:incidents")
        assert shown.index("New trouble") < shown.index("Old trouble")
        assert "Old trouble" not in page(browser, "incidents:incidents", product="daptiv")
        assert "New trouble" not in page(browser, "incidents:incidents", state="resolved")
        assert "Old trouble" in page(browser, "incidents:incidents", state="nonsense")

    def test_says_what_to_do_where_there_is_none(self, nora, signed_in):
        browser = signed_in(nora)
        assert "No incident so far" in page(browser, "incidents:incidents")
        assert "No incident fits" in page(browser, "incidents:incidents", state="resolved")

    def test_costs_the_same_for_one_and_for_twenty(self, open_incident, nora, signed_in):
        browser = signed_in(nora)
        open_incident()
        one = self._queries(browser, "incidents:incidents")
        for _number in range(20):
            open_incident()
        assert self._queries(browser, "incidents:incidents") == one <= 10

    def test_and_the_page_of_one_costs_the_same_for_one_case_and_for_twenty(
        self, incident, publish, nora, carl, alice, open_case, signed_in, later
    ):
        browser = signed_in(nora)
        link_case(open_case(alice), by=carl, at=later(minutes=1), incident=incident)
        publish(incident)
        one = self._queries(browser, "incidents:incident", incident.number)
        for _number in range(20):
            link_case(open_case(alice), by=carl, at=later(minutes=1), incident=incident)
        publish(incident, minutes=12)
        assert self._queries(browser, "incidents:incident", incident.number) == one <= 16

    def _queries(self, browser, name, *args):
        page(browser, name, *args)
        with CaptureQueriesContext(connection) as captured:
            page(browser, name, *args)
        return len(captured)


class TestTheQueue:
    def test_tells_of_an_incident_while_it_lasts(self, incident, resolve, carl, signed_in):
        browser = signed_in(carl)
        assert "Time sheets are not saved" in page(browser, "desk:queue")
        resolve(incident, [])
        assert "Time sheets are not saved" not in page(browser, "desk:queue")
