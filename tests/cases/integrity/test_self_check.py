"""The rules that must always hold: nothing is found in sound cases, and each rule notices what breaks it."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
import structlog
from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from cases.integrity import heartbeats, invariants, self_check
from cases.jobs import auto_close
from cases.jobs import sweep as sweeping
from cases.lifecycle import (
    accept_solution,
    agree_to_consulting,
    answer_review,
    approve_severity,
    change_severity,
    close,
    log_assistance,
    merge,
    provide_solution,
    refer_to_consulting,
    reject_solution,
    reopen,
    reply,
    request_severity,
    unmerge,
)
from cases.models import AssistanceKind, Attachment, Case, Event, Message, OutboxMail
from cases.tasks import check_itself

pytestmark = pytest.mark.django_db


def broken(at: Any, *, mails: bool = False, **options: Any) -> dict[str, list[str]]:
    """Return what breaks which rule; of mails, which here nobody sends, only where it is about them."""
    found = {one.invariant.code: one.names for one in self_check.look(at, **options)}
    return {code: names for code, names in found.items() if mails or not code.startswith("mail_")}


def sql(*statements: str, table: str = "cases_case") -> None:
    """Do what no verb does, past the guards of the table."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with events to come cannot be altered
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def closed_in_silence(alice, carl, case, later):
    """A case that was closed after two reminders that left."""
    provide_solution(case, by=carl, at=later(hours=1), body="Reload.")
    for _attempt in range(3):
        auto_close.sweep(Case.objects.get(pk=case.pk).countdown_at)
        OutboxMail.objects.filter(notice="contact_attempt").update(state="sent", sent_at=F("due_at"))
    case.refresh_from_db()
    assert case.is_closed
    return case


class TestSoundCases:
    def test_break_no_rule_whatever_is_done_to_them(
        self, case, closed_in_silence, alice, bob, carl, mona, open_case, later
    ):
        critical = open_case(alice, severity="critical")
        change_severity(critical, by=mona, at=later(minutes=5), severity=3, because="One person only.")
        request_severity(critical, by=alice, at=later(minutes=10), severity=1, body="All of us.")
        request = critical.severity_requests.get()
        holds = {"criteria": ["production_down"], "because": "Down."}
        approve_severity(critical, by=mona, at=later(minutes=20), request=request, **holds)
        provide_solution(critical, by=carl, at=later(minutes=30), body="Reload.")
        accept_solution(critical, by=alice, at=later(minutes=40))
        reopen(critical, by=bob, at=later(minutes=50), reason="Again.")
        raised = change_severity(open_case(alice), by=mona, at=later(minutes=5), severity=1, because="Down.")
        close(raised, by=carl, at=later(minutes=50), reason="duplicate")
        excluded = open_case(alice, type="functional")
        reply(excluded, by=carl, at=later(minutes=50), body="Like this.")
        at = closed_in_silence.closed_at
        sweeping.sweep(at)
        assert broken(at + timedelta(minutes=1), mails=True) == {}

    def test_break_no_rule_where_a_generated_population_lives(self, reference):
        call_command("generate", cases=150, seed=7, verbosity=0)
        call_command("recompute_commitments", stdout=StringIO())
        found = broken(timezone.now())
        # It has no sweeps: what ran out, or is to be reminded of, waits for the first one.
        assert set(found) <= {"breach_not_recorded", "countdown_overdue"}


