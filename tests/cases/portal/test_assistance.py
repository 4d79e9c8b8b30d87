"""What customers see of hours of help: on their case, and over all their instances."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.lifecycle import log_assistance
from cases.models import AssistanceKind, OutboxMail
from cases.notifications.compose import compose
from cases.time_entries.allowance import Consent
from contacts.models import Account, Membership
from tests.conftest import company, member

PAGE = "portal:assistance"
pytestmark = pytest.mark.django_db


@pytest.fixture
def helped(case, carl, later):
    def make(minutes, **more):
        kind = AssistanceKind.objects.get(code="configuration")
        given = {"by": carl, "at": later(minutes=5), "kind": kind, "words": "Set up the export.", **more}
        return log_assistance(given.pop("case", case), minutes=minutes, **given)

    return make


def read(response):
    return " ".join(response.content.decode().split())


class TestTheCase:
    def test_shows_the_meter_and_the_entry(self, signed_in, alice, case, helped):
        helped(40)
        page = read(signed_in(alice).get(reverse("portal:case", args=[case.number])))
        assert "40 min of 1 h free used" in page
        assert "20 min of it are still free for this instance" in page
        assert "Carl Care wrote down help (Configuration): 40 minutes, free of charge." in page

    def test_says_what_further_help_costs_once_it_is_used_up(self, signed_in, alice, case, helped):
        helped(60)
        page = read(signed_in(alice).get(reverse("portal:case", args=[case.number])))
        assert "Further help with reports, configuration and installation is billable: we ask you before" in page

    def test_stays_in_sight_once_it_went_to_consulting(self, signed_in, alice, case, helped):
        helped(70, consent=Consent("Yes.", "phone"))
        page = read(signed_in(alice).get(reverse("portal:case", args=[case.number])))
        assert "10 min billable" in page


class TestAssistance:
    def test_shows_a_meter_for_each_instance(self, signed_in, alice, case, helped):
        helped(40)
        page = read(signed_in(alice).get(reverse(PAGE)))
        assert page.count("cc-bar-track") == alice.accounts.get().instances.count()
        assert "40 min of 1 h free used" in page
        assert "Set up the export." in page
        assert reverse("portal:case", args=[case.number]) in page

    def test_sums_what_the_reader_does_not_see(self, signed_in, bob, case, helped):
        helped(40)
        Membership.objects.filter(user=bob).update(sees_company_cases=False)
        page = read(signed_in(bob).get(reverse(PAGE)))
        assert "40 min of 1 h free used" in page
        assert "40 min on cases of your colleagues that you do not see." in page
        assert "Set up the export." not in page
        assert case.number not in page

    def test_is_nothing_of_another_account(self, signed_in, eve, case, helped):
        helped(40)
        page = read(signed_in(eve).get(reverse(PAGE)))
        assert "Set up the export." not in page
        assert "40 min" not in page

    def test_names_the_accounts_of_who_has_several(self, signed_in, alice):
        member(alice, company("Initech", "standard", "emea"))
        assert "Initech" in read(signed_in(alice).get(reverse(PAGE)))

    def test_says_so_where_there_is_no_instance(self, signed_in, alice):
        alice.accounts.get().instances.all().delete()
        assert "No instance here" in read(signed_in(alice).get(reverse(PAGE)))

    def test_sends_our_own_people_to_their_queue(self, signed_in, carl):
        assert signed_in(carl).get(reverse(PAGE)).url == reverse("desk:queue")

    def test_takes_as_many_queries_with_many_entries(self, signed_in, alice, case, helped):
        browser = signed_in(alice)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                browser.get(reverse(PAGE))
            return len(captured)

        helped(1)
        first = queries()
        for _turn in range(6):
            helped(1)
        assert queries() <= first <= 12

    def test_is_linked_from_the_instances(self, signed_in, alice, case):
        page = read(signed_in(alice).get(reverse("contacts:my_instances")))
        assert f"{reverse(PAGE)}#instance-{case.instance_id}" in page


class TestMails:
    @pytest.mark.parametrize(
        ("minutes", "english", "french"),
        [
            ((60,), "The free help is used up", "L’aide gratuite est épuisée"),
            ((70,), "Billable help was written down", "Une aide à facturer a été notée"),
        ],
    )
    def test_say_what_is_billable_in_the_reader_s_language(self, alice, case, helped, minutes, english, french):
        for one in minutes:
            helped(one, consent=Consent("Yes.", "phone"))
        mail = OutboxMail.objects.get(notice="assistance_told")
        for language, words in (("en", english), ("fr", french)):
            alice.language = language
            alice.save()
            built = compose(OutboxMail.objects.select_related("recipient", "event").get(pk=mail.pk))
            assert words in built.body
            assert words in built.alternatives[0][0]
            assert "Set up the export." in built.body
            assert "Changepoint production" in built.body

    def test_tell_who_looks_after_the_account(self, mona, case, helped):
        Account.objects.filter(pk=case.account_id).update(customer_success_manager=mona)
        helped(70, consent=Consent("Yes.", "phone"))
        built = compose(OutboxMail.objects.get(notice="assistance_billed"))
        assert built.subject == f"[{case.number}] Billable help"
        assert "70 minutes, 10 minutes of them billable" in built.body
        assert "because you look after this account" in built.body
