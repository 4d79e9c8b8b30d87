"""Why a promise is due when it is: what was promised by which terms, on whose hours, and every span that counted.

Built from the replay of the events, like the clocks themselves; nothing here is stored, nothing is HTML.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.commitments import terms
from cases.commitments.explanation import time_spans, wording
from cases.commitments.explanation.opening_hours import Book, Hours
from cases.commitments.explanation.time_spans import Row
from cases.commitments.explanation.turning_points import Past, TurningPoint, turning_points
from cases.commitments.explanation.wording import Fact
from cases.commitments.replay import replay
from cases.commitments.terms import Tag
from cases.models import Case, Event
from sla import compiled, time_words
from sla.clocks import ClockState, Metric, Moment
from sla.matrices import METRIC_LABELS
from sla.meter import ALWAYS
from sla.models import MatrixRow
from sla.promises import Key


class NoSuchClock(LookupError):
    """The case has no clock with this metric, cycle and period."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One clock of `case` explained as of `at`; the words are in the language, the times in the zone, of the reader."""

    case: Case
    at: datetime
    state: ClockState
    label: str
    promise: str
    outcome: str
    terms: tuple[Fact, ...]
    causes: tuple[str, ...]
    hours: tuple[Hours, ...]
    hours_because: str
    rows: tuple[Row, ...]
    turning_points: tuple[TurningPoint, ...]
    results: tuple[Fact, ...]
    zone: ZoneInfo
    reader: str

    @property
    def key(self) -> Key:
        return self.state.key

    @property
    def two_zones(self) -> bool:
        """Whether the reader's clocks show something else than those of the desk, in any span of the table."""
        return any(row.desk != row.reader for row in self.rows)

    @property
    def has_folded(self) -> bool:
        return any(row.days > 1 for row in self.rows)


def explain(case: Case, key: Key, *, at: datetime, for_customer: bool = False) -> Explanation:
    """Explain the clock `key` of `case` as of `at` (UTC): metric, cycle and number of the period.

    For customers without the reasons that are for our own people. Raises NoSuchClock. One query and one a sentence
    that names reference data, calendars and matrices being kept in process; `case` as for verbs.
    """
    found = explain_all(case, at=at, for_customer=for_customer, only=key)
    if not found:
        raise NoSuchClock(f"{key} of {case.number}")
    return found[0]


def explain_all(
    case: Case, *, at: datetime, for_customer: bool = False, only: Key | None = None
) -> tuple[Explanation, ...]:
    """Explain all clocks of `case` as of `at`, or `only` one, in the order of the clocks."""
    stored = Event.objects.filter(case=case, at__lte=at).select_related("actor").order_by("id")
    events = list(stored)
    if not events:
        return ()
    moments = terms.timeline(case, events)
    states = replay(case, events, at=at)
    past = Past.of(case.received_at, events, for_customer=for_customer)
    return tuple(_Explainer(case, at, past, moments, state).explain() for state in states if only in (None, state.key))


@dataclass(frozen=True, slots=True)
class _Explainer:
    case: Case
    at: datetime
    past: Past
    moments: tuple[Moment, ...]
    state: ClockState

    def explain(self) -> Explanation:
        book = Book(self.case)
        tag, row = self._origin()
        hours = self._hours(book)
        pauses = self.past.pauses(self.state.metric)
        reader = timezone.get_current_timezone()
        rows = time_spans.count(
            self.state, at=self.at, zone=book.zone, reader=reader, pauses=pauses, closed=book.closed, opened=book.opened
        )
        return Explanation(
            case=self.case,
            at=self.at,
            state=self.state,
            label=str(METRIC_LABELS[self.state.metric]),
            promise=wording.promise(self.state, hours[-1], self._release()),
            outcome=wording.outcome(self.state),
            terms=wording.terms(self.case, tag, row, is_dated=self.state.is_dated),
            causes=tuple(self._causes()),
            hours=hours,
            hours_because=wording.round_the_clock(self.case, tag) if hours[-1].round_the_clock else "",
            rows=rows,
            turning_points=turning_points(self.state, self.past),
            results=wording.results(self.state, at=self.at),
            zone=book.zone,
            reader=timezone.get_current_timezone_name(),
        )

    def _origin(self) -> tuple[Tag, MatrixRow | None]:
        """Return the terms that the binding promise comes from, and its row; a date agreed by hand has none."""
        found = self.state.tag
        for moment in reversed(self._terms()):
            assert moment.terms is not None
            mine = [target for target in moment.terms.targets if target.metric is self.state.metric]
            if mine and (self._by_metric or mine[0].minutes == self.state.minutes):
                found = moment.terms.tag
                break
        assert isinstance(found, Tag)
        rows = compiled.rows(self.case.matrix, found.kind, found.severity)
        return found, next((row for row in rows if row.metric == self.state.metric), None)

    @property
    def _by_metric(self) -> bool:
        """A date, or whole days to the same time of day, is no number of minutes that a row could be known by."""
        return self.state.metric is Metric.ROOT_CAUSE or wording.binds_by_date(self.state)

    def _terms(self) -> list[Moment]:
        """Return the moments that brought terms, up to the end of the clock or to its breach."""
        until = self.state.breached_at or self.state.stopped_at or self.at
        return [moment for moment in self.moments if moment.terms is not None and moment.at <= until]

    def _causes(self) -> Iterator[str]:
        """Yield the events that set the terms, with their time."""
        for moment in self._terms():
            words = {"what": self.past.say(self.past.with_id(moment.mark)), "at": time_words.format_instant(moment.at)}
            yield _("%(what)s (%(at)s)") % words

    def _release(self) -> Event | None:
        """Return the event that promised a date, where the clock is for one."""
        event = self.past.at(self.state.started_at) if wording.binds_by_date(self.state) else None
        return event if event is not None and "due_at" in event.data else None

    def _hours(self, book: Book) -> tuple[Hours, ...]:
        """Return the hours that counted, one after the other; the last are those that count now."""
        used = [(run.calendar, run.started_at) for run in self.state.runs]
        if self.state.calendar is not None:
            used.append((self.state.calendar, self.state.stopped_at or self.at))
        found: list[Hours] = []
        for calendar, since in used or [(ALWAYS, self.state.started_at)]:
            hours = book.hours(calendar, since)
            if not found or (found[-1].calendar, found[-1].edition) != (hours.calendar, hours.edition):
                found.append(hours)
        return tuple(found)
