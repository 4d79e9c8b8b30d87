"""Noting the date that both sides agreed on."""

from datetime import UTC, datetime

from cases.models import Exclusion, OutboxMail
from tests.cases.desk.conftest import fresh, last, read, to

FRIDAY = {"due_at": "2027-06-18T12:00"}


class TestAgreeDate:
    def test_takes_it_by_the_writers_clock_and_tells_the_customer(self, here, case, alice):
        response = here.post(to("agree_date", case), FRIDAY, follow=True)
        assert "The agreed date is noted, and the customer is told." in read(response)
        agreed = case.commitments.get(metric="agreed")
        assert (agreed.state, agreed.due_at) == ("running", datetime(2027, 6, 18, 17, 0, tzinfo=UTC))
        assert last(case).kind == "date_agreed"
        assert OutboxMail.objects.get(notice="date_agreed").recipient == alice

    def test_names_the_zone(self, here, case):
        assert "Your time (America/Chicago)." in read(here.get(to("agree_date", case)))

    def test_takes_a_time_of_the_hour_that_comes_twice(self, here, case):
        asked = here.post(to("agree_date", case), {"due_at": "2027-11-07T01:30"})
        assert asked.status_code == 422
        assert "the second (CST, UTC-06:00)" in read(asked)
        here.post(to("agree_date", case), {"due_at": "2027-11-07T01:30", "due_at_which": "second"})
        assert case.commitments.get(metric="agreed").due_at == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)

    def test_refuses_a_date_that_is_past(self, here, case):
        response = here.post(to("agree_date", case), {"due_at": "2027-06-08T09:00"})
        assert response.status_code == 422
        assert "The agreed date has to be in the future." in read(response)
        assert 'value="2027-06-08T09:00"' in read(response)

    def test_refuses_what_is_no_date(self, here, case):
        for strange in ("", "soon", "2027-02-30T10:00", "9999-99-99T00:00"):
            assert here.post(to("agree_date", case), {"due_at": strange}).status_code == 422
        assert fresh(case).events.count() == 1

    def test_is_not_offered_where_no_times_are_promised(self, signed_in, nora, case):
        browser = signed_in(nora)
        assert to("agree_date", case) in read(browser.get(to("case", case)))
        browser.post(to("exclude", case), {"exclusion": Exclusion.objects.first().pk, "because": "So."})
        assert to("agree_date", case) not in read(browser.get(to("case", case)))
        assert "Include it first." in read(browser.post(to("agree_date", case), FRIDAY))
