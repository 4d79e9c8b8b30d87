"""Promises at full size: the sweep of the clocks, and clocks reckoned anew after the hours were edited.

`python -m tests.bench.promises [--cases N] [--seed S]`, a part of `make bench`. Exits 1 where a query of the sweep is
no range scan of an index, or what was reckoned is not what the events give. Mails are put out and stay where they are.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from statistics import median
from time import perf_counter, process_time
from typing import Any

from tests.bench import crowd, database

DUE = 57
MOST_SECONDS, MOST_CLOCKS, MOST_MILLISECONDS = 30, 100_000, 1.0
RANGES = {"Index Scan", "Index Only Scan", "Bitmap Index Scan", "Bitmap Heap Scan"}
CHECKED = 300


def main() -> None:
    """Measure, print, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.promises")
    parser.add_argument("--cases", type=int, default=75_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    name = f"bench_promises_{asked.cases}_{asked.seed}"
    database.prepare(name, partial(crowd.fill, asked.cases, asked.seed), "tests/bench/crowd.py", copied=True)
    good = [idle_sweep(), due_sweep(at := _when_due()), edited_hours(at)]
    sys.exit(0 if all(good) else 1)


def idle_sweep() -> bool:
    """Print what a sweep costs that finds nothing; return whether each of its queries reads a range of an index."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cases.jobs import commitments as sweep

    _say_what_there_is()
    times = []
    for _ in range(40):
        began = perf_counter()
        sweep.sweep(crowd.NOW)
        times.append((perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as captured:
        found = sweep.sweep(crowd.NOW)
    spent, others = _explained([row["sql"] for row in captured.captured_queries])
    over = "  over the bar" if spent > MOST_MILLISECONDS else ""
    print(f"sweep, nothing due: {median(times):.1f} ms, {len(captured)} queries; in the database {spent:.3f} ms{over}")
    print(f"  of {found}; not by a range of an index: {', '.join(others) or 'none'}", flush=True)
    return not others and found == sweep.Pass()


def _say_what_there_is() -> None:
    from cases.models import Commitment

    live = Commitment.objects.filter(stopped_at=None)
    running = live.filter(state="running", breached_at=None)
    print(f"promises: {Commitment.objects.count()} clocks, {live.count()} live, {running.count()} running in time")


def _explained(queries: list[str]) -> tuple[float, list[str]]:
    """Return the milliseconds that the queries take in the database, and what they read of clocks otherwise."""
    from django.db import connection

    spent, others = 0.0, []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute("EXPLAIN (ANALYZE, FORMAT JSON) " + query.replace("%", "%%"), [])
            plan = cursor.fetchone()[0]
            (explained,) = json.loads(plan) if isinstance(plan, str) else plan
            spent += explained["Execution Time"]
            others += [
                f"{node['Node Type']} ({query[-120:]})"
                for node in _nodes(explained["Plan"])
                if node.get("Relation Name") == "cases_commitment" and node["Node Type"] not in RANGES
            ]
    return spent, others


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def due_sweep(at: datetime) -> bool:
    """Print what a sweep costs that finds some: breaches, warnings, events and mails. Returns whether it did."""
    from cases.jobs import commitments as sweep
    from cases.models import Event, OutboxMail

    before = Event.objects.count(), OutboxMail.objects.count()
    began, worked = perf_counter(), process_time()
    found = sweep.sweep(at)
    wall, processor = (perf_counter() - began) * 1000, (process_time() - worked) * 1000
    events, mails = Event.objects.count() - before[0], OutboxMail.objects.count() - before[1]
    print(f"sweep, {found.breached} missed and {found.warned} at risk: {wall:.0f} ms, processor {processor:.0f} ms")
    print(f"  {events} events, {mails} mails", flush=True)
    return found.breached + found.warned == DUE


def _when_due() -> datetime:
    """Return the instant by which as many clocks as wanted have run out or short."""
    from cases.models import Commitment

    running = Commitment.objects.filter(state="running", breached_at=None)
    out = running.filter(breach_at__gte=crowd.NOW).order_by("breach_at").values_list("breach_at", flat=True)
    short = running.filter(warned_at=None, voided_at=None, warn_at__gt=crowd.NOW).order_by("warn_at")
    first = sorted([*out[:DUE], *short.values_list("warn_at", flat=True)[:DUE]])
    return first[DUE - 1] + timedelta(microseconds=1)


def edited_hours(at: datetime) -> bool:
    """Print how long it takes until all clocks of an edited calendar are reckoned; return whether they are right."""
    from django.db import transaction

    from cases.jobs import commitments as sweep
    from cases.models import Event
    from sla import editing
    from sla.models import Calendar, ClosedDate

    calendar = Calendar.objects.get(code=crowd.CALENDAR)
    with transaction.atomic():
        ClosedDate.objects.create(calendar=calendar, date=date(2027, 6, 11), name="The office moves")
        editing.record(calendar, at=at)
    clocks = sweep.outdated(calendar).count()
    cases = sweep.outdated(calendar).order_by().values("case").distinct().count()
    last = Event.objects.latest("pk").pk
    began, worked, sweeps = perf_counter(), process_time(), 0
    while sweep.outdated(calendar).exists():
        sweep.sweep(at)
        sweeps += 1
    wall, processor = perf_counter() - began, process_time() - worked
    told = Event.objects.filter(pk__gt=last, kind="dues_moved").count()
    per_100k = wall / clocks * MOST_CLOCKS
    over = "  over the bar" if per_100k > MOST_SECONDS else ""
    print(f"hours edited: {clocks} clocks of {cases} cases in {sweeps} sweeps, {told} cases told: {wall:.1f} s{over}")
    print(f"  {clocks / wall:,.0f} clocks/s, {cases / wall:,.0f} cases/s; processor {processor:.1f} s", flush=True)
    return _are_right(at)


def _are_right(at: datetime) -> bool:
    """Compare some of the cases with their events: not those whose past was made up."""
    from cases.commitments.consistency import differences
    from cases.models import Case

    cases = Case.objects.for_verbs().not_closed().order_by("?")[:CHECKED]
    wrong = {case.number: found for case in cases if (found := differences(case, at=at))}
    print(f"  compared with their events: {CHECKED} cases, {len(wrong)} differ {wrong or ''}", flush=True)
    return not wrong


if __name__ == "__main__":
    main()
