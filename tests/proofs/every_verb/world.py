"""The people, accounts and hours among which the machine moves, and what it knows of each case by itself.

`World` is made once for a test and emptied of cases before each run.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from time import monotonic
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection, transaction

from cases import lifecycle
from cases.models import Case, Incident
from cases.models.incident import Effect
from contacts.models import Account, Instance, Membership, Team, User
from contacts.roles import Role
from products.models import Product, Release
from sla import compiled
from sla.editing import record
from sla.models import Calendar, ClosedDate
from tests.conftest import company, member, person
from tests.emptying import opened

# A week before the clocks change in Chicago, and in Berlin; before they change back in both; and in calm June.
BEGINNINGS = tuple(
    datetime(2027, month, day, 14, 7, 11, tzinfo=UTC) for month, day in ((3, 10), (3, 24), (10, 27), (6, 8))
)
CLOSED_DATES = tuple(date(2027, *day) for day in ((3, 16), (3, 29), (6, 18), (11, 1), (11, 11)))
# The products whose cases anybody of the account may open, and those that only designated people may.
TO_ALL = ("daptiv", "leankit")
TO_DESIGNATED = ("changepoint", "clarizen")
SEE_EVERYTHING = {"dispatcher", "consultant_1", "consultant_2", "manager", "administrator"}
# What a case of such a type starts with.
EXCLUDED_TYPES = {"functional": "functional", "enhancement": "enhancement", "cloud_operations": "cloud_operations"}


@dataclass(frozen=True)
class Part:
    """That a case is part of an incident, and what that made of it."""

    made_wide: bool
    gave_kind: bool


@dataclass
class Known:
    """What the machine knows of one case, from what it did to it."""

    case: Case
    account: Account
    customer: User
    product: str
    type: str
    severity: int
    provisional: bool
    covered: bool
    team: str
    exclusion: str | None
    kind: str = ""
    status: str = "new"
    owner: User | None = None
    restored: bool = False
    wide: bool = False
    asked_by: User | None = None  # who brought in the request that is with the managers
    solved_at: datetime | None = None  # since when the days to closing are counted
    reminded: list[datetime] = field(default_factory=list)
    held: bool = False
    changes: int = 1
    waits: bool = False  # to be handed to somebody by the house
    unhanded: bool = False  # and nobody was at work
    answered: bool = False  # in full, the version being out of support
    asked_to_pay: bool = False  # whether the work may be billed
    consent: bool = False  # that it may
    fixed_in: Release | None = None
    part: "Part | None" = None
    judged: set[str] = field(default_factory=set)  # reach and kind, by people since it became part of an incident
    denied: set[str] = field(default_factory=set)  # of these, what somebody said last is not so, or is not known
    excluded_by_hand: bool = False
    lifted: set[str] = field(default_factory=set)  # the causes in spite of which times were promised again
    into: "Known | None" = None  # the case that goes on with it
    before: str = ""  # its status then
    let_go: "Known | None" = None  # by the case that went on with it last
    brought: set[int] = field(default_factory=set)  # who follows that one because of it
    followers: set[int] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    linked: set[int] = field(default_factory=set)

    @property
    def owes(self) -> bool:
        """Whether it may not be closed before the customer has a complete answer."""
        return not self.covered and not self.answered

    def settle(self) -> None:
        """What has an owner, or is solved, waits for nobody."""
        if self.owner is not None or self.status in ("solution_provided", "solution_answered", "closed"):
            self.waits = self.unhanded = False

    def go(self, status: str, at: datetime) -> None:
        """Be in `status` from `at` on; a request of a case that closes ends with it, a countdown with its solution."""
        if status == self.status:
            return
        self.status = status
        self.solved_at, self.held, self.reminded = (at if status == "solution_provided" else None), False, []
        if status == "closed":
            self.asked_by = None
        if status == "solution_provided":
            self.answered = not self.covered
        if status in ("solution_provided", "closed"):
            self.asked_to_pay = False


class World:
    """Everybody and everything but cases. `counts` is what has been tried so far, over all runs."""

    def __init__(self) -> None:
        self.acme = company("Acme", "standard", "americas-apac")
        self.globex = company("Globex", "platinum", "emea")
        self.people = self._customers() | self._ours()
        self.by_id = {user.pk: user for user in self.people.values()}
        self._enter_days()
        self.counts: Counter[str] = Counter()
        self.runs, self.began, self.progress = 0, monotonic(), False
        self.emptied = _tables_without_rows()

    def _customers(self) -> dict[str, User]:
        alice = member(person("Alice Adams", time_zone="America/Chicago"), self.acme, designated=True)
        bob = member(person("Bob Brown"), self.acme, sees_company_cases=False)
        zoe = member(person("Zoe Zorn"), self.acme, designated=True)
        eve = member(person("Eve Étienne", language="fr"), self.globex, designated=True)
        both = member(member(person("Bea Both"), self.acme), self.globex, designated=True)
        return {"alice": alice, "bob": bob, "zoe": zoe, "eve": eve, "bea": both}

    def _ours(self) -> dict[str, User]:
        roles = {"mona": Role.MANAGER, "max": Role.MANAGER, "dora": Role.DISPATCHER, "adam": Role.ADMINISTRATOR}
        roles |= {"carl": Role.CONSULTANT_1, "nora": Role.CONSULTANT_2, "olaf": Role.CONSULTANT_1}
        roles |= {"petra": Role.PRODUCT_MANAGEMENT, "kurt": Role.CONSULTING, "otto": Role.CLOUD_OPERATIONS}
        ours = {name: person(f"{name.title()} Ours", role) for name, role in roles.items()}
        self.teams = {"carl": "customer-care-1", "nora": "customer-care-2", "olaf": "customer-care-1"}
        self.teams |= {"petra": "product-management", "kurt": "consulting", "otto": "cloud-operations"}
        for name, team in self.teams.items():
            Team.objects.get(code=team).members.add(ours[name])
        ours["olaf"].is_active = False
        ours["olaf"].save(update_fields=["is_active"])
        return ours

    def _enter_days(self) -> None:
        for product in Product.objects.all():
            for month in range(1, 13):
                for year in (2027, 2028):
                    version, day = f"{year}.{month}", date(year, month, 28)
                    Release.objects.get_or_create(product=product, version=version, defaults={"released_on": day})
        # All run the latest version, but for one instance on a version that is not supported any more.
        daptiv = Product.objects.get(code="daptiv")
        old = Release.objects.create(product=daptiv, version="2019.1", released_on=date(2019, 1, 5))
        Instance.objects.update(release=None)
        Instance.objects.filter(account=self.globex, product=daptiv).update(release=old)
        for calendar in Calendar.objects.filter(round_the_clock=False):
            with transaction.atomic():
                ClosedDate.objects.bulk_create(ClosedDate(calendar=calendar, date=day) for day in CLOSED_DATES)
                record(calendar, at=BEGINNINGS[0] - timedelta(days=1), by="Mona")
        compiled.forget()

    def begin_anew(self) -> None:
        """Let there be no case, and everybody as at first."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(opened())
            cursor.execute(f"TRUNCATE {', '.join(self.emptied)} RESTART IDENTITY")
        self.incident = self._incident()
        self.let("zoe", active=True)
        self.let("bob", sees_company=False)

    def _incident(self) -> Incident:
        """Of which cases can be part all the time, with an update that they can be told."""
        by, at = self.people["mona"], BEGINNINGS[0] - timedelta(days=2)
        words = {"title_en": "Slow", "title_fr": "Lent", "severity": 2, "started_at": at}
        incident = lifecycle.open_incident(
            by=by, at=at, effects={Product.objects.get(code="daptiv"): Effect.DISTURBED}, **words
        )
        told = {"state": "identified", "text_en": "We know why.", "text_fr": "La cause est connue."}
        return lifecycle.publish_update(incident, by=by, at=at, **told)

    def end_of_run(self) -> None:
        """Say how far it is, every so often, where somebody waits for a long run."""
        self.runs += 1
        if self.progress and self.runs % 20 == 0:
            words = ", ".join(f"{self.counts[name]} {name}" for name in ("done", "refused", "sweep"))
            print(f"{self.runs} runs of 50 steps, {words}, {monotonic() - self.began:.0f} s", flush=True)

    def let(self, name: str, *, active: bool | None = None, sees_company: bool | None = None) -> None:
        """Shut somebody out or let them in again; let them see the cases of their company or not."""
        user = self.people[name]
        if active is not None:
            user.is_active = active
            user.save(update_fields=["is_active"])
        if sees_company is not None:
            Membership.objects.filter(user=user).update(sees_company_cases=sees_company)
            user.sees_company = sees_company  # type: ignore[attr-defined]

    def sees(self, user: User, known: Known) -> bool:
        """Say whether `user` may see the case: by role, team, ownership or account."""
        if not user.is_active:
            return False
        if user.role in SEE_EVERYTHING:
            return True
        if user.role != "customer":
            return self.teams.get(self._name(user)) == known.team or user == known.owner
        homes = {"bea": (self.acme, self.globex), "eve": (self.globex,)}.get(self._name(user), (self.acme,))
        return known.account in homes and (getattr(user, "sees_company", True) or user == known.customer)

    def at_work_for(self, team: str) -> User | None:
        """Return the one of a team who can be handed cases (not Olaf, who may not sign in), None for Dispatch."""
        found = (self.people[name] for name, home in self.teams.items() if home == team and name != "olaf")
        return next(found, None)

    def _name(self, user: User) -> str:
        return next(name for name, one in self.people.items() if one.pk == user.pk)

    def customer_of(self, random: Random, account: Account) -> User:
        return random.choice([self.people[name] for name in self._members(account)])

    def _members(self, account: Account) -> tuple[str, ...]:
        return ("alice", "bob", "zoe", "bea") if account == self.acme else ("eve", "bea")

    def belongs(self, user: User, account: Account) -> bool:
        return user.role == "customer" and self._name(user) in self._members(account)

    def is_designated(self, user: User, account: Account) -> bool:
        name = self._name(user)
        return name in ("alice", "zoe", "eve") or (name == "bea" and account == self.globex)


