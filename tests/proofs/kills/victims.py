"""Processes to be killed: forked from the one that runs the tests, which has loaded Django already."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper

_inherited: tuple[Any, Any]


class Worker:
    """`begin(at)` forks a child that does the work; killed or not, `wait()` comes back when it is over."""

    def __init__(self, work: Callable[..., object]) -> None:
        self.work = work
        self.pid = 0

    def begin(self, *given: Any) -> int:
        """Let a child do the work; return its process id."""
        self.pid = os.fork()
        if not self.pid:
            self._live(*given)
        return self.pid

    def wait(self) -> None:
        pid, self.pid = self.pid, 0
        os.waitpid(pid, 0)

    def _live(self, *given: Any) -> None:
        """Work over connections of one's own; those of the tests are kept: to close them here ends them there."""
        global _inherited
        _inherited = connection.connection, DatabaseWrapper._connection_pools
        connection.connection, DatabaseWrapper._connection_pools = None, {}
        try:
            self.work(*given)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)


@contextmanager
def worker(work: Callable[..., object]) -> Iterator[Worker]:
    """A worker whose child is gone afterwards, whatever happens."""
    running = Worker(work)
    try:
        yield running
    finally:
        if running.pid:
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
