"""Who hears of promises that run short or were missed, when, how often; and what the mails say."""

import re

import pytest
from django.utils.html import strip_tags

from cases import lifecycle
from cases.events import timeline
from cases.jobs import commitments
from cases.models import Event, OutboxMail
from cases.models.outbox_mail import Delivery
from cases.notifications import compose as notifications
from cases.notifications.delivery import deliver_all
from contacts.models import Team
from sla.models import Calendar
from tests.conftest import person

pytestmark = pytest.mark.django_db


def mails(case, notice):
    return OutboxMail.objects.filter(case=case, notice=notice).order_by("recipient__name", "pk")


def recipients(case, notice):
    return [mail.recipient.name for mail in mails(case, notice)]


def events(case, kind):
    return [event.data["metric"] for event in Event.objects.filter(case=case, kind=kind).order_by("pk")]


class TestAtRisk:
    """Changepoint, Major: the first answer in 60 minutes, warned of after 45; the service in 120, after 90."""

    def test_is_told_once(self, case, carl, mona, later):
        commitments.sweep(later(minutes=44))
        assert events(case, "at_risk") == []
        for minute in (45, 46, 59):
            commitments.sweep(later(minutes=minute))
        assert events(case, "at_risk") == ["response"]
        assert recipients(case, "at_risk") == ["Carl Care", "Mona Manager"]

    def test_marks_the_case_for_the_queue(self, case, later):
        commitments.sweep(later(minutes=46))
        case.refresh_from_db()
        assert case.sla_state == "at_risk"

    def test_is_not_told_where_the_time_ran_out_meanwhile(self, case, carl, later):
        commitments.sweep(later(minutes=70))
        assert (events(case, "at_risk"), events(case, "breached")) == ([], ["response"])
        assert (recipients(case, "at_risk"), recipients(case, "breached")) == ([], ["Carl Care"])

    def test_is_told_once_more_where_there_was_time_again(self, case, carl, later):
        commitments.sweep(later(minutes=46))
        lifecycle.change_severity(case, by=carl, at=later(minutes=50), severity=3, because="One person.")
        assert case.commitments.get(metric="response").warned_at is None
        commitments.sweep(later(minutes=89))
        assert events(case, "at_risk") == ["response"]
        for minute in (90, 91):
            commitments.sweep(later(minutes=minute))
        assert events(case, "at_risk") == ["response", "response"]
        assert recipients(case, "at_risk") == ["Carl Care", "Carl Care"]


class TestBreached:
    def test_is_told_once_by_the_sweep(self, case, carl, mona, later):
        for minute in (61, 62, 90):
            commitments.sweep(later(minutes=minute))
        assert events(case, "breached") == ["response"]
        assert recipients(case, "breached") == ["Carl Care", "Mona Manager"]
        assert case.breaches.count() == 1

    def test_is_told_once_by_the_reply_that_comes_too_late(self, case, carl, mona, later):
        lifecycle.reply(case, by=carl, at=later(minutes=70), body="Late.")
        assert events(case, "breached") == ["response"]
        commitments.sweep(later(minutes=71))
        assert events(case, "breached") == ["response"]
        assert recipients(case, "breached") == ["Carl Care", "Mona Manager"]
        assert case.breaches.count() == 1

    def test_is_not_told_again_by_the_reply_after_the_sweep(self, case, carl, later):
        commitments.sweep(later(minutes=61))
        lifecycle.reply(case, by=carl, at=later(minutes=70), body="Late.")
        assert (events(case, "breached"), recipients(case, "breached")) == (["response"], ["Carl Care"])

    def test_of_a_reply_in_time_there_is_none(self, case, carl, later):
        lifecycle.reply(case, by=carl, at=later(minutes=60), body="Just in time.")
        commitments.sweep(later(minutes=61))
        assert (events(case, "breached"), recipients(case, "breached")) == ([], [])

    def test_is_no_event_that_the_customer_sees(self, case, alice, carl, signed_in, later):
        commitments.sweep(later(minutes=50))
        commitments.sweep(later(minutes=61))
        assert {entry.event.kind for entry in timeline.build(case, alice)} == {"opened"}
        assert {"at_risk", "breached"} <= {entry.event.kind for entry in timeline.build(case, carl)}
        page = signed_in(alice).get(f"/cases/{case.number}/").content.decode()
        assert "Missed: First answer" not in page
        assert "At risk:" not in page


