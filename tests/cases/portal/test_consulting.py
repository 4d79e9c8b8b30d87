"""The customer's word on billed work, and with which team their case is."""

import pytest

from cases import lifecycle
from contacts.models import Team
from tests.cases.portal.conftest import read

ASKED = {"reason": "Consulting can build the panel with you.", "estimate_minutes": 150}


@pytest.fixture
def referred(open_case, alice, carl, clock):
    case = open_case(alice, type="functional")
    return lifecycle.refer_to_consulting(case, by=carl, at=clock.later(minutes=5), **ASKED)


def page(browser, case):
    return read(browser.get(f"/cases/{case.number}/"))


class TestQuestion:
    def test_stands_first_on_the_page_with_what_is_expected(self, here, referred):
        shown = page(here, referred)
        assert shown.index("May this work be billed?") < shown.index('id="timeline"')
        assert 'id="next-step"' not in shown  # two questions at once would be one too many
        assert "Expected work: about 2 hours 30 minutes." in shown
        assert "Nothing is billed before you have agreed" in shown
        assert ASKED["reason"] in shown

    def test_is_not_asked_where_nothing_is(self, here, case):
        assert "billed" not in page(here, case)


class TestAgreeToConsulting:
    def test_moves_the_case_and_goes_on_showing_it(self, here, referred):
        shown = read(here.post(f"/cases/{referred.number}/agree-to-consulting/", follow=True))
        referred.refresh_from_db()
        assert referred.team.code == "consulting"
        assert "our Consulting" in shown
        assert "It is with our Consulting." in shown
        assert "agreed" in shown[shown.index('id="billed-work"') :][:60]
        assert "agree-to-consulting" not in shown

    def test_is_asked_for_by_post(self, here, referred):
        assert here.get(f"/cases/{referred.number}/agree-to-consulting/").status_code == 302
        assert referred.consulting_referrals.get().is_open

    def test_twice_changes_nothing(self, here, referred):
        for _turn in range(2):
            shown = read(here.post(f"/cases/{referred.number}/agree-to-consulting/", follow=True))
        assert "No question about billed work waits for an answer any more." in shown

    def test_is_not_found_by_another_account(self, signed_in, eve, referred):
        for verb in ("agree-to-consulting", "decline-consulting"):
            assert signed_in(eve).post(f"/cases/{referred.number}/{verb}/").status_code == 404
        assert referred.consulting_referrals.get().is_open


class TestDeclineConsulting:
    def test_leaves_the_case(self, here, referred):
        shown = read(here.post(f"/cases/{referred.number}/decline-consulting/", follow=True))
        referred.refresh_from_db()
        assert referred.team.code == "customer-care-1"
        assert "Nothing is billed." in shown
        assert "declined" in shown[shown.index('id="billed-work"') :][:60]


class TestTeam:
    def test_is_told_where_customers_are_to_know_it(self, here, case, carl, clock):
        assert 'id="with-team"' not in page(here, case)
        words = {"body": "internal-canary", "team": Team.objects.get(code="product-management")}
        lifecycle.transfer(case, by=carl, at=clock.later(minutes=1), **words)
        shown = page(here, case)
        assert "our Product Management" in shown
        assert "Carl Care passed the case on to Product Management" in shown
        assert "internal-canary" not in shown

    def test_of_care_is_with_us(self, here, case, carl, clock):
        lifecycle.transfer(
            case, by=carl, at=clock.later(minutes=1), body="Please.", team=Team.objects.get(code="customer-care-2")
        )
        assert 'id="with-team"' not in page(here, case)
