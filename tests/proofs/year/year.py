"""A small world that lives through the year by the verbs, and knows by itself what was done and when.

Its hours and targets are typed here a second time. What it should have been told is `year_checked`'s.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from heapq import heappop, heappush
from operator import or_
from random import Random

from django.db.models import Exists

from cases import auto_close, lifecycle
from cases.jobs import auto_close as silence
from cases.jobs import commitments, severity_reminders
from cases.models import Case, CaseType, ClosingRule, OutboxMail, SeverityRequest
from contacts.models import Account, Instance, User
from products.models import Product
from sla.clocks import Category, Moment, Terms
from sla.editing import record
from sla.models import Calendar, CalendarVersion, ClosedDate
from sla.working_time import WorkingTime
from tests.proofs.year.auto_close import Days, Spell, steps
from tests.sla.cast import ALL_HOURS, BAROMETER, CENTRAL, CRITICAL, DAPTIV, MAJOR, MINOR, MODERATE, weekdays

START = datetime(2027, 1, 4, 6, 0, tzinfo=UTC)
EDITED_AT = datetime(2027, 7, 14, 18, 0, 30, tzinfo=UTC)  # a Wednesday, the desk open
CLOSED_DATES = [date(2027, 1, 18), date(2027, 7, 5), date(2027, 11, 25), date(2027, 12, 24)]
TARGETS = {1: CRITICAL, 2: MAJOR, 3: MODERATE, 4: MINOR}
BEFORE = WorkingTime(CENTRAL, weekdays("02:00", "17:00"), CLOSED_DATES)
AFTER = WorkingTime(CENTRAL, weekdays("04:00", "16:30"), CLOSED_DATES)
HOURS = {"changepoint": BEFORE, "daptiv": DAPTIV, "barometer": BAROMETER}
LONGEST_STEP = timedelta(minutes=60)
DAYS = Days(CLOSED_DATES, EDITED_AT)
LOST = 7  # of so many reminders one does not arrive

ACTIVE, WAITING, SOLVED, ANSWERED, CLOSED = Category
# What may be done in each category, and how often.
CHOICES: dict[Category, dict[str, int]] = {
    ACTIVE: {"reply": 4, "ask": 3, "restore": 1, "disturb": 1, "raise": 1, "solve": 4, "take": 1, "note": 1, "wish": 1},
    WAITING: {"answer": 5, "reply": 1, "raise": 1, "resume": 1, "solve": 1, "wish": 1},
    SOLVED: {"accept": 3, "reject": 2, "answer": 1, "silent": 3, "wish": 1},
    CLOSED: {"reopen": 1, "rest": 3},
}
# Where a deed leads, if it leads anywhere.
LEADS = {
    "ask": WAITING,
    "answer": ACTIVE,
    "resume": ACTIVE,
    "solve": SOLVED,
    "accept": CLOSED,
    "reject": ACTIVE,
    "reopen": ACTIVE,
    "wish": ACTIVE,
}
SPOKEN = {"reply", "ask", "restore", "solve"}


@dataclass
class Lived:
    """One case as the checker knows it: what was done to it and when, and who owned it since when."""

    case: Case
    customer: User
    product: str
    always: bool  # round the clock while Critical
    severity: int
    category: Category = ACTIVE
    restored: bool = False
    left: int = 0
    done: list[datetime] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    owned: list[tuple[datetime, User]] = field(default_factory=list)
    spells: list[Spell] = field(default_factory=list)
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)  # for Critical, and when it was decided

    @property
    def is_asked(self) -> bool:
        return bool(self.asked) and self.asked[-1][1] is None

    def go(self, category: Category, at: datetime) -> None:
        """Be of another category from `at` on: a solution begins to wait, or waits no more; a closing ends a wish."""
        if self.category is SOLVED and category is not SOLVED:
            self.spells[-1].until = at
        if category is SOLVED and self.category is not SOLVED:
            self.spells.append(Spell(self.case.pk, self.product, at))
        if category is CLOSED and self.is_asked:
            self.decided(at)
        self.category = category

    def decided(self, at: datetime) -> None:
        self.asked[-1] = (self.asked[-1][0], at)

    def hours(self, at: datetime) -> WorkingTime:
        if self.severity == 1 and self.always:
            return ALL_HOURS
        return AFTER if self.product == "changepoint" and at > EDITED_AT else HOURS[self.product]

    def terms(self, at: datetime) -> Terms:
        return Terms(TARGETS[self.severity], self.hours(at))


class World:
    """Cases that are opened and worked at random, and sweeps that come by; `people` are those of the house."""

    def __init__(self, random: Random, people: dict[str, User], customers: list[tuple[User, Account]]) -> None:
        self.random, self.people = random, people
        self.carl, self.nora, self.mona = people["carl"], people["nora"], people["mona"]
        self.customers = customers
        self.lives: list[Lived] = []
        self.sweeps: list[datetime] = []
        self.silent: list[tuple[int, Lived]] = []
        self.reminders = 0
        self._recount = False
        self._coming: list[tuple[datetime, int, Lived | None]] = []
        self.type = CaseType.objects.get(code="defect")
        self._open_hours()

    def _open_hours(self) -> None:
        """Enter the closed dates before the year begins."""
        calendar = Calendar.objects.get(code="changepoint")
        ClosedDate.objects.bulk_create(ClosedDate(calendar=calendar, date=day) for day in CLOSED_DATES)
        record(calendar, at=START - timedelta(days=1), by="Mona")

    def _edit_hours(self) -> None:
        calendar = Calendar.objects.get(code="changepoint")
        week = {str(day): [["04:00", "16:30"]] for day in range(5)}
        CalendarVersion.objects.filter(calendar=calendar).update(week=week)
        record(calendar, at=EDITED_AT, by="Mona")
        self._recount = True

    def sweep(self, at: datetime) -> None:
        """What the portal's sweep does for clocks, countdowns and requests.

        Whether one of them has anything to do is asked in one query: the year has nine thousand sweeps.
        """
        if self._recount or _is_anything_due(at):
            commitments.sweep(at)
            silence.sweep(at)
            self._recount = False
        if any(lived.is_asked for lived in self.lives):
            severity_reminders.remind(at)

    def relay(self) -> None:
        """Take the reminders that were put out, as a relay does; every so many fail."""
        if not self.silent:
            return
        for mail in OutboxMail.objects.filter(notice="contact_attempt", state="due").order_by("case", "pk"):
            self.reminders += 1
            arrives = self.reminders % LOST != 0
            state = {"state": "sent", "sent_at": mail.due_at} if arrives else {"state": "failed"}
            OutboxMail.objects.filter(pk=mail.pk).update(**state)
            next(one for one in self.lives if one.case.pk == mail.case_id).spells[-1].sent.append(arrives)

    def live(
        self,
        *,
        cases: int,
        days: int,
        sweep: Callable[[datetime], object],
        second: int = 0,
        hourly: bool = False,
        begins: datetime = START,
        until: Callable[[], bool] = lambda: False,
    ) -> None:
        """Open that many cases over the days, work them, and sweep until the end: at irregular steps, or each hour.

        A sweep comes that many seconds before the whole minute. Ends early where `until` says so after one.
        """
        for number in range(cases):
            at = begins + timedelta(seconds=self.random.randrange(int(days * 0.93 * 86_400)))
            heappush(self._coming, (_off_the_minute(at, self.random), number, None))
        at, end, edited = begins - timedelta(seconds=second), begins + timedelta(days=days), False
        while at < end and not until():
            minutes = 60 if hourly else self.random.choice((60, 60, 60, 60, self.random.randrange(1, 60)))
            at += min(LONGEST_STEP, timedelta(minutes=minutes))
            while self._coming and self._coming[0][0] < at:
                if not edited and self._coming[0][0] > EDITED_AT:
                    self._edit_hours()
                    edited = True
                self._act(*heappop(self._coming))
            if not edited and at > EDITED_AT:
                self._edit_hours()
                edited = True
            sweep(at)
            self.sweeps.append(at)
            self.relay()
            self._close_the_silent(at)

    def _close_the_silent(self, at: datetime) -> None:
        """Know which cases have closed by now, from their days alone; some are opened again later."""
        for number, lived in list(self.silent):
            if at - lived.spells[-1].since < timedelta(days=13):
                continue
            ended = [kind for _case, kind, _no, _at in steps(lived.spells[-1], DAYS, self.sweeps)]
            if "closed_in_silence" in ended or "closing_held" in ended:
                self.silent.remove((number, lived))
            if "closed_in_silence" in ended:
                lived.go(CLOSED, at)
                lived.moments.append(Moment(at, CLOSED))
                later = _off_the_minute(at + timedelta(hours=1 + 40 * self.random.random()), self.random)
                heappush(self._coming, (later, number, lived))

    def _act(self, at: datetime, number: int, lived: Lived | None) -> None:
        if lived is None:
            lived = self._opened(at)
        elif not self._go_on(lived, at):
            if lived.category is SOLVED:
                self.silent.append((number, lived))
            return
        hours = self.random.choice((self.random.random(), 8 * self.random.random(), 45 * self.random.random()))
        following = _off_the_minute(at + timedelta(hours=hours, minutes=1), self.random)
        heappush(self._coming, (following, number, lived))

    def _opened(self, at: datetime) -> Lived:
        customer, account = self.random.choice(self.customers)
        product = Product.objects.get(code=self.random.choice(("changepoint", "changepoint", "daptiv", "barometer")))
        severity = self.random.choices((1, 2, 3, 4), (2, 4, 3, 2))[0]
        case = lifecycle.open_case(
            by=customer,
            at=at,
            account=account,
            product=product,
            type=self.type,
            subject="It does not work",
            body="It does not work.",
            severity=severity,
            instance=Instance.objects.filter(account=account, product=product).first(),
        )
        lived = Lived(case, customer, product.code, account.plan.round_the_clock_critical, severity)
        lived.left = self.random.randrange(2, 8)
        lived.done.append(at)
        lived.moments.append(Moment(at, ACTIVE, terms=lived.terms(at)))
        self.lives.append(lived)
        return lived

    def _go_on(self, lived: Lived, at: datetime) -> bool:
        """Do something to a case; return whether more may follow."""
        choices = CHOICES[lived.category]
        possible = [deed for deed in choices if self._makes_sense(deed, lived)]
        deed = self.random.choices(possible, [choices[deed] for deed in possible])[0]
        if lived.left <= 0:
            deed = {SOLVED: "accept", CLOSED: "rest"}.get(lived.category, "solve")
        if lived.is_asked and lived.category is not CLOSED and self.random.random() < 0.6:
            deed = self.random.choice(("approve", "approve", "decline"))
        if deed in ("rest", "silent"):
            return False
        lived.left -= 1
        severity = self.random.choice([one for one in (1, 2, 3, 4) if one != lived.severity])
        if lived.is_asked and severity == 1 and deed == "raise":
            deed = "note"
        self._do(deed, lived, at, severity)
        lived.go(LEADS.get(deed, lived.category), at)
        lived.done.append(at)
        if deed == "wish" and severity == 1:
            lived.asked.append((at, None))
            lived.moments.append(Moment(at, lived.category))
        elif deed in ("raise", "wish", "approve"):
            lived.severity = 1 if deed == "approve" else severity
            lived.moments.append(Moment(at, lived.category, terms=lived.terms(at)))
        elif deed not in ("take", "note", "decline"):
            restored = {"restore": True, "disturb": False}.get(deed)
            lived.restored = lived.restored if restored is None else restored
            lived.restored = lived.restored and deed != "reopen"
            lived.moments.append(Moment(at, lived.category, answered=deed in SPOKEN, restored=restored))
        return True

    def _makes_sense(self, deed: str, lived: Lived) -> bool:
        if deed in ("restore", "disturb"):
            return lived.restored == (deed == "disturb")
        if deed == "wish":
            return not lived.is_asked
        return deed != "take" or not lived.owned

    def _do(self, deed: str, lived: Lived, at: datetime, severity: int) -> None:
        case, ours, theirs = lived.case, self.random.choice((self.carl, self.nora)), lived.customer
        verbs: dict[str, Callable[[], Case]] = {
            "reply": lambda: lifecycle.reply(case, by=ours, at=at, body="We look into it."),
            "ask": lambda: lifecycle.ask_customer(case, by=ours, at=at, body="Since when?"),
            "answer": lambda: lifecycle.reply(case, by=theirs, at=at, body="Since Monday."),
            "resume": lambda: lifecycle.resume_work(case, by=ours, at=at),
            "restore": lambda: lifecycle.restore_service(case, by=ours, at=at, body="It runs again."),
            "disturb": lambda: lifecycle.withdraw_restoration(case, by=ours, at=at),
            "solve": lambda: lifecycle.provide_solution(case, by=ours, at=at, body="Do this."),
            "accept": lambda: lifecycle.accept_solution(case, by=theirs, at=at),
            "reject": lambda: lifecycle.reject_solution(case, by=theirs, at=at, reason="No."),
            "reopen": lambda: lifecycle.reopen(case, by=theirs, at=at, reason="Again."),
            "take": lambda: lifecycle.take(case, by=ours, at=at),
            "note": lambda: lifecycle.note(case, by=ours, at=at, body="Odd."),
            "raise": lambda: lifecycle.change_severity(case, by=self.mona, at=at, severity=severity, because="So"),
            "wish": lambda: lifecycle.request_severity(case, by=theirs, at=at, severity=severity, body="All of us."),
            "approve": lambda: lifecycle.approve_severity(
                case, by=self.mona, at=at, request=_request(case), criteria=["production_down"], because="So"
            ),
            "decline": lambda: lifecycle.decline_severity(
                case, by=self.mona, at=at, request=_request(case), because="So"
            ),
        }
        lived.case = verbs[deed]()
        if lived.case.is_answered:  # read at once, and not solved
            lived.case = lifecycle.resume_work(case, by=ours, at=at)
        if deed == "take":
            lived.owned.append((at, ours))
        if deed in ("approve", "decline"):
            lived.decided(at)


def _is_anything_due(at: datetime) -> bool:
    due = (commitments.overdue(at), commitments.running_short(at), auto_close.due(at))
    return ClosingRule.objects.filter(reduce(or_, map(Exists, due))).exists()


def _request(case: Case) -> SeverityRequest:
    return case.severity_requests.get(state="open")


def _off_the_minute(at: datetime, random: Random) -> datetime:
    """Sweeps come on whole minutes, people between them: so the order of all is known."""
    return at.replace(second=random.randrange(1, 59), microsecond=0)
