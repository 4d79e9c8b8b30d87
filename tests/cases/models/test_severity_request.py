"""What the database itself refuses of requests for Critical: by raw SQL, bulk update, the shell."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F

from cases import severity_requests
from cases.jobs import severity_reminders
from cases.lifecycle import approve_severity, decline_severity, request_severity
from cases.models import OutboxMail, ReviewRule, SeverityRequest
from cases.models.severity_request import RequestState
from sla.matrices import Severity
from tests.conftest import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(case, alice, mona, later):
    request_severity(case, by=alice, at=later(minutes=5), severity=1, body="All down.")
    return case.severity_requests.get()


@pytest.fixture
def decided(case, mona, asked, later):
    decline_severity(case, by=mona, at=later(minutes=9), request=asked, because="One function works.")
    return asked


def rows(request):
    return SeverityRequest.objects.filter(pk=request.pk)


def refused(doing, error=DatabaseError):
    with pytest.raises(error), transaction.atomic():
        doing()


class TestTheDatabaseRefuses:
    def test_a_second_open_request_of_a_case(self, case, carl, asked, later):
        again = SeverityRequest(case=case, asked_at=later(minutes=6), asked_by=carl, message=asked.message)
        refused(lambda: SeverityRequest.objects.bulk_create([again]), IntegrityError)

    def test_a_decision_by_who_asked(self, asked, alice, later):
        refused(
            lambda: rows(asked).update(
                state="approved", decided_at=later(minutes=6), decided_by=F("asked_by"), criteria=["production_down"]
            ),
            IntegrityError,
        )

    def test_a_decision_without_who_or_when(self, asked, mona, later):
        refused(lambda: rows(asked).update(state="declined", reason="No."), IntegrityError)
        refused(lambda: rows(asked).update(state="declined", reason="No.", decided_by=mona), IntegrityError)
        refused(lambda: rows(asked).update(decided_at=later(minutes=6), decided_by=mona), IntegrityError)

    def test_a_decision_that_says_nothing(self, asked, mona, later):
        by = {"decided_at": later(minutes=6), "decided_by": mona}
        refused(lambda: rows(asked).update(state="declined", **by), IntegrityError)
        refused(lambda: rows(asked).update(state="approved", reason="Yes.", **by), IntegrityError)

    def test_another_severity_than_critical(self, asked):
        refused(lambda: rows(asked).update(severity=2))

    @pytest.mark.parametrize(
        "change",
        [{"state": "open", "decided_at": None, "decided_by": None}, {"reason": "Other."}, {"state": "approved"}],
    )
    def test_any_change_of_what_is_decided(self, decided, change):
        refused(lambda: rows(decided).update(**change))

    def test_other_words_than_were_asked(self, asked, carl, later):
        for change in ({"asked_by": carl}, {"asked_at": later(days=1)}, {"channel": "mail"}):
            refused(lambda change=change: rows(asked).update(**change))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE cases_severityrequest SET state = 'approved', criteria = '[\"data_damaged\"]'",
            "UPDATE cases_severityrequest SET decided_at = now()",
            "DELETE FROM cases_severityrequest",
        ],
    )
    def test_raw_sql_on_a_decision(self, decided, statement):
        def run():
            with connection.cursor() as cursor:
                cursor.execute(statement)

        refused(run)

    def test_to_delete_even_an_open_one(self, asked):
        refused(lambda: rows(asked)._raw_delete("default"))


class TestRemind:
    @pytest.fixture
    def second(self, reference):
        from contacts.roles import Role

        return person("Max Manager", Role.MANAGER)

    def test_tells_all_managers_again_after_the_time_of_the_rule_and_once(self, asked, mona, second, later):
        assert severity_reminders.remind(later(minutes=19)) == 0
        assert severity_reminders.remind(later(minutes=20)) == 1
        mails = OutboxMail.objects.filter(notice="severity_reminder")
        assert {(mail.recipient, mail.due_at) for mail in mails} == {
            (mona, later(minutes=20)),
            (second, later(minutes=20)),
        }
        assert severity_reminders.remind(later(minutes=50)) == 0
        assert mails.count() == 2

    def test_says_nothing_of_what_is_decided(self, decided, later):
        assert severity_reminders.remind(later(hours=1)) == 0

    def test_goes_by_what_a_manager_set(self, asked, later):
        ReviewRule.objects.filter(severity=Severity.CRITICAL).update(remind_after_minutes=5)
        assert severity_reminders.remind(later(minutes=10)) == 1

    def test_is_done_by_the_sweep(self, asked, sink, later):
        from cases.jobs import sweep as sweeping

        sweeping.sweep(later(minutes=21))
        assert OutboxMail.objects.filter(notice="severity_reminder", state="sent").exists()

    def test_finds_them_by_their_index(self, asked, later):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
        assert "severity_request_unreminded" in severity_requests.unreminded(later(hours=1)).explain()


class TestTheMails:
    def test_to_managers_hold_the_case_and_the_words(self, case, asked, sink, later):
        from cases.notifications.delivery import deliver_all

        deliver_all(later(minutes=6))
        mail = next(mail for mail in sink.messages if "asked for" in mail.message["Subject"])
        text = mail.part("plain")
        assert "All down." in text
        assert f"{case.number} {case.subject}" in text
        assert "Acme, Standard" in text
        assert f"/desk/{case.number}/" in text

    def test_that_waited_until_it_was_decided_are_withheld(self, decided, sink, later):
        from cases.notifications.delivery import deliver_all

        deliver_all(later(minutes=10))
        assert OutboxMail.objects.get(notice="severity_requested").state == "withheld"

    def test_to_the_customer_name_what_holds_and_why(self, case, mona, asked, sink, later):
        from cases.notifications.delivery import deliver_all

        words = {"criteria": ["production_down", "data_damaged"], "because": "We saw it ourselves."}
        approve_severity(case, by=mona, at=later(minutes=7), request=asked, **words)
        deliver_all(later(minutes=8))
        mail = next(mail for mail in sink.messages if "Your case is Critical now" in mail.part("plain"))
        assert "We saw it ourselves." in mail.part("plain")
        assert "Production is down" in mail.part("plain")
        assert "Data are being damaged" in mail.part("plain")


def test_every_state_says_what_it_is():
    assert all(state.label for state in RequestState)
