"""The status page: what it says, to whom, and that it is the same for everybody."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import lifecycle
from cases.lifecycle import link_case
from cases.models.incident import Effect
from cases.status_page import page as status_page
from cases.status_page.page import Span, days
from products.models import Product
from tests.cases.status.conftest import read

pytestmark = pytest.mark.django_db

PAGES = ("status:status", "status:feed", "status:subscribe", "status:asked")
MOST_QUERIES = 4


def effect_of(page, code):
    return next(one for one in page.products if one.product.code == code)


class TestDays:
    TODAY = date(2027, 6, 8)

    def at(self, day, hour=0):
        return datetime(2027, 6, day, hour, tzinfo=UTC)

    def test_are_ninety_up_to_today(self):
        found = days([], self.TODAY)
        assert (len(found), found[-1].day, found[0].day) == (90, self.TODAY, self.TODAY - timedelta(days=89))
        assert {day.effect for day in found} == {""}

    def test_bear_the_worst_that_touched_them(self):
        spans = [
            Span(self.at(5, 23), self.at(6, 1), Effect.DISTURBED),
            Span(self.at(6, 5), self.at(6, 6), Effect.DOWN),
            Span(self.at(7), None, Effect.MAINTENANCE),
        ]
        found = {day.day.day: day.effect for day in days(spans, self.TODAY, 5)}
        assert found == {4: "", 5: "disturbed", 6: "down", 7: "maintenance", 8: "maintenance"}

    def test_end_at_midnight_in_utc(self):
        found = {
            day.day.day: day.effect for day in days([Span(self.at(6, 12), self.at(7), Effect.DOWN)], self.TODAY, 3)
        }
        assert found == {6: "down", 7: "", 8: ""}


class TestThePage:
    def test_says_that_all_works(self, client, reference):
        page = read(client.get("/status/"))
        assert "All products work." in page
        assert page.count('cc-status-product"') == Product.objects.filter(is_active=True).count()

    def test_shows_what_is_under_way_with_its_updates_the_newest_first(self, client, incident, publish):
        publish(incident, minutes=1, text_en="We look.", text_fr="Nous cherchons.", state="investigating")
        publish(incident, minutes=2, text_en="We know.", text_fr="Nous savons.", state="identified")
        page = read(client.get("/status/"))
        assert "One product is affected now." in page
        assert "Changepoint: Down" in page
        assert page.index("We know.") < page.index("We look.")

    def test_shows_what_is_over_by_its_day(self, client, incident, resolve, now):
        resolve(incident, [])
        now(days=2)
        page = read(client.get("/status/"))
        assert "All products work." in page
        assert "Time sheets are not saved" in page
        assert "Under way" not in page
        assert "1 day with an incident" in page

    def test_forgets_it_after_ninety_days(self, client, incident, resolve, now):
        resolve(incident, [])
        now(days=89)
        assert "Time sheets are not saved" in read(client.get("/status/"))
        now(days=91)
        assert "Time sheets are not saved" not in read(client.get("/status/"))

    def test_knows_nothing_of_what_is_not_public(self, client, open_incident):
        secret = open_incident(is_public=False, title_en="canary-4711", title_fr="canary-4711")
        assert "canary-4711" not in read(client.get("/status/"))
        assert "All products work." in read(client.get("/status/"))
        assert client.get(f"/status/{secret.number}/").status_code == 404

    def test_takes_the_worst_of_two(self, client, open_incident, at):
        for effect in ("disturbed", "down", "maintenance"):
            open_incident(effect=effect)
        assert effect_of(status_page.read(at), "changepoint").now == "down"

    def test_of_one_incident_tells_all_of_it(self, client, incident, publish, resolve):
        publish(incident)
        resolve(incident, [])
        page = read(client.get(reverse("status:incident", args=[incident.number])))
        assert "A disk is full." in page
        assert "It works again." in page
        assert "Resolved" in page

    def test_of_no_incident_is_not_found(self, client, reference):
        for number in ("INC-000000", "INC-99999999999999"):
            assert client.get(f"/status/{number}/").status_code == 404


class TestLanguage:
    @pytest.mark.parametrize(
        ("query", "header", "cookie", "words"),
        [
            ("", "en", "", "Time sheets are not saved"),
            ("", "fr-CA,fr;q=0.9", "", "Les feuilles de temps"),
            ("", "en", "fr", "Les feuilles de temps"),
            ("?lang=fr", "en", "en", "Les feuilles de temps"),
            ("?lang=xx", "en", "", "Time sheets are not saved"),
        ],
    )
    def test_is_that_of_address_cookie_or_browser(self, client, incident, query, header, cookie, words):
        if cookie:
            client.cookies["django_language"] = cookie
        response = client.get(f"/status/{query}", headers={"Accept-Language": header})
        assert words in read(response)

    def test_stays_in_the_links_of_a_page_that_was_asked_for_in_it(self, client, incident):
        page = read(client.get("/status/?lang=fr"))
        assert f'href="/status/{incident.number}/?lang=fr"' in page
        assert 'href="/status/?lang=en"' in page


class TestForEverybody:
    def test_needs_no_sign_in(self, client, incident):
        for name in PAGES:
            assert client.get(reverse(name)).status_code == 200, name

    @pytest.mark.parametrize("path", ["/status/", "/status/feed.atom", "incident"])
    def test_may_be_kept_and_sets_no_cookie(self, client, incident, path):
        response = client.get(reverse("status:incident", args=[incident.pk]) if path == "incident" else path)
        assert response["Cache-Control"] == "public, max-age=30"
        assert response["ETag"]
        assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))
        assert not response.cookies
        assert "csrf" not in read(response).lower()

    @pytest.mark.parametrize("path", ["/status/", "/status/feed.atom"])
    def test_is_not_sent_again_while_it_is_the_same(self, client, incident, publish, path):
        publish(incident, minutes=1)
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        publish(incident, minutes=2)
        assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_is_the_same_for_who_is_signed_in_and_leaves_their_session_alone(
        self, client, signed_in, incident, alice, nora
    ):
        stranger = client.get("/status/").content
        for person in (alice, nora):
            response = signed_in(person).get("/status/")
            assert response.content == stranger
            assert not response.cookies

    def test_answers_head_and_refuses_post(self, client, incident):
        assert client.head("/status/").status_code == 200
        assert client.post("/status/").status_code == 405


class TestNothingOfACase:
    def test_account_or_person_is_on_any_page(
        self, client, open_case, alice, carl, nora, incident, publish, acme, later
    ):
        acme.name = "canary-account"
        acme.save(update_fields=["name"])
        for person in (alice, nora):
            person.name = f"canary {person.pk}"
            person.save(update_fields=["name"])
        case = open_case(alice, subject="canary-subject", body="canary-body")
        lifecycle.note(case, by=carl, at=later(minutes=1), body="canary-note")
        link_case(case, by=nora, at=later(minutes=2), incident=incident)
        publish(incident, minutes=3)
        paths = [reverse(name) for name in PAGES]
        paths += [f"/status/{incident.number}/", "/status/products/changepoint/feed.atom", "/status/?lang=fr"]
        for path in paths:
            page = client.get(path).content.decode()
            assert "canary" not in page, path
            assert case.number not in page, path
            assert not re.search(r"\bCC-\d", page), path
            assert "@example.com" not in page, path


class TestQueries:
    def test_are_as_many_for_any_number_of_incidents(self, client, open_incident, publish, resolve):
        counts = []
        for _round in range(3):
            for number in range(4):
                found = open_incident(product=("changepoint", "daptiv")[number % 2])
                publish(found, minutes=1)
                if number % 2:
                    resolve(found, [])
            with CaptureQueriesContext(connection) as captured:
                client.get("/status/")
            counts.append(len(captured))
        assert counts == [MOST_QUERIES] * 3


class TestTheBar:
    def test_says_in_words_what_it_draws(self, client, incident, resolve, now):
        resolve(incident, [])
        now(days=1)
        page = read(client.get("/status/"))
        assert "Changepoint: 89 of 90 days without an incident" in page
        assert "<td>Down</td>" in page
        assert page.count(' x="') == 90 * Product.objects.filter(is_active=True).count()
        assert " style=" not in page
