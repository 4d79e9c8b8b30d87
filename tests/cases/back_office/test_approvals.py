"""The approvals of the back office: what waits, one request, the decision, who may."""

from typing import Any

import pytest
from django.urls import reverse

from cases.lifecycle import decline_severity, request_severity
from cases.models import Case, ReviewRule, SeverityRequest

pytestmark = pytest.mark.django_db

INBOX = "/admin/approvals/"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def asked(case, alice, later):
    request_severity(case, by=alice, at=later(minutes=5), severity=1, body="All <b>down</b>.")
    return case.severity_requests.get()


@pytest.fixture
def boss(signed_in, mona):
    return signed_in(mona)


def read(response) -> str:
    return " ".join(response.content.decode().split())


def to(verb, asked):
    return reverse(f"approvals:{verb}", args=[asked.pk])


class TestApprovals:
    def test_show_the_oldest_first_with_the_case_in_brief(self, boss, asked, alice, open_case, later):
        second = open_case(alice, subject="Reports stay empty", at=later(minutes=1))
        request_severity(second, by=alice, at=later(minutes=2), severity=1, body="Empty for all.")
        page = read(boss.get(INBOX))
        assert page.index("Reports stay empty") < page.index(asked.case.subject)
        for words in ("Acme, Standard", "Changepoint", "Major", "All &lt;b&gt;down&lt;/b&gt;.", asked.case.number):
            assert words in page

    def test_show_how_long_the_last_decisions_took(self, boss, case, mona, asked, later):
        decline_severity(case, by=mona, at=later(minutes=17), request=asked, because="No.")
        page = read(boss.get(INBOX))
        assert "Nothing waits for a decision." in page
        assert "12 min" in page

    def test_need_as_many_queries_for_many(self, boss, alice, open_case, later, django_assert_max_num_queries):
        for minute in range(6):
            one = open_case(alice, subject=f"Case {minute}", at=later(minutes=minute))
            request_severity(one, by=alice, at=later(minutes=minute), severity=1, body="Down.")
        with django_assert_max_num_queries(8):
            boss.get(INBOX)

    def test_are_counted_on_the_first_page(self, boss, asked):
        page = read(boss.get(reverse("admin:index")))
        assert "1 request for Critical waits for a manager" in page
        assert f'href="{INBOX}"' in page

    def test_are_in_the_managers_side_bar_alone(self, boss, signed_in, carl, case):
        desk = reverse("desk:queue")
        assert f'href="{INBOX}"' in read(boss.get(desk))
        assert f'href="{INBOX}"' not in read(signed_in(carl).get(desk))


class TestApproval:
    def test_shows_the_words_and_the_criteria_to_tick(self, boss, asked):
        page = read(boss.get(to("approval", asked)))
        assert "All &lt;b&gt;down&lt;/b&gt;." in page
        assert page.count('name="criteria"') == 4
        assert "Data are being damaged or lost" in page

    def test_is_only_looked_at_by_administrators(self, signed_in, adam, asked):
        browser = signed_in(adam)
        assert browser.get(INBOX).status_code == 200
        page = read(browser.get(to("approval", asked)))
        assert 'name="because"' not in page
        browser.post(to("approve_severity", asked), {"criteria": "production_down", "because": "So."})
        browser.post(to("decline_severity", asked), {"because": "So."})
        assert SeverityRequest.objects.get().is_open

    def test_is_decided_by_another_than_who_brought_it_in(self, boss, mona, case, later):
        request_severity(case, by=mona, at=later(minutes=5), severity=1, body="Down.", channel="phone")
        asked = case.severity_requests.get()
        page = read(boss.get(to("approval", asked)))
        assert "another manager decides it" in page
        assert 'name="because"' not in page
        refused = boss.post(to("decline_severity", asked), {"because": "So."})
        assert "another manager decides it" in read(refused)
        assert SeverityRequest.objects.get().is_open

    @pytest.mark.parametrize("who", ["alice", "eve", "carl", "nora", "dora"])
    def test_does_not_exist_for_anybody_else(self, signed_in, asked, request, who):
        browser = signed_in(request.getfixturevalue(who))
        for address in (INBOX, to("approval", asked)):
            assert browser.get(address).status_code == 404
        for verb in ("approve_severity", "decline_severity"):
            answer = browser.post(to(verb, asked), {"criteria": "production_down", "because": "So."})
            assert answer.status_code == 404
        assert SeverityRequest.objects.get().is_open

    def test_leads_strangers_to_the_door(self, client, asked):
        assert "/accounts/login/" in client.get(to("approval", asked)).url


class TestApproveSeverity:
    def test_makes_the_case_critical(self, boss, asked, mona):
        words = {"criteria": ["production_down", "data_damaged"], "because": "We saw it."}
        page = read(boss.post(to("approve_severity", asked), words, follow=True))
        assert f"{asked.case.number} is Critical now." in page
        asked.refresh_from_db()
        assert (asked.state, asked.decided_by) == ("approved", mona)
        assert asked.criteria == ["production_down", "data_damaged"]
        assert Case.objects.get().severity == 1

    def test_needs_a_tick_and_a_reason(self, boss, asked):
        response = boss.post(to("approve_severity", asked), {"because": "We saw it."})
        assert response.status_code == 422
        assert "Tick at least one criterion" in read(response)
        assert "We saw it.</textarea>" in read(response)
        assert boss.post(to("approve_severity", asked), {"criteria": "production_down"}).status_code == 422
        assert SeverityRequest.objects.get().is_open

    def test_is_not_done_by_following_a_link(self, boss, asked):
        assert boss.get(to("approve_severity", asked)).status_code == 405
        assert boss.get(to("decline_severity", asked)).status_code == 405


class TestDeclineSeverity:
    def test_leaves_the_severity(self, boss, asked):
        page = read(boss.post(to("decline_severity", asked), {"because": "One function works."}, follow=True))
        assert f"{asked.case.number} keeps its severity." in page
        assert Case.objects.get().severity == 2

    def test_tells_who_comes_second_what_was_decided(self, boss, case, mona, asked, later):
        decline_severity(case, by=mona, at=later(minutes=9), request=asked, because="No.")
        words = {"criteria": "production_down", "because": "Yes."}
        response = boss.post(to("approve_severity", asked), words)
        assert response.status_code == 422
        assert "This request has ended already: Declined, by Mona Manager." in read(response)


class TestTheRule:
    def test_is_one_changed_by_a_manager_and_never_taken_away(self, boss):
        change = reverse("admin:cases_reviewrule_change", args=[1])
        assert boss.post(change, {"remind_after_minutes": "10"}).status_code == 302
        assert ReviewRule.objects.get().remind_after_minutes == 10
        assert boss.post(change, {"remind_after_minutes": "0"}).status_code == 200
        for severity in ("1", "2"):
            words = {"severity": severity, "remind_after_minutes": "5"}
            assert boss.post(reverse("admin:cases_reviewrule_add"), words).status_code == 200
        assert ReviewRule.objects.get().remind_after_minutes == 10
        assert boss.post(reverse("admin:cases_reviewrule_delete", args=[1])).status_code == 403

    def test_requests_are_on_record_with_their_duration(self, boss, case, mona, asked, later):
        decline_severity(case, by=mona, at=later(minutes=17), request=asked, because="No.")
        assert "0:12:00" in read(boss.get(reverse("admin:cases_severityrequest_changelist"), {"q": case.number}))
        assert boss.get(reverse("admin:cases_severityrequest_change", args=[asked.pk])).status_code == 200
