"""A case that did not close by itself: marked on its page and in the queue, counted anew by a consultant."""

import pytest

from cases.jobs import auto_close
from cases.lifecycle import provide_solution
from cases.models import Case
from tests.cases.desk.conftest import to


@pytest.fixture
def held(case, carl, clock):
    """No reminder was sent in time."""
    solved = provide_solution(case, by=carl, at=clock.later(minutes=5), body="Reload.")
    clock.moment = solved.close_at
    auto_close.sweep(clock.moment)
    return Case.objects.get(pk=case.pk)


def test_the_page_of_a_case_says_when_it_closes_by_itself(here, case, carl, clock):
    provide_solution(case, by=carl, at=clock.later(minutes=5), body="Reload.")
    assert "0 reminders so far" in here.get(to("case", case)).content.decode()


def test_a_held_case_is_marked_on_its_page_and_in_the_queue(here, held):
    assert (
        "Did not close by itself: close by hand or count the days anew" in here.get(to("case", held)).content.decode()
    )
    for query in ("", "?turn=us"):
        queue = here.get(f"/desk/{query}").content.decode()
        assert held.number in queue
        assert "Did not close by itself: decide" in queue


def test_count_again_begins_anew(here, held):
    response = here.post(to("count_again", held), follow=True)
    assert "The days are counted anew" in response.content.decode()
    again = Case.objects.get(pk=held.pk)
    assert (again.closing_held_at, again.contact_attempts, again.status) == (None, 0, "solution_provided")
    assert again.countdown_at is not None


def test_count_again_is_for_post_alone(here, held):
    assert here.get(to("count_again", held)).status_code == 405
