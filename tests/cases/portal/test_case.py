"""The page of one case, and its timeline."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import lifecycle
from cases.attachments import accept
from cases.models import Exclusion
from contacts.models import Membership
from tests.cases.portal.conftest import read


def page_of(browser, case):
    return read(browser.get(f"/cases/{case.number}/"))


class TestCase:
    def test_begins_with_what_happens_next(self, here, case):
        page = page_of(here, case)
        assert "We have received your case" in page
        assert "A consultant will answer you" in page
        assert page.index("We have received") < page.index("cc-timeline")

    def test_says_first_that_the_customer_is_awaited(self, here, case, carl, clock):
        lifecycle.take(case, by=carl, at=clock.later(minutes=1))
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=5), body="Which version?")
        page = page_of(here, case)
        assert "cc-next-yours" in page
        assert "We are waiting for your answer" in page
        assert "We have asked you something" in page

    def test_tells_promised_times_as_they_stand(self, here, case, carl, clock):
        page = page_of(here, case)
        assert "Tue 8 Jun, 11:00 CDT" in page
        lifecycle.reply(case, by=carl, at=clock.later(minutes=30), body="We look at it.")
        page = page_of(here, case)
        assert "in time" in page
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=1), body="Which version?")
        assert "Paused while we wait for you" in page_of(here, case)

    def test_says_honestly_that_a_promise_was_broken(self, here, case, carl, clock):
        clock.later(hours=2)
        assert "We are late, and we are sorry" in page_of(here, case)
        lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body="At last.")
        assert "too late. We are sorry." in page_of(here, case)

    def test_says_why_nothing_is_promised(self, here, alice, open_case):
        case = open_case(alice, type="enhancement")
        page = page_of(here, case)
        assert Exclusion.objects.get(code="enhancement").explanation_en.split(",")[0] in page

    def test_shows_messages_with_their_files_and_events_for_customers(self, here, alice, case, carl, clock):
        file = accept([SimpleUploadedFile("trace.log", b"one line")])
        lifecycle.take(case, by=carl, at=clock.later(minutes=1))
        lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body="Here is the trace", files=file)
        page = page_of(here, case)
        assert "Carl Care took the case" in page
        assert "trace.log" in page
        assert f"/files/{case.attachments.get().pk}/" in page

    def test_shows_nothing_of_notes(self, here, case, carl, nora, clock):
        lifecycle.note(case, by=carl, at=clock.later(minutes=1), body="canary-one")
        lifecycle.assign(case, by=carl, at=clock.later(minutes=1), owner=nora)
        lifecycle.hand_to_development(case, by=carl, at=clock.later(minutes=1), body="canary-two")
        page = page_of(here, case)
        assert "canary" not in page
        assert "handed the case to the developers" in page
        assert "gave the case to" not in page

    def test_escapes_what_is_written(self, here, alice, open_case):
        case = open_case(alice, subject="<b>bold</b>", body="<img src=x onerror=alert(1)> http://example.com/a")
        page = page_of(here, case)
        assert "<img src=x" not in page
        assert "<b>bold</b>" not in page
        assert '<a href="http://example.com/a"' in page

    def test_offers_two_answers_to_a_solution(self, here, solved):
        page = page_of(here, solved)
        assert "It works, close the case" in page
        assert "Not solved" in page
        assert page.index("Clear the cache") < page.index("cc-timeline")

    def test_offers_to_open_a_closed_case_again(self, here, closed):
        page = page_of(here, closed)
        assert "Open the case again" in page
        assert "It works" not in page
        assert f"/cases/{closed.number}/reply/" not in page

    def test_changes_nothing_by_being_read(self, here, solved):
        before = solved.events.count()
        for part in ("", "reply/", "accept-solution/", "reject-solution/", "reopen/"):
            here.get(f"/cases/{solved.number}/{part}", follow=True)
        solved.refresh_from_db()
        assert (solved.events.count(), solved.status) == (before, "solution_provided")

    def test_is_not_there_for_strangers(self, signed_in, eve, case):
        assert signed_in(eve).get(f"/cases/{case.number}/").status_code == 404
        assert signed_in(eve).get("/cases/CC-999999/").status_code == 404

    def test_is_not_there_for_colleagues_who_see_their_own_alone(self, signed_in, bob, case):
        assert signed_in(bob).get(f"/cases/{case.number}/").status_code == 200
        Membership.objects.filter(user=bob).update(sees_company_cases=False)
        assert signed_in(bob).get(f"/cases/{case.number}/").status_code == 404

    @pytest.mark.parametrize("odd", ["CC-42", "cc-000042", "CC-00004x", "000042", "CC-000000000000042"])
    def test_has_one_address(self, here, case, odd):
        assert here.get(f"/cases/{odd}/").status_code == 404

    def test_leads_our_own_people_to_the_desk(self, signed_in, carl, case):
        assert signed_in(carl).get(f"/cases/{case.number}/").url == f"/desk/{case.number}/"

    def test_speaks_french_to_who_reads_french(self, signed_in, eve, open_case):
        case = open_case(eve)
        assert '<html lang="fr"' in page_of(signed_in(eve), case)

    def test_asks_few_queries_with_twenty_messages(self, here, alice, carl, case, clock, django_assert_max_num_queries):
        for number in range(10):
            lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body=f"Question {number}?")
            file = accept([SimpleUploadedFile(f"{number}.log", b"x")])
            lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body=f"Answer {number}.", files=file)
        with django_assert_max_num_queries(20):
            page = page_of(here, case)
        assert "Answer 9." in page


class TestTimeline:
    def test_is_nothing_while_nothing_is_new(self, here, case, carl, clock):
        page = page_of(here, case)
        address = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
        assert "/timeline/" in address
        assert here.get(address).status_code == 204
        lifecycle.note(case, by=carl, at=clock.later(minutes=1), body="Among ourselves")
        assert here.get(address).status_code == 204
        lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body="We look at it")
        fresh = here.get(address)
        assert "We look at it" in read(fresh)
        assert "<html" not in read(fresh)

    def test_says_that_the_case_has_moved(self, here, case, carl, clock):
        address = f"/cases/{case.number}/timeline/?after=1&status=new"
        assert "Show the page as it is now" not in read(here.get(address))
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=1), body="Which version?")
        assert "Show the page as it is now" in read(here.get(address))

    def test_is_not_there_for_strangers(self, signed_in, eve, case):
        assert signed_in(eve).get(f"/cases/{case.number}/timeline/").status_code == 404
