"""What a mail says: for whom, in which language and zone, with which headers; and what it can never say."""

import re
from datetime import UTC, datetime

import pytest
from django.utils.html import strip_tags

from cases.events import KINDS
from cases.jobs.incident_updates import spread
from cases.lifecycle import (
    accept_solution,
    agree_date,
    approve_severity,
    ask_customer,
    change_severity,
    classify,
    close,
    decline_severity,
    judge_reach,
    link_case,
    note,
    open_incident,
    provide_solution,
    publish_update,
    record_consulting_consent,
    refer_to_consulting,
    reopen,
    reply,
    request_severity,
    restore_service,
    take,
    unlink_case,
    withdraw_agreed_date,
    withdraw_referral,
)
from cases.models import OutboxMail
from cases.notifications import compose as notifications
from tests.cases.reports.tallied import given, given_again
from tests.conftest import member, person

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a"
# The reminder of a solution leads to three places of the page, and only while it is so:
# tests/cases/jobs/test_auto_close.py.
# The complete answer is owed on a version out of support alone: tests/cases/notifications/test_assignment.py.
ELSEWHERE = {"contact_attempt", "review_answered", "fix_released", "merged", "unmerged"}
NOTICES = sorted({kind.notice for kind in KINDS.values() if kind.notice} - ELSEWHERE)
SAID = "Some <b>words</b> & signs"


def promised_otherwise(case, boss, at, words):
    """Change all that is promised of which the customer is notified."""
    request_severity(case, by=case.customer, at=at, severity=1, body="All down.")
    decline_severity(case, by=boss, at=at, request=case.severity_requests.get(), because=words)
    request_severity(case, by=case.customer, at=at, severity=1, body="Still down.")
    again = case.severity_requests.get(state="open")
    approve_severity(case, by=boss, at=at, request=again, criteria=["production_down"], because=words)
    change_severity(case, by=boss, at=at, severity=2, because="Most can work again.")
    change_severity(case, by=boss, at=at, severity=1, because=words)
    classify(case, by=boss, at=at, type=case.type, kind="other")
    judge_reach(case, by=boss, at=at, is_system_wide=True, because=f"{CANARY} all of them")
    agree_date(case, by=boss, at=at, due_at=datetime(2027, 6, 18, 17, 0, tzinfo=UTC))
    withdraw_agreed_date(case, by=boss, at=at, because=words)
    given(case=case, by=boss, at=at, words={"happened_en": words, "happened_fr": words})
    given_again(case.root_cause_report, by=boss, at=at, because=f"{CANARY} a wrong time")


def asked_to_pay(case, consultant, at, words):
    """Ask whether work may be billed, take that back, ask again, and write down the customer's no."""
    refer_to_consulting(case, by=consultant, at=at, reason=words)
    withdraw_referral(case, by=consultant, at=at)
    refer_to_consulting(case, by=consultant, at=at, reason=words)
    record_consulting_consent(case, by=consultant, at=at, agreed=False, body=words)


def part_of_an_incident(case, boss, at, words):
    """Make the case part of an incident of which something is published; what is said of the link is ours."""
    titles = {"title_en": "Trouble", "title_fr": "Panne"}
    incident = open_incident(by=boss, at=at, severity=1, effects={case.product: "down"}, started_at=at, **titles)
    link_case(case, by=boss, at=at, incident=incident)
    publish_update(incident, by=boss, at=at, state="identified", text_en=words, text_fr=words)
    spread(at)
    unlink_case(case, by=boss, at=at, because=f"{CANARY} apart")


@pytest.fixture
def notified(carl, mona, later):
    """`notified(case)`: do everything of which the customer is told, with notes between; returns mails by notice."""

    def live(case, words=SAID):
        customer = case.customer
        note(case, by=carl, at=later(minutes=1), body=f"{CANARY} note one")
        take(case, by=carl, at=later(minutes=2))
        reply(case, by=carl, at=later(minutes=3), body=words)
        ask_customer(case, by=carl, at=later(minutes=4), body=words)
        note(case, by=carl, at=later(minutes=5), body=f"{CANARY} note two")
        reply(case, by=customer, at=later(minutes=6), body="Here it is.")
        restore_service(case, by=carl, at=later(minutes=7), body=words)
        promised_otherwise(case, mona, later(minutes=7), words)
        asked_to_pay(case, carl, later(minutes=8), words)
        part_of_an_incident(case, mona, later(minutes=7), words)
        provide_solution(case, by=carl, at=later(minutes=8), body=words)
        accept_solution(case, by=customer, at=later(minutes=9))
        note(case, by=carl, at=later(minutes=10), body=f"{CANARY} note three")
        reopen(case, by=carl, at=later(minutes=11), reason=words)
        refer_to_consulting(case, by=carl, at=later(minutes=12), reason=words, estimate_minutes=90)
        mails = OutboxMail.objects.filter(case=case, recipient=customer)
        return {mail.notice: mail for mail in mails.order_by("pk")}

    return live


