"""The hours that an edition of a calendar states, in words: its week, its closed days, what it changes.

A definition has the shape of `CalendarRevision.definition`. Words are in the active language.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from sla import compiled
from sla.editing import write_hours
from sla.models import CalendarRevision
from sla.time_words import format_clock, format_long_day
from sla.working_time import WorkingTime

Definition = dict[str, Any]
CLOSED_DAYS = 10
DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class Day:
    """A date, its hours in words ("" when it has none), and the occasion where it is a closed one."""

    date: date
    hours: str
    occasion: str


def closed_days(definition: Definition, *, at: datetime, most: int = CLOSED_DAYS) -> list[Day]:
    """Return the next closed dates from `at` on, in the zone of the calendar; one with hours of its own is open."""
    today = compiled.hours(definition).local(at).date().isoformat()
    coming = sorted(day for day in definition["closed"] if day >= today and day not in definition["overrides"])
    return [Day(date.fromisoformat(day), "", definition["closed"][day]) for day in coming[:most]]


def days_ahead(definition: Definition, *, at: datetime, count: int = DAYS_AHEAD) -> list[Day]:
    """Return the hours of `count` days from today on, in the zone of the calendar."""
    hours = compiled.hours(definition)
    midnight = hours.local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    days = []
    for number in range(count):
        begin, end = midnight + timedelta(days=number), midnight + timedelta(days=number + 1)
        spans = [
            (_wall(hours, opens), _wall(hours, closes) if closes < end else "24:00")
            for opens, closes in hours.spans(begin, end)
        ]
        day = begin.date().isoformat()
        occasion = definition["closed"].get(day, "") if day not in definition["overrides"] else ""
        days.append(Day(begin.date(), write_hours(spans), occasion))
    return days


def _wall(hours: WorkingTime, at: datetime) -> str:
    return format_clock(hours.local(at).time())


@dataclass(frozen=True, slots=True)
class Entry:
    """An edition as its calendar's page lists it: what it changed, a sentence each."""

    number: int
    recorded_at: datetime | None
    recorded_by: str
    changes: list[str]


def history(revisions: Iterable[CalendarRevision]) -> list[Entry]:
    """Return what each edition of a calendar changed, newest first."""
    entries = []
    before: Definition | None = None
    for edition in sorted(revisions, key=lambda one: one.number):
        said = changes(before, edition.definition)
        entries.append(Entry(edition.number, edition.recorded_at, edition.recorded_by, said))
        before = edition.definition
    return entries[::-1]


def changes(before: Definition | None, after: Definition) -> list[str]:
    """Say what `after` changes of `before`, a sentence each; nothing where they state the same hours."""
    if before is None:
        return [_("The first edition.")]
    said = []
    if before["zone"] != after["zone"]:
        said.append(_("Time zone: %(before)s → %(after)s") % {"before": before["zone"], "after": after["zone"]})
    return [*said, *_weeks(before, after), *_closed(before["closed"], after["closed"]), *_days(before, after)]


def _weeks(before: Definition, after: Definition) -> Iterator[str]:
    old = {version["from"]: version["week"] for version in before["versions"]}
    new = {version["from"]: version["week"] for version in after["versions"]}
    for begins in sorted(old.keys() | new.keys(), key=lambda day: day or ""):
        if begins not in new:
            yield _("The hours %(since)s are taken away.") % {"since": _since(begins)}
        elif begins not in old:
            yield _("New hours %(since)s: %(week)s") % {"since": _since(begins), "week": _week(new[begins])}
        else:
            for number, name in WEEKDAYS.items():
                was, now = (write_hours(week.get(str(number), [])) for week in (old[begins], new[begins]))
                if was != now:
                    words = {"day": name, "since": _since(begins), "before": was or "–", "after": now or "–"}
                    yield _("%(day)s, %(since)s: %(before)s → %(after)s") % words


def _since(begins: str | None) -> str:
    return _("from %(date)s") % {"date": _date(begins)} if begins else _("from the beginning")


def _week(week: dict[str, list[list[str]]]) -> str:
    return "; ".join(
        f"{name} {write_hours(week[str(number)])}" for number, name in WEEKDAYS.items() if week.get(str(number))
    )


def _closed(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for day in sorted(before.keys() | after.keys()):
        if day not in before:
            yield _("Closed: %(day)s") % {"day": _named(day, after[day])}
        elif day not in after:
            yield _("No longer closed: %(day)s") % {"day": _named(day, before[day])}
        elif before[day] != after[day]:
            words = {"date": _date(day), "before": before[day] or "–", "after": after[day] or "–"}
            yield _("Occasion on %(date)s: %(before)s → %(after)s") % words


def _days(before: Definition, after: Definition) -> Iterator[str]:
    old, new = before["overrides"], after["overrides"]
    for day in sorted(old.keys() | new.keys()):
        if old.get(day) != new.get(day):
            words = {
                "date": _date(day),
                "before": write_hours(old[day]) if day in old else _("as in the week"),
                "after": write_hours(new[day]) if day in new else _("as in the week"),
            }
            yield _("Hours on %(date)s: %(before)s → %(after)s") % words


def _named(day: str, occasion: str) -> str:
    return f"{_date(day)}, {occasion}" if occasion else _date(day)


def _date(day: str) -> str:
    return format_long_day(date.fromisoformat(day))