class TestEachRule:
    """Names the very case."""

    @pytest.mark.parametrize(
        ("code", "done"),
        [
            ("status_without_event", "UPDATE cases_case SET status = 'in_progress' WHERE id = {pk}"),
            ("severity_without_event", "UPDATE cases_case SET severity = 3 WHERE id = {pk}"),
            ("running_without_due_time", "UPDATE cases_case SET next_due_at = NULL WHERE id = {pk}"),
            ("running_without_due_time", "UPDATE cases_commitment SET breach_at = NULL WHERE case_id = {pk}"),
            ("promised_without_clock", "DELETE FROM cases_commitment WHERE case_id = {pk}"),
        ],
    )
    def test_notices_an_open_case_that_is_not_what_its_events_say(self, case, at, code, done):
        sql(done.format(pk=case.pk))
        assert broken(at)[code] == [case.number]

    def test_notices_a_case_without_an_opening(self, case, at):
        sql(f"DELETE FROM cases_outboxmail; DELETE FROM cases_event WHERE case_id = {case.pk}", table="cases_event")
        assert broken(at)["not_opened_once"] == [case.number]

    @pytest.mark.parametrize(
        "done",
        [
            "UPDATE cases_outboxmail SET state = 'failed' WHERE notice = 'contact_attempt' AND case_id = {pk}",
            "UPDATE cases_event SET kind = 'replied' WHERE kind = 'closed_in_silence' AND case_id = {pk}",
            "UPDATE cases_event SET kind = 'closed' WHERE kind = 'closed_in_silence' AND case_id = {pk}",
            "UPDATE cases_event SET kind = 'solution_accepted' WHERE kind = 'closed_in_silence' AND case_id = {pk}",
        ],
    )
    def test_notices_a_closing_that_nobody_had_a_reason_for(self, closed_in_silence, done):
        case = closed_in_silence
        assert "closed_without_cause" not in broken(case.closed_at)
        sql(done.format(pk=case.pk), table="cases_event")
        assert broken(case.closed_at)["closed_without_cause"] == [case.number]

    def test_counts_the_reminders_of_the_last_solution_only(self, closed_in_silence, alice, carl):
        """Those of an earlier one do not help a case that is closed at once."""
        case, at = closed_in_silence, closed_in_silence.closed_at
        reopen(case, by=alice, at=at + timedelta(hours=1), reason="Again.")
        provide_solution(case, by=carl, at=at + timedelta(hours=2), body="Reload.")
        close(case, by=carl, at=at + timedelta(hours=3), reason="confirmed")
        sql(
            "UPDATE cases_event SET kind = 'closed_in_silence', actor_id = NULL WHERE kind = 'closed'",
            table="cases_event",
        )
        assert broken(at)["closed_without_cause"] == [case.number]

    @pytest.mark.parametrize("wanted", [0, 1, 2])
    def test_asks_for_as_many_reminders_as_the_rule_of_closing_wants(self, closed_in_silence, wanted):
        case = closed_in_silence
        sql(f"UPDATE cases_closingrule SET wanted_attempts = {wanted}", table="cases_closingrule")
        sql("UPDATE cases_outboxmail SET state = 'failed' WHERE notice = 'contact_attempt'")
        assert ("closed_without_cause" in broken(case.closed_at)) is bool(wanted)

    def test_notices_a_critical_case_that_no_manager_made_so(self, case, alice, carl, later, mona):
        change_severity(case, by=mona, at=later(minutes=5), severity=1, because="Down.")
        assert broken(later(minutes=5)) == {}
        carl.role, mona.role = "manager", "consultant_2"
        mona.save(update_fields=["role"])
        assert broken(later(minutes=5)) == {"critical_without_decision": [case.number]}

    def test_notices_an_approval_that_is_no_decision(self, case, alice, mona, later):
        request_severity(case, by=alice, at=later(minutes=5), severity=1, body="Down.")
        holds = {"criteria": ["production_down"], "because": "Down."}
        approve_severity(case, by=mona, at=later(minutes=6), request=case.severity_requests.get(), **holds)
        assert broken(later(minutes=6)) == {}
        sql("UPDATE cases_severityrequest SET state = 'withdrawn'", table="cases_severityrequest")
        assert broken(later(minutes=6)) == {"critical_without_decision": [case.number]}

    def test_notices_two_open_requests_and_one_of_a_closed_case(self, case, alice, carl, open_case, later):
        other = open_case(alice)
        for one in (case, other):
            request_severity(one, by=alice, at=later(minutes=5), severity=1, body="Down.")
        close(other, by=carl, at=later(minutes=6), reason="withdrawn")
        assert broken(later(minutes=6)) == {}
        columns = "case_id, severity, asked_at, asked_by_id, channel, message_id, state, reason, criteria"
        sql(
            "DROP INDEX severity_request_one_open",
            f"INSERT INTO cases_severityrequest ({columns})"
            f" SELECT {columns} FROM cases_severityrequest WHERE state = 'open'",
            f"UPDATE cases_severityrequest SET state = 'open', decided_at = NULL, decided_by_id = NULL"
            f" WHERE case_id = {other.pk}",
            table="cases_severityrequest",
        )
        assert sorted(broken(later(minutes=6))["requests_open"]) == [case.number, other.number]

    def test_notices_a_breach_that_no_sweep_recorded(self, case, at):
        sql("UPDATE cases_commitment SET breach_at = due_at WHERE state = 'running'")
        due = case.next_due_at
        assert "breach_not_recorded" not in broken(due + timedelta(minutes=59))
        assert broken(due + timedelta(minutes=61))["breach_not_recorded"] == [case.number]

    def test_notices_a_countdown_that_was_left_running(self, case, alice, carl, later):
        first = provide_solution(case, by=carl, at=later(hours=1), body="Reload.")
        reject_solution(case, by=alice, at=later(hours=2), reason="No.")
        provide_solution(case, by=carl, at=later(hours=3), body="Restart.")
        assert broken(later(hours=3)) == {}
        Case.objects.filter(pk=case.pk).update(countdown_from=first.countdown_from)
        assert broken(later(hours=3)) == {"countdown_not_begun_anew": [case.number]}

    def test_notices_a_countdown_that_leads_nowhere_or_was_not_followed(self, case, carl, later):
        due = provide_solution(case, by=carl, at=later(hours=1), body="Reload.").countdown_at
        assert broken(due + timedelta(minutes=59)) == {}
        assert broken(due + timedelta(minutes=61))["countdown_overdue"] == [case.number]
        Case.objects.filter(pk=case.pk).update(countdown_at=None)
        assert broken(due)["countdown_not_begun_anew"] == [case.number]

    def test_notices_an_answer_to_a_solution_that_no_sweep_took_up(self, case, alice, carl, later):
        provide_solution(case, by=carl, at=later(minutes=5), body="Do this.")
        due = reply(case, by=alice, at=later(minutes=6), body="Thank you!").answer_due_at
        assert broken(due + timedelta(minutes=59)) == {}
        assert broken(due + timedelta(minutes=61))["answer_unread"] == [case.number]

    def test_asks_of_a_merged_case_that_it_was_merged(self, case, carl, mona, alice, open_case, later):
        into, third = open_case(alice), open_case(alice)
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert broken(later(minutes=5)) == {}
        sql(f"UPDATE cases_case SET merged_into_id = {third.pk} WHERE id = {case.pk}")
        assert broken(later(minutes=5)) == {"merged_without_event": [case.number]}
        sql(f"UPDATE cases_case SET merged_into_id = NULL WHERE id = {case.pk}")
        assert broken(later(minutes=5)) == {
            "closed_without_cause": [case.number],
            "merged_without_event": [case.number],
        }
        sql(f"UPDATE cases_case SET merged_into_id = {into.pk} WHERE id = {case.pk}")
        unmerge(case, by=mona, at=later(minutes=6), because="Another matter.")
        assert broken(later(minutes=6)) == {}
        sql(
            f"UPDATE cases_event SET kind = 'noted' WHERE kind = 'unmerged' AND case_id = {case.pk}",
            table="cases_event",
        )
        assert broken(later(minutes=6)) == {"merged_without_event": [case.number]}

    def test_asks_for_the_complete_answer_of_a_version_out_of_support(self, case, carl, later):
        sql(f"UPDATE cases_case SET version_covered = false WHERE id = {case.pk}")
        answer_review(case, by=carl, at=later(minutes=5), body="All there is to say.")
        close(case, by=carl, at=later(minutes=6), reason="confirmed")
        assert broken(later(minutes=6)) == {}
        sql("UPDATE cases_event SET kind = 'replied' WHERE kind = 'review_answered'", table="cases_event")
        assert broken(later(minutes=6)) == {"answered_without_event": [case.number]}
        sql(
            "ALTER TABLE cases_case DROP CONSTRAINT case_closed_answers_review",
            f"UPDATE cases_case SET answered_in_full_at = NULL WHERE id = {case.pk}",
        )
        assert broken(later(minutes=6)) == {"closed_without_full_answer": [case.number]}

    def test_notices_a_question_about_billed_work_that_outlives_the_work(self, case, carl, later):
        refer_to_consulting(case, by=carl, at=later(minutes=5), reason="A new report.")
        provide_solution(case, by=carl, at=later(minutes=6), body="Reload.")
        assert broken(later(minutes=6)) == {}
        sql(
            "UPDATE cases_consultingreferral SET state = 'open', decided_at = NULL, decided_by_id = NULL",
            table="cases_consultingreferral",
        )
        assert broken(later(minutes=6)) == {"referral_waits_for_nobody": [case.number]}

    def test_notices_help_that_is_billable_without_consent(self, case, alice, carl, nora, later):
        refer_to_consulting(case, by=carl, at=later(minutes=5), reason="A new report.")
        agree_to_consulting(case, by=alice, at=later(minutes=6))
        kind = AssistanceKind.objects.first()
        log_assistance(case, by=nora, at=later(minutes=7), kind=kind, minutes=100_000, words="Built it.")
        assert broken(later(minutes=7)) == {}
        sql(
            "UPDATE cases_consultingreferral SET state = 'withdrawn', given_by_id = NULL",
            table="cases_consultingreferral",
        )
        assert broken(later(minutes=7)) == {"billed_without_consent": [case.number]}

    def test_counts_anew_from_a_release_and_from_a_merging_taken_back(self, case, carl, mona, alice, open_case, later):
        into = open_case(alice)
        first = provide_solution(case, by=carl, at=later(hours=1), body="Reload.")
        merge(case, by=carl, at=later(hours=2), into=into)
        unmerge(case, by=mona, at=later(hours=3), because="Another matter.")
        assert broken(later(hours=3)) == {}
        Case.objects.filter(pk=case.pk).update(countdown_from=first.countdown_from)
        assert broken(later(hours=3)) == {"countdown_not_begun_anew": [case.number]}

    def test_notices_a_file_or_texts_of_another_case(self, case, eve, open_case, at):
        other = open_case(eve)
        message = Message.objects.get(case=other)
        Attachment.objects.create(
            case=case, message=message, file="a", name="a", size=1, sha256="", uploaded_by=eve, at=at
        )
        Event.objects.create(case=case, kind="answered", at=at, actor=eve, status=case.status, message=message)
        found = broken(at)
        assert found == {"file_of_another_case": [case.number], "event_of_another_case": [case.number]}

    def test_notices_an_instance_of_another_account(self, case, globex, at):
        sql(f"UPDATE cases_case SET account_id = {globex.pk} WHERE id = {case.pk}")
        assert broken(at) == {"file_of_another_case": [case.number]}

    def test_notices_mails_that_stay(self, case, at):
        mail = OutboxMail.objects.get()
        assert broken(at + timedelta(minutes=5), mails=True) == {}
        assert broken(at + timedelta(minutes=6), mails=True) == {"mail_overdue": [f"mail {mail.pk}"]}
        OutboxMail.objects.update(state="sending", claimed_at=at)
        assert broken(at + timedelta(minutes=10), mails=True) == {}
        assert broken(at + timedelta(minutes=11), mails=True) == {"mail_stuck": [f"mail {mail.pk}"]}

    def test_notices_a_guard_that_is_off_or_gone(self, db, at):
        guard = next(trigger.get_pgid(model) for model, trigger in pgtrigger.registered() if model is Event)
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE cases_event DISABLE TRIGGER {guard}")
        assert broken(at) == {"guard_missing": [guard]}
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {guard} ON cases_event")
        assert broken(at) == {"guard_missing": [guard]}

    def test_is_tried_here(self):
        """A rule that nothing here breaks proves nothing."""
        text = Path(__file__).read_text(encoding="utf-8")
        assert [rule.code for rule in invariants.INVARIANTS if not re.search(rf'"{rule.code}"', text)] == []


