"""Nobody alters the record: every table of it, by every way past the verbs; and that it is the guards that refuse.

The hours of calendars and the targets of matrices have a file of their own, `tests/sla/test_guards.py`; here they are
only emptied.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse

from cases import events, lifecycle, statuses
from cases.attachments import accept
from cases.models import (
    Attachment,
    Breach,
    Case,
    Event,
    ExportRecord,
    Message,
    Note,
    SeverityRequest,
    bulk_update,
)
from contacts.models import User
from sla.models import CalendarRevision, CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow
from tests.conftest import OpenCase

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Table:
    """A table of the record, and a column that somebody might like to change."""

    model: type[models.Model]
    column: str
    value: Any

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def row(self) -> models.Model:
        row = self.model._default_manager.order_by("pk").first()
        assert row is not None, f"nothing in {self.name} to tamper with"
        return row


TABLES = [
    Table(Event, "kind", "noted"),
    Table(Message, "body", "Never said."),
    Table(Note, "body", "Never noted."),
    Table(Attachment, "name", "other.txt"),
    Table(SeverityRequest, "reason", "Another reason."),
    Table(Breach, "minutes", 9999),
    Table(CalendarRevision, "recorded_by", "Somebody"),
    Table(ExportRecord, "query", "status=closed"),
]
GUARDED = {model._meta.db_table for model, trigger in pgtrigger.registered() if trigger.name == "never_emptied"}


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def changed(table: Table) -> models.Model:
    row = table.row()
    setattr(row, table.column, table.value)
    return row


WAYS: dict[str, Callable[[Table], object]] = {
    "update": lambda on: on.model._default_manager.update(**{on.column: on.value}),
    "bulk_update": lambda on: on.model._default_manager.bulk_update([changed(on)], [on.column]),
    "save": lambda on: changed(on).save(),
    "arrays": lambda on: bulk_update.update(on.model, [on.column], [changed(on)]),
    "sql update": lambda on: sql(f"UPDATE {on.name} SET {on.column} = %s WHERE id = %s", on.value, on.row().pk),
    "sql update of one’s case": lambda on: sql(f"UPDATE {on.name} SET id = id WHERE id = %s", on.row().pk),
    "delete": lambda on: on.model._default_manager.filter(pk=on.row().pk)._raw_delete(using="default"),
    "sql delete": lambda on: sql(f"DELETE FROM {on.name} WHERE id = %s", on.row().pk),
}
ALLOWED = {  # columns that are not facts may be written again with what they hold
    ("cases_breach", "sql update of one’s case"),
}


@pytest.fixture
def worked(
    alice: User, carl: User, mona: User, open_case: Any, at: datetime, later: Any, settings: Any, tmp_path: Any
) -> Case:
    """A case with a row in each table of the record: missed, asked for Critical, decided, exported."""
    settings.MEDIA_ROOT = tmp_path
    case = open_case(alice, files=accept([SimpleUploadedFile("log.txt", b"line 1")]))
    lifecycle.note(case, by=carl, at=later(minutes=70), body="Looks like the cache.")
    lifecycle.request_severity(case, by=alice, at=later(minutes=80), severity=1, body="All of it is down.")
    asked = case.severity_requests.get()
    lifecycle.decline_severity(case, by=mona, at=later(minutes=90), request=asked, because="One report only.")
    ExportRecord.objects.create(
        at=later(minutes=95), by=mona, format="json", case=case, is_complete=True, total=1,
        ended_at=later(minutes=95), written=1,
    )  # fmt: skip
    assert case.breaches.exists()
    return case


def rows(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def way_is_open(table: Table, way: str) -> bool:
    """Say whether the database lets the record be altered this way; what was altered is taken back."""
    try:
        with transaction.atomic():
            WAYS[way](table)
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def look_now() -> None:
    """Look at what is put off till the end of the transaction: a table with that pending is not emptied anyway."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")


