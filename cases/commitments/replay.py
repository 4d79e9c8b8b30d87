"""The clocks of a case replayed: what its events, target matrix and calendars give at an instant. Nothing is stored.

What the events mean for the clocks is in `cases/commitments/terms.py`.
"""

from collections.abc import Iterable
from datetime import datetime

from cases.commitments import terms
from cases.commitments.terms import Promise, Tag
from cases.models import Case, Event
from sla import clocks, compiled
from sla.clocks import Category, ClockState, Moment
from sla.models import Calendar


def preview(promised: Promise, *, at: datetime) -> tuple[ClockState, ...]:
    """Return the clocks that would run for a case reaching us at `at` (UTC): the promise before it is made."""
    start = Moment(at=at, category=Category.ACTIVE)
    return clocks.run(promised.targets, compiled.working_time(promised.calendar), (start,), at=at)


def states(case: Case, *, at: datetime) -> tuple[ClockState, ...]:
    """Return how the clocks of `case` stand at `at`, from its events alone. One query."""
    return replay(case, events_of(case), at=at)


def replay(case: Case, events: Iterable[terms.Happened], *, at: datetime) -> tuple[ClockState, ...]:
    """Return how the clocks of `case` stand at `at` (or at the last event, if that is later) after these events."""
    moments = terms.timeline(case, events)
    first = moments[0].terms
    assert first is not None  # the opening has the terms of its day
    if len(moments) == 1 and not first.targets:
        return ()
    last = max(moment.at for moment in moments if moment.edit is None)  # hours may be edited later than `at`
    return clocks.run(first.targets, first.calendar, moments, at=max(at, last))


def events_of(case: Case) -> Iterable[Event]:
    return Event.objects.filter(case=case).only("kind", "at", "status", "channel", "data").order_by("id")


def tag_of(state: ClockState) -> Tag:
    assert isinstance(state.tag, Tag)
    return state.tag


def calendar_of(case: Case, state: ClockState) -> Calendar:
    """Return whose hours a clock counts on: those of its terms, or of earlier ones whose promise still binds."""
    terms, other = case.calendar, case.critical_calendar
    if tag_of(state).calendar != terms.pk:
        terms, other = other, terms
    if terms != other and not _counts_on(terms, state) and _counts_on(other, state):
        return other
    return terms


def _counts_on(calendar: Calendar, state: ClockState) -> bool:
    return any(edition.hours is state.calendar for edition in compiled.editions(calendar))
