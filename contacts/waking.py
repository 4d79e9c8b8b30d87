"""Wakes a worker for what was just committed, without making anybody wait for the broker.

A wake-up is a hint and nothing else: what is to be done stands in the database, and the timetable finds it without
(`config/schedule.py`). So a request only leaves the hint here. One thread of the process hands it to the broker, with a
deadline; it holds no connection to the database (docs/decisions/calls-out-of-a-request.md).
"""

import atexit
import os
import threading
import time
from typing import Any

import structlog
from celery import current_app
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger()

Hint = tuple[str, tuple[tuple[str, Any], ...]]

MOST_WAITING = 1_000  # different hints; beyond, the timetable does it
PAUSE = 5.0  # seconds in which a broker that did not answer is left alone


class Waker:
    """The hints that wait, each once, and the thread that hands them over."""

    def __init__(self) -> None:
        self.start_anew()

    def start_anew(self) -> None:
        """Begin with nothing: also in a process that was forked, where the thread of the first one does not run."""
        self._changed = threading.Condition()
        self._waiting: dict[Hint, None] = {}
        self._handing_over = False
        self._reached = True  # the log has one line for a broker that is away, however long
        self._thread: threading.Thread | None = None

    def leave(self, hint: Hint) -> None:
        """Take a hint and return at once."""
        with self._changed:
            if hint in self._waiting or len(self._waiting) >= MOST_WAITING:
                return
            self._waiting[hint] = None
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="waking", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, within: float) -> bool:
        """Wait until all hints are handed over, for `within` seconds at most; say whether they are."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._handing_over, timeout=within)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
                hints = list(self._waiting)
                self._waiting.clear()
                self._handing_over = True
            reached = self._hand_over(hints)
            with self._changed:
                if not reached:
                    self._waiting = dict.fromkeys([*hints, *self._waiting][:MOST_WAITING])
                self._handing_over = False
                self._changed.notify_all()
            if not reached:
                time.sleep(PAUSE)

    def _hand_over(self, hints: list[Hint]) -> bool:
        try:
            publish(hints)
        except Exception as problem:
            if self._reached:
                log.warning("worker_not_woken", waiting=len(hints), error=f"{type(problem).__name__}: {problem}")
            self._reached = False
        else:
            self._reached = True
        return self._reached


def ask_redis() -> None:
    """Return once Redis has answered. Raises RedisError where it does not within the deadline."""
    limit, once = settings.CALL_TIMEOUT, Retry(NoBackoff(), 0)
    with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=limit, socket_timeout=limit, retry=once) as redis:
        redis.ping()


def publish(hints: list[Hint]) -> None:
    """Hand these hints to the broker, over a connection of their own that waits no longer than the deadline.

    Redis is asked first: a connection of kombu that fails is tried again, and leaves files open until collected.
    """
    ask_redis()
    deadline = {"socket_connect_timeout": settings.CALL_TIMEOUT, "socket_timeout": settings.CALL_TIMEOUT}
    with current_app.connection_for_write(transport_options=deadline) as broker:
        for task, arguments in hints:
            current_app.send_task(task, kwargs=dict(arguments), connection=broker, retry=False)


_waker = Waker()


def wake_worker(task: str, **arguments: Any) -> None:
    """Leave the hint that this task has something to do. To be called after the commit; never waits, never fails."""
    _waker.leave((task, tuple(sorted(arguments.items()))))


def flush(within: float) -> bool:
    """Wait until the broker has all hints of this process, for `within` seconds at most; say whether it has."""
    return _waker.flush(within)


os.register_at_fork(after_in_child=_waker.start_anew)
# A command that ends right after its commit.
atexit.register(lambda: flush(settings.CALL_TIMEOUT))
