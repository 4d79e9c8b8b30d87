"""The sweep of the clocks: breaches and warnings are recorded and notified, what counts on edited hours changes anew.

Goes by the stored rows (partial indexes), locks the cases it changes and skips those that somebody holds. Reckoning is
always from the events, so that a sweep that comes late, twice, or beside another leaves the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from cases.commitments import alerts, calendar_edits
from cases.commitments.stored import LISTED, rerun
from cases.jobs.batches import Find, work_through
from cases.models import Case, Commitment, bulk_update
from sla.clocks import State
from sla.models import Calendar

FAILURE = "clocks_not_reckoned"
EDITED_BATCH = 2000
# How many cases one sweep reckons anew after hours were edited, so that breaches never wait for a large edit.
REWORK = 20_000


@dataclass(frozen=True, slots=True)
class Pass:
    """What a sweep of the clocks did: how many were missed, ran short, and had their due time moved by an edit."""

    breached: int = 0
    warned: int = 0
    moved: int = 0

    def __add__(self, other: "Pass") -> "Pass":
        return Pass(self.breached + other.breached, self.warned + other.warned, self.moved + other.moved)


def sweep(at: datetime) -> Pass:
    """Record what ran out or ran short by `at` (UTC), and reckon those anew whose hours were edited.

    Safe to repeat and to run twice at once. A case that cannot be changes, or is held by somebody, is left for the
    next sweep and stops no other.
    """
    again = partial(update_clocks, at=at)
    done = work_through(_of(overdue(at)), again, Pass(), failure=FAILURE)
    done += work_through(_of(running_short(at)), again, Pass(), failure=FAILURE)
    for calendar in edited():
        done += work_through(
            _of(outdated(calendar)),
            partial(_move_on, at=at),
            Pass(),
            failure=FAILURE,
            batch=EDITED_BATCH,
            enough=lambda _done, tried: tried >= REWORK,
        )
    return done


def overdue(at: datetime) -> "QuerySet[Commitment]":
    """Return the clocks that ran out by `at` and are not recorded as breached: an index range scan."""
    live = Commitment.objects.filter(state=State.RUNNING.value, breached_at__isnull=True)
    return live.filter(breach_at__lt=at).order_by("breach_at")


def running_short(at: datetime) -> "QuerySet[Commitment]":
    """Return the clocks at risk at `at` of which nobody was warned: an index range scan."""
    live = Commitment.objects.filter(state=State.RUNNING.value, breached_at__isnull=True, warned_at__isnull=True)
    return live.filter(warn_at__lte=at).order_by("warn_at")


def outdated(calendar: Calendar) -> "QuerySet[Commitment]":
    """Return the live clocks changes on an earlier edition of `calendar`: an index range scan."""
    live = Commitment.objects.filter(stopped_at__isnull=True, calendar=calendar)
    return live.filter(calendar_revision__lt=calendar.revision).order_by("calendar_revision")


def edited() -> "QuerySet[Calendar]":
    """Return the calendars on earlier editions of which live clocks were changes: most often none, in one query."""
    behind = Commitment.objects.filter(stopped_at__isnull=True, calendar=OuterRef("pk"))
    return Calendar.objects.filter(Exists(behind.filter(calendar_revision__lt=OuterRef("revision")))).order_by("pk")


def _of(clocks: "QuerySet[Commitment]") -> Find:
    """Return how the cases of these clocks are found."""
    return lambda stuck, batch: clocks.exclude(case__in=stuck).values_list("case", flat=True)[:batch]


def _move_on(ids: Sequence[int], *, at: datetime) -> Pass:
    """Move clocks on to their edited hours: most from where they stand, the others by a replay."""
    moved, others = calendar_edits.move_on(ids, at=at)
    return Pass(moved=moved) + (update_clocks(others, at=at) if others else Pass())


@transaction.atomic
def update_clocks(ids: Iterable[int], *, at: datetime, skip_locked: bool = True) -> Pass:
    """Store how the clocks of these cases stand at `at`, from their events, and notify of what is worth it.

    Cases that somebody else holds are left out, unless told to wait. One statement each reads and writes them all.
    """
    held = Case.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(skip_locked=skip_locked)
    locked = list(held.values_list("pk", flat=True))
    # Many cases share few calendars and matrices: looked up once, not joined to each.
    cases = Case.objects.prefetch_related("matrix", "calendar", "critical_calendar", "owner").filter(pk__in=locked)
    found = rerun(list(cases.order_by("pk")), at=at, every_breach=True)
    bulk_update.update(Case, LISTED, [case for case, changes in found if changes.fields])
    alerts.notify(found, at=at)
    return Pass(
        sum(len(changes.breached) for _case, changes in found),
        sum(len(changes.warned) for _case, changes in found),
        sum(len(changes.moved) for _case, changes in found),
    )


def recompute(pk: int, *, at: datetime) -> None:
    """Store how the clocks of the case with this id stand at `at`, waiting for whoever holds it."""
    update_clocks([pk], at=at, skip_locked=False)
