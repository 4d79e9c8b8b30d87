"""Accepting a solution in the portal."""

from tests.cases.portal.conftest import read


def address(case):
    return f"/cases/{case.number}/accept-solution/"


class TestAcceptSolution:
    def test_closes_the_case(self, here, solved, clock):
        clock.later(minutes=5)
        page = read(here.post(address(solved), follow=True))
        solved.refresh_from_db()
        assert solved.status == "closed"
        assert "Thank you. The case is closed." in page

    def test_changes_nothing_by_a_link(self, here, solved):
        assert here.get(address(solved)).url == f"/cases/{solved.number}/"
        solved.refresh_from_db()
        assert solved.status == "solution_provided"

    def test_is_harmless_when_pressed_twice(self, here, solved):
        here.post(address(solved))
        page = read(here.post(address(solved), follow=True))
        assert "The case is closed already." in page
        assert solved.events.filter(kind="solution_accepted").count() == 1

    def test_says_why_it_cannot_be_done(self, here, case):
        page = read(here.post(address(case), follow=True))
        assert "This cannot be done while the case is “New”." in page

    def test_is_not_there_for_strangers(self, signed_in, eve, solved):
        assert signed_in(eve).post(address(solved)).status_code == 404
        solved.refresh_from_db()
        assert solved.status == "solution_provided"

    def test_leads_our_own_people_to_the_desk(self, signed_in, carl, solved):
        assert signed_in(carl).post(address(solved)).url == f"/desk/{solved.number}/"
        solved.refresh_from_db()
        assert solved.status == "solution_provided"
