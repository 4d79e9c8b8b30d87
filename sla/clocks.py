"""Clocks: what became of the promises of one case, as a pure function of what happened in it.

`run` replays a timeline of moments against the targets in force. Nothing here knows Django, a database, a status
by name, or what time it is. The numbers are data of a target matrix; open time is `working_time`'s.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

from sla.meter import Meter, amount_of
from sla.promises import (
    PER_CYCLE,
    Category,
    ClockState,
    Edit,
    Metric,
    Moment,
    Run,
    Segment,
    State,
    Step,
    Target,
    Terms,
    Turn,
)
from sla.working_time import WorkingTime

__all__ = [
    "Category",
    "ClockState",
    "Edit",
    "Metric",
    "Moment",
    "Run",
    "Segment",
    "State",
    "Step",
    "Target",
    "Terms",
    "Turn",
    "run",
]


def run(
    targets: Iterable[Target], calendar: WorkingTime, timeline: Sequence[Moment], *, at: datetime
) -> tuple[ClockState, ...]:
    """Return every clock of a case as of `at`, in order of metric, cycle and period; later moments are not looked at.

    `targets` and `calendar` are those of the opening; a moment may bring new ones. Raises ValueError for naive
    instants, a timeline that goes back in time, and two targets for one metric.
    """
    if at.utcoffset() is None or any(moment.at.utcoffset() is None for moment in timeline):
        raise ValueError("clocks need aware datetimes")
    if any(later.at < earlier.at for earlier, later in pairwise(timeline)):
        raise ValueError("the timeline goes back in time")
    past = _as_refused([moment for moment in timeline if moment.at <= at])
    if not past:
        return ()
    replay = _Replay(past[0].terms or Terms(tuple(targets), calendar), past[0].at.astimezone(UTC))
    # What the opening itself already did, say a call that was answered, stops clocks that have begun.
    for moment in (Moment(past[0].at, Category.ACTIVE), *past):
        replay.apply(moment)
    now = at.astimezone(UTC)
    replay.pass_to(now)
    order = {metric: place for place, metric in enumerate(Metric)}
    meters = sorted(replay.meters, key=lambda meter: (order[meter.metric], meter.cycle, meter.period_no))
    return tuple(meter.state(now) for meter in meters)


def _as_refused(moments: list[Moment]) -> list[Moment]:
    """Return the moments with what was left unread for too long taken for "not solved", since it was written."""
    for place, moment in enumerate(moments):
        if moment.unread:
            before = place - 1
            while before >= 0 and moments[before].category is Category.ANSWERED:
                moments[before] = replace(moments[before], category=Category.ACTIVE)
                before -= 1
    return moments


class _Replay:
    """A case as its clocks see it, moment after moment."""

    def __init__(self, terms: Terms, opened_at: datetime) -> None:
        self.opened_at = opened_at
        self.terms, self.targets = terms, _by_metric(terms.targets)
        self.meters: list[Meter] = []
        # The present meter of each metric: of this cycle where it begins anew with each, and not cancelled.
        self.latest: dict[Metric, Meter] = {}
        self.periods: Counter[tuple[Metric, int]] = Counter()
        self.category, self.cycle = Category.ACTIVE, 1
        self.categories = [(opened_at, self.category)]  # each from when on, the last is that of now
        self.failing: frozenset[str] = frozenset()
        self.answered = self.restored = self.root_cause_given = self.given_up = False

    def apply(self, moment: Moment) -> None:
        """Let time pass up to the moment, then do what it brought: stops under the old terms, new terms, starts."""
        at = moment.at.astimezone(UTC)
        self.pass_to(at)
        if moment.edit is not None:
            self._take(moment.edit, at)
        self._learn(moment, at)
        for metric, meter in tuple(self.latest.items()):
            if meter.live and (moment.cancels or self._is_moot(meter)):
                meter.cancel(at)
                del self.latest[metric]
            elif meter.live and (not self._wanted(metric) or _updated(meter, moment, at)):
                meter.stop(at)
        if moment.terms is not None:
            self.terms, self.targets = moment.terms, _by_metric(moment.terms.targets)
        for metric in Metric:
            self._attend(metric, at)
        if moment.dated is not None:
            self._date(*moment.dated, at)
        self._void(moment, at)

    def pass_to(self, at: datetime) -> None:
        """Let time pass; a status update that ran out leaves a missed period, and the next begins where it was due."""
        for meter in tuple(self.latest.values()):
            present = meter
            while present.metric is Metric.STATUS_UPDATE and present.live and present.counted:
                due, breach = present.due_at, present.breach_at
                if due is None or breach is None or breach >= at:
                    break
                present.run_out(due, breach)
                present = self._start(self.targets[present.metric], due)
            if present.live:
                present.settle(at)

    def _take(self, edit: Edit, at: datetime) -> None:
        """Let what runs, or may yet run on, count on the edited hours; what has ended for good is left alone."""
        for meter in self.latest.values():
            meter.take(edit, at)
        if self.terms.calendar == edit.old:
            self.terms = replace(self.terms, calendar=edit.new)
        if self.terms.desk == edit.old:
            self.terms = replace(self.terms, desk=edit.new)

    def _date(self, metric: Metric, day: datetime | None, at: datetime) -> None:
        """Promise a metric for a date in place of what was promised of it; None takes an agreed date back."""
        meter = self.latest.pop(metric, None)
        if meter is not None and meter.live:
            if day is None:
                meter.cancel(at)
            else:
                meter.convert(at)
        if day is not None:
            self._begin(metric, self.targets.get(metric), at, date=day.astimezone(UTC))

    def _void(self, moment: Moment, at: datetime) -> None:
        """Let the clocks whose condition fails bind nobody, and excuse the breach that the moment names."""
        if moment.failing is not None:
            self.failing = moment.failing
        for meter in self.meters:
            # Those of this cycle, also where another has taken their place or nothing is promised any more.
            if meter.cycle == self.cycle or meter.metric not in PER_CYCLE:
                meter.judge(self.failing, at, moment.mark)
        if moment.excused is not None:
            key, excused = moment.excused
            for meter in self.meters:
                if (meter.metric, meter.cycle, meter.period_no) == key:
                    meter.pardon(at, moment.mark, excused=excused)

    def _learn(self, moment: Moment, at: datetime) -> None:
        if self.category is Category.CLOSED and moment.category is not Category.CLOSED:
            self.cycle += 1
            self.restored = self.given_up = False
            for metric in PER_CYCLE:
                self.latest.pop(metric, None)
        if moment.category is not self.category:
            self.category = moment.category
            self.categories.append((at, self.category))
        self.answered |= moment.answered
        self.root_cause_given |= moment.root_cause_given
        self.given_up |= moment.cancels
        if moment.restored is not None:
            self.restored = moment.restored

    def _wanted(self, metric: Metric) -> bool:
        """Return whether anything is left to do for a metric, were it promised."""
        if self.given_up:
            return False
        ongoing = self.category in (Category.ACTIVE, Category.WAITING)
        if metric is Metric.RESPONSE:
            return ongoing and not self.answered and self.cycle == 1
        if metric in (Metric.RESOLUTION, Metric.AGREED):
            return ongoing
        if metric is Metric.ROOT_CAUSE:
            return not self.root_cause_given
        return ongoing and not self.restored

    def _is_moot(self, meter: Meter) -> bool:
        """Say whether a first answer is wanted no more though nobody gave one: neither met nor, in time, missed."""
        unanswered = meter.metric is Metric.RESPONSE and not self.answered and not self._wanted(meter.metric)
        return unanswered and meter.breached_at is None

    def _attend(self, metric: Metric, at: datetime) -> None:
        """Bring the clock of a metric in line with the terms and the category."""
        target, meter = self.targets.get(metric), self.latest.get(metric)
        if metric is Metric.AGREED and self.targets:  # no matrix has it: it stands as long as anything is promised
            if meter is not None and self._wanted(metric):
                self._go_on(meter, at)
                meter.conduct(at, self.category)
            if meter is not None:
                meter.learn(self.terms)
        elif target is None:
            if meter is not None and meter.live:
                meter.cancel(at)
            self.latest.pop(metric, None)  # one that had ended goes too: what is promised again is a new clock
        elif self._wanted(metric):
            if meter is None or (metric is Metric.STATUS_UPDATE and not meter.live):
                self._start(target, at)
                return
            self._go_on(meter, at)
            meter.retarget(target, self.terms, at)
            meter.conduct(at, self.category)

    def _go_on(self, meter: Meter, at: datetime) -> None:
        if meter.stopped_at is not None:
            meter.resume(at, self._categories_since(meter.stopped_at))

    def _start(self, target: Target, at: datetime) -> Meter:
        begin = at
        if target.metric is Metric.ROOT_CAUSE:
            # Counted from the opening however late it is asked for, but never missed before it was.
            due = self.opened_at + amount_of(target, self.terms, self.opened_at)
            begin = self.opened_at if due > at else at
        meter = self._begin(target.metric, target, begin)
        if begin < at:
            for since, category in self._categories_since(begin):
                meter.settle(since)
                meter.conduct(since, category)
        return meter

    def _categories_since(self, at: datetime) -> list[tuple[datetime, Category]]:
        """Return the categories from `at` on, each with the instant since which it held, the first since `at`."""
        first = max(place for place, (since, _category) in enumerate(self.categories) if since <= at)
        (_since, category), *later = self.categories[first:]
        return [(at, category), *later]

    def _begin(self, metric: Metric, target: Target | None, at: datetime, *, date: datetime | None = None) -> Meter:
        cycle = self.cycle if metric in PER_CYCLE else 1
        self.periods[metric, cycle] += 1
        meter = Meter((metric, cycle, self.periods[metric, cycle]), target, self.terms, at, self.category, date=date)
        self.meters.append(meter)
        self.latest[metric] = meter
        return meter


def _by_metric(targets: Sequence[Target]) -> Mapping[Metric, Target]:
    found = {target.metric: target for target in targets}
    if len(found) != len(targets):
        raise ValueError("two targets for one metric")
    return found


def _updated(meter: Meter, moment: Moment, at: datetime) -> bool:
    """Return whether the moment ends a period of status updates; words at its very start are what began it."""
    return moment.answered and meter.metric is Metric.STATUS_UPDATE and at > meter.started_at
