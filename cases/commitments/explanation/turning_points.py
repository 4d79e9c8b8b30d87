"""The turning points of a clock: when each was, in words, what was promised after it, and when that fell due."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import statuses
from cases.commitments.explanation.time_spans import Pause, Reason
from cases.commitments.terms import as_if_never_merged
from cases.events import KINDS, sentence
from cases.models import Event
from sla import time_words
from sla.clocks import Category, ClockState, Metric, Step, Turn

ICONS = {
    Turn.STARTED: "clock-play",
    Turn.PAUSED: "clock-pause",
    Turn.RESUMED: "player-play",
    Turn.TIGHTENED: "arrows-vertical",
    Turn.LOOSENED: "arrows-vertical",
    Turn.MOVED: "calendar-time",
    Turn.EDITED: "calendar-time",
    Turn.VOIDED: "eraser",
    Turn.BOUND: "rotate",
    Turn.STOPPED: "clock-stop",
    Turn.CANCELLED: "ban",
    Turn.CONVERTED: "calendar-check",
}
WORDS: Mapping[Turn, str | Promise] = {
    Turn.STARTED: gettext_lazy("The clock started"),
    Turn.PAUSED: gettext_lazy("Paused"),
    Turn.RESUMED: gettext_lazy("Counting again"),
    Turn.TIGHTENED: gettext_lazy("A shorter time was promised"),
    Turn.LOOSENED: gettext_lazy("A longer time was promised"),
    Turn.MOVED: gettext_lazy("The same time, from here on counted on other hours"),
    Turn.EDITED: gettext_lazy("The hours it counts on were edited"),
    Turn.VOIDED: gettext_lazy("The promise binds nobody from here on"),
    Turn.BOUND: gettext_lazy("The promise binds again"),
    Turn.STOPPED: gettext_lazy("The clock ended"),
    Turn.CANCELLED: gettext_lazy("Nothing is promised any more"),
    Turn.CONVERTED: gettext_lazy("Another promise took its place"),
}
# What customers read of events whose reasons are for our own people.
FOR_CUSTOMERS: Mapping[str, str | Promise] = {
    "code_change_judged": gettext_lazy("It was judged whether a change of code is needed"),
    "code_problem_judged": gettext_lazy("It was judged whether a problem of code was found"),
    "system_wide_judged": gettext_lazy("It was judged whether the whole system is touched"),
    "breach_voided": gettext_lazy("The missed commitment was excused"),
    "breach_reinstated": gettext_lazy("The missed commitment counts again"),
}


@dataclass(frozen=True, slots=True)
class TurningPoint:
    """A turning point of a clock: `words`, `cause` for the event behind it ("" for none), and what held after it.

    `was_due` and `was_promised` are set where it changed them.
    """

    at: datetime
    icon: str
    words: str
    cause: str = ""
    due_at: datetime | None = None
    was_due: datetime | None = None
    promised: str = ""
    was_promised: str = ""

    @property
    def said_at(self) -> str:
        """When it was, in words."""
        return time_words.format_instant(self.at)

    @property
    def after(self) -> str:
        """What held after it, and before, in a sentence; "" where a due time would mean nothing."""
        if self.due_at is None:
            return ""
        words = {"due": time_words.format_instant(self.due_at), "promised": self.promised, "were": self.was_promised}
        if self.was_due is None and not self.promised:
            return _("Due %(due)s.") % words
        words["was"] = time_words.format_instant(self.was_due or self.due_at)
        if self.promised:
            return _("%(promised)s in place of %(were)s: due %(due)s, before that %(was)s.") % words
        return _("Due %(due)s, before that %(was)s.") % words


@dataclass(frozen=True, slots=True)
class Past:
    """The events of a case, oldest first, with the instants that clocks take them at; for customers or for us."""

    events: Sequence[tuple[datetime, Event]]
    for_customer: bool

    @classmethod
    def of(cls, received_at: datetime, events: Iterable[Event], *, for_customer: bool) -> "Past":
        """Leave out what clocks themselves made; an event never comes before the one before it."""
        found: list[tuple[datetime, Event]] = []
        for event in events:
            if not KINDS[event.kind].of_clocks:
                found.append((max(event.at, found[-1][0]) if found else received_at, event))
        return cls(found, for_customer)

    def at(self, at: datetime) -> Event | None:
        """Return the last event of an instant."""
        return next((event for when, event in reversed(self.events) if when == at), None)

    def with_id(self, pk: object) -> Event | None:
        return next((event for _when, event in self.events if event.pk == pk), None)

    def say(self, event: Event | None) -> str:
        """Say an event as its reader may read it; "" for none."""
        if event is None:
            return ""
        if self.for_customer and not KINDS[event.kind].for_customer:
            return str(FOR_CUSTOMERS.get(event.kind, ""))
        return sentence(event)

    def pauses(self, metric: Metric) -> tuple[Pause, ...]:
        """Return the reasons that time may not have counted for, oldest first."""
        found: list[Pause] = []
        for pause in _pauses(self, restored_first=metric in (Metric.RESTORATION, Metric.STATUS_UPDATE)):
            if not found or found[-1].because != pause.because:
                found.append(pause)
        return tuple(found)


def turning_points(state: ClockState, past: Past) -> tuple[TurningPoint, ...]:
    """Return the turning points of a clock as of its state, oldest first, with the instant at which it was missed."""
    found: list[TurningPoint] = []
    before: Step | None = None
    for step in state.steps:
        found.append(_turning_point(step, before, state, past))
        before = step
    if state.breached_at is not None:
        late = TurningPoint(
            state.breached_at, "alert-triangle", _("Missed: from here on more than the promised time is used")
        )
        place = sum(1 for one in found if one.at <= late.at and one.icon != ICONS[Turn.STOPPED])
        found.insert(place, late)
    return tuple(found)


def _turning_point(step: Step, before: Step | None, state: ClockState, past: Past) -> TurningPoint:
    event = past.at(step.at) if step.turn is not Turn.EDITED else None
    if step.turn is Turn.VOIDED and step.at == state.voided_at:
        event = past.with_id(state.void_mark) or event
    words, cause = str(WORDS[step.turn]), past.say(event)
    if event is None and state.metric is Metric.STATUS_UPDATE and step.turn in (Turn.STARTED, Turn.STOPPED):
        words, cause = _of_a_period(step.turn), ""
    changed = before is not None and before.due_at != step.due_at
    terms = before is not None and before.minutes != step.minutes
    if step.turn is Turn.TIGHTENED and not changed and not terms:
        words = _("A shorter time was promised; the earlier promise falls due sooner and stands")
    ends = step.turn in (Turn.STOPPED, Turn.CANCELLED, Turn.CONVERTED, Turn.PAUSED, Turn.VOIDED)
    return TurningPoint(
        step.at,
        ICONS[step.turn],
        words,
        cause,
        due_at=None if ends else step.due_at,
        was_due=before.due_at if before and changed and not ends else None,
        promised=time_words.format_minutes(step.minutes) if terms and not ends else "",
        was_promised=time_words.format_minutes(before.minutes) if before and terms and not ends else "",
    )


def _of_a_period(turn: Turn) -> str:
    if turn is Turn.STARTED:
        return _("The period began when the update before it fell due and was not given")
    return _("The period ended without an update; the next one began when this one fell due")


def _pauses(past: Past, *, restored_first: bool) -> Iterator[Pause]:
    restored: datetime | None = None
    category, since = Category.ACTIVE, None
    counted = {event.pk: status for event, status in as_if_never_merged(event for _at, event in past.events)}
    for at, event in past.events:
        if event.pk not in counted:
            continue
        former, category = category, statuses.STATUSES[counted[event.pk]].category
        if former is Category.CLOSED and category is not former:
            restored = None
        if category is not former or since is None:
            since = at
        if KINDS[event.kind].restores is not None:
            restored = at if KINDS[event.kind].restores else None
        if restored and (restored_first or category is Category.ACTIVE):
            yield Pause(at, Reason.RESTORED, _RESTORED % {"at": time_words.format_instant(restored)})
        elif category in _NOT_COUNTED:
            reason, words = _NOT_COUNTED[category]
            yield Pause(at, reason, str(words) % {"at": time_words.format_instant(since)})


_RESTORED = gettext_lazy("Not counted: the service was declared restored %(at)s, which was withdrawn later")
_NOT_COUNTED = {
    Category.WAITING: (Reason.WAITING, gettext_lazy("Paused: the customer was awaited since the question of %(at)s")),
    Category.SOLVED: (Reason.SOLVED, gettext_lazy("Not counted: a solution stood from %(at)s on and was not accepted")),
    Category.ANSWERED: (
        Reason.SOLVED,
        gettext_lazy("Not counted: the customer answered the solution %(at)s, and had not said that it does not work"),
    ),
    Category.CLOSED: (Reason.ENDED, gettext_lazy("Not counted: the case was closed %(at)s")),
}
