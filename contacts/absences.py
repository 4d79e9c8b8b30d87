"""A person's own absences: which they have, entering one, and taking one back."""

from datetime import datetime

from django.db.models import QuerySet

from contacts.models import Absence, User

SHOWN_PAST = 5


def coming(user: User, *, at: datetime) -> "QuerySet[Absence]":
    """Return the absences of `user` that are not over at `at`, the soonest first."""
    return Absence.objects.filter(user=user, ends_at__gt=at).order_by("starts_at")


def past(user: User, *, at: datetime) -> "QuerySet[Absence]":
    """Return the last absences of `user` that are over."""
    return Absence.objects.filter(user=user, ends_at__lte=at).order_by("-ends_at")[:SHOWN_PAST]


def enter(user: User, *, starts_at: datetime, ends_at: datetime, note: str = "") -> Absence:
    """Keep that `user` is away. Raises ValidationError where it ends before it begins, or overlaps another."""
    absence = Absence(user=user, starts_at=starts_at, ends_at=ends_at, note=note)
    absence.full_clean()
    absence.save(force_insert=True)
    return absence


def take_back(user: User, pk: int, *, at: datetime) -> bool:
    """End an absence of `user` at `at`: one that has begun ends now, one to come never was. Says whether there was one.

    Until now nobody was handed a case because of it, and that stays on record.
    """
    found = coming(user, at=at).filter(pk=pk).first()
    if found is None:
        return False
    if found.starts_at < at:
        found.ends_at = at
        found.save(update_fields=["ends_at"])
    else:
        found.delete()
    return True
