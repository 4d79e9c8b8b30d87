"""What people decided about a case where a default was derived: no default is derived again over their decision.

Derived are the exclusion that a type or a version starts with, and what a link to an incident makes of a case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from cases.models import Case, Event
from cases.models.case_type import UNSUPPORTED_VERSION


class Decided(Protocol):
    """What is read of an event."""

    kind: Any
    data: Any


KINDS = ("opened", "classified", "excluded", "included", "system_wide_judged", "incident_linked", "incident_unlinked")


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions that stand: whether a person excluded the case, the causes that one lifted, and what was denied.

    `denied_reach`: somebody judged last that the problem is not system-wide. `denied_kind`: somebody took the kind of
    defect back, and it is not known.
    """

    excluded: bool = False
    lifted: frozenset[str] = frozenset()
    denied_reach: bool = False
    denied_kind: bool = False


def decisions(case: Case) -> Decisions:
    """Return what people decided about a stored `case`. One query."""
    events = Event.objects.filter(case=case, kind__in=KINDS).order_by("pk")
    return decisions_of(events.only("kind", "data"))


def decisions_of(events: Iterable[Decided]) -> Decisions:
    """Return what the events of a case, oldest first, say of the decisions about it."""
    exclusion: str | None = None
    excluded, lifted, reach, kind, denied = False, set[str](), True, "", False
    for event in events:
        data = event.data
        if event.kind == "excluded":
            excluded = True
        elif event.kind == "included":
            excluded = False
            lifted |= {*data.get("lifted", ()), *filter(None, [exclusion])}
        elif event.kind == "system_wide_judged":
            reach = data["is_system_wide"]
        elif event.kind == "classified":
            denied = not data["kind"] and bool(kind or denied)
        exclusion, kind = data.get("exclusion", exclusion), data.get("kind", kind)
    return Decisions(excluded, frozenset(lifted), not reach, denied)


def defaults_of(case: Case) -> list[str]:
    """Return the causes that are derived of the type and the version of `case`, whether they hold or were lifted."""
    of_version = None if case.version_covered else UNSUPPORTED_VERSION
    return [cause for cause in (case.type.excluded_by_default_id, of_version) if cause]
