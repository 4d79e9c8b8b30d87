"""A case much like one that was opened a short while ago: the customer is asked, never stopped."""

from uuid import uuid4

import pytest

from cases.models import Case, SimilarityRule
from contacts.models import Instance
from tests.cases.portal.conftest import read
from tests.conftest import give

pytestmark = pytest.mark.django_db
NEW = "/cases/new/"


@pytest.fixture
def draft(alice, acme):
    instance = Instance.objects.get(account=acme, product__code="changepoint")
    return {
        "product": f"{acme.pk}.changepoint",
        "instance": instance.pk,
        "type": "defect",
        "severity": "2",
        "subject": "Time sheet can not be saved",
        "body": "Since this morning.",
        "submission": str(uuid4()),
    }


class TestSimilarCase:
    def test_is_shown_before_anything_is_sent(self, here, case, draft):
        response = here.post(NEW, draft)
        page = read(response)
        assert response.status_code == 422
        assert f'<a href="/cases/{case.number}/"><span class="tabular">{case.number}</span>' in page
        assert 'name="anyway"' in page
        assert draft["submission"] in page
        assert "Since this morning." in page
        assert Case.objects.count() == 1

    def test_blocks_nobody(self, here, case, draft):
        assert here.post(NEW, {**draft, "anyway": "on"}).status_code == 302
        assert Case.objects.count() == 2

    def test_is_not_what_the_same_form_opened_a_moment_before(self, here, alice, draft):
        first, second = here.post(NEW, draft), here.post(NEW, draft)
        assert first.url == second.url
        assert Case.objects.count() == 1

    @pytest.mark.parametrize(
        "change",
        [
            {"subject": "Reports are empty"},
            {"product": "daptiv"},
        ],
    )
    def test_is_of_another_subject_or_product(self, here, acme, case, draft, change):
        if "product" in change:
            instance = Instance.objects.get(account=acme, product__code="daptiv")
            change = {"product": f"{acme.pk}.daptiv", "instance": instance.pk}
        assert here.post(NEW, {**draft, **change}).status_code == 302

    def test_is_too_long_ago_closed_or_a_colleagues(self, here, alice, bob, carl, case, draft, clock):
        give(case, bob)
        assert here.post(NEW, draft).status_code == 302
        clock.later(hours=25)
        assert here.post(NEW, {**draft, "submission": str(uuid4())}).status_code == 302

    def test_is_what_a_manager_says_it_is(self, here, case, draft):
        SimilarityRule.objects.update(least_percent=100)
        assert here.post(NEW, draft).status_code == 302
        SimilarityRule.objects.update(least_percent=1, within_hours=0)
        assert here.post(NEW, {**draft, "submission": str(uuid4())}).status_code == 302


class TestOnThePhone:
    def test_is_shown_to_who_writes_it_down(self, signed_in, carl, alice, acme, case, draft, settings, clock):
        settings.STAFF_SECOND_FACTOR_REQUIRED = False
        membership = alice.memberships.get()
        address = f"/desk/open/?caller={membership.pk}"
        words = {
            "instance": draft["instance"],
            "type": "defect",
            "subject": draft["subject"],
            "body": "She says it again.",
            "received_at": clock().astimezone().strftime("%Y-%m-%dT%H:%M:%S"),
        }
        browser = signed_in(carl)
        browser.get(address)
        local = clock.moment.astimezone(__import__("zoneinfo").ZoneInfo("America/Chicago"))
        words["received_at"] = local.strftime("%Y-%m-%dT%H:%M:%S")
        page = read(browser.post(address, words))
        assert "much like this a short while ago" in page
        assert case.number in page
        assert browser.post(address, {**words, "anyway": "on"}).status_code == 302
        assert Case.objects.count() == 2
