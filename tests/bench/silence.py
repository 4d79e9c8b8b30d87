"""The end in silence, and the record, at full size: 10,000 cases reminded, closed, and taken out of the house.

`python -m tests.bench.silence [--cases N] [--seed S]`, a part of `make bench`. Exits 1 where reminding or closing them
takes longer than its bar, where two sweeps at once do anything twice or leave anything out, or where memory grows with
the number of cases that are exported. Mails are put out and counted as sent, not sent.
"""

import argparse
import os
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from time import perf_counter, process_time

from tests.bench import crowd, database

MOST_SECONDS = 60
MOST_GROWTH = 64  # MB between the first thousand cases of an export and the last
SPARE = 1.5  # not every generated case can be given a solution


def main() -> None:
    """Measure, print, and say by the exit code whether all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.silence")
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    name = f"bench_silence_{asked.cases}_{asked.seed}"
    fill = partial(_fill, asked.cases, asked.seed)
    database.prepare(name, fill, "tests/bench/crowd.py", "tests/bench/silence.py", copied=True)
    print(f"{asked.cases} cases with a solution; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    good = [
        _status_guards(),
        _step("first reminder", "contact_attempted", 1, asked.cases, _alone),
        _step("second reminder, two sweeps at once", "contact_attempted", 2, asked.cases, _two_at_once),
        _step("closing", "closed_in_silence", 1, asked.cases, _alone),
        _export(),
    ]
    sys.exit(0 if all(good) else 1)


def _fill(count: int, seed: int) -> None:
    """Make open cases on one calendar, and give `count` of them a solution by the verb."""
    from cases.lifecycle import provide_solution
    from cases.load_test_data.generate import generate
    from cases.load_test_data.new_cases import Mix
    from cases.models import Case
    from contacts.models import Desk, User
    from contacts.roles import Role
    from sla.models import Calendar

    print(f"Making {count} cases with a solution, once; the next run finds them.", flush=True)
    Desk.objects.update(calendar=Calendar.objects.get(code=crowd.CALENDAR))
    generate(int(count * SPARE), seed=seed, now=crowd.NOW, mix=Mix(forgotten=0.95, age=4.0, turns=3))
    consultant = User.objects.filter(role=Role.CONSULTANT_2, is_active=True).order_by("pk")[0]
    at = crowd.NOW + timedelta(minutes=1)
    cases = Case.objects.open().order_by("pk")[:count]
    for case in list(cases):
        provide_solution(case, by=consultant, at=at, body="Please load the page again.")
    # The others are nobody's business here.
    assert Case.objects.filter(solution_provided_at=at).count() == count


def _status_guards() -> bool:
    """Print what the guards of the status cost in a change of 1,000 cases, taken back afterwards."""
    from django.db import connection, transaction

    ids = "SELECT id FROM cases_case WHERE status = 'solution_provided' ORDER BY id LIMIT 1000"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_event (case_id, kind, at, channel, status, data)"
            f" SELECT id, 'work_resumed', now(), 'web', 'in_progress', '{{}}' FROM ({ids}) AS chosen"
        )
        # What was counted towards the closing goes with the status: a constraint of the table holds that.
        emptied = ", ".join(f"{name} = NULL" for name in ("countdown_from", "countdown_at", "close_at"))
        cursor.execute(f"EXPLAIN (ANALYZE) UPDATE cases_case SET status = 'in_progress', {emptied} WHERE id IN ({ids})")
        told = [line.strip() for (line,) in cursor.fetchall() if "Trigger pgtrigger" in line or "Execution" in line]
        cursor.execute("EXPLAIN SELECT status FROM cases_event WHERE case_id = 1 ORDER BY id DESC LIMIT 1")
        plan = " ".join(line.strip() for (line,) in cursor.fetchall())
        transaction.set_rollback(True)
    print("status of 1000 cases changed:", "; ".join(told))
    print(f"  the lookup: {plan}", flush=True)
    return "Index Scan Backward using event_of_case" in plan


def _step(name: str, kind: str, number: int, count: int, sweep: Callable[[datetime], None]) -> bool:
    """Print what it costs to do the next step of all cases; return whether it was done to each once, in time."""
    from django.db.models import Max

    from cases.models import Case, Event, OutboxMail
    from cases.models.outbox_mail import Delivery

    due = Case.objects.solved().filter(solution_provided_at=crowd.NOW + timedelta(minutes=1))
    at = due.aggregate(last=Max("countdown_at"))["last"]
    before = Event.objects.filter(kind=kind).count()
    began, worked = perf_counter(), process_time()
    sweep(at)
    wall, processor = perf_counter() - began, process_time() - worked
    done = Event.objects.filter(kind=kind).count() - before
    OutboxMail.objects.filter(state=Delivery.DUE).update(state=Delivery.SENT, sent_at=at)
    over = "  over the bar" if wall > MOST_SECONDS * count / 10_000 else ""
    print(f"{name}: {done} cases in {wall:.1f} s, processor {processor:.1f} s{over}", flush=True)
    twice = _twice(kind, number)
    if twice:
        print(f"  {twice} cases more often than once")
    return done >= count and not twice and not over


def _twice(kind: str, number: int) -> int:
    """Return how many cases had a step more often than the number of times it is due by now."""
    from django.db.models import Count

    from cases.models import Event

    counted = Event.objects.filter(kind=kind).values("case").annotate(times=Count("pk"))
    return counted.filter(times__gt=number).count()


def _alone(at: datetime) -> None:
    from cases.jobs import auto_close

    auto_close.sweep(at)


def _two_at_once(at: datetime) -> None:
    """Sweep from two sessions, then once more for what one skipped because the other held it."""
    from django.db import connection

    from cases.jobs import auto_close

    def sweep() -> None:
        try:
            auto_close.sweep(at)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        for running in [pool.submit(sweep) for _ in range(2)]:
            running.result()
    auto_close.sweep(at)


def _export() -> bool:
    """Print how fast cases are taken out as JSON lines; return whether memory stays the same."""
    from cases.export import jobs
    from cases.models import Case, ExportJob
    from contacts.models import User
    from contacts.roles import Role

    manager = User.objects.filter(role=Role.MANAGER, is_active=True).order_by("pk")[0]
    at = crowd.NOW + timedelta(days=60)
    job = jobs.ask_for_many(Case.objects.visible_to(manager), by=manager, at=at, query="")
    began, first = perf_counter(), 0.0
    while jobs.work(at=at):
        first = first or _memory()
    wall, growth = perf_counter() - began, _memory() - (first or _memory())
    job = ExportJob.objects.get(pk=job.pk)
    over = "  over the bar" if growth > MOST_GROWTH else ""
    print(f"export: {job.written} cases, {job.size / 1e6:.0f} MB in {wall:.1f} s, {job.written / wall:.0f} cases/s")
    print(f"  memory grew by {growth:.0f} MB after the first slice{over}", flush=True)
    return not over


def _memory() -> float:
    """Return the most memory this process ever had, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


if __name__ == "__main__":
    main()