class TestWho:
    def test_is_the_owner_wherever_they_belong(self, case, carl, nora, later):
        lifecycle.take(case, by=nora, at=later(minutes=1))
        commitments.sweep(later(minutes=61))
        assert recipients(case, "breached") == ["Carl Care", "Nora Night"]

    def test_is_of_the_team_who_wishes_to_hear(self, case, carl, later):
        quiet = person("Quentin Quiet", "consultant_1", hears_of_team_promises=False)
        gone = person("Gwen Gone", "consultant_1", is_active=False)
        for one in (quiet, gone):
            Team.objects.get(pk=case.team_id).members.add(one)
        commitments.sweep(later(minutes=61))
        assert recipients(case, "breached") == ["Carl Care"]

    def test_is_an_owner_also_where_they_do_not_wish_to_hear_of_the_team(self, case, carl, later):
        carl.hears_of_team_promises = False
        carl.save(update_fields=["hears_of_team_promises"])
        lifecycle.take(case, by=carl, at=later(minutes=1))
        commitments.sweep(later(minutes=61))
        assert recipients(case, "breached") == ["Carl Care"]

    def test_is_a_manager_once_also_of_the_team(self, case, mona, later):
        Team.objects.get(pk=case.team_id).members.add(mona)
        commitments.sweep(later(minutes=61))
        assert recipients(case, "breached") == ["Mona Manager"]


class TestWhen:
    def test_is_in_the_working_hours_of_the_desk(self, open_case, alice, carl, later):
        # Tuesday 10:00 in Chicago is `later()`; Changepoint closes at 17:00 and opens on Wednesday at 02:00.
        in_hours = open_case(alice, at=later(hours=6, minutes=30))
        commitments.sweep(later(hours=16, minutes=31))
        assert mails(in_hours, "breached").get().due_at == later(hours=16, minutes=31)

    def test_is_at_the_next_opening_where_a_date_falls_due_outside_of_them(self, case, carl, later):
        lifecycle.reply(case, by=carl, at=later(minutes=5), body="Yes.")
        lifecycle.restore_service(case, by=carl, at=later(minutes=6), body="Up again.")
        lifecycle.agree_date(case, by=carl, at=later(minutes=7), due_at=later(hours=8))
        commitments.sweep(later(hours=8, minutes=1))
        assert mails(case, "breached").get().due_at == later(hours=16)

    def test_is_in_the_persons_own_hours_where_they_have_some(self, open_case, alice, carl, later):
        carl.working_hours = Calendar.objects.get(code="barometer")
        carl.save(update_fields=["working_hours"])
        case = open_case(alice, at=later(hours=15))  # Wednesday 01:00 in Chicago
        commitments.sweep(later(hours=17, minutes=1))  # 03:01; Barometer opens at 10:00
        assert mails(case, "breached").get().due_at == later(hours=24)

    def test_is_at_once_for_critical(self, open_case, eve, carl, later):
        carl.working_hours = Calendar.objects.get(code="barometer")
        carl.save(update_fields=["working_hours"])
        case = open_case(eve, severity="critical", at=later(hours=10))  # round the clock
        commitments.sweep(later(hours=10, minutes=31))
        assert mails(case, "breached").get().due_at == later(hours=10, minutes=31)


