"""A customer says of an open case that it is solved, or not needed any more: it closes by their word."""

import pytest

from cases.lifecycle import close, provide_solution
from cases.models import Case
from cases.permissions import NotAllowed
from tests.cases.portal.conftest import read


def address(case):
    return f"/cases/{case.number}/close/"


@pytest.mark.parametrize(("reason", "response"), [("solved", "met"), ("withdrawn", "cancelled")])
def test_closes_by_their_word_and_can_be_opened_again(here, case, reason, response):
    assert 'id="close"' in read(here.get(f"/cases/{case.number}/"))
    page = read(here.post(address(case), {"reason": reason}, follow=True))
    assert "Thank you. The case is closed." in page
    assert 'id="reopen"' in page or "reopen" in page
    closed = Case.objects.get(pk=case.pk)
    event = closed.events.latest("pk")
    assert (closed.status, event.kind, event.data["reason"]) == ("closed", "closed", reason)
    assert {row.state for row in closed.commitments.exclude(metric="response")} <= {response, "cancelled"}


def test_is_offered_in_every_open_case_and_not_beside_a_solution(here, case, carl, clock):
    provide_solution(case, by=carl, at=clock.later(minutes=1), body="Reload.")
    page = read(here.get(f"/cases/{case.number}/"))
    assert 'id="accept-solution"' in page
    assert 'id="close"' not in page


@pytest.mark.parametrize("reason", ["confirmed", "duplicate", "nonsense", ""])
def test_no_other_reason_is_theirs(here, alice, case, clock, reason):
    here.post(address(case), {"reason": reason})
    assert Case.objects.get(pk=case.pk).status == "new"
    if reason in ("confirmed", "duplicate"):
        with pytest.raises(NotAllowed):
            close(case, by=alice, at=clock(), reason=reason)


def test_is_not_there_for_a_stranger(signed_in, eve, case):
    assert signed_in(eve).post(address(case), {"reason": "solved"}).status_code == 404
