"""Counting queries, taking times, reading plans."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

# A sequential scan of a table that grows with every case is a page that grows slower with every day. Small ones are
# read from end to end because that is quickest.
MANY_ROWS = 10_000
SUMS = {"cases_promisetally"}  # grows with months and kinds, not with cases: a report of a year reads most of it
EXPLAINED = ("SELECT", "UPDATE", "DELETE", "(SELECT", "WITH")


@dataclass(frozen=True, slots=True)
class Measure:
    """What one action costs, in milliseconds: `processor` is this process's own work, without the database and without
    what else the machine does. `others` is what django-helpdesk 2.6 took for the same.
    """

    name: str
    queries: int
    most: int | None
    times: list[float]
    processor: list[float]
    others: float | None = None
    scans: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return (self.most is None or self.queries <= self.most) and not self.scans

    def row(self) -> str:
        most = "" if self.most is None else f"≤ {self.most}"
        slow = quantiles(self.times, n=20)[-1]
        others = "" if self.others is None else f"{self.others:.0f}"
        scans = ", ".join(self.scans) or "none"
        figures = f"{median(self.times):>9.1f}{slow:>9.1f}{median(self.processor):>11.1f}{others:>10}"
        return f"{self.name:<34}{self.queries:>8}{most:>7}{figures}   {scans}"


HEADING = (
    f"{'':<34}{'queries':>8}{'bar':>7}{'median':>9}{'95 %':>9}{'processor':>11}{'helpdesk':>10}   sequential scans"
)


def measure(
    name: str,
    actions: Iterator[Callable[[], Any]],
    *,
    most: int | None = None,
    others: float | None = None,
    runs: int = 40,
) -> Measure:
    """Take actions from the iterator: three to warm up, one to count and explain its queries, `runs` to time."""
    for _ in range(3):
        next(actions)()
    counted = next(actions)
    with CaptureQueriesContext(connection) as captured:
        counted()
    queries = [row["sql"] for row in captured.captured_queries]
    scans = sorted(set(_scans(queries)))
    times, processor = [], []
    for _ in range(runs):
        action = next(actions)
        began, worked = perf_counter(), process_time()
        action()
        times.append((perf_counter() - began) * 1000)
        processor.append((process_time() - worked) * 1000)
    return Measure(name, len(queries), most, times, processor, others, scans)


def _scans(queries: list[str]) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [MANY_ROWS])
        large = {name for (name,) in cursor.fetchall()} - SUMS
        for query in queries:
            if query.lstrip().upper().startswith(EXPLAINED):
                # The text as it was sent: its percent signs are no places for parameters.
                cursor.execute("EXPLAIN (FORMAT JSON) " + query.replace("%", "%%"), [])
                plan = cursor.fetchone()[0]
                yield from large.intersection(_read_whole(json.loads(plan) if isinstance(plan, str) else plan))


def _read_whole(plan: Any) -> Iterator[str]:
    """Yield the tables that a plan reads from end to end."""
    if isinstance(plan, list):
        for part in plan:
            yield from _read_whole(part)
    elif isinstance(plan, dict):
        if plan.get("Node Type") == "Seq Scan":
            yield plan["Relation Name"]
        for part in plan.values():
            yield from _read_whole(part)
