"""The Atom feed: valid, in two languages, with ids that never change."""

from datetime import datetime
from xml.etree import ElementTree

import pytest

from products.models import Product

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(response):
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def text(element, name):
    found = element.find(f"{ATOM}{name}")
    return found.text if found is not None else None


def entries(client, path="/status/feed.atom"):
    return parsed(client.get(path)).findall(f"{ATOM}entry")


class TestTheFeed:
    def test_has_what_atom_demands(self, client, incident, publish, settings):
        settings.SITE_URL = "https://care.example"
        publish(incident)
        feed = parsed(client.get("/status/feed.atom", HTTP_HOST="localhost"))
        assert feed.tag == f"{ATOM}feed"
        assert text(feed, "id") == "https://care.example/status/feed.atom"
        assert text(feed, "title") == "Customer Care: status"
        assert feed.find(f"{ATOM}author/{ATOM}name").text == "Customer Care"
        assert datetime.fromisoformat(text(feed, "updated")).tzinfo
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert links == {"alternate": "https://care.example/status/", "self": "https://care.example/status/feed.atom"}
        [entry] = feed.findall(f"{ATOM}entry")
        for name in ("id", "title", "updated", "published", "summary"):
            assert text(entry, name), name
        assert text(entry, "title") == "Time sheets are not saved – Identified"
        assert text(entry, "summary") == "<p>A disk is full.</p>"

    def test_has_an_entry_for_each_update_the_newest_first(self, client, incident, publish, resolve):
        publish(incident, minutes=1)
        resolve(incident, [])
        assert [text(entry, "title")[-8:] for entry in entries(client)] == ["Resolved", "entified"]

    def test_keeps_its_ids(self, client, incident, publish):
        publish(incident, minutes=1)
        [first] = [text(entry, "id") for entry in entries(client)]
        publish(incident, minutes=2)
        assert [text(entry, "id") for entry in entries(client)][-1] == first

    def test_speaks_french_where_its_address_says_so_and_whatever_the_browser_says(self, client, incident, publish):
        publish(incident)
        [french] = entries(client, "/status/feed.atom?lang=fr")
        assert text(french, "summary") == "<p>Un disque est plein.</p>"
        client.cookies["django_language"] = "fr"
        [english] = entries(client)
        assert text(english, "summary") == "<p>A disk is full.</p>"
        assert text(english, "id") != text(french, "id")

    def test_of_a_product_has_its_own_alone(self, client, open_incident, publish):
        publish(open_incident(product="daptiv"))
        assert len(entries(client, "/status/products/daptiv/feed.atom")) == 1
        assert entries(client, "/status/products/changepoint/feed.atom") == []
        assert client.get("/status/products/nothing/feed.atom").status_code == 404

    def test_of_a_product_no_longer_offered_is_gone(self, client, reference):
        Product.objects.filter(code="daptiv").update(is_active=False)
        assert client.get("/status/products/daptiv/feed.atom").status_code == 404

    def test_leaves_out_what_is_not_public(self, client, open_incident, publish):
        publish(open_incident(is_public=False))
        assert entries(client) == []

    def test_escapes_what_was_written(self, client, incident, publish):
        publish(incident, text_en="<script>alert(1)</script> & more", text_fr="x")
        [entry] = entries(client)
        assert text(entry, "summary") == "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</p>"
