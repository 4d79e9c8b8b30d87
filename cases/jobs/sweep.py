"""One pass of all periodic work, as of an instant. Safe to repeat; one sweeper at a time."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TypeVar

import structlog

from cases.export import jobs
from cases.jobs import (
    assignment,
    auto_close,
    commitments,
    incident_updates,
    release_fixes,
    root_cause_reports,
    severity_reminders,
    unread_answers,
)
from cases.lifecycle.auto_close import Steps
from cases.models.advisory_lock import alone
from cases.notifications import delivery
from cases.reports import tally
from cases.status_page import subscribers
from contacts import database_cache

log = structlog.get_logger()

LOCK = 0x5EED_CA5E  # any number, as long as nothing else in this database locks it
TOLD_A_SWEEP = 500  # ten seconds or so; the next pass goes on

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Swept:
    """What a pass did: to clocks, to mails by their state, towards closing in silence, by handing cases to who came to
    work, by releases that are out, and to answers that nobody read.
    """

    clocks: commitments.Pass
    mails: delivery.Tally
    countdowns: Steps
    handed: assignment.Handed
    fixes: int
    unread: int


def sweep(at: datetime, most_mails: int | None = None) -> Swept | None:
    """Do all periodic work that is due at `at` (UTC). Returns what was done; None where another sweeper is at it.

    `most_mails` bounds a pass for a worker that must not stay away long; what is left is sent by the next one.
    """
    with alone(LOCK) as held:
        if not held:
            return None
        try:
            clocks = commitments.sweep(at)
        finally:
            fixes = _apart("fixes_not_released", lambda: release_fixes.sweep(at), 0)
            unread = _apart("answers_not_swept", lambda: unread_answers.sweep(at), 0)
            steps = _apart("countdowns_not_swept", lambda: auto_close.sweep(at), Steps())
            handed = _apart("cases_not_dispatched", lambda: assignment.sweep(at), assignment.Handed())
            _apart("managers_not_reminded", lambda: severity_reminders.remind(at), None)
            _apart("updates_not_spread", lambda: incident_updates.spread(at, limit=TOLD_A_SWEEP), 0)
            _apart("reports_not_told", lambda: root_cause_reports.sweep(at, limit=TOLD_A_SWEEP), None)
            _apart("unconfirmed_not_forgotten", lambda: subscribers.forget_unconfirmed(at), 0)
            _apart("exports_not_swept", lambda: jobs.sweep(at), 0)
            _apart("expired_not_forgotten", database_cache.forget_expired, 0)
            # Whatever the clocks do, what is due leaves the house.
            mails = delivery.deliver_all(at, most_mails)
        _apart("promises_not_tallied", lambda: tally.keep(at), None)
    sent = {state.value: count for state, count in mails.items()}
    log.info("swept", **asdict(clocks), **asdict(steps), **asdict(handed), fixes=fixes, unread=unread, **sent)
    return Swept(clocks, mails, steps, handed, fixes, unread)


def _apart(trouble: str, work: Callable[[], T], nothing: T) -> T:
    """Do one piece of a pass; what fails there is logged, stops nothing else, and is done by a later pass."""
    try:
        return work()
    except Exception:
        log.exception(trouble)
        return nothing
