"""What the database refuses of calendars and matrices, whichever way it is tried; and that it is the guards that do.

Hours are looked at as a transaction ends, matrices and editions at once. Edits that are allowed, and what they leave
alone, are in `tests/cases/commitments/test_calendar_edits.py`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from cases.models import Case
from sla import editing
from sla.models import Calendar, CalendarRevision, CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow

NIGHT = {"0": [["22:00", "23:00"]]}
OF_DATES = ("begins_after_today", "day_is_to_come", "targets_in_force_stay", "targets_are_complete")
CLOSED, OTHER = date(2027, 7, 5), date(2027, 7, 6)


@dataclass(frozen=True)
class Ground:
    """A calendar with a row of each kind, all of it recorded; another one; and a matrix that a case was promised."""

    calendar: Calendar
    other: Calendar
    matrix: Matrix
    coming: Matrix


@dataclass(frozen=True)
class Attempt:
    """A change past the pages, and the guard (table, name) that refuses it."""

    name: str
    table: str
    guard: str
    change: Callable[[Ground], object]


def sql(statement: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.rowcount


def hours_of(calendar: Calendar) -> str:
    """The edition that goes by the newest hours."""
    return f"(SELECT max(id) FROM sla_calendarrevision WHERE calendar_id = {calendar.pk})"


def row_of(matrix: Matrix) -> MatrixRow:
    return MatrixRow.objects.filter(matrix=matrix, minutes__isnull=False).order_by("pk")[0]


def copy_of(matrix: Matrix) -> MatrixRow:
    """A target that the matrix has not."""
    return MatrixRow(matrix=matrix, kind="other", severity=3, metric="agreed", minutes=1)


def shortened(edition: CalendarRevision) -> CalendarRevision:
    edition.definition = {**edition.definition, "zone": "UTC"}
    return edition


def relaxed(row: MatrixRow) -> MatrixRow:
    row.minutes = 9999
    return row


WEEK, SHUT, DAY = "sla_calendarversion", "sla_closeddate", "sla_dayoverride"
ZONE, EDITION, MATRIX, TARGET = "sla_calendar", "sla_calendarrevision", "sla_matrix", "sla_matrixrow"
ATTEMPTS = [
    # the weeks of a calendar
    Attempt(
        "update", WEEK, "version_is_recorded", lambda on: on.calendar.versions.update(week=NIGHT)
    ),
    Attempt(
        "bulk_create", WEEK, "version_is_recorded",
        lambda on: CalendarVersion.objects.bulk_create(
            [CalendarVersion(calendar=on.calendar, effective_from=OTHER, week=NIGHT)]
        ),
    ),
    Attempt("delete", WEEK, "version_is_recorded", lambda on: on.calendar.versions.all().delete()),
    Attempt(
        "another calendar’s", WEEK, "version_is_recorded",
        lambda on: on.calendar.versions.update(calendar=on.other, effective_from=OTHER),
    ),
    Attempt(
        "sql update", WEEK, "version_is_recorded",
        lambda on: sql("UPDATE sla_calendarversion SET week = '{}' WHERE calendar_id = %s", on.calendar.pk),
    ),
    Attempt(
        "sql insert", WEEK, "version_is_recorded",
        lambda on: sql(
            "INSERT INTO sla_calendarversion (calendar_id, effective_from, week) VALUES (%s, %s, '{}')",
            on.calendar.pk, OTHER,
        ),
    ),
    Attempt(
        "sql delete", WEEK, "version_is_recorded",
        lambda on: sql("DELETE FROM sla_calendarversion WHERE calendar_id = %s", on.calendar.pk),
    ),
    # its closed dates
    Attempt("update", SHUT, "closed_date_is_recorded", lambda on: on.calendar.closed_dates.update(date=OTHER)),
    Attempt(
        "bulk_create", SHUT, "closed_date_is_recorded",
        lambda on: ClosedDate.objects.bulk_create([ClosedDate(calendar=on.calendar, date=OTHER)]),
    ),
    Attempt("delete", SHUT, "closed_date_is_recorded", lambda on: on.calendar.closed_dates.all().delete()),
    Attempt(
        "sql update", SHUT, "closed_date_is_recorded",
        lambda on: sql("UPDATE sla_closeddate SET calendar_id = %s", on.other.pk),
    ),
    Attempt(
        "sql insert", SHUT, "closed_date_is_recorded",
        lambda on: sql(
            "INSERT INTO sla_closeddate (calendar_id, date, name) VALUES (%s, %s, '')", on.calendar.pk, OTHER
        ),
    ),
    Attempt("sql delete", SHUT, "closed_date_is_recorded", lambda _on: sql("DELETE FROM sla_closeddate")),
    # its days with hours of their own
    Attempt(
        "update", DAY, "override_is_recorded", lambda on: on.calendar.overrides.update(spans=[["01:00", "02:00"]])
    ),
    Attempt(
        "bulk_create", DAY, "override_is_recorded",
        lambda on: DayOverride.objects.bulk_create(
            [DayOverride(calendar=on.calendar, date=CLOSED, spans=[["01:00", "02:00"]])]
        ),
    ),
    Attempt("delete", DAY, "override_is_recorded", lambda on: on.calendar.overrides.all().delete()),
    Attempt("sql update", DAY, "override_is_recorded", lambda _on: sql("UPDATE sla_dayoverride SET spans = '[]'")),
    Attempt(
        "sql insert", DAY, "override_is_recorded",
        lambda on: sql(
            "INSERT INTO sla_dayoverride (calendar_id, date, spans, name) VALUES (%s, %s, '[]', '')",
            on.calendar.pk, CLOSED,
        ),
    ),
    Attempt("sql delete", DAY, "override_is_recorded", lambda _on: sql("DELETE FROM sla_dayoverride")),
    # its zone
    Attempt(
        "update", ZONE, "calendar_is_recorded",
        lambda on: Calendar.objects.filter(pk=on.calendar.pk).update(zone="Asia/Tokyo"),
    ),
    Attempt(
        "bulk_update", ZONE, "calendar_is_recorded",
        lambda on: Calendar.objects.bulk_update([Calendar(pk=on.calendar.pk, zone="Asia/Tokyo")], ["zone"]),
    ),
    Attempt(
        "sql update", ZONE, "calendar_is_recorded",
        lambda on: sql("UPDATE sla_calendar SET zone = 'Asia/Tokyo' WHERE id = %s", on.calendar.pk),
    ),
    # its editions
    Attempt("update", EDITION, "append_only", lambda on: on.calendar.revisions.update(recorded_at=None)),
    Attempt(
        "bulk_update", EDITION, "append_only",
        lambda on: CalendarRevision.objects.bulk_update(map(shortened, on.calendar.revisions.all()), ["definition"]),
    ),
    Attempt("delete", EDITION, "append_only", lambda on: on.calendar.revisions.all().delete()),
    Attempt(
        "sql update", EDITION, "append_only",
        lambda on: sql(f"UPDATE sla_calendarrevision SET definition = '{{}}' WHERE id = {hours_of(on.calendar)}"),
    ),
    Attempt(
        "sql delete", EDITION, "append_only",
        lambda on: sql(f"DELETE FROM sla_calendarrevision WHERE id = {hours_of(on.calendar)}"),
    ),
    Attempt(
        "one of long ago", EDITION, "edition_follows",
        lambda on: sql(
            "INSERT INTO sla_calendarrevision (calendar_id, number, recorded_at, recorded_by, definition)"
            " VALUES (%s, 99, '2020-01-01Z', '', sla_calendar_statement(%s))",
            on.calendar.pk, on.calendar.pk,
        ),
    ),
    Attempt(
        "hours that are not stated", EDITION, "edition_is_stated",
        lambda on: sql(
            "INSERT INTO sla_calendarrevision (calendar_id, number, recorded_at, recorded_by, definition)"
            " SELECT calendar_id, max(number) + 1, max(recorded_at), '', '{}' FROM sla_calendarrevision"
            " WHERE calendar_id = %s GROUP BY calendar_id",
            on.calendar.pk,
        ),
    ),
    # a matrix
    Attempt(
        "update", MATRIX, "matrix_is_sealed",
        lambda on: Matrix.objects.filter(pk=on.matrix.pk).update(effective_from=OTHER),
    ),
    Attempt(
        "unseal", MATRIX, "matrix_is_sealed", lambda on: Matrix.objects.filter(pk=on.matrix.pk).update(sealed_at=None)
    ),
    Attempt(
        "sql update", MATRIX, "matrix_is_sealed",
        lambda on: sql("UPDATE sla_matrix SET sealed_at = NULL WHERE id = %s", on.matrix.pk),
    ),
    # its targets
    Attempt("update", TARGET, "targets_are_sealed", lambda on: on.matrix.rows.update(minutes=9999)),
    Attempt(
        "bulk_update", TARGET, "targets_are_sealed",
        lambda on: MatrixRow.objects.bulk_update(map(relaxed, on.matrix.rows.all()), ["minutes"]),
    ),
    Attempt(
        "bulk_create", TARGET, "targets_are_sealed", lambda on: MatrixRow.objects.bulk_create([copy_of(on.matrix)])
    ),
    Attempt("delete", TARGET, "targets_are_sealed", lambda on: on.matrix.rows.all().delete()),
    Attempt(
        "to another matrix", TARGET, "targets_are_sealed",
        lambda on: MatrixRow.objects.filter(pk=row_of(on.matrix).pk).update(matrix=on.coming, metric="agreed"),
    ),
    Attempt(
        "from another matrix", TARGET, "targets_are_sealed",
        lambda on: MatrixRow.objects.filter(pk=row_of(on.coming).pk).update(matrix=on.matrix, metric="agreed"),
    ),
    Attempt(
        "sql update", TARGET, "targets_are_sealed",
        lambda on: sql("UPDATE sla_matrixrow SET minutes = 9999 WHERE id = %s", row_of(on.matrix).pk),
    ),
    Attempt(
        "sql delete", TARGET, "targets_are_sealed",
        lambda on: sql("DELETE FROM sla_matrixrow WHERE matrix_id = %s", on.matrix.pk),
    ),
]  # fmt: skip


@pytest.fixture
def ground(case: Case, at: datetime) -> Ground:
    calendar = Calendar.objects.get(code="changepoint")
    DayOverride.objects.create(calendar=calendar, date=OTHER, spans=[["10:00", "12:00"]])
    editing.close(calendar, {CLOSED: "Independence Day"}, at=at, by="Mona")
    matrix = Matrix.objects.get(pk=case.matrix_id)
    assert matrix.sealed_at is not None
    coming = editing.publish(matrix, code="next", document="Next", effective_from=date(2099, 1, 1))
    commit()
    return Ground(calendar, Calendar.objects.get(code="emea"), matrix, coming)


def commit() -> None:
    """Do what the end of a transaction does: look at what was put off till then."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("SET CONSTRAINTS ALL DEFERRED")


