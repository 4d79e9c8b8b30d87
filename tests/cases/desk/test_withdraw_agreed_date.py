"""Taking an agreed date back."""

from datetime import timedelta

from cases import lifecycle
from tests.cases.desk.conftest import last, read, to


class TestWithdrawAgreedDate:
    def test_ends_its_clock_and_says_why(self, here, case, carl, clock):
        lifecycle.agree_date(case, by=carl, at=clock.later(minutes=1), due_at=clock.moment + timedelta(days=9))
        assert to("withdraw_agreed_date", case) in read(here.get(to("case", case)))
        words = {"because": "Your server moves first."}
        response = here.post(to("withdraw_agreed_date", case), words, follow=True)
        assert "The agreed date is taken back, and the customer is told." in read(response)
        assert last(case).kind == "agreed_date_withdrawn"
        assert case.commitments.get(metric="agreed").state == "cancelled"
        assert to("withdraw_agreed_date", case) not in read(response)

    def test_is_refused_where_none_runs(self, here, case):
        assert to("withdraw_agreed_date", case) not in read(here.get(to("case", case)))
        assert "No date is agreed." in read(here.post(to("withdraw_agreed_date", case), {"because": "So."}))
