"""The countdown to automatic closing: when the customer is reminded and when the case closes, in business days.

`plan` is pure. `update_countdown` brings the columns of a case in line with it; the lifecycle calls it after every
change, the sweep after an edit of the hours. What is done when the time has come: `cases/lifecycle/auto_close.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from cases.models import Case
from cases.models.closing_rule import MOST_ATTEMPTS, ClosingRule, rule_in_force
from cases.querysets import CaseQuerySet
from sla import compiled
from sla.desk_days import wall_day
from sla.models import Calendar
from sla.working_time import WorkingTime

#: The columns that `update_countdown` writes, by attribute.
COLUMNS = (
    "closing_rule_id",
    "countdown_from",
    "countdown_revision",
    "countdown_at",
    "close_at",
    "contact_attempts",
    "contacted_at",
    "closing_held_at",
)
NOTHING: dict[str, Any] = dict.fromkeys(COLUMNS) | {"contact_attempts": 0}


@dataclass(frozen=True, slots=True)
class Plan:
    """When the customer is reminded and when the case closes, UTC; None where the calendar has no such day."""

    attempts: tuple[datetime | None, ...]
    closes_at: datetime | None

    def next(self, made: int) -> datetime | None:
        """Return when there is something to do after `made` reminders: the next one, at the latest the closing."""
        due = self.attempts[made] if made < len(self.attempts) else self.closes_at
        return min(due, self.closes_at) if due and self.closes_at else None


def plan(hours: WorkingTime, rule: ClosingRule, since: datetime, *, contacted_at: datetime | None = None) -> Plan:
    """Return what follows from a solution that was provided at `since` (UTC), on these `hours`.

    A reminder that was late, at `contacted_at`, leaves the customer a business day before the next one. Pure.
    """
    first, second = (hours.add_days(since, days) for days in rule.attempt_days)
    pause = hours.add_days(contacted_at, 1) if contacted_at else None
    return Plan((first, max(second, pause) if second and pause else second), hours.add_days(since, rule.closing_days))


def update_countdown(case: Case, *, at: datetime) -> set[str]:
    """Set the columns of the countdown of `case` as they follow from its status at `at`; return those that changed.

    A countdown begins at `at` with the rule in force on that day in the calendar's zone (one query). A closing time
    that the customer was told of only moves to later.
    """
    if not case.is_solved:
        return _write(case, NOTHING)
    hours, values = compiled.working_time(case.calendar), {name: getattr(case, name) for name in COLUMNS}
    rule = case.closing_rule
    if case.countdown_from is None or rule is None:
        rule = rule_in_force(wall_day(hours, at))
        if rule is None:
            return set()
        values |= NOTHING | {"closing_rule_id": rule.pk, "countdown_from": at}
    planned = plan(hours, rule, values["countdown_from"], contacted_at=values["contacted_at"])
    closes = planned.closes_at
    if closes and case.contacted_at and case.close_at and values["contacted_at"]:
        closes = max(closes, case.close_at)
    following = Plan(planned.attempts, closes).next(min(values["contact_attempts"], MOST_ATTEMPTS))
    values |= {
        "countdown_revision": case.calendar.revision,
        "countdown_at": None if values["closing_held_at"] else following,
        "close_at": closes,
    }
    return _write(case, values)


def due(at: datetime) -> CaseQuerySet:
    """Return the cases with a step due at `at`: an index range scan, with whatever else is asked of them."""
    return Case.objects.solved().filter(countdown_at__lte=at)


def outdated(calendar: Calendar) -> CaseQuerySet:
    """Return the cases counted on an earlier edition of `calendar`, or not counted yet: index range scans."""
    behind = Q(countdown_revision__lt=calendar.revision) | Q(countdown_revision=None)
    return Case.objects.solved().filter(behind, calendar=calendar)


def _write(case: Case, values: dict[str, Any]) -> set[str]:
    changed = {name for name, value in values.items() if getattr(case, name) != value}
    for name in changed:
        setattr(case, name, values[name])
    return changed
