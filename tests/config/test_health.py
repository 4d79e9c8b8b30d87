"""Alive, ready, and the numbers for who watches."""

from datetime import timedelta

import pytest
import structlog
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from cases.integrity import heartbeats
from cases.integrity.heartbeats import Work
from cases.models import OutboxMail

pytestmark = pytest.mark.django_db


def beat(minutes: float, work: Work = Work.SWEEP, broken: tuple[str, ...] = ()) -> None:
    heartbeats.note(work, timezone.now() - timedelta(minutes=minutes), broken)


class TestHealthz:
    def test_says_alive_to_anybody(self, client):
        assert client.get("/healthz").content == b"alive\n"


class TestReadyz:
    def test_is_ready_with_all_engines(self, client):
        beat(1)
        beat(30, Work.SELF_CHECK)
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "database": True,
            "migrations": True,
            "redis": True,
            "sweep": True,
            "sweep_age_seconds": 60,
            "self_check": True,
            "self_check_late": False,
            "self_check_age_seconds": 1800,
        }

    def test_tells_a_redis_that_is_away_and_keeps_nobody_out(self, client, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["redis"], answer.json()["database"]) == (200, False, True)

    def test_tells_a_migration_that_is_missing(self, client):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'cases'")
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["migrations"]) == (503, False)

    @pytest.mark.parametrize(("minutes", "in_time"), [(1, True), (6, False)])
    def test_tells_a_sweep_that_is_late_and_keeps_nobody_out(self, client, minutes, in_time):
        beat(minutes)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["sweep"]) == (200, in_time)
        assert answer.json()["sweep_age_seconds"] == minutes * 60

    def test_claims_no_sweep_that_never_was(self, client):
        cache.clear()
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["sweep"], answer.json()["sweep_age_seconds"]) == (200, False, None)

    def test_remembers_a_sweep_when_the_cache_is_emptied(self, client):
        beat(2)
        cache.clear()
        assert client.get("/readyz").json()["sweep_age_seconds"] == 120

    def test_says_in_the_log_once_a_minute_that_a_work_is_late(self, client):
        cache.clear()
        beat(6)
        beat(1, Work.SELF_CHECK)
        with structlog.testing.capture_logs() as logs:
            client.get("/readyz")
            client.get("/readyz")
        [said] = [line for line in logs if line["event"] == "periodic_work_late"]
        assert (said["log_level"], said["work"], said["age_seconds"]) == ("error", "sweep", 360)


class TestMetrics:
    @pytest.fixture(autouse=True)
    def _token(self, settings):
        settings.METRICS_TOKEN = "a token of the watch"

    def scrape(self, client) -> str:
        answer = client.get("/metrics", headers={"Authorization": "Bearer a token of the watch"})
        assert (answer.status_code, answer.headers["Cache-Control"].count("no-store")) == (200, 1)
        return answer.content.decode()

    def test_give_ages_lateness_and_broken_rules(self, client):
        beat(6)
        beat(1, Work.SELF_CHECK, ("status_without_event",))
        said = self.scrape(client)
        assert 'care_heartbeat_age_seconds{work="sweep"} 36' in said
        assert 'care_heartbeat_late{work="sweep"} 1.0' in said
        assert 'care_heartbeat_late{work="self_check"} 0.0' in said
        assert "care_rules_broken 1.0" in said

    def test_say_never_where_nothing_ever_swept(self, client):
        assert 'care_heartbeat_age_seconds{work="sweep"} +Inf' in self.scrape(client)

    def test_count_mails_that_are_due_or_failed(self, client, case):
        OutboxMail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        count = OutboxMail.objects.count()
        assert f'care_mails{{state="due"}} {count}.0' in self.scrape(client)
        OutboxMail.objects.update(state="failed")
        assert f'care_mails{{state="failed"}} {count}.0' in self.scrape(client)

    @pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "a token of the watch"])
    def test_are_no_page_for_anybody_else(self, client, given):
        assert client.get("/metrics", headers={"Authorization": given}).status_code == 404

    def test_are_no_page_where_no_token_is_set(self, client, settings):
        settings.METRICS_TOKEN = ""
        for given in ("", "Bearer", "Bearer "):
            assert client.get("/metrics", headers={"Authorization": given}).status_code == 404


class TestTheBackOffice:
    def test_shows_when_each_work_last_ended(self, client, mona):
        client.force_login(mona)
        beat(6)
        page = client.get("/admin/cases/heartbeat/").content.decode()
        assert "Sweep of every minute" in page
        assert "icon-no" in page
