"""The list of cases."""

import pytest

from cases import lifecycle
from cases.models import Case
from contacts.models import Membership
from tests.cases.portal.conftest import read
from tests.conftest import member

LIST = "/cases/"


class TestCases:
    def test_begins_with_ones_own_open_cases(self, here, case, bob, open_case, signed_in):
        theirs = open_case(bob, product="daptiv", subject="Theirs")
        page = read(here.get(LIST))
        assert case.number in page
        assert theirs.number not in page
        assert theirs.number in read(here.get(LIST, {"whose": "company"}))

    def test_offers_no_switch_to_who_sees_their_own_alone(self, signed_in, bob, case):
        Membership.objects.filter(user=bob).update(sees_company_cases=False)
        page = read(signed_in(bob).get(LIST, {"whose": "company"}))
        assert case.number not in page
        assert "My company" not in page

    def test_shows_nothing_of_another_account(self, signed_in, eve, case):
        assert case.number not in read(signed_in(eve).get(LIST, {"whose": "company", "state": "all"}))

    def test_speaks_of_the_status_as_the_customer_does(self, here, case):
        page = read(here.get(LIST))
        assert "Received" in page
        assert "First answer" in page

    def test_puts_first_what_waits_for_the_customer(self, here, alice, carl, case, open_case, clock):
        asked = lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=1), body="Which version?")
        newer = open_case(alice, product="daptiv", at=clock.later(hours=1))
        page = read(here.get(LIST))
        assert page.index(asked.number) < page.index(newer.number)
        assert "cc-list-yours" in page
        assert '<span class="cc-count">1</span>' in page

    @pytest.mark.parametrize(
        ("state", "shown"), [("open", True), ("waiting", True), ("solved", True), ("closed", False), ("all", True)]
    )
    def test_narrows_by_state(self, here, solved, state, shown):
        assert (solved.number in read(here.get(LIST, {"state": state}))) is shown

    def test_finds_by_number_and_by_words_in_every_state(self, here, closed):
        assert closed.number not in read(here.get(LIST))
        for words in (closed.number, f"cc{closed.pk}", "SHEETS saved"):
            assert f"/cases/{closed.number}/" in read(here.get(LIST, {"q": words})), words
        assert "No case fits" in read(here.get(LIST, {"q": "sheets lost"}))

    def test_narrows_by_product_and_keeps_it_in_its_links(self, here, case, alice, open_case):
        other = open_case(alice, product="daptiv")
        page = read(here.get(LIST, {"product": "daptiv"}))
        assert other.number in page
        assert case.number not in page
        assert "?product=daptiv&amp;state=closed" in page

    def test_passes_over_what_it_does_not_know(self, here, case, bob, open_case):
        theirs = open_case(bob, product="daptiv")
        odd = {"state": "nowhere", "whose": "x", "product": "none", "account": "x", "page": "-3", "q": "\x00"}
        assert here.get(LIST, odd).status_code == 200
        page = read(here.get(LIST, {"whose": "everybody", "state": "nowhere"}))
        assert case.number in page
        assert theirs.number not in page

    def test_names_the_account_to_who_has_several(self, here, case, alice, globex):
        assert "<b>Acme</b>" not in read(here.get(LIST))
        member(alice, globex)
        page = read(here.get(LIST))
        assert "<b>Acme</b>" in page
        assert "All accounts" in page

    def test_says_what_to_do_where_there_is_nothing(self, signed_in, bob):
        page = read(signed_in(bob).get(LIST))
        assert "No open cases" in page
        assert "/cases/new/" in page

    def test_escapes_what_customers_write(self, here, alice, open_case):
        open_case(alice, subject="<script>alert(1)</script>")
        page = read(here.get(LIST))
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)" in page

    def test_gives_htmx_the_list_alone(self, here, case):
        page = read(here.get(LIST, headers={"HX-Request": "true"}))
        assert case.number in page
        assert "<html" not in page

    def test_speaks_french_to_who_reads_french(self, signed_in, eve):
        assert '<html lang="fr"' in read(signed_in(eve).get(LIST))

    def test_sends_our_own_people_to_the_desk(self, signed_in, carl):
        assert signed_in(carl).get(LIST).url == "/desk/"

    def test_sends_strangers_to_the_door(self, client, reference):
        assert client.get(LIST).url.startswith("/accounts/login/")

    def test_asks_the_same_ten_queries_however_many_cases_there_are(
        self, here, alice, globex, open_case, django_assert_max_num_queries
    ):
        member(alice, globex, designated=True)
        acme = alice.accounts.get(name="Acme")
        for number in range(30):
            open_case(alice, account=acme, subject=f"Case {number}")
        assert Case.objects.count() == 30
        here.get(LIST)  # the first page after signing in also writes the session
        with django_assert_max_num_queries(10):
            page = read(here.get(LIST, {"whose": "company"}))
        assert page.count("cc-list-row") == 25
        assert read(here.get(LIST, {"page": 2})).count("cc-list-row") == 5
