"""Giving the customer a solution."""

import pytest

from cases.models import Commitment
from tests.cases.desk.conftest import fresh, last, read, to


class TestProvideSolution:
    @pytest.mark.parametrize("way", ["answer", "steps", "release", "customer"])
    def test_gives_it_in_its_way_and_waits_for_the_customers_word(self, here, case, way, clock):
        clock.later(hours=1)
        response = here.post(to("provide_solution", case), {"body": "Clear the cache.", "way": way}, follow=True)
        assert "It waits for the customer’s word." in read(response)
        assert fresh(case).status == "solution_provided"
        assert fresh(case).solution_provided_at == clock.moment
        assert last(case).data == {"way": way}
        assert Commitment.objects.get(case=case, metric="resolution").state == "met"

    def test_takes_steps_where_no_way_is_named(self, here, case):
        here.post(to("provide_solution", case), {"body": "Clear the cache."})
        assert last(case).data == {"way": "steps"}

    def test_refuses_a_way_that_there_is_not(self, here, case):
        response = here.post(to("provide_solution", case), {"body": "My draft", "way": "magic"})
        assert response.status_code == 422
        assert "My draft</textarea>" in read(response)
        assert fresh(case).status == "new"

    def test_is_not_offered_twice(self, here, case):
        here.post(to("provide_solution", case), {"body": "Clear the cache."})
        page = here.get(to("case", case)).content.decode()
        assert to("provide_solution", case) not in page
        assert to("reply", case) in page
