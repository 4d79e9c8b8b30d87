"""What machines ask: whether the process is alive, and whether it can serve people."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from cases.integrity import heartbeats
from cases.integrity.heartbeats import Work
from contacts.waking import ask_redis


@require_GET
@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process is alive."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_GET
@login_not_required
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say whether this process can serve people: 200 where the database answers and is migrated, else 503.

    All else is said beside it and keeps nobody out, since no other process would do better: whether Redis answers,
    whether sweep and hourly check ended lately (with their ages in seconds, null for never), whether all rules hold.
    """
    redis = _redis_answers()  # before a connection to the database is taken
    database = _database_answers()
    migrated = database and _migrated()
    answers = {"database": database, "migrations": migrated, "redis": redis, **(_beats() if migrated else {})}
    return JsonResponse(answers, status=200 if migrated else 503)


def _beats() -> dict[str, Any]:
    stand = heartbeats.pulses(timezone.now())
    sweep, check = stand[Work.SWEEP], stand[Work.SELF_CHECK]
    return {
        "sweep": sweep.age is not None and not sweep.is_late,
        "sweep_age_seconds": heartbeats.seconds(sweep.age),
        "self_check": not check.broken,
        "self_check_late": check.is_late,
        "self_check_age_seconds": heartbeats.seconds(check.age),
    }


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _redis_answers() -> bool:
    try:
        ask_redis()
    except RedisError:
        return False
    return True
