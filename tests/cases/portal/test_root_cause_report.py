"""The page of a root-cause report: for the people of affected accounts, in their language, naming nobody else."""

import pytest
from django.urls import reverse

from cases.lifecycle import link_case, unlink_case
from contacts.models import Membership
from tests.cases.incidents.conftest import incident, open_incident  # noqa: F401
from tests.cases.reports.tallied import given, given_again, published, reviewed
from tests.conftest import company, member, person

pytestmark = pytest.mark.django_db


def address(version):
    return reverse("portal:root_cause_report", args=[version.report.number])


def read(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def both(case, open_case, eve, nora, later, incident):  # noqa: F811
    """Alice's and Eve's cases, parts of one incident."""
    other = open_case(eve, subject="canary-subject-of-eve")
    for one in (case, other):
        link_case(one, by=nora, at=later(minutes=5), incident=incident)
    return case, other


class TestThePage:
    def test_is_read_by_the_people_of_every_affected_account(self, both, alice, bob, eve, signed_in, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        for reader in (alice, bob):
            page = read(signed_in(reader).get(address(version)))
            assert "A log grew without a limit." in page
            assert both[0].number in page
        french = read(signed_in(eve).get(address(version)))
        assert "Un journal grossissait sans limite." in french

    def test_names_no_other_account_and_no_other_case(self, both, alice, globex, signed_in, incident, later):  # noqa: F811
        page = read(signed_in(alice).get(address(given(incident=incident, at=later(days=1)))))
        for canary in (globex.name, both[1].number, "canary-subject-of-eve", "Eve"):
            assert canary not in page

    def test_is_not_found_by_anybody_else(self, both, signed_in, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        stranger = member(person("Stan Stranger"), company("Initech", "standard", "emea"), designated=True)
        assert signed_in(stranger).get(address(version)).status_code == 404

    def test_is_not_found_by_who_sees_only_their_own_cases(self, both, acme, signed_in, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        shy = member(person("Sheila Shy"), acme, sees_company_cases=False)
        assert signed_in(shy).get(address(version)).status_code == 404

    def test_is_not_found_any_more_by_who_left_the_account(self, both, bob, signed_in, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        Membership.objects.filter(user=bob).delete()
        assert signed_in(bob).get(address(version)).status_code == 404

    def test_is_not_found_before_it_is_published(self, both, alice, signed_in, incident, later):  # noqa: F811
        report = reviewed(incident=incident, at=later(days=1))
        assert signed_in(alice).get(reverse("portal:root_cause_report", args=[report.number])).status_code == 404

    def test_can_be_read_before_the_worker_has_told(self, both, alice, signed_in, incident, later):  # noqa: F811
        assert signed_in(alice).get(address(published(incident=incident, at=later(days=1)))).status_code == 200

    def test_stays_readable_for_a_case_taken_out_after_it_was_told(self, both, alice, nora, signed_in, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        unlink_case(both[0], by=nora, at=later(days=2), because="Another cause.")
        assert signed_in(alice).get(address(version)).status_code == 200

    def test_shows_the_latest_version(self, both, alice, mona, signed_in, incident, later):  # noqa: F811
        first = given(incident=incident, at=later(days=1))
        given_again(first.report, by=mona, at=later(days=2), because="A wrong time.")
        assert "corrected, version 2" in read(signed_in(alice).get(address(first)))

    def test_leads_our_own_people_to_theirs(self, both, carl, signed_in, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        assert signed_in(carl).get(address(version)).url == reverse(
            "desk:root_cause_report", args=[version.report.number]
        )

    def test_asks_a_stranger_to_sign_in(self, both, client, incident, later):  # noqa: F811
        version = given(incident=incident, at=later(days=1))
        assert client.get(address(version)).url.startswith("/accounts/login/")

    def test_of_no_report_is_not_found(self, alice, signed_in):
        for number in ("RC-000000", "RC-99999999999999"):
            assert signed_in(alice).get(f"/cases/root-cause-reports/{number}/").status_code == 404


class TestTheCase:
    def test_leads_to_it(self, both, alice, signed_in, incident, later):  # noqa: F811
        browser, page = signed_in(alice), reverse("portal:case", args=[both[0].number])
        assert "root-cause-reports" not in read(browser.get(page))
        version = given(incident=incident, at=later(days=1))
        assert address(version) in read(browser.get(page))
