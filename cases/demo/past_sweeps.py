"""The sweeps of the past: those of every minute that had something to do, so that alerts come when they would have."""

from datetime import datetime, timedelta

from django.db.models import Min, Q

from cases.jobs import commitments
from cases.models import Commitment
from sla.clocks import State


def catch_up(until: datetime) -> None:
    """Do each sweep up to `until` (UTC) that finds a clock run short or run out, at the minute after."""
    last = None
    while (at := _next(until)) is not None and at != last:
        commitments.sweep(at)
        last = at


def _next(until: datetime) -> datetime | None:
    running = Commitment.objects.filter(state=State.RUNNING.value, breached_at=None)
    found = running.aggregate(short=Min("warn_at", filter=Q(warned_at=None)), out=Min("breach_at"))
    soonest = min((at for at in found.values() if at is not None), default=until)
    at = soonest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return at if at <= until else None
