"""Work that one session of the database does at a time, whichever process it is in."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import Error, connection

log = structlog.get_logger()


@contextmanager
def alone(number: int) -> Iterator[bool]:
    """Hold the advisory lock `number`, or yield False where another session does. It ends with the session at the
    latest.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held:
            _release(number)


def _release(number: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [number])
    except Error:
        log.warning("lock_went_with_its_session", lock=number)
