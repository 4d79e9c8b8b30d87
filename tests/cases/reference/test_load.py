"""The command `load_reference`: the facts reach the database, and what managers changed stays changed.

That the files hold the facts is tested in `tests/test_reference_facts.py`.
"""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import Error, models, transaction
from django.db.models import ProtectedError

from cases.models import (
    AssistanceKind,
    CaseType,
    ClosingRule,
    DispatchRule,
    Exclusion,
    ReleaseNotice,
    ReviewRule,
    SimilarityRule,
)
from contacts.models import Desk, DeskPhone, Plan, Region, Team
from products.models import Product, Release
from sla import compiled, editing
from sla.matrices import Kind, Severity
from sla.models import Calendar, CalendarVersion, LoadedRow, Matrix, MatrixRow, SeverityCriterion

pytestmark = pytest.mark.usefixtures("reference")
WHOLES = (Product, Calendar, Matrix, SeverityCriterion, Plan, Region, Team, Desk, Exclusion, CaseType, ClosingRule)
RULES = (AssistanceKind, DispatchRule, ReleaseNotice, ReviewRule, SimilarityRule)
PARTS = (CalendarVersion, MatrixRow, DeskPhone)
# Every table that the files fill, but those of which the database lets nothing go.
KEPT = (Calendar, ClosingRule, Matrix)
TABLES = [(str(model._meta.model_name), model) for model in (*WHOLES, *RULES) if model not in KEPT]


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in (*WHOLES, *PARTS)}


def all_counts() -> dict[str, int]:
    return counts() | {model.__name__: model._default_manager.count() for model in RULES}


def named(row: Any) -> str:
    if isinstance(row, Desk):
        return f"{row.product.code}/{row.region.code}"
    return Severity(row.severity).name.lower() if isinstance(row, ReviewRule) else str(row.code)


def delete_one(model: type[models.Model]) -> str:
    """Delete the last row of `model` that may be deleted; return the name that the command gives it."""
    for row in model._default_manager.order_by("-pk"):
        name = f"{model._meta.model_name}:{named(row)}"
        try:
            with transaction.atomic():
                if isinstance(row, Region):
                    row.desks.all().delete()
                row.delete()
        except (ProtectedError, Error):
            continue
        return name
    raise AssertionError("nothing could be deleted")


def promise(kind: str, severity: Severity, metric: str) -> MatrixRow:
    return MatrixRow.objects.get(matrix__code="2021", kind=kind, severity=severity, metric=metric)


class TestTheFactsReachTheDatabase:
    def test_every_row_of_every_file(self) -> None:
        assert counts() == {
            "Product": 9,
            "Calendar": 6,
            "Matrix": 1,
            "SeverityCriterion": 13,
            "Plan": 4,
            "Region": 3,
            "Team": 6,
            "Desk": 15,
            "Exclusion": 10,
            "CaseType": 9,
            "ClosingRule": 1,
            "CalendarVersion": 6,
            "MatrixRow": 24,
            "DeskPhone": 22,
        }

    def test_products(self) -> None:
        leankit = Product.objects.get(code="leankit")
        assert (leankit.tenancy, leankit.cadence, leankit.who_may_open) == ("multi", "continuous", "anyone")
        assert (leankit.has_chat, Product.objects.get(code="projectplace").has_chat) == (False, True)
        assert not leankit.previous_version_supported
        assert Product.objects.get(code="enterprise-one").needs_designation

    def test_no_release_is_reference_data(self) -> None:
        assert not Release.objects.exists()

    def test_the_matrix_of_2021(self) -> None:
        assert Matrix.objects.get(code="2021").effective_from == date(2021, 1, 1)
        assert promise(Kind.OWN, Severity.CRITICAL, "response").minutes == 30
        solution = promise(Kind.OWN, Severity.CRITICAL, "resolution")
        assert (solution.minutes, solution.pause_on_customer, solution.fallback) == (2880, True, "update")
        assert promise(Kind.OTHER, Severity.MINOR, "response").minutes == 240
        assert Matrix.objects.get(code="2021").sealed_at is None

    def test_every_calendar_has_its_first_edition_which_holds_from_ever(self) -> None:
        for calendar in Calendar.objects.all():
            edition = calendar.revisions.get()
            assert (edition.number, edition.recorded_at) == (calendar.revision, None)
            assert edition.definition == editing.statement(calendar)

    def test_words_without_a_time_start_no_clock(self) -> None:
        row = promise(Kind.OTHER, Severity.MODERATE, "resolution")
        assert row.minutes is None
        assert (row.note_en, row.note_fr) == ("as time allows", "selon les disponibilités")

    def test_weeks_are_compiled_to_open_hours(self, at: datetime) -> None:
        week = {
            calendar.code: compiled.working_time(calendar).between(at, at + timedelta(days=7)) / 60
            for calendar in Calendar.objects.all()
        }
        assert week["americas-apac"] == week["emea"] == 45
        assert week["daptiv"] == 87.5
        assert week["changepoint"] == 75
        assert week["round-the-clock"] == 168
        week = CalendarVersion.objects.get(calendar__code="daptiv").week
        assert week["0"] == [["02:00", "19:30"]]
        assert week["6"] == []

    def test_desks_with_their_telephone_numbers_in_order(self) -> None:
        desk = Desk.objects.get(product__code="enterprise-one", region__code="americas-apac")
        assert desk.email == "customercare@planview.com"
        assert list(desk.phones.order_by("position").values_list("country", "number")) == [
            ("US", "+15123468460"),
            ("AU", "+61280149318"),
            ("NZ", "+6449749422"),
        ]

    def test_types_begin_with_their_exclusion(self) -> None:
        assert CaseType.objects.get(code="enhancement").excluded_by_default_id == "enhancement"
        assert CaseType.objects.get(code="defect").excluded_by_default_id is None


