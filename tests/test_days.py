"""Which day it is: asked of the desk (`sla/desk_days.py`), not of the reader's midnight nor of that of UTC."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
PACKAGES = ("cases", "contacts", "products", "sla")
# What is not about a desk, and why.
OTHER_DAYS = {
    "sla/desk_days.py": "the one place",
    "sla/effective_dates.py": "the latest date anywhere on earth",
    "sla/local_times.py": "days that people typed",
    "sla/admin.py": "the calendar that is edited, by its own zone",
    "sla/outline.py": "the days of one calendar, by its own zone",
    "sla/hours.py": "hours of a calendar shown for a week",
    "cases/events/timeline.py": "the reader's days part the timeline",
    "cases/forms/time_entries.py": "the day on which the writer worked",
    "cases/lifecycle/time_entries.py": "the day on which somebody worked",
    "cases/jobs/auto_close.py": "whether any rule of closing was ever in force",
    "cases/releases.py": "days that have begun, or ended, anywhere on earth",
    "cases/views/desk/releases.py": "a day that has passed everywhere",
    "cases/status_page/page.py": "the status page has the days of UTC",
    "cases/reports/filters.py": "reports have the months of UTC",
    "cases/reports/tally.py": "reports have the months of UTC",
    "cases/time_entries/filters.py": "reports have the months of UTC",
    "cases/commitments/explanation/time_spans.py": "the lines of a table, by the desk's wall",
    "cases/commitments/explanation/opening_hours.py": "the lines of a table, by the calendar's wall",
}
OUTSIDE = ("migrations", "demo", "load_test_data", "management")
# Words by which an instant goes.
INSTANTS = {"at", "now", "local", "received_at", "opened_at", "moment", "today", "start", "end"}


def asked(source: str) -> Iterator[str]:
    """Yield what is asked for a date in a module: the day of now, or of an instant."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called.endswith(("localdate", "date.today", "datetime.today")):
            yield ast.unparse(node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "date" and not node.args:
            whose = node.func.value
            named = {ast.unparse(part).rpartition(".")[2] for part in ast.walk(whose) if isinstance(part, ast.expr)}
            if named & INSTANTS or any(isinstance(part, ast.Call) for part in ast.walk(whose)):
                yield ast.unparse(node)


def modules() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((BASE / package).rglob("*.py")):
            name = path.relative_to(BASE).as_posix()
            if not set(OUTSIDE) & set(name.split("/")):
                yield name, path.read_text()


class TestDays:
    def test_are_asked_of_the_desk_everywhere(self) -> None:
        found = {name: list(asked(source)) for name, source in modules()}
        assert {name: days for name, days in found.items() if days and name not in OTHER_DAYS} == {}

    def test_of_other_kinds_are_still_asked(self) -> None:
        known = dict(modules())
        assert [name for name in OTHER_DAYS if not list(asked(known[name]))] == []

    @pytest.mark.parametrize(
        "wrong", ["timezone.localdate()", "timezone.now().date()", "at.date()", "hours.local(at).date()"]
    )
    def test_of_midnights_would_be_found(self, wrong: str) -> None:
        assert list(asked(f"day = {wrong}"))
