"""`make bench`, or `python -m tests.bench [--cases N] [--seed S]`: the benchmarks, as a table. docs/benchmarks.md.

Exits 1 where an action needs more queries than its bar, or reads a table that grows with every case from end to end,
or where a query of the sweep is no range scan of an index.
"""

import argparse
import os
import subprocess
import sys

from tests.bench import database

# What django-helpdesk 2.6 takes on two cores with as many tickets, in milliseconds.
QUEUE, CASE, OPEN, REPLY = 182, 80, 15, 24


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    database.connect(asked.cases, asked.seed)
    good = pages(asked.cases)
    print()
    working_time()
    print(flush=True)
    # A database of its own, hence a process of its own.
    promises = subprocess.run([sys.executable, "-m", "tests.bench.promises", "--seed", str(asked.seed)], check=False)
    print(flush=True)
    silence = subprocess.run([sys.executable, "-m", "tests.bench.silence", "--seed", str(asked.seed)], check=False)
    sys.exit(0 if good and promises.returncode == 0 and silence.returncode == 0 else 1)


def pages(cases: int) -> bool:
    """Print what pages and verbs cost; return whether all of them keep within their bars."""
    from django.urls import reverse

    from tests.bench import actions
    from tests.bench.measuring import HEADING, measure

    carl, customer, case = actions.consultant(), actions.customer(), actions.long_case()
    manager = actions.client_of(actions.manager())
    desk, portal = actions.client_of(carl), actions.client_of(customer)
    theirs = actions.client_of(case.customer)
    print(f"{cases} cases, {os.cpu_count()} cores; milliseconds")
    print(HEADING, flush=True)
    plan = [
        ("queue, first page", actions.get(desk, reverse("desk:queue")), 12, QUEUE),
        ("queue, all teams", actions.get(desk, reverse("desk:queue") + "?view=all"), 12, QUEUE),
        ("case with 20 messages, desk", actions.get(desk, reverse("desk:case", args=[case.number])), 15, CASE),
        ("case with 20 messages, portal", actions.get(theirs, reverse("portal:case", args=[case.number])), 15, CASE),
        ("opening a case, the verb", actions.open_by_verb(), 19, OPEN),
        ("opening a case, by the portal", actions.open_by_page(), 19, None),
        ("replying, the verb", actions.reply_by_verb(), 12, REPLY),
        ("replying, by the desk", actions.reply_by_page(), 19, None),
        ("answering, by the portal", actions.answer_by_page(), 19, None),
        ("my cases, portal", actions.get(portal, reverse("portal:cases")), None, None),
        ("reports", actions.get(manager, reverse("desk:reports")), None, None),
    ]
    results = []
    for name, doing, most, others in plan:
        results.append(measure(name, doing, most=most, others=others))
        print(results[-1].row(), flush=True)
    return all(result.is_good for result in results)


def working_time() -> None:
    """Print the pure engine beside two libraries."""
    from tests.bench import bench_working_time

    bench_working_time.main()


if __name__ == "__main__":
    main()