class TestASecondRun:
    def test_adds_nothing(self) -> None:
        before = counts()
        call_command("load_reference", verbosity=0)
        assert counts() == before

    def test_leaves_what_a_manager_changed(self, at: datetime) -> None:
        Product.objects.filter(code="spigit").update(name="Spigit Engage", is_active=False)
        with pgtrigger.ignore("sla.MatrixRow:targets_in_force_stay"):
            MatrixRow.objects.filter(severity=Severity.MAJOR, metric="response").update(minutes=45)
        Plan.objects.filter(code="elite").update(emergency_phone="+1 512 555 0100")
        Calendar.objects.filter(code="emea").update(zone="Europe/Paris", assumed=False)
        edition = editing.record(Calendar.objects.get(code="emea"), at=at, by="Mona")
        call_command("load_reference", verbosity=0)
        spigit = Product.objects.get(code="spigit")
        assert (spigit.name, spigit.is_active) == ("Spigit Engage", False)
        assert promise(Kind.OWN, Severity.MAJOR, "response").minutes == 45
        assert Plan.objects.get(code="elite").emergency_phone == "+1 512 555 0100"
        emea = Calendar.objects.get(code="emea")
        assert (emea.zone, emea.revision) == ("Europe/Paris", 2)
        assert emea.revisions.latest("number") == edition

    def test_does_not_bring_back_a_part_that_a_manager_took_away(self) -> None:
        desk = Desk.objects.get(product__code="enterprise-one", region__code="americas-apac")
        desk.phones.filter(country="NZ").delete()
        with pgtrigger.ignore("sla.MatrixRow:targets_in_force_stay"):
            promise(Kind.OTHER, Severity.MINOR, "resolution").delete()
        before = counts()
        call_command("load_reference", verbosity=0)
        assert counts() == before

    def test_adds_a_row_that_is_new_in_the_files_with_its_parts(self) -> None:
        before = counts()
        Desk.objects.filter(product__code="daptiv").delete()
        SeverityCriterion.objects.filter(code="few_users").delete()
        LoadedRow.objects.filter(key__in=["daptiv/worldwide", "few_users"]).delete()
        call_command("load_reference", verbosity=0)
        assert counts() == before

    @pytest.mark.parametrize("table", [table for table, _model in TABLES])
    def test_does_not_bring_back_a_row_that_a_manager_deleted(self, table: str) -> None:
        """Of every table of the reference files: one row that can be deleted, and then by name back again."""
        before = all_counts()
        gone = delete_one(dict(TABLES)[table])
        after = all_counts()
        told = StringIO()
        call_command("load_reference", stdout=told)
        assert all_counts() == after != before
        names = told.getvalue().splitlines()[-1].removeprefix("deleted here, and left so: ").split(", ")
        assert gone in names
        call_command("load_reference", restore=names, verbosity=0)
        assert all_counts() == before

    def test_restores_everything_at_once(self) -> None:
        before = counts()
        Product.objects.filter(code__in=["spigit", "daptiv"]).delete()
        call_command("load_reference", verbosity=0)
        assert counts() != before
        call_command("load_reference", restore_all=True, verbosity=0)
        assert counts() == before

    def test_refuses_to_restore_what_is_not_in_the_files(self) -> None:
        with pytest.raises(CommandError, match="exclusion:oen"):
            call_command("load_reference", restore=["exclusion:oen"], verbosity=0)

    def test_leaves_out_a_row_that_names_what_was_deleted(self) -> None:
        Product.objects.filter(code="spigit").delete()
        LoadedRow.objects.filter(table="desk", key__startswith="spigit/").delete()
        call_command("load_reference", verbosity=0)
        assert not Desk.objects.filter(product__code="spigit").exists()

    def test_tells_what_was_added_and_what_was_kept(self) -> None:
        Team.objects.filter(code="consulting").delete()
        LoadedRow.objects.filter(table="team", key="consulting").delete()
        told = StringIO()
        call_command("load_reference", stdout=told)
        lines = {line.split()[0]: line.split()[1:] for line in told.getvalue().splitlines()}
        assert lines["teams"] == ["1", "added", "5", "kept"]
        assert lines["products"] == ["0", "added", "9", "kept"]
