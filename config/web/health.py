"""What machines ask: whether the process is alive, and whether all it stands on is there."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from cases.integrity.self_check import last_look
from cases.jobs.sweep import last_tick
from contacts.waking import ask_redis

SILENCE = timedelta(minutes=5)  # of beat, after which somebody should look


@require_GET
@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that the process is alive."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_GET
@login_not_required
def readyz(_request: HttpRequest) -> HttpResponse:
    """Say what answers: 200 when all does, else 503.

    `sweep` is false when the last whole sweep ended over five minutes ago; a portal that never swept is new, not late.
    `self_check` is false where the last hourly look found a rule broken: somebody should look, but no other process
    would do better, so it keeps nobody out.
    """
    redis = _redis_answers()  # before a connection to the database is taken
    database = _database_answers()
    answers = {
        "database": database,
        "migrations": database and _migrated(),
        "redis": redis,
        "sweep": database and _swept(),
    }
    ready = all(answers.values())
    return JsonResponse(answers | {"self_check": not database or _sound()}, status=200 if ready else 503)


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


def _swept() -> bool:
    tick = last_tick()
    return tick is None or timezone.now() - tick < SILENCE


def _sound() -> bool:
    look = last_look()
    return look is None or not look[1]
