"""What is told of requests for Critical without being asked for: pages that look again, and the owner's mail."""

from typing import Any

import pytest
from django.urls import reverse

from cases.lifecycle import approve_severity, assign, decline_severity, request_severity
from cases.lifecycle.severity import CannotHaveAsked
from cases.models import Case, OutboxMail, SeverityRequest
from cases.notifications import compose as notifications
from contacts.models import User
from tests.conftest import member, person

pytestmark = pytest.mark.django_db

ASKED = {"severity": 1, "body": "Nobody can work any more."}


@pytest.fixture
def owned(case: Case, carl: User, mona: User, later: Any) -> Case:
    return assign(case, by=mona, at=later(minutes=1), owner=carl)


@pytest.fixture
def asked(owned: Case, alice: User, later: Any) -> SeverityRequest:
    request_severity(owned, by=alice, at=later(minutes=5), **ASKED)
    return owned.severity_requests.get()


class TestPagesThatLookAgain:
    PART = {"HX-Request": "true", "HX-Target": "requests"}

    def test_approvals_ask_for_what_waits_now(self, asked: SeverityRequest, mona: User, signed_in: Any) -> None:
        browser = signed_in(mona)
        page = browser.get(reverse("approvals:approvals")).content.decode()
        assert 'hx-trigger="every 30s"' in page
        assert "js/background.js" in page  # looking again is no sign of life
        part = browser.get(reverse("approvals:approvals"), headers=self.PART).content.decode()
        assert asked.case.number in part
        assert "<html" not in part
        assert "The last decisions" not in part

    def test_the_side_bar_says_how_many(
        self, owned: Case, alice: User, mona: User, carl: User, signed_in: Any, later: Any
    ) -> None:
        browser = signed_in(mona)
        assert browser.get(reverse("approvals:waiting")).content.decode().strip() == ""
        request_severity(owned, by=alice, at=later(minutes=5), **ASKED)
        assert ">1<" in browser.get(reverse("approvals:waiting")).content.decode()
        assert f'hx-get="{reverse("approvals:waiting")}"' in browser.get(reverse("desk:queue")).content.decode()
        assert reverse("approvals:waiting") not in signed_in(carl).get(reverse("desk:queue")).content.decode()

    def test_are_for_the_back_office(self, carl: User, alice: User, signed_in: Any) -> None:
        for somebody in (carl, alice):
            assert signed_in(somebody).get(reverse("approvals:waiting")).status_code == 404


class TestTheOwner:
    def test_hears_of_an_approval(self, asked: SeverityRequest, carl: User, mona: User, later: Any) -> None:
        approve_severity(
            asked.case, by=mona, at=later(minutes=9), request=asked, criteria=["production_down"], because="It is down."
        )
        mail = OutboxMail.objects.get(notice="severity_decided")
        written = notifications.compose(mail)
        assert mail.recipient == carl
        assert "Critical approved" in written.subject
        assert "Mona Manager approved the customer’s request" in written.body
        assert "It is down." in written.body
        assert "Severity: Critical" in written.body

    def test_hears_of_a_refusal(self, asked: SeverityRequest, mona: User, later: Any) -> None:
        decline_severity(asked.case, by=mona, at=later(minutes=9), request=asked, because="One report only.")
        written = notifications.compose(OutboxMail.objects.get(notice="severity_decided"))
        assert "Critical declined" in written.subject
        assert "The severity stays." in written.body
        assert "Severity: Major" in written.body

    def test_is_not_told_what_they_decided_themselves(self, case: Case, alice: User, mona: User, later: Any) -> None:
        assign(case, by=mona, at=later(minutes=1), owner=mona)
        request_severity(case, by=alice, at=later(minutes=5), **ASKED)
        decline_severity(case, by=mona, at=later(minutes=9), request=case.severity_requests.get(), because="No.")
        assert not OutboxMail.objects.filter(notice="severity_decided").exists()

    def test_of_no_case_is_nobody(self, case: Case, alice: User, mona: User, later: Any) -> None:
        request_severity(case, by=alice, at=later(minutes=5), **ASKED)
        decline_severity(case, by=mona, at=later(minutes=9), request=case.severity_requests.get(), because="No.")
        assert not OutboxMail.objects.filter(notice="severity_decided").exists()

    def test_is_no_line_of_the_timeline(
        self, asked: SeverityRequest, nora: User, mona: User, later: Any, signed_in: Any
    ) -> None:
        decline_severity(asked.case, by=mona, at=later(minutes=9), request=asked, because="No.")
        page = signed_in(nora).get(reverse("desk:case", args=[asked.case.number])).content.decode()
        assert "carl@example.com" not in page


class TestWhoPhoned:
    def test_can_be_a_colleague_who_sees_the_case(self, case: Case, bob: User, carl: User, later: Any) -> None:
        request_severity(case, by=carl, at=later(minutes=5), customer=bob, channel="phone", **ASKED)
        asked = case.severity_requests.get()
        assert (asked.message.author, asked.message.from_customer, asked.asked_by) == (bob, True, carl)

    def test_is_refused_for_who_does_not_see_it(
        self, case: Case, acme: Any, eve: User, nora: User, carl: User, later: Any
    ) -> None:
        narrow = member(person("Ned Narrow"), acme, sees_company_cases=False)
        for somebody in (eve, narrow, nora):
            with pytest.raises(CannotHaveAsked):
                request_severity(case, by=carl, at=later(minutes=5), customer=somebody, channel="phone", **ASKED)
        assert not case.severity_requests.exists()

    def test_means_nothing_where_the_customer_asks(self, case: Case, alice: User, bob: User, later: Any) -> None:
        request_severity(case, by=alice, at=later(minutes=5), customer=bob, **ASKED)
        assert case.severity_requests.get().message.author == alice

    def test_is_chosen_in_the_form(self, case: Case, bob: User, eve: User, carl: User, signed_in: Any) -> None:
        address, browser = reverse("desk:request_severity", args=[case.number]), signed_in(carl)
        page = browser.get(address)
        assert list(page.context["form"].fields["customer"].queryset) == [case.customer, bob]
        said = {"severity": "1", "channel": "phone", "body": "All is down.", "customer": str(bob.pk)}
        assert browser.post(address, said).status_code == 302
        assert case.severity_requests.get().message.author == bob
        said = {"severity": "3", "channel": "phone", "body": "So.", "customer": str(eve.pk)}
        assert browser.post(address, said).status_code == 422
