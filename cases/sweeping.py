"""One pass of all periodic work, as of an instant. Safe to repeat; one sweeper at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog
from django.core.cache import cache
from django.db import Error, connection
from redis.exceptions import RedisError

from cases import delivery, fixing, reckoning, reviewing, silence, tally
from cases.lifecycle.silence import Steps

log = structlog.get_logger()

LOCK = 0x5EED_CA5E  # any number, as long as nothing else in this database locks it
LAST = "sweep:last"


@dataclass(frozen=True, slots=True)
class Swept:
    """What a pass did: to clocks, to mails by their state, towards closing in silence, and by releases that are out."""

    clocks: reckoning.Pass
    mails: delivery.Tally
    countdowns: Steps
    fixes: int = 0


def sweep(at: datetime, most_mails: int | None = None) -> Swept | None:
    """Do all periodic work that is due at `at` (UTC). Returns what was done; None where another sweeper is at it.

    `most_mails` bounds a pass for a worker that must not stay away long; what is left is sent by the next one.
    """
    with _alone() as alone:
        if not alone:
            return None
        try:
            clocks = reckoning.sweep(at)
        finally:
            fixes = _release_fixes(at)
            steps = _go_on(at)
            _remind_managers(at)
            # Whatever the clocks do, what is due leaves the house.
            mails = delivery.deliver_all(at, most_mails)
        _tally(at)
    sent = {state.value: count for state, count in mails.items()}
    log.info("swept", **asdict(clocks), **asdict(steps), fixes=fixes, **sent)
    return Swept(clocks, mails, steps, fixes)


def _release_fixes(at: datetime) -> int:
    """Solve the cases whose release is out; what fails there stops nothing else and is done by a later pass."""
    try:
        return fixing.sweep(at)
    except Exception:
        log.exception("fixes_not_released")
        return 0


def _go_on(at: datetime) -> Steps:
    """Remind and close where customers are silent; what fails there stops nothing else and is done by a later pass."""
    try:
        return silence.sweep(at)
    except Exception:
        log.exception("countdowns_not_swept")
        return Steps()


def _remind_managers(at: datetime) -> None:
    """Tell managers again of requests that wait too long; what fails there stops nothing else."""
    try:
        reviewing.remind(at)
    except Exception:
        log.exception("managers_not_reminded")


def _tally(at: datetime) -> None:
    """Bring the tables of the reports up to date; what fails there is counted by a later pass."""
    try:
        tally.keep(at)
    except Exception:
        log.exception("promises_not_tallied")


def note_tick(at: datetime) -> None:
    """Remember that a whole pass ended at `at`. Redis may be away: then nobody knows, and nothing else is lost."""
    try:
        cache.set(LAST, at, timeout=None)
    except RedisError:
        log.warning("sweep_tick_not_noted")


def last_tick() -> datetime | None:
    """Return when the last pass ended that was of the present; None where none is known."""
    try:
        return cache.get(LAST)
    except RedisError:
        return None


@contextmanager
def _alone() -> Iterator[bool]:
    """Hold the sweeper's lock, or yield False where another session does. It ends with the session at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        alone = cursor.fetchone()[0]
    try:
        yield alone
    finally:
        if alone:
            _release()


def _release() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    except Error:
        log.warning("sweep_lock_went_with_its_session")
