"""Waking a worker: never waited for, each hint once, kept while the broker is away, bounded."""

import json
import os
import time
from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from redis import Redis

from contacts import waking

TASK = "cases.tasks.nobody_knows_it"


@pytest.fixture
def waker(monkeypatch: pytest.MonkeyPatch) -> Iterator[waking.Waker]:
    """A waker of the test's own, whose thread has handed over everything when the next test begins."""
    monkeypatch.setattr(waking, "PAUSE", 0.05)
    made = waking.Waker()
    yield made
    assert made.flush(within=10)


@pytest.fixture
def queue() -> Any:
    """What the broker has of our task, then none of it."""
    with Redis.from_url(settings.REDIS_URL) as redis:

        def ours() -> list[dict[str, Any]]:
            found = [json.loads(message) for message in redis.lrange("celery", 0, -1)]
            return [message for message in found if message["headers"]["task"] == TASK]

        yield ours
        for message in redis.lrange("celery", 0, -1):
            if TASK.encode() in message:
                redis.lrem("celery", 0, message)


def test_hands_hints_to_the_broker(queue: Any) -> None:
    waking.wake_worker(TASK, case_id=7)
    waking.wake_worker(TASK)
    assert waking.flush(within=10)
    assert sorted(message["headers"]["kwargsrepr"] for message in queue()) == ["{'case_id': 7}", "{}"]


def test_says_the_same_once_while_it_waits(waker: waking.Waker, monkeypatch: pytest.MonkeyPatch) -> None:
    going, handed = Event(), []

    def publish(hints: list[waking.Hint]) -> None:
        going.wait(10)
        handed.append(hints)

    monkeypatch.setattr(waking, "publish", publish)
    began = time.monotonic()
    for number in range(3 * waking.MOST_WAITING):
        waker.leave(("first", ()))
        waker.leave(("other", (("case_id", number % 5),)))
    assert time.monotonic() - began < 5  # nobody waits for a broker that says nothing
    assert not waker.flush(within=0.05)
    going.set()
    assert waker.flush(within=10)
    assert sum(map(len, handed)) <= 2 * 6  # six are different, and may be left again while they are handed over
    for number in range(3 * waking.MOST_WAITING):
        waker.leave(("other", (("case_id", number),)))
        assert len(waker._waiting) <= waking.MOST_WAITING


def test_keeps_what_the_broker_did_not_take(waker: waking.Waker, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[list[waking.Hint]] = []

    def publish(hints: list[waking.Hint]) -> None:
        tries.append(hints)
        if len(tries) < 3:
            raise ConnectionError

    monkeypatch.setattr(waking, "publish", publish)
    waker.leave(("task", ()))
    assert waker.flush(within=10)
    assert tries == [[("task", ())]] * 3


def test_goes_on_in_a_process_that_was_forked(queue: Any) -> None:
    """As the worker's children are: the thread of the first process does not run there."""
    waking.wake_worker(TASK, case_id=1)
    assert waking.flush(within=10)
    child = os.fork()
    if child == 0:
        waking.wake_worker(TASK, case_id=2)
        os._exit(0 if waking.flush(within=10) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert {message["headers"]["kwargsrepr"] for message in queue()} == {"{'case_id': 1}", "{'case_id': 2}"}
