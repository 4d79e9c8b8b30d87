"""One clock while a timeline is replayed: it counts, pauses, stops, resumes and takes new terms.

When it does which is decided in `clocks`.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sla.budgets import Budget
from sla.promises import Category, ClockState, Edit, Key, Metric, Run, Segment, State, Step, Target, Terms, Turn
from sla.working_time import WorkingTime

ALWAYS = WorkingTime("UTC", {day: [("00:00", "24:00")] for day in range(7)})
NEVER = datetime.max.replace(tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MINUTES_A_DAY = 24 * 60
WARN_PERCENT = 75  # of a date that no target warns of


def amount_of(target: Target, terms: Terms, start: datetime) -> timedelta:
    """Return the time a target gives from `start`; a report has whole days, to the same wall time at the desk."""
    amount = timedelta(minutes=target.minutes)
    if target.metric != Metric.ROOT_CAUSE or target.clock == "working":
        return amount
    days = timedelta(days=target.minutes // MINUTES_A_DAY)
    same_wall_time = (terms.wall.local(start) + days).astimezone(UTC)
    return same_wall_time - start + amount - days


def _measure(target: Target, terms: Terms) -> WorkingTime:
    return terms.calendar if target.clock == "working" else ALWAYS


def _counting(target: Target | None, at: datetime, terms: Terms) -> Budget:
    if target is None:
        raise ValueError("a clock needs a target or a date")
    amount = amount_of(target, terms, at)
    return Budget(_measure(target, terms), at, amount, target.warn_percent)


def _dated(date: datetime, at: datetime, target: Target | None, terms: Terms) -> Budget:
    return Budget(ALWAYS, at, date - at, target.warn_percent if target else WARN_PERCENT, is_date=True)


def _first_due(budgets: list[Budget]) -> Budget:
    return min(budgets, key=lambda budget: budget.due_at or NEVER)


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)


@dataclass(frozen=True, slots=True)
class Void:
    """Since when a clock, or its breach, binds nobody, and which moment said so."""

    at: datetime
    mark: Hashable


@dataclass(frozen=True, slots=True)
class Times:
    """What a clock is about, as it stopped with it: its three instants, and the budget that bound, with its hours."""

    due_at: datetime | None
    breach_at: datetime | None
    warn_at: datetime | None
    binding: Budget
    calendar: WorkingTime


class Meter:
    """A clock with one budget, or more once a change of terms left an earlier promise standing beside a later one.

    The budget that falls due first binds; each is counted on the calendar it was promised on.
    """

    def __init__(
        self,
        key: Key,
        target: Target | None,
        terms: Terms,
        at: datetime,
        category: Category,
        *,
        date: datetime | None = None,
    ) -> None:
        """Begin at `at`. With a `date` that is what is promised: it neither pauses nor depends on a condition.

        Without one there must be a `target`. Raises ValueError where there is neither.
        """
        self.metric, self.cycle, self.period_no = self.key = key
        self.target, self.is_dated = target, date is not None
        self.started_at = self.since = at
        self.budgets = [_dated(date, at, target, terms) if date else _counting(target, at, terms)]
        self.category, self.counted = category, self._counts(category)
        self.measure, self.tag = self.budgets[0].calendar, terms.tag
        self.spent = timedelta(0)
        self.segments: list[Segment] = []
        self.steps: list[Step] = []
        self.stopped_at: datetime | None = None
        self.stopped: Times | None = None
        self.breached_at: datetime | None = None
        self.edits: list[tuple[datetime, Edit]] = []  # of the hours, since it stopped
        self.end: State | None = None  # where it did not end by being met or missed
        self.void: Void | None = None  # its condition does not hold
        self.excuse: Void | None = None  # its breach was excused
        self._turned(at, Turn.STARTED)

    @property
    def live(self) -> bool:
        """Whether the clock runs or is paused."""
        return self.stopped_at is None

    @property
    def due_at(self) -> datetime | None:
        """When all is spent, as if the clock ran on."""
        return _earliest(*(budget.due_at for budget in self._running()))

    @property
    def breach_at(self) -> datetime | None:
        """The last instant in time, as if the clock ran on."""
        return self.breached_at or _earliest(*(budget.breach_at for budget in self._running()))

    def settle(self, at: datetime) -> None:
        """Let time pass, counted or not."""
        for budget in self.budgets:
            if self.counted or budget.is_date:
                budget.run_to(at)
            else:
                budget.skip_to(at)
        if self.breached_at is None:
            self.breached_at = _earliest(*(budget.breached_at for budget in self.budgets))

    def stop(self, at: datetime, turn: Turn = Turn.STOPPED) -> None:
        """End the clock, in time or not; what it was about stays so, whatever is edited later."""
        self._cut(at)
        self.stopped_at = at
        self.stopped = self._times()
        self._turned(at, turn)

    def cancel(self, at: datetime) -> None:
        """End the clock because nothing is promised any more."""
        self.stop(at, Turn.CANCELLED)
        self.end = State.CANCELLED

    def convert(self, at: datetime) -> None:
        """End the clock because another promise takes its place; one that ran out before stays missed."""
        self.stop(at, Turn.CONVERTED)
        self.end = State.CONVERTED if self.breached_at is None else None

    def run_out(self, due: datetime, breach: datetime) -> None:
        """End a period that nobody ended: all of it is spent at `due`, from where the next one counts."""
        self.settle(due)
        self._cut(due)
        self.stopped_at = self.breached_at = breach
        self.stopped = replace(self._times(), due_at=due, breach_at=breach)
        self._turned(breach, Turn.STOPPED)

    def resume(self, at: datetime, categories: Iterable[tuple[datetime, Category]]) -> None:
        """Go on after a stop that did not last; the time between is a pause, span by span.

        `categories` are those since the stop, each with its beginning. Hours that were edited meanwhile hold from then
        on. A promised date stays the date it is, unless it passed in between: then what was left of the time goes on.
        """
        assert self.stopped_at is not None
        self.since, self.stopped_at, self.stopped = self.stopped_at, None, None
        self.counted, edits, self.edits = False, self.edits, []
        for budget in self.budgets:
            if budget.is_date and (budget.due_at or NEVER) > at:
                budget.run_to(at)
        changes: list[tuple[datetime, Category | Edit]] = [*categories, *edits]
        for since, change in sorted(changes, key=lambda pair: pair[0]):
            self._cut(since)
            if isinstance(change, Edit):
                self._count_on(change, since)
            else:
                self.category = change
        self._cut(at)
        for budget in self.budgets:
            budget.skip_to(at)
        self._turned(at, Turn.RESUMED, self.budgets)

    def conduct(self, at: datetime, category: Category) -> None:
        """Count on, or pause, as the category asks."""
        counted = self._counts(category)
        if (category, counted) == (self.category, self.counted):
            return
        self._cut(at)
        if counted != self.counted and self.steps[-1].at != at:
            self._turned(at, Turn.RESUMED if counted else Turn.PAUSED)
        self.category, self.counted = category, counted

    def judge(self, failing: frozenset[str], at: datetime, mark: Hashable) -> None:
        """Bind nobody while the condition of the target is among those that fail; a clock kept in time stays met."""
        fails = not self.is_dated and self.target is not None and self.target.condition in failing
        if fails and self.void is None and (self.live or self.breached_at):
            self.void = Void(at, mark)
            self._turned(at, Turn.VOIDED)
        elif not fails and self.void is not None:
            self.void = None
            self._turned(at, Turn.BOUND)

    def pardon(self, at: datetime, mark: Hashable, *, excused: bool) -> None:
        """Let the breach bind nobody, or bind again."""
        self.excuse = Void(at, mark) if excused else None
        self._turned(at, Turn.VOIDED if excused else Turn.BOUND)

    def learn(self, terms: Terms) -> None:
        """Go on under these terms: what runs out from here on did so while they were in force."""
        if self.live and self.breached_at is None:
            self.tag = terms.tag

    def take(self, edit: Edit, at: datetime) -> None:
        """Count on the edited hours from here on, whether it runs now or may go on later."""
        if not self.live:
            self.edits.append((at, edit))
        elif any(budget.calendar == edit.old for budget in self.budgets) or self.measure == edit.old:
            self._cut(at)
            self._count_on(edit, at)
            self._turned(at, Turn.EDITED)

    def _count_on(self, edit: Edit, at: datetime) -> None:
        for budget in self.budgets:
            if budget.calendar == edit.old:
                if not self.counted:
                    budget.skip_to(at)
                budget.take(edit.new)
        if self.measure == edit.old:
            self.measure = edit.new

    def retarget(self, target: Target, terms: Terms, at: datetime) -> None:
        """Take new terms; what was breached stays as it was.

        Tighter: the old promise or the new minutes from now, whichever is due first. Looser: the new minutes from
        the start, never due earlier than before; what was spent keeps the worth it had on the calendar of its day.
        The same minutes on another calendar: what is left goes on there, unless the old promise is due first.
        A promised date stands; new minutes from now bind where they are due first.
        """
        old, self.target = self.target, target
        self.learn(terms)
        if self.breached_at is not None or old is None or (self.is_dated and old == target):
            return
        if self.is_dated or target.minutes < old.minutes:
            self._tighten(target, terms, at)
            return
        measure = _measure(target, terms)
        moved = measure != self.measure
        if moved or target.minutes > old.minutes:
            self._cut(at)
        self.measure = measure
        if target.minutes > old.minutes:
            self._loosen(target, terms, at)
        elif moved:
            last = self.budgets[-1]
            left = Budget(measure, at, last.amount, target.warn_percent, last.spent, runs=last.runs)
            self.budgets.append(left)
            self._turned(at, Turn.MOVED)

    def _tighten(self, target: Target, terms: Terms, at: datetime) -> None:
        budget = _counting(target, at, terms)
        if not self.is_dated:
            if budget.calendar != self.measure:
                self._cut(at)
            self.measure = budget.calendar
        self.budgets.append(budget)
        self._turned(at, Turn.TIGHTENED)

    def _loosen(self, target: Target, terms: Terms, at: datetime) -> None:
        amount = amount_of(target, terms, self.started_at)
        runs = [Run(part.started_at, part.ended_at, part.counted, part.calendar) for part in self.segments]
        looser = Budget(self.measure, at, amount, target.warn_percent, self.spent, runs=runs)
        if (looser.due_at or NEVER) > (self.due_at or NEVER):
            self.budgets = [looser]
            self._turned(at, Turn.LOOSENED)

    def state(self, at: datetime) -> ClockState:
        """Return what is known of the clock, which has been settled to `at`."""
        if self.live:
            self._cut(at)
        void = self.void or self.excuse
        paused = self._is_paused()
        times = self.stopped or self._times()
        binding = times.binding
        return ClockState(
            metric=self.metric,
            cycle=self.cycle,
            period_no=self.period_no,
            state=self._name(),
            started_at=self.started_at,
            due_at=None if paused else times.due_at,
            breach_at=None if paused else times.breach_at,
            warn_at=None if paused else times.warn_at,
            stopped_at=self.stopped_at,
            breached_at=self._breach_that_shows(),
            minutes=-(-binding.amount // MINUTE),
            consumed_seconds=binding.spent.total_seconds(),
            paused_seconds=self._paused_seconds(binding),
            waiting_seconds=sum(
                (part.open_seconds for part in self.segments if part.category is Category.WAITING), 0.0
            ),
            segments=tuple(self.segments),
            runs=tuple(binding.runs),
            steps=tuple(self.steps),
            tag=self.tag,
            voided_at=void.at if void else None,
            void_mark=void.mark if void else None,
            is_dated=self.is_dated,
            amount=binding.amount,
            calendar=times.calendar,
        )

    def _times(self) -> Times:
        binding = self._binding()
        return Times(self.due_at, self.breach_at, binding.warn_at, binding, binding.calendar)

    def _binding(self) -> Budget:
        if len(self.budgets) == 1:
            return self.budgets[0]
        return _first_due(self._running())

    def _running(self) -> list[Budget]:
        """Return the budgets that may fall due: beside a date, hours that are paused do not, unless they ran out."""
        if self.counted or not self.is_dated:
            return self.budgets
        return [budget for budget in self.budgets if budget.is_date or budget.breached_at is not None]

    def _is_paused(self) -> bool:
        return self.live and not self.counted and not self.is_dated

    def _paused_seconds(self, binding: Budget) -> float:
        """Return the open time that the binding promise did not count; of hours beside a date, since they began."""
        if self.is_dated and not binding.is_date:
            runs = (run for run in binding.runs if not run.counted)
            return sum((run.calendar.open_time(run.started_at, run.ended_at).total_seconds() for run in runs), 0.0)
        return sum((part.open_seconds for part in self.segments if not part.counted), 0.0)

    def _breach_that_shows(self) -> datetime | None:
        """Return when time ran out; that it did while the clock bound nobody shows once it binds again."""
        while_void = self.void is not None and self.breached_at is not None and self.breached_at >= self.void.at
        return None if while_void else self.breached_at

    def _name(self) -> State:
        if self.end is not None:
            return self.end
        if self.void is not None:
            return State.VOID
        if self.live:
            return State.PAUSED if self._is_paused() else State.RUNNING
        if self.breached_at is None:
            return State.MET
        return State.MISSED if self.excuse is None else State.VOID

    def _turned(self, at: datetime, turn: Turn, among: list[Budget] | None = None) -> None:
        binding = _first_due(among) if among else self._binding()
        self.steps.append(Step(at, turn, -(-binding.amount // MINUTE), binding.due_at))

    def _cut(self, at: datetime) -> None:
        """End the segment that is going on, and value it."""
        if at > self.since:
            worth = self.measure.open_time(self.since, at)
            counted = self.counted or (self.is_dated and self.category is Category.WAITING)  # a date does not wait
            part = Segment(self.since, at, self.category, counted, worth.total_seconds(), self.measure)
            self.segments.append(part)
            self.spent += worth if counted else timedelta(0)
            self.since = at

    def _counts(self, category: Category) -> bool:
        """Say whether hours count in a category; a date alone always does."""
        pauses = self.target is not None and self.target.pause_on_customer and category is Category.WAITING
        return not pauses or all(budget.is_date for budget in self.budgets)
