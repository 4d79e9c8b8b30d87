"""spread: what was published reaches each linked case once, in its customer's language, and nobody else's words."""

from collections import Counter
from time import monotonic, process_time

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases import enqueue
from cases.incidents import broadcast
from cases.jobs import incident_updates
from cases.jobs import sweep as sweeping
from cases.jobs.incident_updates import spread
from cases.lifecycle import ask_customer, close, link_case, provide_solution, unlink_case
from cases.models import Case, Commitment, Event, IncidentCase, IncidentDelivery, Message, OutboxMail
from cases.notifications.delivery import deliver_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(incident, carl, open_case, later):
    """`linked(alice, eve)`: a Critical case of each, part of the incident."""

    def make(*customers, **more):
        cases = [open_case(customer, **{"severity": "critical", **more}) for customer in customers]
        for case in cases:
            link_case(case, by=carl, at=later(minutes=1), incident=incident)
        return cases

    return make


def said(case):
    return list(case.messages.filter(purpose="incident").values_list("body", flat=True))


def not_notified(case):
    return IncidentDelivery.objects.get(case=case).refusal


class TestSpread:
    def test_speaks_each_customers_language(self, incident, publish, linked, alice, eve, later):
        english, french = linked(alice, eve)
        publish(incident)
        assert spread(later(minutes=11)) == 2
        assert (said(english), said(french)) == (["A disk is full."], ["Un disque est plein."])

    def test_is_an_answer_and_a_status_update_of_ours(self, incident, publish, linked, alice, nora, later):
        [case] = linked(alice)
        before = case.commitments.get(metric="status_update", period_no=1)
        publish(incident)
        spread(later(minutes=11))
        assert case.commitments.get(metric="response").stopped_at == later(minutes=11)
        first, second = case.commitments.filter(metric="status_update").order_by("period_no")
        assert (first.state, second.state) == ("met", "running")
        assert second.due_at > before.due_at
        case.refresh_from_db()
        assert (case.status, case.last_word_by) == ("in_progress", nora)

    def test_mails_the_customer_in_their_language_with_the_public_words_alone(
        self, incident, publish, linked, alice, eve, later, sink
    ):
        cases = linked(alice, eve, subject="CANARY of one account")
        publish(incident)
        spread(later(minutes=11))
        deliver_all(later(minutes=12))
        mails = {
            mail.recipients[0]: mail
            for mail in sink.messages
            if "problem" in mail.part("plain").lower() or "problème" in mail.part("plain").lower()
        }
        assert "A disk is full." in mails["alice@example.com"].part("plain")
        assert "Les feuilles de temps" in mails["eve@example.com"].part("plain")
        for mail, other in (("alice@example.com", cases[1]), ("eve@example.com", cases[0])):
            assert other.number not in mails[mail].part("plain")
            assert other.account.name not in mails[mail].part("html")

    def test_writes_to_no_closed_case_and_says_why(self, incident, publish, linked, alice, eve, carl, later):
        closed, still_open = linked(alice, eve)
        publish(incident)
        close(closed, by=carl, at=later(minutes=11), reason="withdrawn")
        spread(later(minutes=12))
        assert (said(closed), len(said(still_open))) == ([], 1)
        assert not_notified(closed) == "closed"
        assert broadcast.progress(incident)[incident.updates.get().pk] == broadcast.Progress(1, 0, 1)

    def test_writes_to_no_case_that_was_taken_out(self, incident, publish, linked, alice, carl, later):
        [case] = linked(alice)
        publish(incident)
        unlink_case(case, by=carl, at=later(minutes=11), because="Apart.")
        spread(later(minutes=12))
        assert (said(case), not_notified(case)) == ([], "unlinked")

    def test_gives_no_second_solution(self, incident, resolve, linked, alice, carl, later):
        [case] = linked(alice)
        resolve(incident, [case])
        provide_solution(case, by=carl, at=later(minutes=61), body="By hand.")
        spread(later(minutes=62))
        assert not_notified(case) == "solved"
        assert case.messages.filter(purpose="solution").count() == 1

    def test_asks_whether_the_author_may_still_speak(self, incident, publish, linked, alice, nora, later):
        [case] = linked(alice)
        publish(incident)
        nora.is_active = False
        nora.save()
        spread(later(minutes=12))
        assert (said(case), not_notified(case)) == ([], "not_allowed")

    def test_leaves_a_wait_for_the_customer_as_it_is(self, incident, publish, linked, alice, carl, later):
        [case] = linked(alice)
        ask_customer(case, by=carl, at=later(minutes=2), body="Since when?")
        publish(incident)
        spread(later(minutes=11))
        assert Case.objects.get(pk=case.pk).status == "waiting"

    def test_tells_two_updates_in_their_order(self, incident, publish, linked, alice, later):
        [case] = linked(alice)
        publish(incident, text_en="First.", text_fr="Premier.")
        publish(incident, minutes=11, text_en="Second.", text_fr="Second.")
        spread(later(minutes=12))
        assert said(case) == ["First.", "Second."]

    def test_goes_on_where_it_stopped(self, incident, publish, linked, alice, later):
        cases = linked(*[alice] * 5)
        publish(incident)
        assert [spread(later(minutes=11), limit=2) for _pass in range(4)] == [2, 2, 1, 0]
        assert [len(said(case)) for case in cases] == [1] * 5

    def test_lets_no_case_that_fails_stop_the_others(self, incident, publish, linked, alice, later, monkeypatch):
        cases = linked(*[alice] * 3)
        publish(incident)
        tell = incident_updates.tell_update

        def failing(case, **words):
            if case.pk == cases[0].pk:
                raise RuntimeError("broken")
            return tell(case, **words)

        monkeypatch.setattr(incident_updates, "tell_update", failing)
        assert spread(later(minutes=11)) == 2
        for minute in range(12, 16):
            assert spread(later(minutes=minute)) == 0
        assert [len(said(case)) for case in cases] == [0, 1, 1]
        assert not_notified(cases[0]) == "error"

    def test_is_done_by_the_sweep_where_the_bell_was_lost(self, incident, publish, linked, alice, later):
        [case] = linked(alice)
        publish(incident)
        sweeping.sweep(later(minutes=12))
        assert len(said(case)) == 1

    def test_rings_once_for_all(
        self, incident, publish, linked, alice, monkeypatch, django_capture_on_commit_callbacks
    ):
        linked(*[alice] * 3)
        rung = []
        monkeypatch.setattr(enqueue, "wake_worker", rung.append)
        with django_capture_on_commit_callbacks(execute=True):
            publish(incident)
        assert rung.count("cases.tasks.tell_linked_cases") == 1

    def test_keeps_what_was_settled(self, incident, publish, linked, alice, later):
        linked(alice)
        publish(incident)
        spread(later(minutes=11))
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentDelivery.objects.update(state="due", event=None, settled_at=None)
        with pytest.raises(DatabaseError), transaction.atomic():
            IncidentDelivery.objects.all().delete()


