"""Opening a closed case again in the portal."""

from tests.cases.portal.conftest import read


def address(case):
    return f"/cases/{case.number}/reopen/"


class TestReopen:
    def test_opens_the_case_again(self, here, closed, clock):
        clock.later(days=1)
        page = read(here.post(address(closed), {"reason": "It is back"}, follow=True))
        closed.refresh_from_db()
        assert (closed.status, closed.reopenings) == ("reopened", 1)
        assert "The case is open again." in page
        assert "It is back" in page

    def test_wants_a_reason(self, here, closed):
        assert here.post(address(closed), {}).status_code == 422
        closed.refresh_from_db()
        assert closed.status == "closed"

    def test_keeps_the_reason_of_a_case_that_is_open(self, here, case):
        response = here.post(address(case), {"reason": "It is back"})
        assert response.status_code == 422
        assert "It is back" in read(response)

    def test_changes_nothing_by_a_link(self, here, closed):
        assert here.get(address(closed)).status_code == 302
        closed.refresh_from_db()
        assert closed.status == "closed"

    def test_is_not_there_for_strangers(self, signed_in, eve, closed):
        assert signed_in(eve).post(address(closed), {"reason": "Mine"}).status_code == 404
        closed.refresh_from_db()
        assert closed.status == "closed"
