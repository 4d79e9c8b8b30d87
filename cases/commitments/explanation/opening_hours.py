"""Whose hours a clock counted: which calendar, which edition of it, and why it was closed when it was."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from cases.models import Case
from sla import compiled, time_words
from sla.compiled import Edition
from sla.meter import ALWAYS
from sla.models import Calendar
from sla.working_time import WorkingTime

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours that count from `since` on: an edition of a calendar, or plain elapsed time, which has neither."""

    since: datetime
    calendar: Calendar | None = None
    edition: Edition | None = None

    @property
    def is_elapsed(self) -> bool:
        return self.calendar is None

    @property
    def round_the_clock(self) -> bool:
        return self.calendar is not None and self.calendar.round_the_clock

    @property
    def zone(self) -> str:
        return self.edition.definition["zone"] if self.edition else ""

    @property
    def name(self) -> str:
        return self.calendar.name if self.calendar else _("Elapsed time, day and night")

    @property
    def said(self) -> tuple[str, ...]:
        """What is worth knowing of them, sentence by sentence."""
        if self.calendar is None or self.edition is None:
            return ()
        words = {"zone": self.zone, "number": self.edition.number, "at": ""}
        said = [] if self.round_the_clock else [_("Zone %(zone)s.") % words]
        if self.edition.recorded_at is None:
            said.append(_("Edition %(number)d, in use from the beginning.") % words)
        else:
            words["at"] = time_words.format_instant(self.edition.recorded_at)
            said.append(_("Edition %(number)d, recorded %(at)s.") % words)
        if self.calendar.assumed:
            said.append(_("The service description lists no hours for this desk: these are assumed."))
        elif not self.round_the_clock:
            said.append(_("These are the hours of the service description."))
        return tuple(said)

    @property
    def said_since(self) -> str:
        return time_words.format_instant(self.since)


@dataclass(slots=True)
class Book:
    """Finds the edition behind the hours that a clock of `case` counted."""

    case: Case
    _known: dict[WorkingTime, list[tuple[Calendar, Edition]]] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the desk, in which all of an explanation is told."""
        return ZoneInfo(compiled.editions(self.case.calendar)[-1].definition["zone"])

    def hours(self, counted: WorkingTime, since: datetime) -> Hours:
        """Return the hours behind `counted`, in use from `since` on."""
        found = self._find(counted, since)
        return Hours(since, *found) if found else Hours(since)

    def opened(self, counted: WorkingTime, at: datetime) -> str:
        """Say why time counts on these hours on the day of `at`."""
        found = self._find(counted)
        if found is None:
            return _("Elapsed time, day and night")
        calendar, edition = found
        if calendar.round_the_clock:
            return _("Counted round the clock")
        day = at.astimezone(ZoneInfo(edition.definition["zone"])).date()
        spans = _spans(edition.definition, day)
        return _("Within %(hours)s") % {"hours": _written(spans)} if spans else _("Within the hours of the day before")

    def closed(self, counted: WorkingTime, start: datetime, end: datetime) -> tuple[str, ...]:
        """Say why these hours are closed from `start` to `end`: each reason once."""
        found = self._find(counted)
        return tuple(dict.fromkeys(_closings(found[1].definition, start, end))) if found else ()

    def _find(self, counted: WorkingTime, since: datetime | None = None) -> tuple[Calendar, Edition] | None:
        """Return the edition that says these hours: the newest known at `since`, where several say the same."""
        if counted is ALWAYS:
            return None
        if not self._known:
            for calendar in {self.case.critical_calendar, self.case.calendar}:
                for edition in compiled.editions(calendar):
                    self._known.setdefault(edition.hours, []).append((calendar, edition))
        alike = self._known.get(counted, [])
        known = [pair for pair in alike if since and (pair[1].recorded_at is None or pair[1].recorded_at <= since)]
        found = known or alike
        return found[-1] if found else None


def _closings(definition: dict[str, Any], start: datetime, end: datetime) -> Iterator[str]:
    """Yield why each local date from `start` to `end` is not open all day."""
    zone = ZoneInfo(definition["zone"])
    day, last = start.astimezone(zone).date(), (end - timedelta(microseconds=1)).astimezone(zone).date()
    while day <= last:
        yield _closing(definition, day)
        day += timedelta(days=1)


def _closing(definition: dict[str, Any], day: date) -> str:
    spans, text = _spans(definition, day), day.isoformat()
    hours = {"hours": _written(spans)}
    if text not in definition["overrides"] and text not in definition["closed"]:
        if spans:
            return _("outside %(hours)s") % hours
        if day.weekday() >= SATURDAY:
            return _("weekend")
    words = hours | {"day": time_words.format_day(day, with_year=False), "occasion": definition["closed"].get(text, "")}
    if text in definition["overrides"]:
        return (_("on %(day)s open %(hours)s alone") if spans else _("all of %(day)s")) % words
    if text in definition["closed"]:
        return (_("%(day)s, %(occasion)s") if words["occasion"] else _("all of %(day)s")) % words
    return _("no hours on %(day)s") % words


def _spans(definition: dict[str, Any], day: date) -> Sequence[Sequence[str]]:
    """Return the hours that begin on a date."""
    text = day.isoformat()
    found: Sequence[Sequence[str]] | None = definition["overrides"].get(text)
    if found is not None:
        return found
    return [] if text in definition["closed"] else _week(definition, day).get(str(day.weekday())) or []


def _written(spans: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{opens}–{closes}" for opens, closes in spans)


def _week(definition: dict[str, Any], day: date) -> dict[str, Any]:
    """Return the week in force on a date; the first holds from ever."""
    versions = sorted(definition["versions"], key=lambda version: version["from"] or "")
    held = [version for version in versions[1:] if version["from"] <= day.isoformat()]
    week: dict[str, Any] = (held[-1] if held else versions[0])["week"]
    return week
