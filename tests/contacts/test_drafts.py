"""Drafts: kept for their writer alone, wherever they sign in, gone once what was sent is accepted or they say so."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import lifecycle
from cases.models import Case
from contacts import drafts
from contacts.models import Draft, Membership, User

pytestmark = pytest.mark.django_db


def keep(client: Client, place: str, fields: dict[str, Any], page: str = "/cases/") -> Any:
    return client.post("/drafts/keep/", {"place": place, "page": page, "fields": json.dumps(fields)})


def kept(client: Client, place: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/drafts/of-page/", {"place": [place, "/cases/new/"]}).json()
    return found.get(place, {}).get("fields", {})


@pytest.fixture
def place(case: Case) -> str:
    return reverse("portal:reply", args=[case.number])


class TestADraft:
    def test_is_kept_and_given_back_in_every_browser(self, alice, signed_in, place):
        assert keep(signed_in(alice), place, {"body": "Half a", "copies": ["1", "2"]}).status_code == 200
        assert keep(signed_in(alice), place, {"body": "Half a thought", "copies": []}).status_code == 200
        assert kept(signed_in(alice), place) == {"body": "Half a thought", "copies": []}
        assert Draft.objects.count() == 1

    def test_is_nobody_elses(self, alice, bob, mona, signed_in, place):
        keep(signed_in(alice), place, {"body": "Half a thought"})
        draft = Draft.objects.get()
        for other in (bob, mona):
            client = signed_in(other)
            assert kept(client, place) == {}
            assert "Half a thought" not in client.get("/drafts/").content.decode()
            assert client.post(f"/drafts/{draft.pk}/discard/").status_code == 404
        assert Draft.objects.filter(pk=draft.pk).exists()
        assert signed_in(mona).get("/admin/contacts/draft/").status_code == 404

    def test_holds_no_secret(self, alice, signed_in, place):
        keep(signed_in(alice), place, {"body": "x", "password": "s", "csrfmiddlewaretoken": "t", "new_password1": "s"})
        assert Draft.objects.get().fields == {"body": "x"}

    def test_is_gone_when_what_was_sent_is_accepted(self, alice, signed_in, place):
        client = signed_in(alice)
        keep(client, place, {"body": "It is back."})
        keep(client, "/cases/new/", {"subject": "Another"})
        assert client.post(place, {"body": "", "draft": "1"}).status_code == 422
        assert kept(client, place) == {"body": "It is back."}
        assert client.post(place, {"body": "It is back.", "draft": "1"}).status_code == 302
        assert [draft.place for draft in drafts.of(alice)] == ["/cases/new/"]

    def test_is_not_kept_again_by_what_was_on_its_way(self, alice, signed_in, place):
        client = signed_in(alice)
        answer = client.post(place, {"body": "It is back.", "draft": "w1"})
        assert answer.cookies["accepted_forms"].value == "w1"
        late = {"place": place, "page": place, "fields": json.dumps({"body": "It is"})}
        assert client.post("/drafts/keep/", late | {"word": "w1"}).status_code == 204
        assert not Draft.objects.exists()
        assert client.post("/drafts/keep/", late | {"word": "w2"}).status_code == 200

    def test_its_word_is_a_word(self, alice, signed_in, place):
        client = signed_in(alice)
        answer = client.post(place, {"body": "It is back.", "draft": "a; b=c"})
        assert answer.cookies["accepted_forms"].value == ""

    def test_stays_when_somebody_has_to_sign_in_first(self, alice, signed_in, place):
        keep(signed_in(alice), place, {"body": "Half a thought"})
        assert Client().post(place, {"body": "Half a thought", "draft": "1"}).status_code == 302
        assert Draft.objects.count() == 1

    def test_is_readable_after_the_case_was_closed_and_taken_away(self, alice, carl, signed_in, place, case, later):
        keep(signed_in(alice), place, {"body": "Half a thought"}, page=f"/cases/{case.number}/")
        lifecycle.close(case, by=carl, at=later(minutes=1), reason="withdrawn")
        Membership.objects.filter(user=alice).delete()
        assert "Half a thought" in signed_in(alice).get("/drafts/").content.decode()

    def test_is_discarded_by_its_writer(self, alice, signed_in, place):
        client = signed_in(alice)
        keep(client, place, {"body": "Half a thought"})
        answer = client.post(f"/drafts/{Draft.objects.get().pk}/discard/", follow=True)
        assert "The draft is discarded." in answer.content.decode()
        assert "Nothing is begun" in answer.content.decode()

    @pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "/nowhere/", ""])
    def test_is_refused_at_no_place(self, alice, signed_in, place):
        assert keep(signed_in(alice), place, {"body": "x"}).status_code == 400
        assert not Draft.objects.exists()

    @pytest.mark.parametrize("fields", ["[", "[]", "1", '{"a": 1}', '{"a": {"b": "c"}}', '{"a": [1]}'])
    def test_is_refused_where_nobody_typed_it(self, alice, signed_in, fields):
        assert signed_in(alice).post("/drafts/keep/", {"place": "/cases/new/", "fields": fields}).status_code == 400
        assert not Draft.objects.exists()

    def test_leads_nowhere_but_to_pages_of_ours(self, alice, signed_in, place):
        client = signed_in(alice)
        for page in ("javascript:alert(1)", "//evil.example/", "https://evil.example/"):
            keep(client, place, {"body": "Half a thought"}, page=page)
            assert Draft.objects.get().page == place

    def test_is_cleaned(self, alice, signed_in, place):
        keep(signed_in(alice), place, {"body": "a\u202eb\x0bc"})
        assert "\u202e" not in Draft.objects.get().fields["body"]

    def test_has_a_most(self, alice: User, signed_in, place, monkeypatch):
        monkeypatch.setattr(drafts, "MOST", 1)
        client = signed_in(alice)
        assert keep(client, place, {"body": "x" * (drafts.MOST_SIGNS + 1)}).status_code == 413
        assert keep(client, place, {"body": "x"}).status_code == 200
        assert keep(client, place, {"body": "xy"}).status_code == 200
        assert keep(client, "/cases/new/", {"subject": "x"}).status_code == 413

    def test_is_there_after_a_year(self, alice, signed_in, place):
        drafts.keep(alice, place, place, {"body": "old"}, at=timezone.now() - timedelta(days=400))
        assert kept(signed_in(alice), place) == {"body": "old"}
