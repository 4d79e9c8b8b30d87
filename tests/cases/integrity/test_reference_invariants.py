"""The self-check knows what the code presupposes of rules with a date: each is broken here, and names what broke it."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cases.integrity import self_check
from cases.integrity.reference_invariants import REFERENCE_INVARIANTS

pytestmark = pytest.mark.django_db

MATRIX, TARGET, WEEK, ZONE = "sla_matrix", "sla_matrixrow", "sla_calendarversion", "sla_calendar"
# Code, the table whose guards are off, what is done, what is named.
BREAKS: list[tuple[str, str, str, str]] = [
    ("matrix_missing", MATRIX, "UPDATE sla_matrix SET effective_from = '2099-01-01'", "all cases"),
    ("matrix_incomplete", TARGET, "DELETE FROM sla_matrixrow WHERE severity = 4", "2021"),
    ("matrix_incomplete", TARGET, "UPDATE sla_matrixrow SET minutes = NULL, note_en = 'x' WHERE severity = 1", "2021"),
    ("matrix_of_nobody", MATRIX, "UPDATE sla_matrix SET series = 'defect'", "2021"),
    ("calendar_never_open", WEEK, "UPDATE sla_calendarversion SET week = '{}' WHERE calendar_id ="
     " (SELECT id FROM sla_calendar WHERE code = 'emea')", "emea"),
    ("calendar_never_open", WEEK, "UPDATE sla_calendarversion SET effective_from = '2099-01-01' WHERE calendar_id ="
     " (SELECT id FROM sla_calendar WHERE code = 'emea')", "emea"),
    ("calendar_without_edition", "sla_calendarrevision", "DELETE FROM sla_calendarrevision WHERE calendar_id ="
     " (SELECT id FROM sla_calendar WHERE code = 'emea')", "emea"),
    ("round_the_clock_missing", ZONE, "UPDATE sla_calendar SET round_the_clock = false", "round the clock"),
    ("closing_rule_missing", "cases_closingrule", "DELETE FROM cases_closingrule", "rule of closing"),
    ("review_rule_missing", "cases_reviewrule", "DELETE FROM cases_reviewrule", "critical"),
    ("similarity_rule_missing", "cases_similarityrule", "DELETE FROM cases_similarityrule", "rule of similar cases"),
]  # fmt: skip


def broken(at: datetime) -> dict[str, list[str]]:
    return {one.invariant.code: one.names for one in self_check.look(at)}


def unguarded(table: str, *statements: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


class TestEachRule:
    @pytest.mark.parametrize(("code", "table", "done", "named"), BREAKS)
    def test_names_what_breaks_it(self, code: str, table: str, done: str, named: str, reference: None) -> None:
        assert broken(timezone.now()) == {}
        unguarded(table, done)
        assert named in broken(timezone.now())[code]

    def test_names_a_target_of_no_minutes_left_from_before(self, reference: None) -> None:
        unguarded(
            TARGET,
            "ALTER TABLE sla_matrixrow DROP CONSTRAINT target_has_minutes",
            "UPDATE sla_matrixrow SET minutes = 0 WHERE kind = 'own' AND severity = 1 AND metric = 'response'",
        )
        found = broken(timezone.now())
        assert found["target_promises_nothing"] == ["2021 own 1 response"]
        assert found["matrix_incomplete"] == ["2021"]

    def test_is_tried_here(self) -> None:
        tried: set[Any] = {code for code, *_rest in BREAKS} | {"target_promises_nothing"}
        assert {rule.code for rule in REFERENCE_INVARIANTS} == tried
