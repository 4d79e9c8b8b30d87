"""Redis refused, halted (it takes connections and never answers) and emptied: pages answer, limits hold, mails leave.

A web server of its own over the database of the tests, and a Redis of its own; no worker runs, as none could be woken.
"""

import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone

from cases.jobs import sweep as sweeping
from cases.models import Case, Message
from contacts.models import User
from tests.conftest import PASSWORD, person
from tests.journeys.portal_process import House
from tests.proofs.outages.own_redis import OwnRedis
from tests.proofs.outages.visitor import Answer, Visitor
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)

REPLIES = 20
# Seconds, on a machine that does nothing else beside it: twice as much is taken for the load of the others.
REPLY_WITHIN, PAGE_WITHIN, LOAD = 3.0, 1.0, 2
WOKEN_WITHIN = 40  # seconds: as long as a browser of the journeys waits for the house
FAULTS: dict[str, Callable[[OwnRedis], None]] = {
    "refused": OwnRedis.refuse,
    "halted": OwnRedis.halt,
    "emptied": OwnRedis.empty,
}


@pytest.fixture(scope="module")
def own_redis(tmp_path_factory: Any) -> Iterator[OwnRedis]:
    running = OwnRedis(tmp_path_factory.mktemp("redis")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def silent_relay() -> Iterator[int]:
    """The port of a relay that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture(scope="module")
def web(
    django_db_setup: None, django_db_blocker: Any, own_redis: OwnRedis, silent_relay: int, tmp_path_factory: Any
) -> Iterator[House]:
    with django_db_blocker.unblock():
        home = tmp_path_factory.mktemp("web")
        running = House(home, silent_relay, redis_url=own_redis.url, worker=False).start()
    yield running
    running.stop()


@pytest.fixture(params=FAULTS)
def fault(request: Any, own_redis: OwnRedis) -> Iterator[str]:
    own_redis.recover()
    FAULTS[request.param](own_redis)
    yield request.param
    own_redis.recover()


@pytest.fixture
def zoe(reference: None) -> User:
    user = person("Zoe Zimmer")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def sign_in(web: House, email: str, password: str) -> Answer:
    return Visitor(web.url).post("/accounts/login/", login=email, password=password)


def slowest(answers: list[Answer]) -> float:
    return max(answer.seconds for answer in answers)


@pytest.fixture
def cases(alice: User, open_case: Any) -> list[Case]:
    return [open_case(alice, subject=f"Number {number}") for number in range(REPLIES)]


def read_meanwhile(visitor: Visitor, path: str, done: Callable[[], bool]) -> list[Answer]:
    """Load this page again and again, five times at least, until `done`."""
    seen: list[Answer] = []
    while len(seen) < 5 or not done():
        seen.append(visitor.get(path))
    return seen


class TestTheDesk:
    def test_stores_each_reply_once_and_keeps_no_page_waiting(
        self, web: House, fault: str, cases: list[Case], alice: User, carl: User, sink: Sink
    ) -> None:
        desk, portal, nobody = Visitor(web.url, carl), Visitor(web.url, alice), Visitor(web.url)
        readers = {"/desk/": desk, "/cases/": portal, "/status/": nobody, "/accounts/login/": nobody}
        with ThreadPoolExecutor(REPLIES + len(readers)) as pool:
            sent = [pool.submit(desk.post, f"/desk/{case.number}/reply/", body=f"For {case.pk}") for case in cases]
            reading = [
                pool.submit(read_meanwhile, visitor, path, lambda: all(one.done() for one in sent))
                for path, visitor in readers.items()
            ]
            replies, pages = [one.result() for one in sent], [one.result() for one in reading]
        assert {answer.status for answer in replies} == {302}
        assert {answer.status for seen in pages for answer in seen} == {200}
        written = Message.objects.filter(author=carl).values_list("body", flat=True)
        assert sorted(written) == sorted(f"For {case.pk}" for case in cases)
        assert max(answer.seconds for answer in replies) < LOAD * REPLY_WITHIN
        assert [seen for seen in pages if median(answer.seconds for answer in seen) > PAGE_WITHIN] == []
        # Nobody was woken: the timetable sends what the replies put out.
        sweeping.sweep(timezone.now())
        assert len(sink.to(alice.email)) >= REPLIES


class TestTheDoor:
    def test_opens_to_the_right_password_alone(self, web: House, fault: str, zoe: User) -> None:
        assert sign_in(web, zoe.email, PASSWORD).location == "/"
        misses = [sign_in(web, zoe.email, "wrong") for _number in range(6)]
        assert {answer.status for answer in misses} == {200}
        assert slowest(misses) < LOAD * PAGE_WITHIN

    def test_stays_closed_to_who_guessed(self, web: House, fault: str, own_redis: OwnRedis, zoe: User) -> None:
        for _number in range(5):
            sign_in(web, zoe.email, "wrong")
        if fault == "emptied":
            own_redis.empty()
        refused = sign_in(web, zoe.email, PASSWORD)
        assert (refused.status, "oo many" in refused.body) == (200, True)

    def test_sends_a_link_to_who_forgot(self, web: House, fault: str, zoe: User, sink: Sink) -> None:
        """The relay takes connections and says nothing, either."""
        visitor = Visitor(web.url)
        asked = [visitor.post("/accounts/password/reset/", email=to) for to in (zoe.email, "stranger@example.com")]
        assert [answer.location for answer in asked] == ["/accounts/password/reset/done/"] * 2
        assert slowest(asked) < LOAD * PAGE_WITHIN
        sweeping.sweep(timezone.now())
        assert [caught.recipients for caught in sink.messages] == [(zoe.email,), ("stranger@example.com",)]


class TestUpdatesByMail:
    def test_are_asked_for_three_times_an_hour(self, web: House, fault: str, reference: None, sink: Sink) -> None:
        visitor = Visitor(web.url)
        for _number in range(5):
            answer = visitor.post("/status/subscribe/", email="zoe@many.example", language="en")
            assert (answer.status, answer.location) == (302, "/status/subscribe/asked/"), answer.body
            assert answer.seconds < LOAD * PAGE_WITHIN
            sweeping.sweep(timezone.now())
        assert len(sink.messages) == 3


class TestTheProbes:
    def test_say_what_is_missing(self, web: House, fault: str, reference: None) -> None:
        visitor = Visitor(web.url)
        alive, ready = visitor.get("/healthz"), visitor.get("/readyz")
        assert (alive.status, alive.seconds < LOAD * PAGE_WITHIN) == (200, True)
        there = fault == "emptied"
        answers = json.loads(ready.body)
        assert (ready.status, answers["redis"], answers["database"], answers["migrations"]) == (200, there, True, True)
        assert ready.seconds < settings.CALL_TIMEOUT + LOAD * PAGE_WITHIN


class TestAWorker:
    def test_is_woken_once_redis_is_back(
        self, own_redis: OwnRedis, alice: User, carl: User, case: Case, sink: Sink, tmp_path: Path
    ) -> None:
        """No beat runs: what leaves does so because a worker was woken."""
        own_redis.recover()
        house = House(tmp_path, sink.port, redis_url=own_redis.url).start()
        desk = Visitor(house.url, carl)
        try:
            for number, fail in enumerate(FAULTS.values(), start=1):
                fail(own_redis)
                assert desk.post(f"/desk/{case.number}/reply/", body=f"Reply {number}.").status == 302
                own_redis.recover()
                end = time.monotonic() + WOKEN_WITHIN
                while not any(f"Reply {number}." in caught.part("plain") for caught in sink.to(alice.email)):
                    assert time.monotonic() < end, number
                    time.sleep(0.1)
        finally:
            house.stop()
