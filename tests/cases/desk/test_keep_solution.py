"""The customer's answer to a solution at the desk: first in the queue of the owner, with two ways on."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases.lifecycle import provide_solution, reply, take
from cases.models import Case
from tests.cases.desk.conftest import read, to


@pytest.fixture
def answered(case, alice, carl, clock):
    take(case, by=carl, at=clock())
    provide_solution(case, by=carl, at=clock.later(minutes=5), body="Reload.")
    reply(case, by=alice, at=clock.later(minutes=5), body="Thank you!")
    clock.later(minutes=1)
    return Case.objects.get(pk=case.pk)


def test_the_page_says_by_when_it_is_to_be_read_and_offers_both_ways(here, answered):
    page = read(here.get(to("case", answered)))
    assert "Read the answer and decide by" in page
    assert f'action="{to("keep_solution", answered)}?' in page
    assert f'action="{to("resume_work", answered)}?' in page


def test_the_solution_stands_once_somebody_says_so(here, answered):
    page = read(here.post(to("keep_solution", answered), follow=True))
    assert "The solution stands." in page
    assert Case.objects.get(pk=answered.pk).status == "solution_provided"


def test_it_comes_first_in_the_queue_of_its_owner_whatever_its_severity(here, answered, alice, open_case, clock):
    open_case(alice, severity="major", at=clock() - timedelta(minutes=1))
    for view in ("mine", "ours"):
        page = here.get(reverse("desk:queue"), {"view": view})
        rows = [row.case for row in page.context["page"].rows]
        assert rows.count(answered) == 1
        assert rows[0] == answered
        assert "Read the answer" in read(page)


def test_a_stranger_finds_nothing(signed_in, alice, answered):
    assert signed_in(alice).post(to("keep_solution", answered)).status_code == 404
