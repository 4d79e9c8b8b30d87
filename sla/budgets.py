"""A budget: one amount of open time on one calendar, spent from an instant on, with pauses.

Which budgets a promise has, and what starts and stops them, is in `clocks`.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sla.promises import Run
from sla.working_time import WorkingTime


class Budget:
    """Open time promised and spent. Call `run_to` or `skip_to` with instants that never go back.

    `runs` tells the time that went by, counted or not, on which calendar.
    """

    __slots__ = (
        "_ahead",
        "_breached",
        "_due",
        "_warned",
        "amount",
        "calendar",
        "is_date",
        "runs",
        "since",
        "spent",
        "warn_amount",
    )

    def __init__(
        self,
        calendar: WorkingTime,
        since: datetime,
        amount: timedelta,
        warn_percent: int,
        spent: timedelta = timedelta(0),
        *,
        runs: Iterable[Run] = (),
        is_date: bool = False,
    ) -> None:
        """Start at `since` with `spent` of `amount` already gone in `runs`; one for a date (`is_date`) never pauses."""
        self.is_date = is_date
        self.calendar = calendar
        self.runs = list(runs)
        self.since = since
        self.amount = amount
        self.warn_amount = amount * warn_percent / 100
        self.spent = spent
        # Instants already passed; those ahead follow from `since` and move with every pause.
        self._ahead: dict[timedelta, datetime | None] = {}
        self._warned: datetime | None = None
        self._due: datetime | None = None
        self._breached: datetime | None = None

    def run_to(self, at: datetime) -> None:
        """Let the time up to `at` count."""
        spent = self.spent + self.calendar.open_time(self.since, at)
        if spent >= self.warn_amount:
            self._warned = self.warn_at
        if spent >= self.amount:
            self._due = self.due_at
        # Exactly the whole budget spent is in time; anything more is not.
        if spent > self.amount:
            self._breached = self.breach_at
        self.spent = spent
        self._pass(at, counted=True)

    def skip_to(self, at: datetime) -> None:
        """Let the time up to `at` go by uncounted."""
        self._ahead.clear()
        self._pass(at, counted=False)

    def take(self, calendar: WorkingTime) -> None:
        """Count on another edition of the hours from here on; what has passed stays as it was counted."""
        self.calendar = calendar
        self._ahead.clear()

    def _pass(self, at: datetime, *, counted: bool) -> None:
        if at <= self.since:
            return
        last = self.runs[-1] if self.runs else None
        if last and last.ended_at == self.since and last.counted is counted and last.calendar is self.calendar:
            self.runs[-1] = Run(last.started_at, at, counted, self.calendar)
        else:
            self.runs.append(Run(self.since, at, counted, self.calendar))
        self.since = at

    @property
    def warn_at(self) -> datetime | None:
        """When the share to warn at is spent, as if the budget ran on from here; None if never."""
        return self._warned or self._reached(self.warn_amount)

    @property
    def due_at(self) -> datetime | None:
        """The earliest instant at which all is spent, as if the budget ran on from here; None if never."""
        return self._due or self._reached(self.amount)

    @property
    def breach_at(self) -> datetime | None:
        """The last instant at which no more than all is spent, as if the budget ran on from here; None if never."""
        if self._breached is not None:
            return self._breached
        due = self.due_at
        return None if due is None else self.calendar.next_open(max(due, self.since))

    @property
    def breached_at(self) -> datetime | None:
        """When more than all had been spent, None if that has not happened yet."""
        return self._breached

    def _reached(self, amount: timedelta) -> datetime | None:
        """Return when an amount is spent: the same instant, reckoned once, as long as all time counts."""
        if amount not in self._ahead:
            self._ahead[amount] = self.calendar.advance(self.since, max(amount - self.spent, timedelta(0)))
        return self._ahead[amount]
