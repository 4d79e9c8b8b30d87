"""What customers see of merged and linked cases, and how they follow one: only what they may see."""

import pytest

from cases.lifecycle import close, follow, link, merge, note, reply, tag, unmerge
from cases.models import Case, Follower, OutboxMail
from contacts.models import Membership
from tests.cases.portal.conftest import read
from tests.conftest import give

pytestmark = pytest.mark.django_db


@pytest.fixture
def bobs(bob, alice, open_case):
    """Bob's case, of the same account."""
    made = open_case(alice, subject="Nobody can save a time sheet", body="It says: canary.")
    give(made, bob)
    return Case.objects.get(pk=made.pk)


def page_of(browser, case):
    return read(browser.get(f"/cases/{case.number}/"))


class TestAMergedCase:
    @pytest.fixture
    def merged(self, case, bobs, carl, clock):
        return merge(case, by=carl, at=clock.later(minutes=1), into=bobs)

    def test_leads_to_the_one_that_goes_on(self, here, merged, bobs):
        page = page_of(here, merged)
        assert "Your case goes on in another one" in page
        assert f'<a href="/cases/{bobs.number}/">' in page
        assert "Open the case again" not in page

    def test_passes_on_what_is_written_below(self, here, alice, merged, bobs):
        response = here.post(f"/cases/{merged.number}/reply/", {"body": "Any news?"})
        assert response.url == f"/cases/{bobs.number}/"
        assert (bobs.messages.last().body, bobs.messages.last().author) == ("Any news?", alice)

    def test_opens_the_other_again_where_it_is_closed(self, here, carl, merged, bobs, clock):
        close(bobs, by=carl, at=clock.later(minutes=1), reason="confirmed")
        here.post(f"/cases/{merged.number}/reply/", {"body": "It is back."})
        bobs.refresh_from_db()
        assert bobs.status == "reopened"

    def test_shows_its_words_in_the_other(self, here, case, merged, bobs, carl, clock):
        note(merged, by=carl, at=clock.later(minutes=1), body="secret")
        page = page_of(here, bobs)
        assert f"from {case.number}" in page
        assert "Saving ends in an error" in page
        assert "secret" not in page
        assert "goes on in this case:" in page

    def test_shows_nothing_of_it_to_who_may_not_see_it(self, signed_in, bob, case, merged, bobs):
        Membership.objects.filter(user=bob).update(sees_company_cases=False)
        page = page_of(signed_in(bob), bobs)
        assert case.number not in page
        assert "Saving ends in an error" not in page

    def test_names_no_case_to_who_may_no_longer_see_it(self, here, alice, merged, bobs):
        Membership.objects.filter(user=alice).update(sees_company_cases=False)
        page = page_of(here, merged)
        assert f"/cases/{bobs.number}/" not in page
        assert "canary" not in page
        assert "You may not see the other case any more" in page
        response = here.post(f"/cases/{merged.number}/reply/", {"body": "Any news?"})
        assert response.status_code == 422
        assert bobs.messages.count() == 1

    def test_has_its_solution_in_its_own_place_only(self, here, bobs, carl, case, clock):
        from cases.lifecycle import provide_solution

        provide_solution(case, by=carl, at=clock.later(minutes=1), body="Clear the cache.")
        merge(case, by=carl, at=clock.later(minutes=1), into=bobs)
        provide_solution(bobs, by=carl, at=clock.later(minutes=1), body="Update to 2027.6.")
        assert here.get(f"/cases/{bobs.number}/").context["solution"].body == "Update to 2027.6."

    def test_goes_on_by_itself_once_that_is_taken_back(self, here, merged, bobs, carl, clock):
        unmerge(merged, by=carl, at=clock.later(minutes=1), because="Another error.")
        assert "took the merging back: Another error." in page_of(here, merged)
        assert merged.number not in page_of(here, bobs)


class TestRelatedCases:
    def test_are_those_that_the_reader_may_see(self, here, signed_in, bob, eve, case, bobs, carl, open_case, clock):
        foreign = open_case(eve, subject="canary of another account")
        for other in (bobs, foreign):
            link(case, by=carl, at=clock.later(minutes=1), other=other, kind="caused_by")
        page = page_of(here, case)
        assert f"{bobs.number} Nobody can save" in page
        assert foreign.number not in page
        assert "canary of" not in page
        assert case.number not in page_of(signed_in(eve), foreign)

    def test_cost_no_more_than_one_query(
        self, here, case, bobs, alice, carl, open_case, clock, django_assert_num_queries
    ):
        from django.test.utils import CaptureQueriesContext

        page_of(here, case)
        from django.db import connection

        with CaptureQueriesContext(connection) as before:
            page_of(here, case)
        for turn in range(6):
            link(case, by=carl, at=clock.later(minutes=1), other=open_case(alice, subject=f"Other {turn}"))
        page_of(here, case)  # the clock has moved, the session with it
        with CaptureQueriesContext(connection) as after:
            page_of(here, case)
        assert len(after) <= len(before) + 1

    def test_show_no_tag(self, here, case, carl, clock):
        tag(case, by=carl, at=clock.later(minutes=1), names=["canary"])
        assert "canary" not in page_of(here, case)


class TestFollow:
    def test_is_a_button_on_a_colleagues_case(self, here, alice, case, bobs):
        assert "Follow this case" in page_of(here, bobs)
        assert "Follow this case" not in page_of(here, case)
        here.post(f"/cases/{bobs.number}/follow/")
        assert Follower.objects.get().user == alice
        assert "its mails go to Bob Brown and to you" in page_of(here, bobs)

    def test_gives_the_list_a_place(self, here, alice, case, bobs, clock):
        assert "No open cases" in read(here.get("/cases/?whose=followed"))
        follow(bobs, by=alice, at=clock.later(minutes=1))
        page = read(here.get("/cases/?whose=followed"))
        assert bobs.number in page
        assert case.number not in page

    def test_ends_on_a_page_that_a_mail_leads_to(self, here, alice, bobs, carl, clock):
        follow(bobs, by=alice, at=clock.later(minutes=1))
        assert "No longer follow this case?" in read(here.get(f"/cases/{bobs.number}/unfollow/"))
        assert Follower.objects.filter(ended_at__isnull=True).exists()
        here.post(f"/cases/{bobs.number}/unfollow/")
        reply(bobs, by=carl, at=clock.later(minutes=1), body="Fixed.")
        assert not OutboxMail.objects.filter(notice="reply", recipient=alice).exists()

    def test_sends_who_is_not_signed_in_to_the_door_first(self, client, bobs):
        response = client.get(f"/cases/{bobs.number}/unfollow/")
        assert response.status_code == 302
        assert "next=" in response.url

    @pytest.mark.parametrize("verb", ["follow", "unfollow"])
    def test_is_nothing_for_a_stranger(self, signed_in, eve, bobs, verb):
        assert signed_in(eve).post(f"/cases/{bobs.number}/{verb}/").status_code == 404
