"""Workers killed at random moments while 100 cases are being told, and two at once: each case is told exactly once.

Real processes, real SIGKILL, real PostgreSQL. The same checker is shown a worker that marks after it has spoken.
"""

import os
import random
import signal
import time
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import pytest

from cases.incidents import broadcast
from cases.jobs import incident_updates
from cases.jobs.incident_updates import spread
from cases.lifecycle import link_case, open_incident, publish_update, unlink_case
from cases.models import Case, Event, Incident, IncidentCase, IncidentDelivery, Message
from cases.models.incident import DeliveryState
from cases.statuses import Refusal
from products.models import Product
from tests.proofs.kills.victims import Worker, worker
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 100
WORDS = {"text_en": "A disk is full.", "text_fr": "Un disque est plein.", "state": "identified"}


def tell(at: datetime) -> None:
    """Tell all there is as of `at`, as a worker does."""
    while spread(at):
        pass


def tell_then_mark(at: datetime, pause: float = 0.0) -> None:
    """Do it the wrong way: the words in one transaction, the mark after a pause (seconds) in the next."""

    def wrong(pk: int, at: datetime) -> bool:
        telling = broadcast.due().select_related("update__incident", "update__by").get(pk=pk)
        case = Case.objects.select_related("customer").get(pk=telling.case_id)
        incident_updates._speak(telling, case, at)
        time.sleep(pause)
        event = Event.objects.filter(case=case, kind="incident_told").order_by("-pk").first()
        broadcast.due().filter(pk=pk).update(state=DeliveryState.TOLD, event=event, settled_at=at)
        return True

    incident_updates._notify = wrong
    tell(at)


def waiting() -> int:
    return IncidentDelivery.objects.filter(state="due").count()


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


def wait_for_messages(count: int) -> None:
    """Wait until so many words have been said."""
    until = time.monotonic() + 20
    while Message.objects.filter(purpose="incident").count() < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def times_notified() -> Counter[int]:
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
        with worker(tell) as running:
            kills = kill_while_it_tells(running, at, most=12)
            running.begin(at)
            running.wait()
        record_property("kills", kills)
        print(f"\n{CASES} cases, {kills} kills: {dict(times_notified())}")
        assert kills >= 3
        assert times_notified() == {1: CASES}
        assert set(IncidentDelivery.objects.values_list("state", flat=True)) == {"told"}


class TestTheChecker:
    def test_notices_a_worker_that_marks_after_it_has_spoken(self, published, later):
        """Killed three times between its words and its mark: that case is told four times."""
        published(5)
        at = later(minutes=3)
        with worker(tell_then_mark) as running:
            for kill in range(1, 4):
                pid = running.begin(at, 60.0)
                wait_for_messages(kill)
                os.kill(pid, signal.SIGKILL)
                running.wait()
            running.begin(at)
            running.wait()
        assert times_notified() == {4: 1, 1: 4}


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
        assert times_notified() == {1: 40}

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
        assert linked <= set(incident.updates.latest("pk").deliveries.values_list("case", flat=True))
        assert max(Counter(IncidentDelivery.objects.filter(state="told").values_list("case", "update")).values()) == 1
