"""The sentences of an explanation: what was promised and on what conditions, and what came of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.commitments import promised_times
from cases.commitments.explanation.opening_hours import Hours
from cases.commitments.terms import Tag
from cases.models import Case, Event
from sla import time_words
from sla.clocks import ClockState, Metric, State
from sla.matrices import Clock, Kind, Severity
from sla.meter import ALWAYS
from sla.models import MatrixRow

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

PROMISES: Mapping[Metric, str | Promise] = {
    Metric.RESPONSE: gettext_lazy("The first answer within %(time)s."),
    Metric.RESTORATION: gettext_lazy("The service restored within %(time)s."),
    Metric.RESOLUTION: gettext_lazy("The solution within %(time)s."),
    Metric.STATUS_UPDATE: gettext_lazy("After the start and after each update, the next update within %(time)s."),
    Metric.ROOT_CAUSE: gettext_lazy("The root-cause report, reckoned from the opening, within %(time)s."),
    Metric.AGREED: gettext_lazy("The solution within %(time)s."),
}
OUTCOMES: Mapping[State, str | Promise] = {
    State.RUNNING: gettext_lazy("Due %(due)s."),
    State.PAUSED: gettext_lazy(
        "Paused: while the customer is awaited there is no due time. What is left counts on then."
    ),
    State.MET: gettext_lazy("Kept: done %(stopped)s, in time."),
    State.MISSED: gettext_lazy("Missed: due %(due)s, done %(stopped)s."),
    State.CANCELLED: gettext_lazy("Ended %(stopped)s: nothing is promised any more."),
    State.CONVERTED: gettext_lazy("Replaced %(stopped)s by a promise for a date: neither kept nor missed."),
    State.VOID: gettext_lazy("Binds nobody since %(voided)s."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of facts: its name and words; `at` where they are an instant, `because` where something is odd in it."""

    name: str
    words: str
    at: datetime | None = None
    because: str | Promise = ""


def binds_by_date(state: ClockState) -> bool:
    """Say whether a clock that was promised for a date is still held to that date, not to later, shorter terms."""
    return state.is_dated and state.calendar is ALWAYS


def promise(state: ClockState, hours: Hours, dated: Event | None) -> str:
    """Say what was promised; `dated` is the event that promised a date."""
    due = state.due_at or state.steps[-1].due_at
    if binds_by_date(state) and due is not None:
        words = {"due": time_words.format_instant(due), "release": dated.data.get("release", "") if dated else ""}
        if words["release"]:
            return _("The solution with %(release)s, on the day of that release: by %(due)s.") % words
        return _("The solution on the date that both sides agreed: by %(due)s.") % words
    return str(PROMISES[state.metric]) % {"time": _time(state, hours)}


def _time(state: ClockState, hours: Hours) -> str:
    words = {"time": time_words.format_minutes(state.minutes)}
    if state.metric is Metric.ROOT_CAUSE and hours.is_elapsed:
        return _days(state.amount)
    if hours.is_elapsed:
        return _("%(time)s of elapsed time") % words
    if hours.round_the_clock:
        return _("%(time)s, counted round the clock") % words
    return _("%(time)s of working time") % words


