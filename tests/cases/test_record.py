"""The record: events are never altered, and the stored clocks are what a replay of the events gives."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from cases import commitments
from cases.lifecycle import accept_solution, ask_customer, provide_solution, reopen, reply, restore_service
from cases.models import Event

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
            lambda at: provide_solution(case, by=carl, at=at, body="Do that."),
            lambda at: accept_solution(case, by=alice, at=at),
            lambda at: reopen(case, by=alice, at=at, reason="Again."),
        ]
        for number, step in enumerate(steps, start=1):
            at = later(minutes=37 * number)
            changed = step(at)
            stored = {
                (row.metric, row.cycle, row.period_no): [getattr(row, name) for name in commitments.STORED]
                for row in changed.commitments.all()
            }
            replayed = {
                (state.metric.value, state.cycle, state.period_no): [
                    getattr(state, name) for name in commitments.STORED
                ]
                for state in commitments.states(changed, at=at)
            }
            assert stored == replayed