def _tables_without_rows() -> list[str]:
    """Return the tables of cases that are empty before any case is there: reference data stay."""
    models = apps.get_app_config("cases").get_models(include_auto_created=True)
    return [model._meta.db_table for model in models if not model._default_manager.exists()]


# When a day of business is over, where it is not 18:00 as at the desks without listed hours.
ENDS = {"daptiv": time(19, 30), "changepoint": time(17)}


def business_days(known: Known, since: datetime, at: datetime) -> int:
    """Return how many business days of the case's desk that begin after the day of `since` have ended by `at`."""
    is_german = known.product not in ENDS and known.account.region.code == "emea"
    here, ends = ZoneInfo("Europe/Berlin" if is_german else "America/Chicago"), ENDS.get(known.product, time(18))
    day, count = since.astimezone(here).date() + timedelta(days=1), 0
    while datetime.combine(day, ends, here) <= at:
        count += day.weekday() < 5 and day not in CLOSED_DATES
        day += timedelta(days=1)
    return count


def is_open(known: Known, at: datetime) -> bool:
    """Say whether those of ours who keep the hours of the case's desk are at work."""
    return compiled.working_time(known.case.calendar).is_open(at)


def is_out(known: Known, at: datetime) -> bool:
    """Say whether the release that the case waits for is out: its desk has opened on the day, or next after it."""
    return known.fixed_in is not None and has_come(known, known.fixed_in, at)


def has_come(known: Known, release: Release, at: datetime) -> bool:
    """Say whether `release` is out for the desk of the case."""
    hours = compiled.working_time(known.case.calendar)
    noon = datetime.combine(release.released_on, time(12), UTC)
    midnight = datetime.combine(release.released_on, time.min, hours.local(noon).tzinfo)
    out = hours.next_open(midnight.astimezone(UTC))
    return out is not None and out <= at
