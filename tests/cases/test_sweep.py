"""One pass of all periodic work: as of any instant, repeatable, one at a time, and no piece stops another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from io import StringIO

import pytest
from celery import current_app
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from cases import commitments, outbox, reckoning, sweeping, tasks
from cases.lifecycle import reply
from cases.models import Commitment, OutboxMail
from cases.models.outbox_mail import Delivery
from sla.clocks import Metric

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tick():
    cache.delete(sweeping.LAST)
    yield
    cache.delete(sweeping.LAST)


def sweep(*arguments):
    out = StringIO()
    call_command("sweep", *arguments, stdout=out)
    return out.getvalue()


def response(case):
    return Commitment.objects.get(case=case, metric=Metric.RESPONSE)


class TestSweep:
    def test_records_what_was_missed_and_sends_what_is_due(self, case, sink, later):
        swept = sweeping.sweep(later(hours=1, seconds=1))
        assert (swept.breaches, swept.mails) == (1, {Delivery.SENT: 1})
        assert response(case).breached_at == later(hours=1)
        assert len(sink.messages) == 1

    def test_does_nothing_early_and_nothing_twice(self, case, sink, later):
        assert sweeping.sweep(later(hours=1)).breaches == 0
        assert sweeping.sweep(later(hours=1, seconds=1)).breaches == 1
        swept = sweeping.sweep(later(hours=1, seconds=1))
        assert (swept.breaches, swept.mails) == (0, {})

    def test_bounds_the_mails_of_a_pass(self, case, carl, sink, later):
        for minute in range(50):
            reply(case, by=carl, at=later(seconds=minute), body="Word")
        assert sweeping.sweep(later(minutes=50), most_mails=20).mails.total() == 20
        assert sweeping.sweep(later(minutes=50)).mails.total() == 31

    def test_goes_on_past_a_case_that_cannot_be_reckoned(self, case, bob, open_case, sink, later, monkeypatch):
        other = open_case(bob, product="daptiv")
        rerun = commitments.rerun

        def fail(reckoned, *, at):
            if reckoned.pk == case.pk:
                raise ValueError("its calendar has no hours")
            return rerun(reckoned, at=at)

        monkeypatch.setattr(commitments, "rerun", fail)
        swept = sweeping.sweep(later(hours=2))
        assert (swept.breaches, swept.mails) == (2, {Delivery.SENT: 2})
        assert response(case).breached_at is None
        assert response(other).breached_at is not None

    def test_sends_the_mails_also_where_the_clocks_fail(self, case, sink, later, monkeypatch):
        def fail(_at):
            raise RuntimeError("all clocks stand still")

        monkeypatch.setattr(reckoning, "sweep", fail)
        with pytest.raises(RuntimeError):
            sweeping.sweep(later(hours=2))
        assert len(sink.messages) == 1


@pytest.mark.django_db(transaction=True)
class TestAlone:
    def test_a_second_sweeper_does_nothing(self, case, sink, later):
        def second(_nothing):
            try:
                return sweeping.sweep(later(hours=2)), sweep("--at", "2027-06-08T18:00Z")
            finally:
                connection.close()

        with sweeping._alone() as alone, ThreadPoolExecutor(1) as pool:
            assert alone
            assert pool.submit(second, None).result() == (None, "Another sweep is at work; nothing done.\n")
        assert sink.messages == []
        assert sweeping.sweep(later(hours=2)).breaches == 1

    def test_the_lock_is_free_again_after_a_failure(self, case, later, monkeypatch):
        def fail(_at):
            raise RuntimeError("gone")

        with monkeypatch.context() as patched:
            patched.setattr(reckoning, "sweep", fail)
            with pytest.raises(RuntimeError):
                sweeping.sweep(later(hours=2))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            assert cursor.fetchone() == (0,)


class TestTheCommand:
    def test_says_what_it_did_as_of_another_time(self, case, sink):
        said = sweep("--at", "2027-06-08T19:00:00+02:00")
        assert said.splitlines() == [
            "As of 2027-06-08 17:00:00 UTC",
            "  cases with a clock that ran out: 1",
            "  mails: 1 sent, 0 put off, 0 failed, 0 withheld",
        ]
        assert "  mails: 0 sent" in sweep("--at", "2027-06-08T17:00Z")

    @pytest.mark.parametrize("text", ["yesterday", "2027-06-08T17:00", "2027-06-08"])
    def test_refuses_what_is_no_instant(self, text, db):
        with pytest.raises(CommandError, match=r"no ISO 8601 instant|names no offset"):
            sweep("--at", text)

    def test_is_a_tick_only_when_it_is_of_the_present(self, case, sink):
        sweep("--at", "2027-06-08T17:00Z")
        assert sweeping.last_tick() is None
        before = timezone.now()
        sweep()
        assert before <= sweeping.last_tick() <= timezone.now()


class TestTasks:
    def test_have_the_names_that_doorbells_ring(self):
        assert {"cases.tasks.sweep", outbox.DOORBELL} <= set(current_app.tasks)

    def test_sweep_leaves_a_tick(self, db, sink):
        tasks.sweep()
        assert isinstance(sweeping.last_tick(), datetime)

    def test_sweep_leaves_none_when_it_failed(self, db, monkeypatch):
        def fail(_at):
            raise RuntimeError("gone")

        monkeypatch.setattr(reckoning, "sweep", fail)
        with pytest.raises(RuntimeError):
            tasks.sweep()
        assert sweeping.last_tick() is None

    def test_deliver_outbox_rings_until_nothing_is_due(self, case, sink, monkeypatch):
        OutboxMail.objects.update(due_at=timezone.now())
        rung = []
        monkeypatch.setattr(outbox, "ring", lambda: rung.append(1))
        tasks.deliver_outbox()
        assert (len(sink.messages), rung) == (1, [1])
        tasks.deliver_outbox()
        assert rung == [1]


class TestTick:
    def test_is_not_missed_where_redis_is_away(self, settings, at):
        settings.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": "redis://127.0.0.1:1/0",
            }
        }
        sweeping.note_tick(at)
        assert sweeping.last_tick() is None
