"""Hours of help as they are read: what an instance has used and has left, and how further minutes would be split.

They are written down in `cases/lifecycle/time_entries.py`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from cases import statuses
from cases.models import AssistanceKind, Case, TimeEntry
from cases.time_entries import consent
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
    def percent(self) -> int:
        """How much of the free minutes is used, for a bar."""
        return min(100 * self.used // self.allowance, 100) if self.allowance else 100

    @property
    def is_used_up(self) -> bool:
        return self.left == 0

    def without(self, entry: TimeEntry | None) -> "Meter":
        """Return the meter as if `entry` had been taken back."""
        if entry is None:
            return self
        return Meter(self.allowance, self.used - entry.free_minutes, self.billable - entry.billable_minutes)

    def split(self, minutes: int) -> Split:
        """Return how so many further minutes are parted: free as far as there are any left, else billable."""
        free = min(minutes, self.left)
        return Split(free, minutes - free)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a customer said of billable work, by phone or mail, as one of ours wrote it down."""

    words: str
    channel: str


@dataclass(frozen=True, slots=True)
class AllowanceForecast:
    """What further help on a case would mean: `meter` is None without an instance; `agreed` to what is billable."""

    meter: Meter | None
    agreed: bool
    may_ask: bool

    @property
    def may_consent(self) -> bool:
        """Whether a consent can be recorded with an entry."""
        return self.meter is not None and self.may_ask and not self.agreed


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


def forecast(case: Case, *, without: TimeEntry | None = None) -> AllowanceForecast:
    """Return what help on `case` would mean now, as if the entry `without` had been taken back. Three queries."""
    may_ask = statuses.allows(case.status, "refer_to_consulting")
    if case.instance_id is None:
        return AllowanceForecast(None, agreed=False, may_ask=may_ask)
    found = meter(case.instance_id).without(without)
    return AllowanceForecast(found, agreed=consent.consent_for(case) is not None, may_ask=may_ask)


def kinds(also: str | None = None) -> "QuerySet[AssistanceKind]":
    """Return the kinds of help that are offered, and the one with the code `also`, in the order of the house."""
    return AssistanceKind.objects.filter(Q(is_offered=True) | Q(pk=also)).order_by("position", "code")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as its reader is shown it; `is_undone` where a later one takes it back."""

    entry: TimeEntry
    is_undone: bool
    may_correct: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What was used of one instance, as far as its reader may know: entries of unseen cases are summed, not told."""

    instance: Instance
    meter: Meter
    by_kind: list[tuple[str, int]]
    lines: list[Line]
    unseen_minutes: int
    more: bool


def of_reader(reader: User) -> list[int]:
    """Return the instances that the accounts of a customer run, by account and product. One query."""
    found = Instance.objects.filter(account__memberships__user=reader, account__is_active=True, is_active=True)
    ordered = found.order_by("account__name", "product__position", "purpose", "name", "pk")
    return list(dict.fromkeys(ordered.values_list("pk", flat=True)))


def beside(case: Case, reader: User) -> Statement | None:
    """Return the statement of the instance of `case`; None where it names none."""
    return statements([case.instance_id], reader)[0] if case.instance_id else None


def statements(instances: Iterable[int], reader: User, *, most: int = LATEST) -> list[Statement]:
    """Return the statement of each instance, in their order, each with its last `most` entries that `reader` may see.

    Two queries, and two more where there are any entries.
    """
    found = with_plan().select_related("product").in_bulk(list(instances))
    seen = Q(case__in=Case.objects.visible_to(reader))
    whole = TimeEntry.objects.filter(instance__in=found)
    sums = (
        whole.values("instance", "kind", "kind__position")
        .order_by("kind__position", "kind")
        .annotate(
            free=Sum("free_minutes"),
            billed=Sum("billable_minutes"),
            all=Sum("minutes"),
            told=Sum("minutes", filter=seen),
        )
    )
    rows: dict[int, list[dict[str, Any]]] = {pk: [] for pk in found}
    for row in sums:
        rows[row["instance"]].append(dict(row))
    lines, names = ({}, {}) if not any(rows.values()) else (_lines(whole.filter(seen), reader, most), _names())
    return [_statement(found[pk], rows[pk], lines.get(pk, []), names, most) for pk in instances]


def _statement(
    instance: Instance, rows: list[dict[str, Any]], lines: list[Line], names: dict[str, str], most: int
) -> Statement:
    used, billed = sum(row["free"] for row in rows), sum(row["billed"] for row in rows)
    return Statement(
        instance=instance,
        meter=Meter(allowance(instance), used, billed),
        by_kind=[(names[row["kind"]], row["all"]) for row in rows if row["all"]],
        lines=lines[:most],
        unseen_minutes=sum(row["all"] - (row["told"] or 0) for row in rows),
        more=len(lines) > most,
    )


def _lines(seen: "QuerySet[TimeEntry]", reader: User, most: int) -> dict[int, list[Line]]:
    """Return the last entries of each instance that are `seen`, one more than `most`."""
    undone = TimeEntry.objects.filter(corrects=OuterRef("pk"), minutes__lt=0)
    place = Window(RowNumber(), partition_by="instance", order_by="-pk")
    entries = seen.annotate(is_undone=Exists(undone), place=place).filter(place__lte=most + 1)
    found: dict[int, list[Line]] = {}
    for entry in entries.select_related("case", "kind", "by").order_by("-pk"):
        line = Line(entry, entry.is_undone, may_correct(entry, reader) and not entry.is_undone)
        found.setdefault(entry.instance_id, []).append(line)
    return found


def _names() -> dict[str, str]:
    return {kind.pk: kind.name for kind in AssistanceKind.objects.all()}


def may_correct(entry: TimeEntry, user: User) -> bool:
    """Say whether `user` is one to correct the entry: who wrote it, or a manager; what takes back stays."""
    return not entry.takes_back and (entry.by_id == user.pk or user.is_manager)
