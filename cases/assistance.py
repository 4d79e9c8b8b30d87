"""Hours of help as they are read: what an instance has used and has left, and how further minutes would be split.

They are written down in `cases/lifecycle/helping.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from cases.models import AssistanceKind, Case, TimeEntry
from contacts.models import Instance, User

LATEST = 5


@dataclass(frozen=True, slots=True)
class Split:
    """Minutes of help, parted."""

    free: int
    billable: int

    @property
    def minutes(self) -> int:
        return self.free + self.billable


@dataclass(frozen=True, slots=True)
class Meter:
    """How the free help of one instance stands, in minutes, over all cases of its account."""

    allowance: int
    used: int
    billable: int

    @property
    def left(self) -> int:
        """What is left of the free minutes; nothing where a manager lowered them below what was used."""
        return max(self.allowance - self.used, 0)

    @property
    def is_used_up(self) -> bool:
        return self.left == 0

    @property
    def is_untouched(self) -> bool:
        return self.used == self.billable == 0

    def split(self, minutes: int) -> Split:
        """Return how so many further minutes are parted: free as far as there are any left, else billable."""
        free = min(minutes, self.left)
        return Split(free, minutes - free)


def allowance(instance: Instance) -> int:
    """Return the free minutes of an instance: its own where a manager gave it some, else those of the plan."""
    own = instance.free_help_minutes
    return instance.account.plan.free_help_minutes if own is None else own


def meters(instances: Iterable[Instance]) -> dict[int, Meter]:
    """Return the meter of each instance (come with their account's plan) by its id. One query."""
    found = {instance.pk: instance for instance in instances}
    sums = TimeEntry.objects.filter(instance__in=found).values("instance").order_by()
    used = {
        row["instance"]: (row["free"], row["billed"])
        for row in sums.annotate(free=Sum("free_minutes"), billed=Sum("billable_minutes"))
    }
    return {pk: Meter(allowance(instance), *used.get(pk, (0, 0))) for pk, instance in found.items()}


def with_plan() -> "QuerySet[Instance]":
    """Return instances as meters need them."""
    return Instance.objects.select_related("account__plan")


def meter(instance_id: int) -> Meter:
    """Return the meter of one instance as it stands now. Two queries."""
    return meters([with_plan().get(pk=instance_id)])[instance_id]


def kinds() -> "QuerySet[AssistanceKind]":
    """Return the kinds of help that are offered, in the order of the house."""
    return AssistanceKind.objects.filter(is_offered=True).order_by("position", "code")


@dataclass(frozen=True, slots=True)
class Statement:
    """What was used of one instance, as far as `reader` may know: entries of unseen cases are summed, not told."""

    meter: Meter
    by_kind: list[tuple[str, int]]
    entries: list[TimeEntry]
    unseen_minutes: int
    more: bool


def statement(instance: Instance | int, reader: User, *, most: int = LATEST) -> Statement:
    """Return the meter of an instance with its last `most` entries that `reader` may see. Five queries."""
    pk = instance if isinstance(instance, int) else instance.pk
    seen = Q(case__in=Case.objects.visible_to(reader))
    whole = TimeEntry.objects.filter(instance=pk)
    told = list(entries(whole.filter(seen))[: most + 1])
    sums = whole.values("kind").annotate(minutes=Sum("minutes"), told=Sum("minutes", filter=seen)).order_by()
    by_kind = {row["kind"]: row for row in sums}
    named = AssistanceKind.objects.filter(pk__in=by_kind).order_by("position", "code")
    return Statement(
        meter=meter(pk),
        by_kind=[(kind.name, by_kind[kind.pk]["minutes"]) for kind in named if by_kind[kind.pk]["minutes"]],
        entries=told[:most],
        unseen_minutes=sum(row["minutes"] - (row["told"] or 0) for row in by_kind.values()),
        more=len(told) > most,
    )


def entries(found: "QuerySet[TimeEntry]") -> "QuerySet[TimeEntry]":
    """Return entries with what a line of them shows, the latest first."""
    return found.select_related("case", "kind", "by", "corrects").order_by("-pk")