class TestMails:
    @pytest.fixture
    def warned(self, case, carl, later):
        commitments.sweep(later(minutes=46))
        return mails(case, "at_risk").get()

    @pytest.fixture
    def missed(self, case, carl, later):
        commitments.sweep(later(minutes=65))
        return mails(case, "breached").get()

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_say_the_same_in_text_and_html_and_link_to_the_desk(self, case, carl, later, settings, language):
        settings.SITE_URL = "https://care.example/"
        carl.language = language
        carl.save(update_fields=["language"])
        commitments.sweep(later(minutes=46))
        built = [notifications.compose(mails(case, "at_risk").get())]
        commitments.sweep(later(minutes=65))
        built.append(notifications.compose(mails(case, "breached").get()))
        for mail in built:
            html = mail.alternatives[0][0]
            page = f"https://care.example/desk/{case.number}/"
            assert re.findall(r'(?:href|src|action)="([^"]*)"', html) == [page]
            assert re.findall(r"https?://\S+", mail.body) == [page]
            said = " ".join(strip_tags(html.partition("<body>")[2]).split())
            for row in mail.body.splitlines():
                if row.strip() and not row.startswith(("--", "*", "https:")):
                    assert " ".join(row.split()) in said, row
            assert mail.extra_headers["Content-Language"] == language
            assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
            assert "{" not in mail.body

    def test_have_a_subject_of_their_own(self, case, warned, missed):
        due = "due Tuesday 8 June 2027, 11:00 CDT"
        assert notifications.compose(missed).subject == f"[{case.number}] Missed: First answer, {due}"

    def test_warn_in_the_subject(self, case, warned):
        due = "due Tuesday 8 June 2027, 11:00 CDT"
        assert notifications.compose(warned).subject == f"[{case.number}] At risk: First answer, {due}"

    def test_name_all_that_one_asks(self, case, missed):
        body = notifications.compose(missed).body
        for words in (
            case.number,
            case.subject,
            "Acme",
            "Major",
            "First answer",
            "Owner: nobody yet",
            "5 minutes late",
        ):
            assert words in body.replace("\xa0", " ")
        assert "is not done yet" in body

    def test_say_when_it_was_done_too_late(self, case, carl, later):
        lifecycle.reply(case, by=carl, at=later(hours=3, minutes=10), body="Late.")
        body = notifications.compose(mails(case, "breached").filter(event__data__metric="response").get()).body
        assert "was done Tuesday 8 June 2027, 13:10 CDT" in body
        assert "2 hours, 10 minutes late" in body.replace("\xa0", " ")

    def test_never_say_what_a_note_says(self, case, carl, later):
        lifecycle.note(case, by=carl, at=later(minutes=1), body="canary")
        commitments.sweep(later(minutes=65))
        assert "canary" not in notifications.compose(mails(case, "breached").get()).message().as_string()

    def test_arrive(self, case, missed, sink, later):
        deliver_all(later(minutes=66))
        assert any(caught.recipients == ("carl@example.com",) for caught in sink.messages)
        missed.refresh_from_db()
        assert missed.state == Delivery.SENT


class TestWithheld:
    def reason(self, mail):
        with pytest.raises(notifications.Withheld) as refusal:
            notifications.compose(OutboxMail.objects.get(pk=mail.pk))
        return refusal.value.reason

    @pytest.fixture
    def warned(self, case, carl, later):
        commitments.sweep(later(minutes=46))
        return mails(case, "at_risk").get()

    def test_is_a_warning_of_what_was_done_meanwhile(self, case, carl, warned, later):
        lifecycle.reply(case, by=carl, at=later(minutes=50), body="In time.")
        assert self.reason(warned) == notifications.Reason.OUTDATED

    def test_is_a_warning_of_what_was_missed_meanwhile(self, warned, later):
        commitments.sweep(later(minutes=61))
        assert self.reason(warned) == notifications.Reason.OUTDATED

    def test_is_a_warning_of_another_due_time(self, case, carl, warned, later):
        lifecycle.change_severity(case, by=carl, at=later(minutes=50), severity=3, because="One person.")
        assert self.reason(warned) == notifications.Reason.OUTDATED

    def test_is_the_news_of_a_breach_that_counts_no_more(self, case, carl, mona, later):
        commitments.sweep(later(minutes=61))
        lifecycle.void_breach(case, by=mona, at=later(minutes=62), breach=case.breaches.get(), because="Line down.")
        assert {self.reason(mail) for mail in mails(case, "breached")} == {notifications.Reason.OUTDATED}

    def test_is_nothing_that_still_holds(self, warned):
        assert notifications.compose(warned).body

    def test_is_said_to_our_people(self, case, carl, warned, later, sink):
        lifecycle.reply(case, by=carl, at=later(minutes=50), body="In time.")
        deliver_all(later(minutes=55))
        warned.refresh_from_db()
        assert (warned.state, warned.error) == (Delivery.WITHHELD, "outdated")