class TestEveryNotice:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_is_whole_in_text_and_html(self, notified, case, alice, settings, language):
        settings.SITE_URL = "https://care.example/"
        alice.language = language
        alice.save(update_fields=["language"])
        mails = notified(case)
        assert sorted(mails) == NOTICES
        report = f"root-cause-reports/{case.root_cause_report.number}"
        for notice, mail in mails.items():
            built = notifications.compose(mail)
            html, kind = built.alternatives[0]
            page = f"https://care.example/cases/{report if notice.startswith('root_cause') else case.number}/"
            assert kind == "text/html"
            assert f'<html lang="{language}">' in html, notice
            # One link, to the page of the case or of its report; no form, nothing fetched.
            assert re.findall(r'(?:href|src|action)="([^"]*)"', html) == [page], notice
            assert set(re.findall(r"https?://\S+", built.body)) == {page}, notice  # our own words may name it too
            assert "<form" not in html
            # Both say the same: each paragraph of the text stands in the HTML.
            said = " ".join(strip_tags(html.partition("<body>")[2]).split())
            for row in built.body.replace("-" * 40, "").splitlines():
                if row.strip() and not row.startswith(("--", "*", "https:", "Some <b>")):
                    assert " ".join(row.split()) in said.replace("&amp;", "&"), (notice, row)
            assert built.subject.startswith(f"[{case.number}] ")
            assert built.extra_headers["Content-Language"] == language
            assert "\n\n\n" not in built.body
            assert "{" not in built.body

    def test_never_says_an_internal_note(self, notified, case):
        for mail in notified(case).values():
            built = notifications.compose(mail)
            assert CANARY not in built.message().as_string()

    def test_hands_its_template_no_object_to_read_from(self, notified, case, later):
        def plain(value):
            if isinstance(value, list):
                return all(plain(item) for item in value)
            if isinstance(value, dict):
                return all(plain(item) for item in value.values())
            return type(value) in (str, int, bool) or isinstance(value, str)

        for mail in notified(case).values():
            context = notifications._context(mail, notifications._case_for(mail.recipient, mail))
            assert plain(list(context.values())), mail.notice

    def test_quotes_the_words_as_text_and_escaped_as_html(self, notified, case):
        mails = notified(case)
        for notice in (
            "reply",
            "question",
            "restoration",
            "solution_provided",
            "reopened",
            "severity_changed",
            "severity_approved",
            "severity_declined",
            "agreed_date_withdrawn",
            "root_cause_reported",
        ):
            built = notifications.compose(mails[notice])
            assert "Some <b>words</b> & signs" in built.body
            assert "<b>" not in built.alternatives[0][0]
            assert "Some &lt;b&gt;words&lt;/b&gt; &amp; signs" in built.alternatives[0][0]

    def test_cuts_words_that_are_a_log_rather_than_a_mail(self, case, carl, later):
        reply(case, by=carl, at=later(minutes=1), body="long line\n" * 10_000)
        built = notifications.compose(OutboxMail.objects.get(notice="reply"))
        assert len(built.body) < notifications.MOST_WORDS + 2_000
        assert "The page of the case has all of it." in built.body


class TestAcknowledgement:
    def test_has_the_number_and_the_promised_times_in_the_readers_zone(self, case, caught):
        mail = caught(OutboxMail.objects.get())
        assert mail.recipients == ("alice@example.com",)
        for kind in ("plain", "html"):
            text = mail.part(kind)
            assert case.number in text
            # Changepoint, Major, opened Tuesday 10:00 in Chicago: an hour for the answer, two for the service.
            assert "Tuesday 8 June 2027, 11:00 CDT" in text
            assert "Tuesday 8 June 2027, 12:00 CDT" in text
            assert "America/Chicago" in text

    def test_speaks_french_to_whom_reads_french(self, open_case, eve, caught):
        open_case(eve, severity="critical")
        mail = caught(OutboxMail.objects.get())
        assert mail.message["Content-Language"] == "fr"
        assert "mardi 8 juin 2027, 17:30 CEST" in mail.part("plain")

    def test_has_nothing_that_the_sender_wrote(self, open_case, alice, caught):
        open_case(alice, subject=f"{CANARY} win a prize", body=f"{CANARY} at http://evil.example")
        mail = caught(OutboxMail.objects.get())
        assert CANARY.encode() not in mail.raw
        assert CANARY not in mail.message.as_string() + mail.part("plain") + mail.part("html")

    def test_says_that_it_is_automatic(self, case, caught):
        mail = caught(OutboxMail.objects.get())
        assert mail.message["Auto-Submitted"] == "auto-replied"
        assert mail.message["X-Auto-Response-Suppress"] == "All"
        assert mail.message["From"] == "Customer Care <care@customer-care.example>"
        assert "Precedence" not in mail.message

    def test_is_automatic_also_where_we_opened_the_case_on_the_phone(self, open_case, alice, carl, acme, caught):
        open_case(carl, customer=alice, account=acme, channel="phone")
        mail = caught(OutboxMail.objects.get())
        assert mail.message["Auto-Submitted"] == "auto-replied"
        assert "Carl" not in str(mail.message["From"])

    def test_says_who_else_sees_the_case(self, case, acme):
        member(person("Zoe Blind"), acme, sees_company_cases=False)
        assert "Nobody else of Acme sees the case." in notifications.compose(OutboxMail.objects.get()).body
        for name in ("Bob", "Cleo", "Dan", "Emma", "Fay"):
            member(person(f"{name} Brown"), acme)
        assert "also seen by Bob Brown, Cleo Brown, Dan Brown, Emma Brown, Fay Brown." in _flat(case)
        member(person("Gil Brown"), acme)
        assert "and 1 other person of Acme." in _flat(case)
        member(person("Hal Brown"), acme)
        assert "and 2 other people of Acme." in _flat(case)

    def test_explains_where_nothing_is_promised(self, open_case, eve):
        case = open_case(eve, type="functional")
        assert case.exclusion is not None
        built = notifications.compose(OutboxMail.objects.get())
        assert case.exclusion.explanation_fr in built.body
        assert "2027, " not in built.body


