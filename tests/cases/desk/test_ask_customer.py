"""Asking the customer, and waiting for the answer."""

from cases import lifecycle
from cases.models import Commitment
from tests.cases.desk.conftest import fresh, last, read, to


class TestAskCustomer:
    def test_sends_the_question_and_waits(self, here, case, clock):
        clock.later(minutes=5)
        response = here.post(to("ask_customer", case), {"body": "Which browser?"}, follow=True)
        assert "The case waits for the customer." in read(response)
        assert fresh(case).status == "waiting"
        assert last(case).kind == "asked"
        assert case.messages.latest("id").purpose == "question"

    def test_pauses_the_solution(self, here, case, clock):
        clock.later(minutes=5)
        here.post(to("ask_customer", case), {"body": "Which browser?"})
        assert Commitment.objects.get(case=case, metric="resolution").state == "paused"

    def test_is_refused_once_the_solution_was_provided(self, here, case, carl, clock):
        lifecycle.provide_solution(case, by=carl, at=clock.later(minutes=1), body="So.")
        response = here.post(to("ask_customer", case), {"body": "Which browser?"})
        assert response.status_code == 422
        assert "Which browser?</textarea>" in read(response)
        assert "“Solution provided”" in read(response)
