"""The page that explains a promise, at the desk."""

import pytest
from django.urls import reverse

from cases.lifecycle import ask_customer, judge_code_change, reply
from tests.cases.desk.conftest import read


def address(case, metric="response", cycle=1, period_no=1):
    return reverse("desk:why", args=[case.number, metric, cycle, period_no])


class TestWhy:
    def test_says_the_promise_its_hours_and_every_span(self, here, case, carl, clock):
        reply(case, by=carl, at=clock.later(minutes=30), body="We are looking.")
        page = read(here.get(address(case)))
        assert "The first answer within 60 minutes of working time." in page
        assert "Our software, Major" in page
        assert "Support service description, 2021 edition, version 2021, in force from 1 Jan 2021" in page
        assert "Changepoint, worldwide" in page
        assert "10:00–10:30" in page
        assert "0:30:00" in page
        assert "Carl Care replied" in page

    def test_shows_the_reader_s_own_time_beside_that_of_the_desk(self, here, signed_in, nora, case):
        assert "Your time" not in read(here.get(address(case)))
        page = read(signed_in(nora).get(address(case)))
        assert "Times of the desk, America/Chicago, and your times, Europe/Berlin" in page
        assert "17:00–18:00" in page
        assert 'title="2027-06-08 15:00:00 UTC – 2027-06-08 16:00:00 UTC"' in page

    def test_says_what_is_still_to_come(self, here, case, clock):
        clock.later(minutes=10)
        page = read(here.get(address(case)))
        assert "Still to come" in page
        assert page.index("10:00–10:10") < page.index("Still to come") < page.index("10:10–11:00")

    def test_tells_our_own_people_the_reasons(self, here, case, nora, clock):
        judge_code_change(case, by=nora, at=clock.later(minutes=1), required=True, because="the driver is at fault")
        assert "the driver is at fault" in read(here.get(address(case, "restoration")))

    def test_leads_back_to_the_case_in_its_queue(self, here, case):
        page = read(here.get(address(case) + "?severity=major"))
        assert f'href="/desk/{case.number}/?severity=major"' in page

    @pytest.mark.parametrize(
        ("metric", "cycle", "period_no"),
        [("response", 2, 1), ("response", 1, 2), ("root_cause", 1, 1), ("happiness", 1, 1), ("response", 0, 10**12)],
    )
    def test_is_not_there_for_a_clock_that_is_none(self, here, case, metric, cycle, period_no):
        assert here.get(address(case, metric, cycle, period_no)).status_code == 404

    def test_is_not_there_for_customers(self, signed_in, alice, case):
        assert signed_in(alice).get(address(case)).status_code == 404

    def test_asks_as_many_queries_after_a_long_life(
        self, here, case, alice, carl, clock, django_assert_max_num_queries
    ):
        for _exchange in range(8):
            ask_customer(case, by=carl, at=clock.later(hours=5), body="Which?")
            reply(case, by=alice, at=clock.later(hours=5), body="This.")
        here.get(address(case, "resolution"))
        with django_assert_max_num_queries(6):
            page = read(here.get(address(case, "resolution")))
        assert page.count("cc-reckoning-waiting") == 8