def committed(change: Callable[[], object]) -> None:
    """Make a change in a transaction of its own."""
    with transaction.atomic():
        change()
        commit()


def everything() -> dict[str, list[dict[str, Any]]]:
    tables: list[type[models.Model]] = [
        Calendar, CalendarRevision, CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow,
    ]  # fmt: skip
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in tables}


@contextmanager
def without(table: str, guard: str) -> Iterator[None]:
    """Switch one guard off, until the transaction is rolled back, and those of dates (`test_dated_rules.py`)."""
    wanted = [f"pgtrigger\\_{name}\\_%" for name in (guard, *OF_DATES)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE ANY(%s)", [table, wanted]
        )
        found = [trigger for (trigger,) in cursor.fetchall()]
        assert any(guard in trigger for trigger in found)
        for trigger in found:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
    yield


def case_of(attempt: Attempt) -> str:
    return f"{attempt.table}: {attempt.name}"


class TestGuards:
    @pytest.mark.parametrize("attempt", ATTEMPTS, ids=case_of)
    def test_refuse_every_way_past_the_pages(self, attempt: Attempt, ground: Ground) -> None:
        before = everything()
        with pytest.raises(DatabaseError):
            committed(lambda: attempt.change(ground))
        assert everything() == before

    @pytest.mark.parametrize("attempt", ATTEMPTS, ids=case_of)
    def test_are_all_that_refuses_it(self, attempt: Attempt, ground: Ground) -> None:
        """With this one guard switched off the same change goes through: nothing else would have held it."""
        before = everything()
        with without(attempt.table, attempt.guard):
            attempt.change(ground)
            commit()
        assert everything() != before

    def test_cover_every_table_of_promises_by_every_way(self) -> None:
        tried = {(attempt.table, attempt.name.removeprefix("sql ")) for attempt in ATTEMPTS}
        for table in (WEEK, SHUT, DAY, TARGET):
            assert {way for found, way in tried if found == table} >= {"update", "bulk_create", "delete"}
        for table in (ZONE, EDITION, MATRIX):
            assert (table, "update") in tried

    @pytest.mark.django_db(transaction=True)
    def test_look_at_hours_as_the_transaction_ends(self, reference: None) -> None:
        """No test asks for it here: the commit itself is refused, and nothing of it stays."""
        calendar = Calendar.objects.get(code="emea")
        close = transaction.atomic(lambda: ClosedDate.objects.create(calendar=calendar, date=CLOSED))
        with pytest.raises(DatabaseError, match="without recording an edition"):
            close()
        assert not ClosedDate.objects.exists()

    def test_let_hours_be_edited_that_are_recorded(self, ground: Ground) -> None:
        ground.calendar.closed_dates.all().delete()
        ground.calendar.versions.update(week=NIGHT)
        editing.record(ground.calendar, at=timezone.now(), by="Mona")
        commit()
        assert ground.calendar.revisions.count() == 3

    def test_let_a_matrix_be_edited_that_nobody_was_promised(self, ground: Ground) -> None:
        ground.coming.rows.update(minutes=1)
        Matrix.objects.filter(pk=ground.coming.pk).update(document="Better")
        ground.coming.delete()
        assert not Matrix.objects.filter(code="next").exists()


class TestDeleting:
    """A calendar or a matrix goes with its parts, and each part is guarded; what is recorded of it holds it too."""

    def test_a_calendar_is_refused(self, ground: Ground) -> None:
        with pytest.raises(ProtectedError):
            ground.other.delete()
        with pytest.raises(DatabaseError):
            committed(lambda: sql("DELETE FROM sla_calendar WHERE id = %s", ground.other.pk))

    def test_a_matrix_that_a_case_was_promised_is_refused(self, ground: Ground) -> None:
        with pytest.raises(ProtectedError):
            ground.matrix.delete()
        with pytest.raises(DatabaseError):
            committed(lambda: sql("DELETE FROM sla_matrix WHERE id = %s", ground.matrix.pk))
