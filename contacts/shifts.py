"""Who of ours is at work: working hours, and absences. Whether they may be given a case is
`cases/jobs/assignment.py`'s.
"""

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from contacts.models import Absence, User
from sla import compiled
from sla.models import Calendar


def with_absence(people: "QuerySet[User]", *, at: datetime) -> "QuerySet[User]":
    """Add to each person the hours they keep, and `away_until`: when they are back, None for who is not away."""
    away = Absence.objects.filter(user=OuterRef("pk"), starts_at__lte=at, ends_at__gt=at)
    return people.select_related("working_hours").annotate(away_until=Subquery(away.values("ends_at")[:1]))


def hours_of(person: User, calendar: Calendar) -> Calendar:
    """Return whose hours a person keeps: their own, else those of the desk's `calendar`."""
    return person.working_hours or calendar


def is_at_work(person: User, calendar: Calendar, *, at: datetime) -> bool:
    """Say whether a person read by `with_absence` works at `at` (UTC) and is not away."""
    away: datetime | None = person.away_until  # type: ignore[attr-defined]
    return away is None and compiled.working_time(hours_of(person, calendar)).is_open(at)


def next_at_work(person: User, calendar: Calendar, *, at: datetime) -> datetime | None:
    """Return when a person read by `with_absence` next works, `at` itself where they do; None for never."""
    away: datetime | None = person.away_until  # type: ignore[attr-defined]
    return compiled.working_time(hours_of(person, calendar)).next_open(max(at, away) if away else at)
