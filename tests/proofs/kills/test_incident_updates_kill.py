"""Workers killed at random moments while 100 cases are being told, and two at once: each case is told exactly once.

Real processes, real SIGKILL, real PostgreSQL. The same checker is shown a worker that marks after it has spoken.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from cases.jobs.incident_updates import spread
from cases.lifecycle import link_case, open_incident, publish_update, unlink_case
from cases.models import Case, Incident, IncidentCase, IncidentTelling, Message
from cases.statuses import Refusal
from products.models import Product
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
CASES = 100
WORDS = {"text_en": "A disk is full.", "text_fr": "Un disque est plein.", "state": "identified"}


class Worker:
    """The process that forks children, seen from here."""

    def __init__(self, way: str) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])
        name = str(connection.settings_dict["NAME"])
        environment = os.environ | {
            "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LOG_LEVEL": "CRITICAL",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.kills.incident_updates_worker", way],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begin(self, at: datetime, how: str = "") -> int:
        """Let a child tell all there is as of `at`; return its process id."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{at.isoformat()}{how}\n")
        self.process.stdin.flush()
        return int(self.hear())

    def wait(self) -> None:
        assert self.hear() == "end"


@contextmanager
def worker(way: str) -> Iterator[Worker]:
    """A worker that is gone afterwards, whatever happens."""
    running = Worker(way)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.communicate()


def waiting() -> int:
    return IncidentTelling.objects.filter(state="due").count()


def kill_while_it_tells(running: Worker, at: datetime, *, most: int) -> int:
    """Kill one child after the other at random moments, each while cases wait; return how many."""
    kills = 0
    while kills < most and waiting() > 5:
        pid = running.begin(at)
        time.sleep(random.uniform(0.05, 0.2))
        os.kill(pid, signal.SIGKILL)
        running.wait()
        kills += 1
    return kills


def wait_for_words(count: int) -> None:
    """Wait until so many words have been said."""
    until = time.monotonic() + 20
    while Message.objects.filter(purpose="incident").count() < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def times_told() -> Counter[int]:
    """The checker: how many cases were told how many times."""
    told = Counter(Message.objects.filter(purpose="incident").values_list("case", flat=True))
    return Counter(told[pk] for pk in Case.objects.values_list("pk", flat=True))


@pytest.fixture
def incident(nora, at) -> Incident:
    return open_incident(
        by=nora,
        at=at,
        title_en="Time sheets are not saved",
        title_fr="Les feuilles de temps ne sont pas enregistrées",
        severity=1,
        effects={Product.objects.get(code="changepoint"): "down"},
        started_at=at - timedelta(minutes=30),
    )


@pytest.fixture
def published(incident, nora, carl, alice, open_case, later):
    """`published(100)`: as many cases, part of an incident of which something was just published."""

    def make(count: int) -> Incident:
        for place in range(count):
            case = open_case(alice, subject=f"Case {place}")
            link_case(case, by=carl, at=later(minutes=1), incident=incident)
        return publish_update(incident, by=nora, at=later(minutes=2), **WORDS)

    return make


class TestAWorkerKilledAgainAndAgain:
    def test_tells_each_case_exactly_once(self, published, later, record_property):
        published(CASES)
        at = later(minutes=3)
        with worker("tell-and-mark") as running:
            kills = kill_while_it_tells(running, at, most=12)
            running.begin(at)
            running.wait()
        record_property("kills", kills)
        print(f"\n{CASES} cases, {kills} kills: {dict(times_told())}")
        assert kills >= 3
        assert times_told() == {1: CASES}
        assert set(IncidentTelling.objects.values_list("state", flat=True)) == {"told"}


class TestTheChecker:
    def test_notices_a_worker_that_marks_after_it_has_spoken(self, published, later):
        """Killed three times between its words and its mark: that case is told four times."""
        published(5)
        at = later(minutes=3)
        with worker("tell-then-mark") as running:
            for kill in range(1, 4):
                pid = running.begin(at, " slowly")
                wait_for_words(kill)
                os.kill(pid, signal.SIGKILL)
                running.wait()
            running.begin(at)
            running.wait()
        assert times_told() == {4: 1, 1: 4}


class TestTwoWorkersAtOnce:
    def test_share_the_work(self, published, later):
        published(40)

        def work():
            done = 0
            while settled := spread(later(minutes=3)):
                done += settled
            return done

        shares = at_once(work, work, work)
        while spread(later(minutes=4)):
            pass
        assert all(isinstance(share, int) for share in shares), shares
        assert times_told() == {1: 40}

    def test_beside_people_who_link_and_take_out_get_stuck_nowhere(
        self, published, nora, carl, alice, open_case, later
    ):
        incident = published(12)
        inside, outside = Case.objects.order_by("pk").first(), open_case(alice, subject="Outside")

        def publish_again():
            return publish_update(incident, by=nora, at=later(minutes=3), **WORDS)

        for turn in range(10):
            results = at_once(
                lambda: spread(later(minutes=3)),
                publish_again,
                partial(unlink_case, inside, by=carl, at=later(minutes=3), because="Apart."),
                partial(link_case, outside, by=carl, at=later(minutes=3), incident=incident),
            )
            assert all(isinstance(result, Case | Incident | int | Refusal) for result in results), (turn, results)
            inside, outside = outside, inside
        while spread(later(minutes=4)):
            pass
        assert waiting() == 0
        # Nobody fell between an update and its list: what is linked now was told what was published last.
        linked = set(IncidentCase.objects.filter(holds=True).values_list("case", flat=True))
        assert linked <= set(incident.updates.latest("pk").tellings.values_list("case", flat=True))
        assert max(Counter(IncidentTelling.objects.filter(state="told").values_list("case", "update")).values()) == 1
