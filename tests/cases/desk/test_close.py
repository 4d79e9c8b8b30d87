"""Closing a case for a reason, and opening it again."""

import pytest

from cases.models import OutboxMail
from tests.cases.desk.conftest import fresh, last, read, to


class TestClose:
    @pytest.mark.parametrize("reason", ["confirmed", "withdrawn", "duplicate"])
    def test_closes_it_for_a_reason_and_tells_the_customer(self, here, case, reason, clock):
        clock.later(minutes=5)
        response = here.post(to("close", case), {"reason": reason}, follow=True)
        assert "The case is closed, and the customer is told." in read(response)
        assert (fresh(case).status, fresh(case).closed_at) == ("closed", clock.moment)
        assert OutboxMail.objects.filter(event=last(case), notice="closed").exists()

    def test_needs_a_reason_that_there_is(self, here, case):
        for reason in ("", "bored"):
            assert here.post(to("close", case), {"reason": reason}).status_code == 422
        assert fresh(case).closed_at is None

    def test_happens_once(self, here, case):
        here.post(to("close", case), {"reason": "withdrawn"})
        response = here.post(to("close", case), {"reason": "withdrawn"})
        assert response.status_code == 422
        assert "“Closed”" in read(response)
        assert case.events.filter(kind="closed").count() == 1


class TestReopen:
    def test_opens_it_again_and_says_why(self, here, case):
        here.post(to("close", case), {"reason": "withdrawn"})
        response = here.post(to("reopen", case), {"reason": "It came back."}, follow=True)
        assert "The case is open again" in read(response)
        assert (fresh(case).status, fresh(case).reopenings) == ("reopened", 1)
        assert case.messages.latest("id").body == "It came back."

    def test_is_refused_while_it_is_open(self, here, case):
        page = read(here.post(to("reopen", case), {"reason": "My words"}))
        assert "My words</textarea>" in page
        assert "“New”" in page

    def test_is_the_only_way_to_write_to_the_customer_of_a_closed_case(self, here, case):
        here.post(to("close", case), {"reason": "withdrawn"})
        page = here.get(to("case", case)).content.decode()
        assert to("reply", case) not in page
        assert to("note", case) in page
        assert "To write to the customer, reopen it." in page