def _days(amount: timedelta) -> str:
    """Say whole days to the same time of day; a day of them may be an hour shorter or longer than 24."""
    days = round(amount / DAY)
    words = {"count": days, "hours": amount // HOUR}
    if amount == days * DAY:
        return (
            ngettext(
                "%(count)d calendar day, to the same time of day",
                "%(count)d calendar days, to the same time of day",
                days,
            )
            % words
        )
    odd = _("%(count)d calendar days, to the same time of day (%(hours)d hours, as the clocks are changed on the way)")
    return odd % words


def terms(case: Case, tag: Tag, row: MatrixRow | None, *, is_dated: bool = False) -> tuple[Fact, ...]:
    """Return where the promise stands, what it depends on, and whether waiting for the customer pauses it.

    One that `is_dated` has a date in place of the row's time: nothing moves it.
    """
    if row is None:
        return (Fact(_("Basis"), _("A date entered by hand, beside the target matrix")),)
    words = {"kind": Kind(tag.kind).label, "severity": Severity(tag.severity).label}
    in_force = time_words.format_date(case.matrix.effective_from, short=True)
    found = [
        Fact(_("Row"), _("%(kind)s, %(severity)s") % words),
        Fact(
            _("Document"),
            _("%(document)s, version %(version)s, in force from %(date)s")
            % {"document": case.matrix.document, "version": case.matrix.code, "date": in_force},
        ),
        Fact(_("While the customer is awaited"), _while_awaited(row, is_dated)),
    ]
    if said := promised_times.format_condition(row):
        found.append(Fact(_("Condition"), said[:1].upper() + said[1:]))
    return tuple(found)


def _while_awaited(row: MatrixRow, is_dated: bool) -> str:
    if is_dated:
        return _("The date stands")
    return _("The time is paused") if row.pause_on_customer and row.clock != Clock.ELAPSED else _("It counts on")


def round_the_clock(case: Case, tag: Tag) -> str:
    """Say why nights and weekends count."""
    words = {"severity": Severity(tag.severity).label, "plan": case.plan}
    return _("“%(severity)s” is counted round the clock on the plan %(plan)s.") % words


def outcome(state: ClockState) -> str:
    """Say in a sentence how the promise stands."""
    words = {
        name: time_words.format_instant(at) if at else "–"
        for name, at in (("due", state.due_at), ("stopped", state.stopped_at), ("voided", state.voided_at))
    }
    if state.breached_at and state.state is State.RUNNING:
        return _("Missed: due %(due)s, and not done yet.") % words
    if state.breached_at and state.state is State.PAUSED:
        return _("Missed, and paused while the customer is awaited.")
    if state.state is State.MISSED and state.metric is Metric.STATUS_UPDATE and state.stopped_at == state.breached_at:
        return _("Missed: due %(due)s, and none was given by then. The next period began there.") % words
    return str(OUTCOMES[state.state]) % words


def results(state: ClockState, *, at: datetime) -> tuple[Fact, ...]:
    """Return the instants and amounts that follow from the table, as of `at`."""
    instants = (_("Missed"), state.breached_at), (_("Ended"), state.stopped_at), (_("Void since"), state.voided_at)
    last = state.breach_at if state.breach_at != state.due_at else None
    return (
        *_instants((_("Started"), state.started_at), (_("Falls due"), state.due_at)),
        *(Fact(fact.name, fact.words, fact.at, _AT_CLOSING) for fact in _instants((_("In time until"), last))),
        *_amounts(state, at),
        *_instants(*instants),
    )


_AT_CLOSING = gettext_lazy(
    "The time runs out exactly at closing. Exactly the promised time is in time, and no more of it passes until the "
    "hours open again."
)


def _instants(*named: tuple[str, datetime | None]) -> Iterator[Fact]:
    return (Fact(name, time_words.format_instant(at), at) for name, at in named if at is not None)


def _amounts(state: ClockState, at: datetime) -> Iterator[Fact]:
    used = timedelta(seconds=state.consumed_seconds)
    as_of = "" if state.stopped_at else _("as of %(at)s") % {"at": time_words.format_instant(at)}
    yield Fact(_("Promised"), time_words.format_stopwatch(state.amount))
    yield Fact(_("Used"), time_words.format_stopwatch(used), because=as_of)
    if used < state.amount and state.stopped_at is None:
        shown = used // time_words.SECOND * time_words.SECOND
        yield Fact(_("Left"), time_words.format_stopwatch(state.amount - shown))
    if used > state.amount:
        yield Fact(_("Beyond the promised time"), time_words.format_stopwatch(used - state.amount))
    if state.paused_seconds:
        yield Fact(_("Open time not counted"), time_words.format_stopwatch(timedelta(seconds=state.paused_seconds)))
    if state.waiting_seconds:
        waited = timedelta(seconds=state.waiting_seconds)
        yield Fact(_("Open time while the customer was awaited"), time_words.format_stopwatch(waited))