class TestTheHourlyLook:
    def test_says_in_the_log_and_at_readyz_what_is_broken(self, case, client):
        OutboxMail.objects.update(state="failed")
        sql(f"UPDATE cases_case SET status = 'development' WHERE id = {case.pk}")
        with structlog.testing.capture_logs() as logs:
            check_itself()
        [said] = [line for line in logs if line["event"] == "invariant_broken"]
        assert (said["log_level"], said["invariant"], said["found"]) == ("error", "status_without_event", [case.number])
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["self_check"]) == (200, False)

    def test_is_content_with_sound_cases(self, client):
        check_itself()
        assert heartbeats.last(heartbeats.Work.SELF_CHECK).broken == []
        assert client.get("/readyz").json()["self_check"] is True

    def test_looks_at_what_happened_lately_and_at_all_that_is_open(self, case, closed_in_silence, at, monkeypatch):
        sql("UPDATE cases_event SET kind = 'replied' WHERE kind = 'closed_in_silence'", table="cases_event")
        latest = Event.objects.latest("pk").pk
        assert "closed_without_cause" in broken(at, after=latest - 1)
        assert "closed_without_cause" not in broken(at, after=latest)
        sql(f"UPDATE cases_case SET status = 'new', closed_at = NULL WHERE id = {case.pk}")
        assert "running_without_due_time" not in broken(at, after=latest)


class TestTheCommand:
    def run(self) -> tuple[str, int]:
        said, code = StringIO(), 0
        try:
            call_command("self_check", stdout=said)
        except SystemExit as end:
            code = end.code
        return said.getvalue(), code

    def test_is_content_with_an_empty_house(self, reference):
        assert self.run() == (f"{len(self_check.RULES)} rules, 0 broken\n", 0)

    def test_names_the_rule_and_the_case_and_exits_1(self, case):
        sql(f"UPDATE cases_case SET status = 'development' WHERE id = {case.pk}")
        said, code = self.run()
        assert code == 1
        assert f"status_without_event: {case.number}\n  The status of a case" in said
