"""Two people at the same moment, on real rows: what every test of a race stands on.

`at_once` does it; the fixtures `times` and `deadlocks` (tests/conftest.py) say how often, and that nobody got stuck.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from django.db import connection

PATIENCE = 20  # seconds after which whoever waits is stuck


def at_once(*acts: Callable[[], object], patience: float = PATIENCE) -> list[object]:
    """Do all acts at the same moment, each in its own connection; return results or exceptions, in order.

    Raises TimeoutError where one takes longer than `patience` seconds.
    """
    gate = Barrier(len(acts))

    def do(act: Callable[[], object]) -> object:
        try:
            gate.wait()
            return act()
        except Exception as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(patience) for future in [pool.submit(do, act) for act in acts]]


def names(results: list[object]) -> list[str]:
    """Return the types of what came of it, sorted: "one case, one refusal" in whichever order."""
    return sorted(type(result).__name__ for result in results)


def deadlocks() -> int:
    """Return how many deadlocks PostgreSQL has resolved in this database so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


@contextmanager
def nobody_stuck() -> Iterator[None]:
    """Hold that no deadlock comes about meanwhile."""
    before = deadlocks()
    yield
    assert deadlocks() == before
