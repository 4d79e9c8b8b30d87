"""Workers killed while updates of the status page are due: no subscriber misses one, a second copy can be told."""

import os
import random
import signal
import time
from datetime import timedelta

import pytest

from cases.models import IncidentUpdate, StatusMail, StatusSubscriber
from contacts.models.mail_delivery import Delivery
from tests.cases.incidents.conftest import incident, open_incident, publish  # noqa: F401
from tests.proofs.kills.test_outbox_kill import SLOWNESS, deliver
from tests.proofs.kills.victims import worker
from tests.smtp import Sink

pytestmark = pytest.mark.django_db(transaction=True)

SUBSCRIBERS = 80


@pytest.fixture
def busy(sink: Sink) -> Sink:
    sink.slowness = SLOWNESS
    return sink


def test_a_worker_killed_again_and_again_loses_no_update(incident, publish, busy, at, later) -> None:  # noqa: F811
    StatusSubscriber.objects.bulk_create(
        StatusSubscriber(email=f"{number}@many.example", asked_at=at, confirmed_at=at) for number in range(SUBSCRIBERS)
    )
    publish(incident, minutes=1)
    now, kills = later(minutes=2), 0
    with worker(deliver) as running:
        while kills < 6 and StatusMail.objects.filter(state=Delivery.DUE).count() > 10:
            pid = running.begin(now)
            time.sleep(random.uniform(0.1, 0.4))
            os.kill(pid, signal.SIGKILL)
            running.wait()
            kills += 1
        doubtful = StatusMail.objects.filter(state=Delivery.SENDING).count()
        running.begin(now + timedelta(minutes=6))
        running.wait()
    copies = busy.ids()
    assert kills >= 2
    assert IncidentUpdate.objects.count() == 1
    assert set(StatusMail.objects.values_list("state", flat=True)) == {Delivery.SENT}
    assert set(copies) == set(StatusMail.objects.values_list("message_id", flat=True))
    assert len(copies) == SUBSCRIBERS
    assert sum(times - 1 for times in copies.values()) <= doubtful