@pytest.fixture
def two_hundred(incident, linked, alice, eve):
    """Copies of two linked cases with all their rows, so that a test of seconds is not one of minutes."""

    def copy(row, **changed):
        fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return type(row)(**{**fields, "id": None, **changed})

    originals = linked(alice, eve)
    for original in originals:
        cases = Case.objects.bulk_create(copy(original) for _number in range(99))
        for model in (Event, Commitment, IncidentCase):
            rows = list(model.objects.filter(case=original).order_by("pk"))
            model.objects.bulk_create(copy(row, case_id=case.pk) for case in cases for row in rows)
    return list(Case.objects.order_by("pk"))


class TestTwoHundredCases:
    def test_are_told_each_once_in_seconds_and_publishing_is_flat(
        self, incident, publish, two_hundred, later, record_property
    ):
        with CaptureQueriesContext(connection) as publishing:
            publish(incident)
        assert len(publishing) <= 12
        begun, worked = monotonic(), process_time()
        while spread(later(minutes=11)):
            pass
        seconds, processor = monotonic() - begun, process_time() - worked
        record_property("seconds for 200 cases", seconds)
        print(f"\n200 cases told in {seconds:.1f} s, of which the processor {processor:.1f} s")
        assert processor < 20
        assert broadcast.progress(incident)[incident.updates.get().pk] == broadcast.Progress(200, 0, 0)
        assert OutboxMail.objects.filter(notice="incident_told").count() == 200
        assert Counter(Message.objects.filter(purpose="incident").values_list("body", flat=True)) == {
            "A disk is full.": 100,
            "Un disque est plein.": 100,
        }
        assert Message.objects.filter(purpose="incident").values("case").distinct().count() == 200
        incident_told = Commitment.objects.filter(metric="response", state="met", stopped_at=later(minutes=11))
        assert incident_told.count() == 200

    def test_take_as_many_queries_each_as_the_first(self, incident, publish, two_hundred, later):
        publish(incident)
        spread(later(minutes=11), limit=3)
        with CaptureQueriesContext(connection) as one:
            spread(later(minutes=11), limit=1)
        with CaptureQueriesContext(connection) as ten:
            spread(later(minutes=11), limit=10)
        assert len(ten) <= 10 * len(one)
        assert len(one) <= 20