def _flat(case):
    return " ".join(notifications.compose(OutboxMail.objects.get(case=case)).body.split())


class TestReply:
    def test_comes_from_a_person_at_the_desk_and_is_not_automatic(self, case, carl, later, caught):
        reply(case, by=carl, at=later(minutes=5), body="Which browser is it?")
        mail = caught(OutboxMail.objects.get(notice="reply"))
        assert mail.message["From"] == "Carl at Customer Care <care@customer-care.example>"
        assert mail.message["To"] == "Alice Adams <alice@example.com>"
        assert mail.message["Subject"] == f"[{case.number}] Time sheets cannot be saved"
        assert mail.message["X-Loop"] == "care@customer-care.example"
        assert "Auto-Submitted" not in mail.message
        assert "X-Auto-Response-Suppress" not in mail.message
        assert "Which browser is it?" in mail.part("plain")

    def test_tells_of_files_and_leaves_them_on_the_page(self, case, carl, later):
        from django.core.files.uploadedfile import SimpleUploadedFile

        from cases.attachments import accept

        files = accept([SimpleUploadedFile("patch.txt", b"one"), SimpleUploadedFile("again.txt", b"two")])
        reply(case, by=carl, at=later(minutes=5), body="Two files.", files=files)
        built = notifications.compose(OutboxMail.objects.get(notice="reply"))
        assert "2 files came with it." in built.body
        assert built.attachments == []


class TestPromises:
    """What the customer is notified of promises that changed."""

    @pytest.fixture
    def mails(self, notified, case):
        return notified(case)

    def test_name_the_old_and_the_new_severity_and_who_changed_it(self, mails, caught):
        mail = caught(mails["severity_changed"])
        assert "Mona Manager changed it on" in mail.part("plain")
        assert "from Major to Critical:" in mail.part("plain")
        assert "Auto-Submitted" not in mail.message

    def test_say_that_a_provisional_severity_was_confirmed(self, case, carl, later):
        type(case).objects.filter(pk=case.pk).update(severity_is_provisional=True)
        change_severity(case, by=carl, at=later(minutes=1), severity=2, because="As you say.")
        body = notifications.compose(OutboxMail.objects.get(notice="severity_changed")).body
        assert "Carl Care confirmed on" in body
        assert "that it is Major:" in body

    def test_say_the_agreed_date_in_the_readers_zone(self, mails):
        assert "by Friday 18 June 2027, 12:00 CDT" in " ".join(notifications.compose(mails["date_agreed"]).body.split())
        assert "by Friday 18 June 2027, 12:00 CDT:" in notifications.compose(mails["agreed_date_withdrawn"]).body

    def test_hold_the_root_cause_report(self, mails):
        assert SAID in notifications.compose(mails["root_cause_reported"]).body


class TestClosed:
    def test_thanks_who_accepted_and_is_automatic(self, notified, case, caught):
        mail = caught(notified(case)["closed"])
        assert "You accepted the solution on Tuesday 8 June 2027, 10:09 CDT. Thank you." in mail.part("plain")
        assert mail.message["Auto-Submitted"] == "auto-replied"

    def test_names_the_colleague_who_accepted(self, case, carl, bob, later):
        provide_solution(case, by=carl, at=later(minutes=1), body="Do this.")
        accept_solution(case, by=bob, at=later(minutes=2))
        assert "Bob Brown accepted the solution" in notifications.compose(OutboxMail.objects.get(notice="closed")).body

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("confirmed", "You told us that the problem is solved."),
            ("withdrawn", "The request was withdrawn."),
            ("duplicate", "Another case is about the same problem"),
        ],
    )
    def test_says_why_we_closed(self, case, carl, later, caught, reason, words):
        close(case, by=carl, at=later(minutes=1), reason=reason)
        mail = caught(OutboxMail.objects.get(notice="closed"))
        assert "Carl Care closed your case" in mail.part("plain")
        assert words in mail.part("plain")
        assert "Auto-Submitted" not in mail.message
