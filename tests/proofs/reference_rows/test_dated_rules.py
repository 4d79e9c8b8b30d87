"""Every rule with a date, by every way in: none begins today, none promises nothing, none in force is changed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.models import Case, CaseTypeMatrix, ClosingRule
from contacts.models import User
from sla import editing
from sla.models import Calendar, CalendarRevision, CalendarVersion, ClosedDate, DayOverride, Matrix, MatrixRow
from sla.refusals import look_now
from tests.dates import day
from tests.sla import calendar_pages

pytestmark = pytest.mark.django_db

WEEK = {"0": [["09:00", "18:00"]]}
AHEAD = 400  # days: later than what the cast was promised in 2027
TARGET = (
    "kind",
    "severity",
    "metric",
    "minutes",
    "clock",
    "condition",
    "fallback",
    "warn_percent",
    "note_en",
    "note_fr",
)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def refused(change: Callable[[], object]) -> None:
    """Hold that the database refuses a change, at the latest as the transaction ends."""
    with pytest.raises(DatabaseError):
        committed(change)


def committed(change: Callable[[], object]) -> None:
    """Make a change in a transaction of its own."""
    with transaction.atomic():
        change()
        look_now()


def everything() -> list[Any]:
    tables = (
        Matrix,
        MatrixRow,
        CaseTypeMatrix,
        ClosingRule,
        Calendar,
        CalendarRevision,
        CalendarVersion,
        ClosedDate,
        DayOverride,
    )
    return [list(model._default_manager.order_by("pk").values()) for model in tables]  # type: ignore[attr-defined]


def general() -> Matrix:
    return Matrix.objects.get(code="2021")


def emea() -> Calendar:
    return Calendar.objects.get(code="emea")


def recorded(change: Callable[[], object]) -> None:
    """Change hours as a script does that knows of editions."""
    change()
    editing.record(emea(), at=timezone.now(), by="Mona")


def of_today(days: int) -> dict[str, Callable[[], object]]:
    """Every way past the pages in which a rule would begin so many days from today."""
    begins = day(days)
    columns = {"first_attempt_days": 1, "second_attempt_days": 2, "closing_days": 3}
    return {
        "matrix: publish": lambda: editing.publish(general(), code="new", document="New", effective_from=begins),
        "matrix: save": lambda: Matrix(code="new", document="New", effective_from=begins).save(),
        "matrix: bulk": lambda: Matrix.objects.bulk_create([Matrix(code="new", document="New", effective_from=begins)]),
        "matrix: sql": lambda: sql(
            "INSERT INTO sla_matrix (code, document, effective_from, revision, series)"
            " VALUES ('new', '', %s, 1, '')",
            begins,
        ),
        "matrix of a type": lambda: editing.publish(
            general(), code="new", document="New", effective_from=begins, series="cloud_operations"
        ),
        "closing: save": lambda: ClosingRule(code="new", effective_from=begins, **columns).save(),
        "closing: bulk": lambda: ClosingRule.objects.bulk_create([ClosingRule(code="new", effective_from=begins)]),
        "closing: sql": lambda: sql(
            "INSERT INTO cases_closingrule (code, effective_from, first_attempt_days, second_attempt_days,"
            " closing_days, wanted_attempts) VALUES ('new', %s, 1, 2, 3, 2)", begins,
        ),
        "week: save": lambda: recorded(
            lambda: CalendarVersion(calendar=emea(), effective_from=begins, week=WEEK).save()
        ),
        "week: sql": lambda: recorded(
            lambda: sql(
                "INSERT INTO sla_calendarversion (calendar_id, effective_from, week)"
                " VALUES (%s, %s, '{\"0\": [[\"09:00\", \"18:00\"]]}')", emea().pk, begins,
            )
        ),
    }  # fmt: skip


WAYS = [
    "closing: bulk", "closing: save", "closing: sql", "matrix of a type", "matrix: bulk", "matrix: publish",
    "matrix: save", "matrix: sql", "week: save", "week: sql",
]  # fmt: skip


class TestTheKind:
    def test_is_guarded_in_every_model_with_a_date_from_which_it_holds(self) -> None:
        dated = [
            model for model in apps.get_models() if "effective_from" in {field.name for field in model._meta.fields}
        ]
        assert {model.__name__ for model in dated} == {"Matrix", "ClosingRule", "CalendarVersion"}
        for model in dated:
            assert "begins_after_today" in {trigger.name for trigger in model._meta.triggers}, model  # type: ignore[attr-defined]
            assert "clean" in vars(model), model
            unique = [rule.fields for rule in model._meta.constraints if isinstance(rule, models.UniqueConstraint)]
            assert any("effective_from" in fields for fields in unique), model
            assert not model._meta.get_field("effective_from").unique  # type: ignore[union-attr]  # of a set, not of all


class TestTheDatabase:
    def test_knows_each_way(self, reference: None) -> None:
        assert sorted(of_today(0)) == WAYS

    @pytest.mark.parametrize("days", [-1, 0])
    @pytest.mark.parametrize("way", WAYS)
    def test_refuses_a_beginning_of_today_or_yesterday(self, way: str, days: int, reference: None) -> None:
        before = everything()
        refused(of_today(days)[way])
        assert everything() == before

    def test_lets_what_is_to_come_be_moved_but_not_into_the_past(self, reference: None) -> None:
        coming = editing.publish(general(), code="new", document="New", effective_from=day(5))
        Matrix.objects.filter(pk=coming.pk).update(effective_from=day(6))
        refused(lambda: Matrix.objects.filter(pk=coming.pk).update(effective_from=day(0)))
        refused(lambda: Matrix.objects.filter(pk=coming.pk).update(effective_from=date(2020, 1, 1)))

    def test_refuses_what_begins_on_or_before_a_promise(self, case: Case) -> None:
        promised = Matrix.objects.get(pk=case.matrix_id).sealed_at
        assert promised is not None
        for begins in (promised.date(), day(1)):
            refused(lambda on=begins: editing.publish(general(), code="new", document="New", effective_from=on))
        sealed = editing.publish(general(), code="coming", document="Coming", effective_from=day(AHEAD))
        editing.seal(sealed, at=promised)
        refused(lambda: editing.publish(general(), code="new", document="New", effective_from=day(AHEAD - 1)))
        editing.publish(general(), code="new", document="New", effective_from=day(AHEAD + 1))

    def test_keeps_a_date_once_in_each_series(self, reference: None) -> None:
        editing.publish(general(), code="one", document="One", effective_from=day(9))
        refused(lambda: editing.publish(general(), code="two", document="Two", effective_from=day(9)))
        own = editing.publish(general(), code="own", document="Own", effective_from=day(9), series="cloud_operations")
        CaseTypeMatrix.objects.create(type_id="cloud_operations", matrix=own)
        look_now()

    @pytest.mark.parametrize(
        "change",
        [
            lambda: Matrix.objects.create(code="new", document="", effective_from=day(9)),
            lambda: general().rows.all().delete(),
            lambda: MatrixRow.objects.filter(matrix__code="coming", severity=4).delete(),
            lambda: MatrixRow.objects.filter(matrix__code="coming").delete(),
            lambda: MatrixRow.objects.filter(matrix__code="coming").update(minutes=0),
            lambda: MatrixRow.objects.filter(matrix__code="coming").update(minutes=None),
            lambda: MatrixRow.objects.filter(matrix__code="coming").update(minutes=2_000_000_000),
            lambda: MatrixRow.objects.filter(matrix__code="2021").update(minutes=9),
            lambda: sql("UPDATE sla_matrixrow SET minutes = -1"),
            lambda: sql("DELETE FROM sla_matrix WHERE code = '2021'"),
            lambda: sql("UPDATE sla_matrix SET effective_from = '2099-01-01' WHERE code = '2021'"),
            lambda: sql("DELETE FROM cases_closingrule"),
            lambda: sql("UPDATE cases_closingrule SET closing_days = 200"),
            lambda: sql("UPDATE cases_closingrule SET effective_from = '2099-01-01'"),
            lambda: recorded(lambda: emea().versions.all().delete()),
            lambda: recorded(lambda: emea().versions.update(effective_from=day(9))),
            lambda: recorded(lambda: emea().versions.update(week={})),
            lambda: recorded(lambda: ClosedDate.objects.create(calendar=emea(), date=day(-2))),
            lambda: recorded(lambda: DayOverride.objects.create(calendar=emea(), date=day(-2), spans=[])),
        ],
    )
    def test_refuses_what_promises_nothing_or_reaches_into_the_past(
        self, change: Callable[[], object], reference: None
    ) -> None:
        editing.publish(general(), code="coming", document="Coming", effective_from=day(5))
        look_now()
        before = everything()
        refused(change)
        assert everything() == before

    def test_drops_objectives_to_come_with_their_version(self, reference: None) -> None:
        version = editing.publish(general(), code="own", document="Own", effective_from=day(9))
        CaseTypeMatrix.objects.create(type_id="cloud_operations", matrix=version).delete()
        look_now()
        assert not Matrix.objects.filter(code="own").exists()

    def test_lets_an_empty_set_begin_in_the_past(self, reference: None) -> None:
        """As loading does it into an empty house: the rules of 2021 are in force at once."""
        assert (general().effective_from, general().rows.count()) == (date(2021, 1, 1), 24)
        assert ClosingRule.objects.get().effective_from == date(2021, 1, 1)


@pytest.fixture
def office(reference: None, mona: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(mona)


def rows(matrix: Matrix, **changed: str) -> dict[str, str]:
    """What the page of a new matrix sends of the targets of another."""
    found = list(matrix.rows.order_by("pk"))
    data = {"rows-TOTAL_FORMS": str(len(found)), "rows-INITIAL_FORMS": "0"}
    for number, row in enumerate(found):
        values = {name: getattr(row, name) for name in TARGET}
        data |= {f"rows-{number}-{name}": "" if value is None else str(value) for name, value in values.items()}
    return data | changed


NONE = {"rows-TOTAL_FORMS": "0", "rows-INITIAL_FORMS": "0"}


class TestThePages:
    """A refusal is a page with words on it, and nothing is stored."""

    @pytest.mark.parametrize("days", [-1, 0])
    @pytest.mark.parametrize("page", ["add", "publish", "closing"])
    def test_refuse_a_date_that_is_not_to_come(self, page: str, days: int, office: Client) -> None:
        before, begins = everything(), {"code": "new", "document": "New", "effective_from": day(days).isoformat()}
        ways = {
            "add": (reverse("admin:sla_matrix_add"), begins | rows(general())),
            "publish": (reverse("admin:sla_matrix_publish", args=[general().pk]), begins),
            "closing": (
                reverse("admin:cases_closingrule_add"),
                begins
                | {"first_attempt_days": "1", "second_attempt_days": "2", "closing_days": "3", "wanted_attempts": "2"},
            ),
        }
        answer = office.post(*ways[page])
        assert answer.status_code == 200
        assert "The first date that can be chosen is" in answer.content.decode()
        assert everything() == before

    @pytest.mark.parametrize(
        ("changed", "words"),
        [
            (NONE, "A matrix promises a first answer"),
            ({"rows-0-DELETE": "on"}, "Our software, Critical"),
            ({"rows-0-minutes": "0"}, "greater than or equal to 1"),
            ({"rows-0-minutes": "-5"}, "greater than or equal to"),
            ({"rows-0-minutes": "2000000000"}, "less than or equal to"),
            ({"rows-0-minutes": "", "rows-0-note_en": "Soon"}, "Our software, Critical"),
            ({"rows-0-warn_percent": "100"}, "less than or equal to 99"),
        ],
    )
    def test_refuse_a_matrix_that_promises_too_little(
        self, changed: dict[str, str], words: str, office: Client
    ) -> None:
        before = everything()
        data = {"code": "new", "document": "New", "effective_from": day(9).isoformat()} | rows(general())
        answer = office.post(reverse("admin:sla_matrix_add"), data | changed)
        assert answer.status_code == 200
        assert words in answer.content.decode()
        assert everything() == before

    def test_take_one_that_is_whole_and_to_come(self, office: Client) -> None:
        data = {"code": "new", "document": "New", "effective_from": day(9).isoformat()} | rows(general())
        assert office.post(reverse("admin:sla_matrix_add"), data).status_code == 302
        again = office.post(reverse("admin:sla_matrix_add"), data | {"code": "other"})
        assert "Another one begins on this date already" in again.content.decode()
        publish = {"code": "own", "document": "Own", "effective_from": day(9).isoformat(), "type": "cloud_operations"}
        assert office.post(reverse("admin:sla_matrix_publish", args=[general().pk]), publish).status_code == 302
        assert CaseTypeMatrix.objects.get().matrix.series == "cloud_operations"

    @pytest.mark.parametrize("begins", ["", "-1", "0"])
    def test_refuse_a_week_that_is_not_to_come(self, begins: str, office: Client) -> None:
        before = everything()
        on = {"effective_from": day(int(begins)).isoformat() if begins else "", "calendar": str(emea().pk), "id": ""}
        data = calendar_pages.calendar_form(emea()) | calendar_pages.week(calendar_pages.NINE_TO_SIX, 1, **on)
        answer = calendar_pages.send(office, emea(), data | {"versions-TOTAL_FORMS": "2"})
        assert answer.status_code == 200
        assert "The first date that can be chosen is" in answer.content.decode()
        assert everything() == before

    def test_refuse_a_closed_date_that_is_over(self, office: Client) -> None:
        before = everything()
        data = calendar_pages.calendar_form(emea(), **calendar_pages.closing(day(-2).isoformat()))
        answer = calendar_pages.send(office, emea(), data)
        assert (answer.status_code, "This day is over" in answer.content.decode()) == (200, True)
        assert everything() == before

    def test_say_what_only_the_database_saw(self, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two managers at once: the form found nothing wrong, and what the database refuses is no error page."""
        monkeypatch.setattr(Matrix, "clean", lambda self: None)
        before = everything()
        data = {"code": "new", "document": "New", "effective_from": day(0).isoformat()}
        added = office.post(reverse("admin:sla_matrix_add"), data | rows(general()))
        published = office.post(reverse("admin:sla_matrix_publish", args=[general().pk]), data)
        for answer in (added, published):
            assert (answer.status_code, "Choose a date to come" in answer.content.decode()) == (200, True)
        assert everything() == before
