"""Writing down hours of help at the desk, with the preview of their split; correcting an entry."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.lifecycle import assign, log_assistance
from cases.models import AssistanceKind, Case, TimeEntry
from contacts.models import Instance, Team
from contacts.roles import Role
from tests.cases.desk.conftest import WITH_HTMX, fresh, read, to
from tests.conftest import person

WORDS = {"kind": "configuration", "worked_on": "2027-06-08", "words": "Set up the export."}


@pytest.fixture
def helped(case, carl, clock):
    def make(minutes, **more):
        kind = AssistanceKind.objects.get(code="configuration")
        given = {"by": carl, "at": clock.later(minutes=1), "kind": kind, "words": "Set up the export.", **more}
        log_assistance(given.pop("case", case), minutes=minutes, **given)
        return TimeEntry.objects.latest("pk")

    return make


def correction(entry):
    return reverse("desk:correct_assistance", args=[entry.case.number, entry.pk])


class TestLogAssistance:
    def test_writes_it_down_and_shows_the_meter(self, here, case):
        response = here.post(to("log_assistance", case), {**WORDS, "minutes": "25"}, follow=True)
        assert "The help is written down." in read(response)
        assert "25 min of 1 h free used" in read(response)
        assert "35 min left" in read(response)
        entry = case.time_entries.get()
        assert (entry.minutes, entry.words, str(entry.worked_on)) == (25, "Set up the export.", "2027-06-08")

    def test_opens_in_the_dialog_with_what_is_left(self, here, case, helped):
        helped(45)
        page = read(here.get(to("log_assistance", case), **WITH_HTMX))
        assert "15 min of 1 h are left free." in page
        assert "<html" not in page

    def test_refuses_what_nobody_agreed_to_and_keeps_the_words(self, here, case, helped):
        helped(45)
        response = here.post(to("log_assistance", case), {**WORDS, "minutes": "25"})
        assert response.status_code == 422
        assert "Only 15 minutes of it are free. The other 10 minutes are billable" in read(response)
        assert "15 min free, 10 min billable" in read(response)
        assert "Set up the export." in read(response)
        assert case.time_entries.count() == 1

    def test_takes_the_consent_with_the_entry_and_hands_the_case_to_consulting(self, here, case, helped):
        helped(45)
        sent = {**WORDS, "minutes": "25", "consent": "Yes, do.", "consent_channel": "mail"}
        page = read(here.post(to("log_assistance", case), sent, follow=True))
        assert "The help is written down." in page
        assert "10 min billable" in page
        referral = case.consulting_referrals.get()
        assert (referral.state, referral.channel, referral.words.body) == ("agreed", "mail", "Yes, do.")
        assert fresh(case).team.code == "consulting"
        assert 'name="consent"' not in read(here.get(to("log_assistance", case)))

    def test_proposes_to_ask_the_customer_once_it_is_used_up(self, here, case, helped):
        helped(59)
        assert "assistance-hint" not in read(here.get(to("case", case)))
        helped(1)
        hint = read(here.get(to("case", case))).partition('id="assistance-hint"')[2].partition("</div>")[0]
        assert to("refer_to_consulting", case) in hint

    @pytest.mark.parametrize("minutes", ["0", "-5", "1441", "soon", "1.5", "", "9" * 30])
    def test_refuses_what_is_no_amount(self, here, case, minutes):
        assert here.post(to("log_assistance", case), {**WORDS, "minutes": minutes}).status_code == 422
        assert not case.time_entries.exists()

    def test_refuses_a_day_to_come(self, here, case):
        response = here.post(to("log_assistance", case), {**WORDS, "minutes": "5", "worked_on": "2027-06-09"})
        assert "The work has been done: today, or on a day before." in read(response)

    def test_offers_only_the_kinds_in_use(self, here, case):
        AssistanceKind.objects.filter(code="custom-report").update(is_offered=False)
        assert "Custom reports" not in read(here.get(to("log_assistance", case)))
        sent = {**WORDS, "minutes": "5", "kind": "custom-report"}
        assert here.post(to("log_assistance", case), sent).status_code == 422

    def test_previews_without_scripts(self, here, case):
        response = here.post(to("log_assistance", case), {"minutes": "70", "words": "Half", "preview": "1"})
        assert "1 h free, 10 min billable" in read(response)
        assert "Half" in read(response)
        assert not case.time_entries.exists()

    def test_says_so_where_the_case_has_no_instance(self, here, case):
        Case.objects.filter(pk=case.pk).update(instance=None)
        for address in (to("case", case), to("log_assistance", case)):
            assert "This case names no instance" in read(here.get(address))
        assert to("log_assistance", case) not in read(here.get(to("case", case)))
        assert here.post(to("log_assistance", case), {**WORDS, "minutes": "5"}).status_code == 422

    def test_is_not_offered_to_dispatchers(self, signed_in, dora, case):
        assert to("log_assistance", case) not in read(signed_in(dora).get(to("case", case)))


class TestAssistanceSplit:
    @pytest.mark.parametrize(
        ("minutes", "words"),
        [
            ("15", "This uses the free help up."),
            ("10", "15 min of 1 h were left before."),
            ("25", "15 min free, 10 min billable"),
            ("", "15 min of 1 h are left free."),
            ("abc", "15 min of 1 h are left free."),
            ("٣", "15 min of 1 h are left free."),
        ],
    )
    def test_is_told_while_the_minutes_are_typed(self, here, case, helped, minutes, words):
        helped(45)
        response = here.get(to("assistance_split", case), {"minutes": minutes}, **WITH_HTMX)
        assert words in read(response)
        assert "<html" not in read(response)

    def test_of_a_correction_counts_the_entry_as_taken_back(self, here, case, helped):
        entry = helped(45)
        address = reverse("desk:assistance_split", args=[case.number, entry.pk])
        assert "1 h free, 10 min billable" in read(here.get(address, {"minutes": "70"}))


class TestCorrectAssistance:
    def test_puts_the_right_one_in_its_place(self, here, case, helped):
        entry = helped(45)
        assert correction(entry) in read(here.get(to("case", case)))
        sent = {"minutes": "30", "kind": "custom-report", "because": "It was a report."}
        response = here.post(correction(entry), sent, follow=True)
        assert "The entry is corrected." in read(response)
        assert "30 min of 1 h free used" in read(response)
        assert correction(entry) not in read(response)

    def test_takes_it_back_with_nothing_in_its_place(self, here, case, helped):
        entry = helped(45)
        here.post(correction(entry), {"minutes": "0", "kind": "configuration", "because": "Not ours."})
        assert [one.minutes for one in case.time_entries.order_by("pk")] == [45, -45]

    def test_is_offered_to_who_wrote_it_and_managers(self, signed_in, nora, mona, case, helped):
        entry = helped(45)
        assert correction(entry) not in read(signed_in(nora).get(to("case", case)))
        assert correction(entry) in read(signed_in(mona).get(to("case", case)))
        sent = {"minutes": "0", "kind": "configuration", "because": "No."}
        refused = signed_in(nora).post(correction(entry), sent)
        assert "This entry is corrected by Carl Care, who wrote it, or by a manager." in read(refused)

    def test_of_another_case_is_not_found(self, here, alice, open_case, case, helped):
        other = helped(5, case=open_case(alice, subject="Another one"))
        assert here.get(reverse("desk:correct_assistance", args=[case.number, other.pk])).status_code == 404
        assert here.get(reverse("desk:correct_assistance", args=[case.number, 2**70])).status_code == 404


class TestPanel:
    def test_links_only_to_cases_that_the_reader_sees(self, signed_in, alice, mona, open_case, case, helped):
        other = open_case(alice, subject="Another one")
        helped(20, case=other)
        helped(5)
        pia = person("Pia Product", Role.PRODUCT_MANAGEMENT)
        assign(case, by=mona, at=case.opened_at, owner=pia, team=Team.objects.get(code="product-management"))
        page = read(signed_in(pia).get(to("case", case)))
        assert "25 min of 1 h free used" in page
        assert "20 min on cases that you do not see." in page
        assert other.number not in page

    def test_shows_entries_of_other_cases_to_who_sees_them(self, here, alice, open_case, case, helped):
        other = open_case(alice, subject="Another one")
        helped(20, case=other)
        assert f'<a href="{to("case", other)}">{other.number}</a>' in read(here.get(to("case", case)))

    def test_takes_as_many_queries_with_many_entries(self, here, case, helped):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                here.get(to("case", case))
            return len(captured)

        helped(1)
        first = queries()
        for _turn in range(6):
            helped(1)
        assert queries() <= first

    def test_counts_the_allowance_of_its_own(self, here, case):
        Instance.objects.filter(pk=case.instance_id).update(free_help_minutes=90)
        assert "1 h 30 min left" in read(here.get(to("case", fresh(case))))
