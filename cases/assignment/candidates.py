"""Who of a team may be handed a case now, who has the fewest, and why each of the others may not."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from cases import permissions, statuses
from cases.models import Case
from contacts import shifts
from contacts.models import Team, User
from sla.models import Calendar


class Reason(models.TextChoices):
    """Why somebody of the team is not handed a case."""

    INACTIVE = "inactive", _("may not sign in")
    ROLE = "role", _("takes no cases in this role")
    AWAY = "away", _("away")
    OFF_SHIFT = "off_shift", _("not at work")
    LANGUAGE = "language", _("does not work in the customer’s language")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the team. `load`: their cases that await us; `why_not` is None for who may be handed one.

    `back_at`: when they are next at work, where they are not.
    """

    person: User
    load: int
    last_at: datetime | None
    why_not: Reason | None
    back_at: datetime | None = None

    @property
    def rank(self) -> tuple[int, float, int]:
        """The order in which cases are handed out: the fewest, then whoever got one longest ago, then by id."""
        return self.load, self.last_at.timestamp() if self.last_at else 0.0, self.person.pk


def candidates(team: Team, calendar: Calendar, *, at: datetime, language: str = "") -> list[Candidate]:
    """Return all of `team`, those who may be handed a case at `at` (UTC) first, the next one at the head.

    `calendar` is the desk's, for those without hours of their own; with a `language` they must work in it. Two queries.
    """
    owned = Case.objects.filter(owner=OuterRef("pk"), owned_since__isnull=False).order_by("-owned_since")
    members = shifts.with_absence(User.objects.filter(teams=team), at=at)
    people = list(members.annotate(last_at=Subquery(owned.values("owned_since")[:1])).order_by("pk"))
    loads = _loads(people)
    found = [_candidate(person, loads.get(person.pk, 0), calendar, at, language) for person in people]
    return sorted(found, key=lambda one: (one.why_not is not None, one.rank))


def _loads(people: Iterable[User]) -> dict[int, int]:
    """Return how many cases of each await us: a scan of the index of owners. One query."""
    theirs = Case.objects.not_closed().filter(owner__in=list(people), status__in=statuses.AWAITING_US)
    return dict(theirs.order_by().values_list("owner").annotate(Count("pk")))


def _candidate(person: User, load: int, calendar: Calendar, at: datetime, language: str) -> Candidate:
    last_at: datetime | None = person.last_at  # type: ignore[attr-defined]
    why_not = _why_not(person, calendar, at, language)
    off = why_not in (Reason.AWAY, Reason.OFF_SHIFT)
    return Candidate(person, load, last_at, why_not, shifts.next_at_work(person, calendar, at=at) if off else None)


def _why_not(person: User, calendar: Calendar, at: datetime, language: str) -> Reason | None:
    if not person.is_active:
        return Reason.INACTIVE
    if person.role not in permissions.HANDED:
        return Reason.ROLE
    if language and language not in person.works_in:
        return Reason.LANGUAGE
    if person.away_until is not None:  # type: ignore[attr-defined]
        return Reason.AWAY
    return None if shifts.is_at_work(person, calendar, at=at) else Reason.OFF_SHIFT
