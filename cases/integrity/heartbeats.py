"""Heartbeats of the periodic work: each whole run leaves one; `/readyz`, `/metrics` and the back office read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.core.cache import cache
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Min

from cases.models import Heartbeat

Work = Heartbeat.Work
# After how long without a whole run somebody should look.
LATE_AFTER = {Work.SWEEP: timedelta(minutes=5), Work.SELF_CHECK: timedelta(hours=3)}
SAID_EVERY = 60  # seconds, however often and by whatever process is asked

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pulse:
    """How a work stands: `age` since its last whole run, None where it never ran; `broken`: what that run found."""

    age: timedelta | None
    is_late: bool
    broken: Sequence[str] = ()


def note(work: Heartbeat.Work, at: datetime, broken: Sequence[str] = ()) -> None:
    """Remember that a whole run of `work` as of `at` (UTC) ended, and the codes of the rules that it found broken."""
    Heartbeat.objects.update_or_create(work=work, defaults={"ended_at": at, "broken": list(broken)})


def last(work: Heartbeat.Work) -> Heartbeat | None:
    """Return the last whole run; None where there was none."""
    return Heartbeat.objects.filter(work=work).first()


def pulses(at: datetime) -> dict[Heartbeat.Work, Pulse]:
    """Return how each work stands at `at` (UTC), and say late ones in the log, as errors, once a minute. Two queries.

    A work that never ran is late so long after the database was made.
    """
    found = {beat.work: beat for beat in Heartbeat.objects.all()}
    made_at = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    stand = {work: _pulse(work, found.get(work), at, made_at) for work in Work}
    late = {work: pulse for work, pulse in stand.items() if pulse.is_late}
    if late and cache.add("heartbeats:late", 1, timeout=SAID_EVERY):
        for work, pulse in late.items():
            log.error("periodic_work_late", work=work.value, age_seconds=seconds(pulse.age))
    return stand


def _pulse(work: Heartbeat.Work, beat: Heartbeat | None, at: datetime, made_at: datetime) -> Pulse:
    if beat is None:
        return Pulse(None, at - made_at >= LATE_AFTER[work])
    age = max(at - beat.ended_at, timedelta(0))
    return Pulse(age, age >= LATE_AFTER[work], tuple(beat.broken))


def seconds(age: timedelta | None) -> int | None:
    """Return an age in whole seconds; None stands for never."""
    return None if age is None else int(age.total_seconds())