class TestTheRecord:
    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_is_not_altered(self, worked: Case, table: Table) -> None:
        before = rows(table.model)
        assert [way for way in WAYS if way_is_open(table, way) and (table.name, way) not in ALLOWED] == []
        assert rows(table.model) == before

    @pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
    def test_is_held_by_the_guards_alone(self, worked: Case, table: Table) -> None:
        """Without them the same attempts go through: nothing else would have refused them."""
        with pgtrigger.ignore():
            assert [way for way in WAYS if way_is_open(table, way)] == list(WAYS)

    @pytest.mark.parametrize("table", sorted(GUARDED))
    def test_is_not_emptied(self, worked: Case, table: str) -> None:
        look_now()
        for statement in (f"TRUNCATE {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(DatabaseError, match=r"never emptied|foreign key"), transaction.atomic():
                sql(statement)

    @pytest.mark.parametrize("table", ["cases_case", "contacts_user", "sla_matrix", "sla_calendar", "products_product"])
    def test_is_not_emptied_from_afar(self, worked: Case, table: str) -> None:
        look_now()
        with pytest.raises(DatabaseError, match="is never emptied"), transaction.atomic():
            sql(f"TRUNCATE {table} CASCADE")

    def test_is_guarded_against_emptying_wherever_no_row_is_taken_away(self) -> None:
        kept = {
            model._meta.db_table
            for model, trigger in pgtrigger.registered()
            if trigger.name in ("append_only", "never_deleted")
        }
        dated = {model._meta.db_table for model in (CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow)}
        assert kept | dated | {table.name for table in TABLES} == GUARDED

    @pytest.mark.parametrize(("column", "other"), [("customer", "bob"), ("account", "globex")])
    def test_leaves_a_case_to_its_customer(
        self, worked: Case, column: str, other: str, request: pytest.FixtureRequest
    ) -> None:
        somebody = request.getfixturevalue(other).pk
        for statement in (
            f"UPDATE cases_case SET {column}_id = {somebody}",
            f"UPDATE cases_case SET {column}_id = NULL",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(statement)

    def test_keeps_its_cases(self, worked: Case) -> None:
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            sql("DELETE FROM cases_case WHERE id = %s", worked.pk)

    @pytest.mark.parametrize("who", ["mona", "adam"])
    @pytest.mark.parametrize(
        "table",
        [*(table for table in TABLES if table.model in admin.site._registry), Table(Case, "status", "closed")],
        ids=lambda table: table.name,
    )
    def test_is_read_only_in_the_back_office(
        self, worked: Case, table: Table, who: str, signed_in: Any, request: pytest.FixtureRequest
    ) -> None:
        client, before = signed_in(request.getfixturevalue(who)), rows(table.model)
        label = f"{table.model._meta.app_label}_{table.model._meta.model_name}"
        pk = table.row().pk
        for page in ("change", "delete"):
            address = reverse(f"admin:{label}_{page}", args=[pk])
            assert client.post(address, {table.column: table.value, "post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": str(pk), "post": "yes"}
        client.post(reverse(f"admin:{label}_changelist"), chosen)
        assert client.post(reverse(f"admin:{label}_add"), {table.column: table.value}).status_code == 403
        assert rows(table.model) == before


def put(case: Case, status: str) -> None:
    """Bring the case into a status past the guards, with the times that go with it."""
    closed = "now()" if status == statuses.CLOSED else "NULL"
    solved = "now()" if statuses.STATUSES[status].has_solution else "NULL"
    answered = "now()" if status == statuses.SOLUTION_ANSWERED else "NULL"
    with pgtrigger.ignore("cases.Case:status_moves", "cases.Case:status_is_recorded"):
        sql(
            f"UPDATE cases_case SET status = %s, closed_at = {closed}, solution_provided_at = {solved},"
            f" customer_answered_at = {answered} WHERE id = %s",
            status,
            case.pk,
        )


def moves(case: Case, before: str, after: str) -> bool:
    """Say whether the database lets a case go from one status to the other, with an event that says so."""
    closed = "now()" if after == statuses.CLOSED else "NULL"
    answered = "now()" if after == statuses.SOLUTION_ANSWERED else "NULL"
    try:
        with transaction.atomic():
            put(case, before)
            told = Case(pk=case.pk, status=after)
            events.new_event(told, "noted", at=case.opened_at).save()
            sql(
                f"UPDATE cases_case SET status = %s, closed_at = {closed}, solution_provided_at = now(),"
                f" customer_answered_at = {answered} WHERE id = %s",
                after,
                case.pk,
            )
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        if "Invalid transition" not in str(refusal):
            raise
        return False
    return True


PAST_THE_VERBS: dict[str, Callable[[Case], object]] = {
    "update": lambda case: Case.objects.filter(pk=case.pk).update(status="in_progress"),
    "bulk_update": lambda case: Case.objects.bulk_update([Case(pk=case.pk, status="in_progress")], ["status"]),
    "save": lambda case: Case(pk=case.pk, status="in_progress").save(update_fields=["status"]),
    "arrays": lambda case: bulk_update.update(Case, ["status"], [Case(pk=case.pk, status="in_progress")]),
    "sql": lambda case: sql("UPDATE cases_case SET status = 'in_progress'"),
    "sql, of the joined": lambda case: sql(
        "UPDATE cases_case SET status = 'in_progress' FROM cases_event"
        " WHERE cases_event.case_id = cases_case.id AND cases_case.id = %s", case.pk
    ),
    "merge": lambda case: sql(
        "MERGE INTO cases_case USING (SELECT %s::bigint AS id) AS one ON cases_case.id = one.id"
        " WHEN MATCHED THEN UPDATE SET status = 'in_progress'", case.pk
    ),
}  # fmt: skip


class TestTheStatus:
    def test_moves_as_the_table_says_and_no_other_way(self, case: Case) -> None:
        """After a change of the moves in `cases/statuses.py`: `manage.py makemigrations` writes the guard anew."""
        pairs = [(a, b) for a in statuses.STATUSES for b in statuses.STATUSES if a != b]
        assert {pair for pair in pairs if moves(case, *pair)} == set(statuses.TRANSITIONS)

    def test_has_a_table_of_moves_that_names_them_all(self) -> None:
        named = {(row.code, to) for row in statuses.STATUSES.values() for to in row.moves.values() if to}
        # What unmerging gives back: every status from which a case may be merged away.
        back = {("closed", row.code) for row in statuses.STATUSES.values() if "merge" in row.moves}
        assert set(statuses.TRANSITIONS) == {(a, b) for a, b in named | back if a != b}
        assert ("solution_provided", "new") not in statuses.TRANSITIONS

    @pytest.mark.parametrize("way", PAST_THE_VERBS)
    def test_is_not_changed_past_the_verbs(self, case: Case, way: str) -> None:
        with pytest.raises(DatabaseError, match="without an event"), transaction.atomic():
            PAST_THE_VERBS[way](case)
        case.refresh_from_db()
        assert case.status == "new"
        with pgtrigger.ignore("cases.Case:status_is_recorded"):
            PAST_THE_VERBS[way](case)
        case.refresh_from_db()
        assert case.status == "in_progress"

    def test_may_be_written_again_as_it_is(self, case: Case) -> None:
        sql("UPDATE cases_case SET status = status, subject = 'Other words'")

    def test_is_checked_by_one_lookup_in_an_index(self, case: Case, alice: User, open_case: OpenCase) -> None:
        opened = open_case(alice).events.get()
        Event.objects.bulk_create(
            Event(case=opened.case, kind="opened", status=opened.status, at=opened.at) for _number in range(500)
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_event")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(
                "EXPLAIN SELECT status FROM cases_event WHERE case_id = %s ORDER BY id DESC LIMIT 1", [case.pk]
            )
            plan = " ".join(line for (line,) in cursor.fetchall())
        assert "Index Scan Backward using event_of_case" in plan
        assert "Sort" not in plan

    def test_follows_the_verbs(self, case: Case, alice: User, carl: User, at: datetime) -> None:
        """The status of a case is that of its last event, all its life."""
        steps = [
            lambda on: lifecycle.take(case, by=carl, at=on),
            lambda on: lifecycle.ask_customer(case, by=carl, at=on, body="Since when?"),
            lambda on: lifecycle.reply(case, by=alice, at=on, body="Today."),
            lambda on: lifecycle.provide_solution(case, by=carl, at=on, body="Reload."),
            lambda on: lifecycle.accept_solution(case, by=alice, at=on),
            lambda on: lifecycle.reopen(case, by=alice, at=on, reason="Again."),
        ]
        for number, step in enumerate(steps, start=1):
            step(at + timedelta(minutes=number))
            case.refresh_from_db()
            assert case.events.latest("pk").status == case.status
