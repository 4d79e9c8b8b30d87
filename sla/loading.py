"""Puts the reference files of promises into the database, and has the two steps that the apps above load theirs with.

A row is found again by its code. What is there is never touched: a manager may have changed it. What was there and is
gone stays away (`loaded.py`). Parts (the weeks of a calendar, the cells of a matrix) come with their whole alone.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from django.db import models

from sla.editing import record
from sla.loaded import Loaded, Row
from sla.matrices import Severity
from sla.models import Calendar, CalendarVersion, Matrix, MatrixRow, SeverityCriterion

REFERENCE = Path(__file__).parent / "reference"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Tally = dict[str, tuple[int, int]]
Thing = TypeVar("Thing", bound=models.Model)


def read(path: Path, table: str) -> list[Row]:
    """Return the rows of a reference file."""
    rows: list[Row] = tomllib.loads(path.read_text(encoding="utf-8"))[table]
    return rows


def add_missing(
    facts: list[Row],
    model: type[Thing],
    build: Callable[[Row], Thing],
    loaded: Loaded,
    needs: Callable[[Row], bool] = lambda row: True,
) -> list[tuple[Row, Thing]]:
    """Create what `build` makes of each row whose code was never in the database; return those rows with theirs."""
    present = set(model._default_manager.values_list("code", flat=True))
    table = str(model._meta.model_name)
    wanted = loaded.wanted(table, facts, present, key=lambda row: str(row["code"]), needs=needs)
    new = [(row, build(row)) for row in wanted]
    model._default_manager.bulk_create([thing for _row, thing in new])
    return new


def load(loaded: Loaded) -> Tally:
    """Add the calendars, matrices and criteria of severity that are missing; return {what: (added, kept)}."""
    return {
        "calendars": _calendars(loaded),
        "target matrices": _matrices(loaded),
        "criteria of severity": _criteria(loaded),
    }


def _calendars(loaded: Loaded) -> tuple[int, int]:
    facts = read(REFERENCE / "calendars.toml", "calendar")
    columns = ("code", "name_en", "name_fr", "zone", "round_the_clock", "assumed")
    new = add_missing(facts, Calendar, lambda row: Calendar(**{column: row[column] for column in columns}), loaded)
    CalendarVersion.objects.bulk_create(
        CalendarVersion(calendar=calendar, week={str(number): row["week"][day] for number, day in enumerate(WEEKDAYS)})
        for row, calendar in new
    )
    for _row, calendar in new:
        record(calendar, at=None)
    return len(new), len(facts) - len(new)


def _matrices(loaded: Loaded) -> tuple[int, int]:
    facts = read(REFERENCE / "matrices.toml", "matrix")
    new = add_missing(
        facts,
        Matrix,
        lambda row: Matrix(code=row["code"], document=row["document"], effective_from=row["effective_from"]),
        loaded,
    )
    MatrixRow.objects.bulk_create(
        MatrixRow(matrix=matrix, **{**cell, "severity": severity(cell)}) for row, matrix in new for cell in row["row"]
    )
    return len(new), len(facts) - len(new)


def _criteria(loaded: Loaded) -> tuple[int, int]:
    facts = read(REFERENCE / "severities.toml", "criterion")
    new = add_missing(
        facts, SeverityCriterion, lambda row: SeverityCriterion(**{**row, "severity": severity(row)}), loaded
    )
    return len(new), len(facts) - len(new)


def severity(row: Row) -> Severity:
    """Return the severity that a row names in words."""
    return Severity[row["severity"].upper()]
