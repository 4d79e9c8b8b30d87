"""One clock while a timeline is replayed: it counts, pauses, stops, resumes and takes new terms.

When it does which is decided in `clocks`.
"""

from datetime import UTC, datetime, timedelta

from sla.budgets import Budget
from sla.promises import Category, ClockState, Metric, Segment, State, Target, Terms
from sla.working_time import WorkingTime

ALWAYS = WorkingTime("UTC", {day: [("00:00", "24:00")] for day in range(7)})
NEVER = datetime.max.replace(tzinfo=UTC)
MINUTES_A_DAY = 24 * 60


def amount_of(target: Target, calendar: WorkingTime, start: datetime) -> timedelta:
    """Return the time a target gives from `start`; a root-cause report has whole days, to the same wall time."""
    amount = timedelta(minutes=target.minutes)
    if target.metric != Metric.ROOT_CAUSE or target.clock == "working":
        return amount
    days = timedelta(days=target.minutes // MINUTES_A_DAY)
    same_wall_time = (calendar.local(start) + days).astimezone(UTC)
    return same_wall_time - start + amount - days


def _measure(target: Target, terms: Terms) -> WorkingTime:
    return terms.calendar if target.clock == "working" else ALWAYS


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)


class Meter:
    """A clock with one budget, or more once a change of terms left an earlier promise standing beside a later one.

    The budget that falls due first binds; each is counted on the calendar it was promised on.
    """

    def __init__(
        self, target: Target, terms: Terms, at: datetime, category: Category, cycle: int, period_no: int
    ) -> None:
        self.metric, self.cycle, self.period_no = target.metric, cycle, period_no
        self.target, self.measure = target, _measure(target, terms)
        self.started_at = self.since = at
        self.category, self.counted = category, _counts(target, category)
        self.budgets = [Budget(self.measure, at, amount_of(target, terms.calendar, at), target.warn_percent)]
        self.spent = timedelta(0)
        self.segments: list[Segment] = []
        self.stopped_at: datetime | None = None
        self.breached_at: datetime | None = None
        self.cancelled = False

    @property
    def live(self) -> bool:
        """Whether the clock runs or is paused."""
        return self.stopped_at is None

    @property
    def due_at(self) -> datetime | None:
        """When all is spent, as if the clock ran on."""
        return _earliest(*(budget.due_at for budget in self.budgets))

    @property
    def breach_at(self) -> datetime | None:
        """The last instant in time, as if the clock ran on."""
        return self.breached_at or _earliest(*(budget.breach_at for budget in self.budgets))

    def settle(self, at: datetime) -> None:
        """Let time pass, counted or not."""
        for budget in self.budgets:
            if self.counted:
                budget.run_to(at)
            else:
                budget.skip_to(at)
        if self.breached_at is None:
            self.breached_at = _earliest(*(budget.breached_at for budget in self.budgets))

    def stop(self, at: datetime) -> None:
        """End the clock, in time or not."""
        self._cut(at)
        self.stopped_at = at

    def cancel(self, at: datetime) -> None:
        """End the clock because nothing is promised any more."""
        self.stop(at)
        self.cancelled = True

    def run_out(self, due: datetime, breach: datetime) -> None:
        """End a period that nobody ended: all of it is spent at `due`, from where the next one counts."""
        self.settle(due)
        self._cut(due)
        self.stopped_at = self.breached_at = breach

    def resume(self, at: datetime, category: Category) -> None:
        """Go on after a stop that did not last; the time between, in `category`, is a pause."""
        assert self.stopped_at is not None
        self.since, self.stopped_at = self.stopped_at, None
        self.category, self.counted = category, False
        self.settle(at)

    def conduct(self, at: datetime, category: Category) -> None:
        """Count on, or pause, as the category asks."""
        counted = _counts(self.target, category)
        if (category, counted) != (self.category, self.counted):
            self._cut(at)
            self.category, self.counted = category, counted

    def retarget(self, target: Target, terms: Terms, at: datetime) -> None:
        """Take new terms; what was breached stays as it was.

        Tighter: the old promise or the new minutes from now, whichever is due first. Looser: the new minutes from
        the start, never due earlier than before; what was spent keeps the worth it had on the calendar of its day.
        The same minutes on another calendar: what is left goes on there, unless the old promise is due first.
        """
        old, self.target = self.target, target
        if self.breached_at is not None:
            return
        measure, last = _measure(target, terms), self.budgets[-1]
        moved = measure != self.measure
        if moved or target.minutes > old.minutes:
            self._cut(at)
        self.measure = measure
        if target.minutes < old.minutes:
            amount = amount_of(target, terms.calendar, at)
            self.budgets.append(Budget(measure, at, amount, target.warn_percent))
        elif target.minutes > old.minutes:
            amount = amount_of(target, terms.calendar, self.started_at)
            looser = Budget(measure, at, amount, target.warn_percent, self.spent)
            if (looser.due_at or NEVER) > (self.due_at or NEVER):
                self.budgets = [looser]
        elif moved:
            self.budgets.append(Budget(measure, at, last.amount, target.warn_percent, last.spent))

    def state(self, at: datetime) -> ClockState:
        """Return what is known of the clock, which has been settled to `at`."""
        if self.live:
            self._cut(at)
        binding = min(self.budgets, key=lambda budget: budget.due_at or NEVER)
        paused = self.live and not self.counted
        return ClockState(
            metric=self.metric,
            cycle=self.cycle,
            period_no=self.period_no,
            state=self._name(),
            started_at=self.started_at,
            due_at=None if paused else self.due_at,
            breach_at=None if paused else self.breach_at,
            warn_at=None if paused else binding.warn_at,
            stopped_at=self.stopped_at,
            breached_at=self.breached_at,
            minutes=binding.amount // timedelta(minutes=1),
            consumed_seconds=binding.spent.total_seconds(),
            paused_seconds=sum(part.open_seconds for part in self.segments if not part.counted),
            waiting_seconds=sum(part.open_seconds for part in self.segments if part.category is Category.WAITING),
            segments=tuple(self.segments),
        )

    def _name(self) -> State:
        if self.cancelled:
            return State.CANCELLED
        if self.live:
            return State.RUNNING if self.counted else State.PAUSED
        return State.MET if self.breached_at is None else State.MISSED

    def _cut(self, at: datetime) -> None:
        """End the segment that is going on, and value it."""
        if at > self.since:
            worth = self.measure.open_time(self.since, at)
            part = Segment(self.since, at, self.category, self.counted, worth.total_seconds())
            self.segments.append(part)
            self.spent += worth if self.counted else timedelta(0)
            self.since = at


def _counts(target: Target, category: Category) -> bool:
    return not (target.pause_on_customer and category is Category.WAITING)
