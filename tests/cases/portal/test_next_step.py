"""What customers read of who works on their case: nobody who left, and nobody for what another has said."""

import pytest

from cases.case_page.next_step import next_step
from cases.lifecycle import ask_customer, provide_solution, take
from cases.models import Case
from contacts.models import User
from contacts.roles import Role
from tests.cases.portal.conftest import read


def said(case: Case) -> str:
    return next_step(Case.objects.for_portal().get(pk=case.pk)).words


@pytest.fixture
def taken(case, carl, clock):
    return take(case, by=carl, at=clock.later(minutes=1))


def test_names_the_owner_for_work_to_come(taken, carl):
    assert said(taken).startswith(f"{carl.name} is working on it.")


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.CUSTOMER}])
def test_names_nobody_who_does_not_work_here_any_more(taken, here, carl, change):
    facts = f"<dt>Consultant</dt><dd>{carl.name}</dd>"
    assert facts in read(here.get(f"/cases/{taken.number}/"))
    User.objects.filter(pk=carl.pk).update(**change)
    assert facts not in read(here.get(f"/cases/{taken.number}/"))
    assert said(taken).startswith("A consultant is about to take it up.")


def test_names_nobody_for_a_question_or_a_solution_which_another_may_have_given(taken, carl, mona, clock):
    asked = ask_customer(taken, by=mona, at=clock.later(minutes=1), body="Since when?")
    assert carl.name not in said(asked)
    solved = provide_solution(asked, by=mona, at=clock.later(minutes=1), body="Reload.")
    assert carl.name not in said(solved)
