"""The tables of `cases/events/` stand apart and are read as one: nothing in them may bear one name twice."""

from collections import Counter
from pathlib import Path

import pytest
from django.utils import translation

from cases import events
from cases.events import solutions
from cases.models.event import ClosingReason


def twice(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def test_no_kind_is_in_two_tables() -> None:
    assert twice([row.code for table in events._TABLES for row in table.KINDS]) == []


def test_no_value_is_said_in_two_ways() -> None:
    assert twice([name for table in events._TABLES for name in getattr(table, "WORDS", {})]) == []


def test_each_table_of_the_folder_is_read() -> None:
    folder = Path(events.__file__).parent
    tables = {path.stem for path in folder.glob("*.py")} - {"__init__", "kind", "wording", "timeline"}
    assert {table.__name__.rpartition(".")[2] for table in events._TABLES} == tables


@pytest.mark.parametrize(("language", "third_person"), [("en", "customer"), ("fr", "client")])
def test_nobody_reads_of_themselves_as_of_a_third_person(language: str, third_person: str) -> None:
    """What customers read of a case speaks to them, not of them."""
    with translation.override(language):
        read = [str(row.sentence) for table in events._TABLES for row in table.KINDS if row.for_customer]
        read += [str(one.label) for one in ClosingReason]
        read += [str(said) for said in solutions._WAYS.values()]
        assert [said for said in read if third_person in said.lower()] == []
