"""The end in silence: ten business days, two reminders that the relay accepted, and no word of the customer."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.utils import translation

from cases import auto_close
from cases.commitments.consistency import differences
from cases.jobs import auto_close as silence
from cases.jobs import sweep as sweeping
from cases.lifecycle import (
    accept_solution,
    close,
    close_in_silence,
    count_again,
    keep_open,
    note,
    provide_solution,
    reject_solution,
    reopen,
    reply,
    request_severity,
    resume_work,
)
from cases.lifecycle.auto_close import Steps
from cases.models import Case, ClosingRule, Event, OutboxMail
from cases.models.event import SolutionWay
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from sla import editing
from sla.working_time import WorkingTime

CENTRAL = ZoneInfo("America/Chicago")
pytestmark = pytest.mark.django_db


def central(text: str) -> datetime:
    """ "2027-06-17 16:00" in Chicago."""
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL)


SOLVED = central("2027-06-17 16:00")
FIRST, SECOND, END = central("2027-06-22 17:00"), central("2027-06-28 17:00"), central("2027-07-01 17:00")


@pytest.fixture
def solved(alice, carl, open_case):
    """Changepoint, Solution Provided Thursday 2027-06-17 16:00 in Chicago."""
    case = open_case(alice, at=central("2027-06-17 10:00"))
    return provide_solution(case, by=carl, at=SOLVED, body="Reload the page.")


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))


def sweep(*instants: datetime) -> list[Steps]:
    found = []
    for at in instants:
        swept = sweeping.sweep(at)
        assert swept is not None
        found.append(swept.countdowns)
    return found


class TestPlan:
    RULE = ClosingRule(first_attempt_days=3, second_attempt_days=7, closing_days=10)
    WEEK = {day: [("02:00", "17:00")] for day in range(5)}

    def test_counts_business_days_strictly_after_the_day_itself(self) -> None:
        plan = auto_close.plan(WorkingTime("America/Chicago", self.WEEK), self.RULE, SOLVED)
        assert plan == auto_close.Plan((FIRST, SECOND), END)

    def test_ends_at_the_wall_time_over_a_change_of_the_clocks_and_skips_closed_dates(self) -> None:
        """Friday 2027-03-05; clocks go forward on Sunday the 14th; Wednesday the 10th is closed."""
        hours = WorkingTime("America/Chicago", self.WEEK, closed=[date(2027, 3, 10)])
        plan = auto_close.plan(hours, self.RULE, central("2027-03-05 09:00"))
        assert plan.attempts == (central("2027-03-11 17:00"), central("2027-03-17 17:00"))
        assert plan.closes_at == central("2027-03-22 17:00")
        assert [at.astimezone(UTC).hour for at in (*plan.attempts, plan.closes_at) if at] == [23, 22, 22]

    def test_leaves_a_business_day_after_a_late_reminder(self) -> None:
        hours = WorkingTime("America/Chicago", self.WEEK)
        plan = auto_close.plan(hours, self.RULE, SOLVED, contacted_at=central("2027-06-29 09:00"))
        assert plan.next(1) == central("2027-06-30 17:00")
        assert plan.next(2) == END

    def test_of_hours_that_never_come_has_no_end(self) -> None:
        plan = auto_close.plan(WorkingTime("UTC", {}), self.RULE, SOLVED)
        assert (plan.closes_at, plan.next(0)) == (None, None)


class TestExample8:
    def test_two_mails_sent_closes_at_the_end_of_the_tenth_business_day(self, solved, alice, sink) -> None:
        assert (solved.close_at, solved.countdown_at) == (END, FIRST)
        before = timedelta(seconds=1)
        assert sweep(FIRST - before, FIRST, FIRST, SECOND - before, SECOND, END - before, END, END) == [
            Steps(),
            Steps(reminded=1),
            Steps(),
            Steps(),
            Steps(reminded=1),
            Steps(),
            Steps(closed=1),
            Steps(),
        ]
        closed = now(solved)
        assert (closed.status, closed.closed_at, closed.closing_rule) == ("closed", END, None)
        assert kinds(solved)[-3:] == ["contact_attempted", "contact_attempted", "closed_in_silence"]
        numbers = Event.objects.filter(kind="contact_attempted").order_by("pk").values_list("data__number", flat=True)
        assert list(numbers) == [1, 2]
        assert differences(closed, at=END) == []
        mails = sink.to(alice.email)
        assert [mail.message["Auto-Submitted"] for mail in mails[-3:]] == ["auto-generated"] * 3
        assert "closes by itself on Thursday 1 July 2027, 17:00 CDT" in mails[-3].part("plain")
        assert "open the case again on its page" in mails[-1].part("plain")
        assert "have not heard from you" in mails[-1].part("html")

    def test_one_mail_sent_stays_open_and_is_a_task_for_its_owner_once(self, solved, alice, carl, sink) -> None:
        resume_work(solved, by=carl, at=central("2027-06-17 16:10"))
        Case.objects.filter(pk=solved.pk).update(owner=carl)
        provide_solution(solved, by=carl, at=central("2027-06-17 16:20"), body="Do this.")
        sweep(FIRST)
        sink.refuse("550 5.1.1 no such person")
        assert sweep(SECOND, END, END, END + timedelta(days=3)) == [
            Steps(reminded=1),
            Steps(held=1),
            Steps(),
            Steps(),
        ]
        held = now(solved)
        assert (held.status, held.closing_held_at, held.countdown_at) == ("solution_provided", END, None)
        assert kinds(solved).count("closing_held") == 1
        task = OutboxMail.objects.get(notice="closing_held")
        assert task.recipient == carl
        subject = f"[{held.number}] Did not close by itself"
        told = [mail for mail in sink.to(carl.email) if str(mail.message["Subject"]) == subject]
        assert len(told) == 1
        assert "not enough reminders" in told[0].part("plain")

    def test_a_reply_ends_the_countdown(self, solved, alice, sink) -> None:
        sweep(FIRST, SECOND)
        answered = reply(solved, by=alice, at=central("2027-06-30 09:00"), body="Still wrong.")
        assert (answered.status, answered.close_at, answered.countdown_at) == ("solution_answered", None, None)
        assert answered.contact_attempts == 0
        assert sweep(END, END + timedelta(days=30)) == [Steps(), Steps()]
        assert now(solved).status == "in_progress"


class TestReminders:
    def test_that_wait_for_the_relay_do_not_count(self, solved, sink) -> None:
        sweep(FIRST)
        sink.refuse("451 4.3.0 later", times=50)
        assert sweep(SECOND, END) == [Steps(reminded=1), Steps(held=1)]
        assert OutboxMail.objects.filter(notice="contact_attempt", state="sent").count() == 1

    def test_that_are_withheld_do_not_count(self, solved, alice, sink) -> None:
        alice.is_active = False
        alice.save(update_fields=["is_active"])
        assert sweep(FIRST, SECOND, END) == [Steps(reminded=1), Steps(reminded=1), Steps(held=1)]
        assert not sink.to(alice.email)

    def test_that_leave_after_the_customer_spoke_are_withheld(self, solved, alice, sink) -> None:
        silence.sweep(FIRST)
        reply(solved, by=alice, at=FIRST + timedelta(seconds=1), body="It is back.")
        sweep(FIRST + timedelta(minutes=1))
        assert OutboxMail.objects.get(notice="contact_attempt").error == "outdated"

    def test_are_caught_up_one_at_a_time_and_never_after_the_end(self, solved, sink) -> None:
        late = central("2027-06-29 08:00")
        assert sweep(late, late) == [Steps(reminded=1), Steps()]
        assert now(solved).countdown_at == central("2027-06-30 17:00")
        assert sweep(central("2027-06-30 17:00"), END) == [Steps(reminded=1), Steps(closed=1)]

    def test_missed_altogether_close_nothing(self, solved, sink) -> None:
        assert sweep(END + timedelta(days=20)) == [Steps(held=1)]
        assert not OutboxMail.objects.filter(notice="contact_attempt").exists()

    def test_are_written_in_the_customer_s_language_and_zone(self, eve, carl, open_case, sink) -> None:
        case = provide_solution(open_case(eve, at=SOLVED), by=carl, at=SOLVED, body="Voilà.")
        sweep(FIRST)
        [mail] = [mail for mail in sink.to(eve.email) if "#keep-open" in mail.part("plain")]
        assert str(mail.message["Subject"]).startswith(f"[{case.number}] ")
        assert case.number in mail.part("plain").rpartition("\n--")[2]
        assert mail.message["Content-Language"] == "fr"
        assert "vendredi 2 juillet 2027, 00:00 CEST" in mail.part("plain").replace("\u00a0", " ")
        assert f"/cases/{case.number}/#keep-open" in mail.part("html")


class TestTheHeldCase:
    @pytest.fixture
    def held(self, solved):
        silence.sweep(END)
        return now(solved)

    def test_tells_the_team_where_nobody_owns_it(self, held, carl) -> None:
        assert [mail.recipient for mail in OutboxMail.objects.filter(notice="closing_held")] == [carl]

    def test_can_be_counted_anew(self, held, carl, sink) -> None:
        at = central("2027-07-05 09:00")
        again = count_again(held, by=carl, at=at)
        assert (again.closing_held_at, again.countdown_from, again.close_at) == (None, at, central("2027-07-19 17:00"))
        assert sweep(central("2027-07-08 17:00"), central("2027-07-14 17:00"), central("2027-07-19 17:00")) == [
            Steps(reminded=1),
            Steps(reminded=1),
            Steps(closed=1),
        ]

    def test_is_closed_by_hand(self, held, carl) -> None:
        assert close(held, by=carl, at=END + timedelta(hours=20), reason="confirmed").closing_held_at is None

    def test_alone_is_counted_anew(self, solved, alice, carl) -> None:
        with pytest.raises(IllegalMove, match="counted already"):
            count_again(solved, by=carl, at=FIRST)
        with pytest.raises(NotAllowed):
            count_again(solved, by=alice, at=FIRST)


class TestAnyWordEnds:
    @pytest.mark.parametrize(
        "word",
        [
            lambda case, by, at: reply(case, by=by, at=at, body="Hm."),
            lambda case, by, at: reject_solution(case, by=by, at=at, reason="No."),
            lambda case, by, at: accept_solution(case, by=by, at=at),
        ],
    )
    def test_the_countdown(self, word, solved, alice) -> None:
        silence.sweep(FIRST)
        spoken = word(solved, alice, SECOND)
        assert {name: getattr(spoken, name) for name in auto_close.COLUMNS} == auto_close.NOTHING
        assert silence.sweep(END) == Steps()

    def test_in_whatever_way_it_was_recorded(self, solved, alice, sink) -> None:
        """Words of the customer that left the status as it was: the case does not close over them."""
        sweep(FIRST, SECOND)
        solved.messages.create(author=alice, from_customer=True, body="Wait!", at=END - timedelta(hours=1))
        assert sweep(END) == [Steps(held=1)]
        assert Event.objects.get(kind="closing_held").data["held_because"] == "spoke"

    def test_but_not_one_of_ours(self, solved, carl, sink) -> None:
        sweep(FIRST)
        reply(solved, by=carl, at=SECOND - timedelta(hours=1), body="Did it help?")
        note(solved, by=carl, at=SECOND - timedelta(hours=1), body="Waiting.")
        assert sweep(SECOND, END) == [Steps(reminded=1), Steps(closed=1)]


class TestCloseInSilence:
    def test_is_the_house_s_alone(self, solved, carl) -> None:
        with pytest.raises(NotAllowed):
            close_in_silence(solved, by=carl, at=END)

    def test_is_refused_before_its_time_and_without_reminders(self, solved) -> None:
        for at in (END - timedelta(seconds=1), END):
            with pytest.raises(IllegalMove):
                close_in_silence(solved, at=at)
        assert now(solved).status == "solution_provided"

    def test_closes_and_the_customer_may_reopen(self, solved, alice, sink) -> None:
        sweep(FIRST, SECOND)
        closed = close_in_silence(solved, at=END)
        assert closed.status == now(solved).status == "closed"
        again = reopen(closed, by=alice, at=END + timedelta(days=1), reason="It is back.")
        assert (again.status, again.reopenings) == ("reopened", 1)
        again = provide_solution(
            again,
            by=Event.objects.filter(kind="solution_provided").first().actor,
            at=END + timedelta(days=1, hours=1),
            body="Now.",
        )
        assert again.contact_attempts == 0
        assert again.countdown_at is not None

    def test_ends_a_request_for_critical_that_nobody_decided(self, open_case, alice, carl, sink) -> None:
        case = open_case(alice, at=SOLVED - timedelta(hours=1))
        request_severity(case, by=alice, at=SOLVED - timedelta(minutes=9), severity=1, body="All down.")
        provide_solution(case, by=carl, at=SOLVED, body="Reload.")
        sweep(FIRST, SECOND, END)
        request = case.severity_requests.get()
        assert (now(case).status, request.state, request.decided_at) == ("closed", "withdrawn", END)
        assert request.decided_by is None


class TestKeepOpen:
    def test_is_the_customer_s(self, solved, alice, carl) -> None:
        with pytest.raises(NotAllowed):
            keep_open(solved, by=carl, at=FIRST)
        with pytest.raises(IllegalMove):  # nobody was reminded yet
            keep_open(solved, by=alice, at=FIRST - timedelta(hours=1))
        sweep(FIRST)
        kept = keep_open(solved, by=alice, at=FIRST + timedelta(hours=1))
        assert (kept.status, kinds(kept)[-1]) == ("solution_provided", "kept_open")
        assert (kept.countdown_from, kept.contact_attempts) == (FIRST + timedelta(hours=1), 0)
        with pytest.raises(IllegalMove):
            keep_open(solved, by=alice, at=FIRST)


class TestEditedHours:
    def test_move_the_countdown_with_the_next_sweep(self, solved) -> None:
        with transaction.atomic():
            editing.close(solved.calendar, {date(2027, 6, 24): "Holiday"}, at=central("2027-06-18 09:00"), by="Mona")
        silence.sweep(central("2027-06-18 09:01"))
        moved = now(solved)
        assert (moved.countdown_at, moved.close_at) == (FIRST, central("2027-07-02 17:00"))
        assert moved.countdown_revision == moved.calendar.revision
        assert not auto_close.outdated(moved.calendar).exists()

    def test_close_no_case_sooner_than_its_customer_was_told(self, solved, sink) -> None:
        with transaction.atomic():
            editing.close(solved.calendar, {date(2027, 6, 30): "Holiday"}, at=SOLVED, by="Mona")
        sweep(FIRST)
        told = now(solved).close_at
        assert told == central("2027-07-02 17:00")
        with transaction.atomic():
            solved.calendar.closed_dates.all().delete()
            editing.record(solved.calendar, at=FIRST + timedelta(hours=1), by="Mona")
        sweep(FIRST + timedelta(hours=2))
        assert now(solved).close_at == told


class TestRules:
    def test_of_later_leave_a_running_countdown_alone(self, solved, open_case, alice, carl) -> None:
        ClosingRule.objects.create(
            code="faster", effective_from=date(2027, 6, 18), first_attempt_days=1, second_attempt_days=2, closing_days=3
        )
        silence.sweep(FIRST)
        assert now(solved).close_at == END
        newer = provide_solution(open_case(alice), by=carl, at=central("2027-06-21 09:00"), body="So.")
        assert (newer.closing_rule.code, newer.close_at) == ("faster", central("2027-06-24 17:00"))

    def test_may_want_one_reminder_only(self, solved, open_case, alice, carl, sink) -> None:
        ClosingRule.objects.create(code="one", effective_from=date(2027, 6, 18), wanted_attempts=1)
        case = provide_solution(open_case(alice), by=carl, at=central("2027-06-21 09:00"), body="So.")
        sweep(case.countdown_at)
        sink.refuse("550 5.1.1 no", times=5)
        sweep(now(case).countdown_at, case.close_at)
        assert now(case).status == "closed"

    @pytest.mark.parametrize(
        "change", ["UPDATE cases_closingrule SET closing_days = 30", "DELETE FROM cases_closingrule"]
    )
    def test_in_force_are_never_changed(self, reference, change) -> None:
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)

    @pytest.mark.parametrize("days", [(0, 7, 10), (7, 3, 10), (3, 7, 7)])
    def test_have_days_that_ascend(self, reference, days) -> None:
        first, second, end = days
        with pytest.raises(Error), transaction.atomic():
            ClosingRule.objects.create(
                code="x",
                effective_from=date(2030, 1, 1),
                first_attempt_days=first,
                second_attempt_days=second,
                closing_days=end,
            )


class TestOldCases:
    def test_with_a_solution_from_before_are_counted_from_the_first_sweep(self, solved) -> None:
        Case.objects.filter(pk=solved.pk).update(**auto_close.NOTHING)
        silence.sweep(SECOND)
        assert (now(solved).countdown_from, now(solved).status) == (SECOND, "solution_provided")


class TestWays:
    @pytest.mark.parametrize("way", SolutionWay.values)
    def test_of_solving_are_recorded_all_four(self, way, case, carl, later) -> None:
        solved = provide_solution(case, by=carl, at=later(hours=1), body="So.", way=way)
        assert (solved.status, Event.objects.get(kind="solution_provided").data) == ("solution_provided", {"way": way})


class TestPlans:
    """The sweep reads its partial indexes, never the table."""

    @pytest.mark.parametrize("name", ["case_countdown", "case_countdown_edition"])
    def test_are_index_scans(self, name, solved) -> None:
        queries = {
            "case_countdown": auto_close.due(END).order_by("countdown_at", "pk").values_list("pk")[:500],
            "case_countdown_edition": auto_close.outdated(solved.calendar).values_list("pk"),
        }
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            plan = queries[name].explain()
        assert name in plan


class TestSentences:
    def test_are_said_in_both_languages(self, solved, sink) -> None:
        from cases.events import sentence

        sweep(FIRST, SECOND, END)
        told = Event.objects.filter(case=solved, kind__in=["contact_attempted", "closed_in_silence"]).order_by("pk")
        assert sentence(told[0]) == "Customer Care sent a reminder of the solution by mail (reminder 1)"
        assert "10 business days and 2 reminders" in sentence(told[2])
        with translation.override("fr"):
            assert all(sentence(event) and "reminded" not in sentence(event) for event in told)
