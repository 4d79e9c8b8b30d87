"""The page that explains a promise, for customers."""

import pytest
from django.urls import reverse

from cases.lifecycle import ask_customer, judge_code_change, reply, void_breach
from cases.models import Breach
from contacts.models import Membership
from tests.cases.portal.conftest import read


def address(case, metric="response", cycle=1, period_no=1):
    return reverse("portal:why", args=[case.number, metric, cycle, period_no])


class TestWhy:
    def test_is_led_to_from_the_promises_of_the_case(self, here, case):
        page = read(here.get(f"/cases/{case.number}/"))
        assert f'href="{address(case)}"' in page
        assert f'href="{address(case, "resolution")}"' in page

    def test_says_the_promise_and_every_span(self, here, case, carl, clock):
        ask_customer(case, by=carl, at=clock.later(minutes=30), body="Which version?")
        clock.later(hours=1)
        page = read(here.get(address(case, "resolution")))
        assert "The solution within 96 hours of working time." in page
        assert "the customer was awaited since the question of Tue 8 Jun 2027, 10:30 CDT" in page
        assert "1:00:00 of open time did not count" in page

    def test_tells_no_reasons_that_are_for_our_own_people(self, here, case, carl, nora, mona, clock):
        judge_code_change(case, by=nora, at=clock.later(minutes=1), required=True, because="canary-one")
        reply(case, by=carl, at=clock.later(hours=3), body="At last.")
        breach = Breach.objects.get(case=case, metric="response")
        void_breach(case, by=mona, at=clock.later(minutes=1), breach=breach, because="canary-two")
        for metric in ("response", "restoration"):
            page = read(here.get(address(case, metric)))
            assert "canary" not in page
            assert "Binds nobody since" in page
        assert "The missed commitment was excused" in read(here.get(address(case)))

    def test_shows_times_in_the_reader_s_zone_too(self, signed_in, eve, open_case):
        case = open_case(eve)
        page = read(signed_in(eve).get(address(case)))
        assert "Europe/Paris" in page
        assert "17:00–18:00" in page

    def test_is_not_there_for_strangers(self, signed_in, eve, case):
        assert signed_in(eve).get(address(case)).status_code == 404

    def test_is_not_there_for_colleagues_who_see_their_own_alone(self, signed_in, bob, case):
        assert signed_in(bob).get(address(case)).status_code == 200
        Membership.objects.filter(user=bob).update(sees_company_cases=False)
        assert signed_in(bob).get(address(case)).status_code == 404

    def test_is_not_there_for_a_clock_that_is_none(self, here, case):
        assert here.get(address(case, "root_cause")).status_code == 404
        assert here.get(address(case, "luck")).status_code == 404

    def test_leads_our_own_people_to_the_desk(self, signed_in, carl, case):
        assert signed_in(carl).get(address(case)).url == f"/desk/{case.number}/"

    @pytest.mark.usefixtures("carl")
    def test_asks_few_queries(self, here, case, carl, alice, clock, django_assert_max_num_queries):
        for _exchange in range(8):
            ask_customer(case, by=carl, at=clock.later(hours=5), body="Which?")
            reply(case, by=alice, at=clock.later(hours=5), body="This.")
        here.get(address(case, "resolution"))
        with django_assert_max_num_queries(10):
            here.get(address(case, "resolution"))
