"""The record: events are never altered, and the stored clocks are what a replay of the events gives."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from cases import commitments
from cases.commitments.consistency import differences
from cases.commitments.stored import STORED
from cases.lifecycle import (
    accept_solution,
    ask_customer,
    keep_solution,
    provide_solution,
    reopen,
    reply,
    restore_service,
)
from cases.models import Case, Event
from sla.editing import record
from sla.models import CalendarVersion

pytestmark = pytest.mark.django_db


class TestEvents:
    @pytest.mark.parametrize(
        "tamper",
        [
            pytest.param(lambda: Event.objects.update(kind="noted"), id="bulk update"),
            pytest.param(lambda: Event.objects.all().delete(), id="deletion"),
            pytest.param(lambda: connection.cursor().execute("UPDATE cases_event SET at = now()"), id="raw update"),
            pytest.param(lambda: connection.cursor().execute("DELETE FROM cases_event"), id="raw deletion"),
        ],
    )
    def test_refuse_to_be_altered(self, case, tamper):
        before = list(Event.objects.values())
        with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
            tamper()
        assert list(Event.objects.values()) == before


class TestReplay:
    def test_gives_the_stored_rows_after_every_verb(self, case, alice, carl, later):
        steps = [
            lambda at: reply(case, by=carl, at=at, body="Looking."),
            lambda at: ask_customer(case, by=carl, at=at, body="Which?"),
            lambda at: reply(case, by=alice, at=at, body="That."),
            lambda at: restore_service(case, by=carl, at=at, body="Back."),
            lambda at: provide_solution(case, by=carl, at=at, body="Do this."),
            lambda at: reply(case, by=alice, at=at, body="No."),
            lambda at: keep_solution(case, by=carl, at=at),
            lambda at: reply(case, by=alice, at=at, body="It is not solved."),
            lambda at: provide_solution(case, by=carl, at=at, body="Do that."),
            lambda at: accept_solution(case, by=alice, at=at),
            lambda at: reopen(case, by=alice, at=at, reason="Again."),
        ]
        for number, step in enumerate(steps, start=1):
            at = later(minutes=37 * number)
            changed = step(at)
            assert differences(changed, at=at) == []
            rows = list(changed.commitments.all())
            states = commitments.states(changed, at=at)
            assert {row.key: _facts(row) for row in rows} == {_key(state): _facts(state) for state in states}

    def test_of_a_state_can_be_had_for_any_instant_of_the_past(self, case, alice, carl, later):
        """Also for one before an edit of the hours: what was not known then does not count."""
        reply(case, by=carl, at=later(minutes=10), body="Looking.")
        before = commitments.states(case, at=later(minutes=20))
        changepoint = case.calendar
        CalendarVersion.objects.filter(calendar=changepoint).update(week={"1": [["10:00", "11:30"]]})
        record(changepoint, at=later(minutes=30), by="Mona")
        fresh = Case.objects.for_verbs().get(pk=case.pk)
        assert commitments.states(fresh, at=later(minutes=20)) == before
        assert commitments.states(fresh, at=later(minutes=40)) != before


def _facts(thing):
    return [getattr(thing, name) for name in STORED if name not in ("severity", "kind")]


def _key(state):
    return state.metric.value, state.cycle, state.period_no
