"""The tables of `cases/events/` stand apart and are read as one: nothing in them may bear one name twice."""

from collections import Counter
from pathlib import Path

from cases import events


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
