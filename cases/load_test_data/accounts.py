"""Who and what a generated population consists of: our people, accounts, their people and what they run."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from cases.load_test_data import phrases
from cases.load_test_data.copy_writer import Table
from contacts.models import Account, Designation, Desk, Instance, Membership, Plan, Region, Team, User
from contacts.models.instance import Deployment, Purpose
from contacts.roles import Role
from products.models import Product, Release

CASES_AN_ACCOUNT = 200
OURS = {
    Role.DISPATCHER: (4, "dispatch"),
    Role.CONSULTANT_1: (24, "customer-care-1"),
    Role.CONSULTANT_2: (10, "customer-care-2"),
    Role.MANAGER: (2, "customer-care-1"),
}
PLANS = {"standard": 55, "elite": 22, "platinum": 15, "medallion": 8}
UNUSABLE = "!generated"  # nobody of a population signs in with a password


@dataclass(frozen=True, slots=True)
class Person:
    """A person, as far as histories need one."""

    id: int
    name: str
    language: str
    is_customer: bool


@dataclass(slots=True)
class Source:
    """Where cases come from: one product of one account, with its instances and the people who may ask."""

    account_id: int
    product: Product
    desk: Desk
    plan: Plan
    region_id: int
    instances: list[tuple[int, int]] = field(default_factory=list)  # id, versions behind the latest
    askers: list[Person] = field(default_factory=list)


@dataclass(slots=True)
class Population:
    """All of it. `weights` are cumulative: few sources bring many cases."""

    ours: dict[str, list[Person]]
    teams: dict[str, int]
    sources: list[Source]
    weights: list[float]
    releases: dict[int, tuple[list[date], list[Release]]]

    def source(self, chance: Random) -> Source:
        """Return a source, the busy ones more often."""
        place = bisect_right(self.weights, chance.random() * self.weights[-1])
        return self.sources[min(place, len(self.sources) - 1)]

    def released(self, product: Product, on: date) -> int:
        """Return how many releases of a product had come out by a date."""
        return bisect_right(self.releases[product.pk][0], on) if product.pk in self.releases else 0

    def release(self, product: Product, number: int) -> Release | None:
        """Return the release with this number, counted from 0, or None."""
        known = self.releases.get(product.pk, ([], []))[1]
        return known[number] if 0 <= number < len(known) else None


@dataclass(slots=True)
class _Tables:
    users: Table = field(
        default_factory=lambda: Table(User, "email", "name", "role", "language", "time_zone", "password", "joined_at")
    )
    accounts: Table = field(default_factory=lambda: Table(Account, "name", "plan_id", "region_id"))
    memberships: Table = field(default_factory=lambda: Table(Membership, "account_id", "user_id"))
    designations: Table = field(default_factory=lambda: Table(Designation, "membership_id", "product_id"))
    instances: Table = field(
        default_factory=lambda: Table(
            Instance, "account_id", "product_id", "name", "deployment", "purpose", "release_id"
        )
    )

    def copy(self) -> None:
        for table in (self.users, self.accounts, self.memberships, self.designations, self.instances):
            table.take().copy()


class PopulationWriter:
    """Makes a population of a size that suits `cases`, as of `now`."""

    def __init__(self, chance: Random, now: datetime) -> None:
        self.chance, self.now, self.tables = chance, now, _Tables()
        self.products = list(Product.objects.order_by("position"))
        self.plans = {plan.code: plan for plan in Plan.objects.all()}
        self.regions = list(Region.objects.filter(is_worldwide=False).order_by("position"))
        desks = Desk.objects.select_related("calendar", "region")
        self.desks = {
            (product.pk, region.pk): desks.serving(product, region)
            for product in self.products
            for region in self.regions
        }
        self.population = Population({}, dict(Team.objects.values_list("code", "pk")), [], [], _releases())

    def write(self, cases: int) -> Population:
        """Write everybody and everything, and return them."""
        self._hire()
        weights: list[float] = []
        for number in range(1, max(len(self.products), cases // CASES_AN_ACCOUNT) + 1):
            sources = self._account(number)
            self.population.sources += sources
            weights += [(1 / number**0.6) / len(sources)] * len(sources)
        self.population.weights = list(accumulate(weights))
        self.tables.copy()
        self._join_teams()
        return self.population

    def _person(self, role: str, language: str, zone: str, domain: str) -> Person:
        name = phrases.person(self.chance)
        email = f"p{self.tables.users.last + 1}@{domain}"
        joined = self.now - timedelta(days=1200)
        pk = self.tables.users.add(email, name, role, language, zone, UNUSABLE, joined)
        return Person(pk, name, language, role == Role.CUSTOMER)

    def _hire(self) -> None:
        for role, (count, _team) in OURS.items():
            zones = ("America/Chicago", "Europe/Berlin")
            self.population.ours[role.value] = [
                self._person(role.value, "en", self.chance.choice(zones), "customer-care.example") for _ in range(count)
            ]

    def _join_teams(self) -> None:
        for role, (_count, team) in OURS.items():
            Team.objects.get(code=team).members.add(*(one.id for one in self.population.ours[role.value]))

    def _account(self, number: int) -> list[Source]:
        chance, region = self.chance, self.chance.choice(self.regions)
        plan = self.plans[chance.choices(list(PLANS), list(PLANS.values()))[0]]
        name = phrases.company(chance, self.tables.accounts.last + 1)
        account = self.tables.accounts.add(name, plan.pk, region.pk)
        language = "fr" if chance.random() < 0.35 else "en"
        members = [
            (person, self.tables.memberships.add(account, person.id))
            for person in (
                self._person("customer", language, region.zone, f"a{account}.example")
                for _ in range(chance.randrange(3, 9))
            )
        ]
        sources = []
        # The first in turn, so that every product is somebody's.
        first = self.products[number % len(self.products)]
        for product in dict.fromkeys([first, *chance.sample(self.products, chance.randrange(0, 3))]):
            source = Source(account, product, self.desks[product.pk, region.pk], plan, region.pk)
            self._install(source)
            self._name_askers(source, members)
            sources.append(source)
        return sources

    def _install(self, source: Source) -> None:
        chance, product = self.chance, source.product
        for purpose in (Purpose.PRODUCTION, Purpose.TEST)[: chance.randrange(1, 3)]:
            behind = chance.choices((0, 1, 4), (75, 20, 5))[0]
            latest = self.population.released(product, self.now.date()) - 1
            release = None if product.is_continuous else self.population.release(product, latest - behind)
            deployment = Deployment.ON_PREMISES if behind == 4 else Deployment.SAAS
            name = f"{product.name} {purpose.value}"
            row = (
                source.account_id,
                product.pk,
                name,
                deployment.value,
                purpose.value,
                release.pk if release else None,
            )
            source.instances.append((self.tables.instances.add(*row), behind))

    def _name_askers(self, source: Source, members: list[tuple[Person, int]]) -> None:
        if not source.product.needs_designation:
            source.askers = [person for person, _membership in members]
            return
        for person, membership in members[: self.chance.randrange(1, 3)]:
            self.tables.designations.add(membership, source.product.pk)
            source.askers.append(person)


def _releases() -> dict[int, tuple[list[date], list[Release]]]:
    known: defaultdict[int, list[Release]] = defaultdict(list)
    for release in Release.objects.select_related("product").order_by("product", "released_on", "pk"):
        known[release.product_id].append(release)
    return {product: ([one.released_on for one in some], some) for product, some in known.items()}
