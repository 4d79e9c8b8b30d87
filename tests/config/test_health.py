"""Alive and ready."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from cases.jobs import sweep as sweeping

pytestmark = pytest.mark.django_db


class TestHealthz:
    def test_says_alive_to_anybody(self, client):
        assert client.get("/healthz").content == b"alive\n"


class TestReadyz:
    @pytest.fixture(autouse=True)
    def _no_tick(self):
        cache.delete(sweeping.LAST)
        yield
        cache.delete(sweeping.LAST)

    def test_is_ready_with_all_engines(self, client):
        answer = client.get("/readyz")
        assert (answer.status_code, set(answer.json().values())) == (200, {True})

    def test_tells_a_redis_that_is_away(self, client, settings):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["redis"], answer.json()["database"]) == (503, False, True)

    def test_tells_a_migration_that_is_missing(self, client):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'cases'")
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["migrations"]) == (503, False)

    @pytest.mark.parametrize(("minutes", "ready"), [(1, True), (6, False)])
    def test_tells_a_sweep_that_is_late(self, client, minutes, ready):
        sweeping.note_tick(timezone.now() - timedelta(minutes=minutes))
        assert client.get("/readyz").json()["sweep"] is ready
