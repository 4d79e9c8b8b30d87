"""Merging, taking it back, and splitting off, at the desk."""

import pytest

from cases.lifecycle import merge, note, reply
from cases.models import Case
from tests.cases.desk.conftest import WITH_HTMX, fresh, last, read, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def into(alice, open_case):
    return open_case(alice, subject="Nobody can save a time sheet")


@pytest.fixture
def merged(case, into, carl, clock):
    note(case, by=carl, at=clock.later(minutes=1), body="Only in Firefox.")
    return merge(case, by=carl, at=clock.later(minutes=1), into=into)


class TestMerge:
    def test_is_a_dialog_that_offers_the_cases_of_the_account(self, here, case, into):
        page = read(here.get(to("merge", case), **WITH_HTMX))
        assert f'<option value="{into.number}">Nobody can save a time sheet</option>' in page
        assert "<html" not in page

    @pytest.mark.parametrize("spelled", ["{0.number}", "{0.pk}", "  {0.number}  Nobody can save"])
    def test_leads_to_the_case_that_goes_on(self, here, case, into, spelled):
        response = here.post(to("merge", case), {"into": spelled.format(into)})
        assert response.url == to("case", into)
        assert fresh(case).merged_into_id == into.pk

    def test_says_the_same_of_no_case_and_of_one_of_another_account(self, here, case, eve, open_case):
        foreign = open_case(eve, subject="canary")
        pages = []
        for written in (foreign.number, "CC-999999", "nonsense", "99999999999999999999"):
            response = here.post(to("merge", case), {"into": written})
            assert response.status_code == 422
            assert "There is no such case of this account." in read(response)
            pages.append("canary" in read(response).split("<main")[1])
        assert not any(pages)
        assert not fresh(case).is_merged

    def test_tells_why_it_is_refused(self, here, case, merged, alice, open_case):
        page = read(here.post(to("merge", fresh(case).merged_into), {"into": open_case(alice).number}))
        assert f"{case.number} was merged into this case" in page


class TestTheCaseThatGoesOn:
    def test_shows_what_was_said_in_the_other_and_where_it_is_from(self, here, case, into, merged):
        page = read(here.get(to("case", into)))
        assert "Only in Firefox." in page
        assert page.count(f"from {case.number}") == 2  # its opening and its note
        assert f"{case.number}: Carl Care merged this case into {into.number}" in page
        assert f"Carl Care merged {case.number} into this case" in page

    def test_takes_no_more_queries_for_it(
        self, here, into, alice, carl, open_case, clock, django_assert_max_num_queries
    ):
        here.get(to("case", into))
        with django_assert_max_num_queries(21):
            here.get(to("case", into))
        for turn in range(5):
            other = open_case(alice, subject=f"The same {turn}")
            reply(other, by=carl, at=clock.later(minutes=1), body="Looking.")
            merge(other, by=carl, at=clock.later(minutes=1), into=into)
        here.get(to("case", into))  # the clock has moved, the session with it
        with django_assert_max_num_queries(22):
            page = read(here.get(to("case", into)))
        assert page.count("merged into this case:") == 5


class TestTheMergedCase:
    def test_leads_to_the_other_and_offers_to_take_it_back(self, here, case, into, merged):
        page = read(here.get(to("case", case)))
        assert f'<a href="{to("case", into)}">{into.number}</a>' in page
        assert to("unmerge", case) in page
        assert to("reopen", case) not in page

    def test_goes_on_by_itself_again(self, here, case, into, merged):
        response = here.post(to("unmerge", case), {"because": "Another error."}, follow=True)
        assert "goes on by itself" in read(response)
        assert (fresh(case).status, fresh(case).merged_into) == ("new", None)

    def test_needs_a_reason(self, here, case, merged):
        assert here.post(to("unmerge", case), {"because": " "}).status_code == 422
        assert fresh(case).is_merged


class TestSplit:
    @pytest.fixture
    def message(self, case, bob, clock):
        reply(case, by=bob, at=clock.later(minutes=1), body="Reports are empty.\nSince May.")
        return case.messages.last()

    def address(self, case, message):
        return f"{to('case', case)}messages/{message.pk}/split/"

    def test_is_offered_for_each_message_of_the_customer(self, here, case, carl, message, clock):
        reply(case, by=carl, at=clock.later(minutes=1), body="Looking.")
        page = read(here.get(to("case", case)))
        assert page.count("/split/?") == 2 * 2  # two messages of theirs, each with and without scripts
        assert 'value="Reports are empty."' in read(here.get(self.address(case, message)))

    def test_leads_to_the_new_case(self, here, case, message):
        response = here.post(self.address(case, message), {"subject": "Reports", "type": "issue"}, follow=True)
        made = Case.objects.latest("pk")
        assert response.redirect_chain[-1][0] == to("case", made)
        assert f"split off from {case.number}" in read(response)
        assert last(case).kind == "split"

    def test_offers_nothing_more_severe_than_the_case_is(self, here, case, message):
        page = here.post(self.address(case, message), {"subject": "Reports", "type": "issue", "severity": "1"})
        assert page.status_code == 422
        assert Case.objects.count() == 1

    def test_of_our_own_words_is_no_page(self, here, case, carl, clock):
        reply(case, by=carl, at=clock.later(minutes=1), body="Looking.")
        assert here.get(self.address(case, case.messages.last())).status_code == 404
