"""The cast that all tests know, over the real reference data; `at` is a Tuesday morning in Chicago."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pgtrigger
import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone, translation

from cases import lifecycle
from cases.models import Case, CaseType
from contacts.models import Account, Instance, Plan, Region, Team, User
from contacts.roles import Role
from products.models import Product, Release
from sla import compiled
from sla.matrices import Severity
from tests import calling_out, samples
from tests.factories.contacts import AccountFactory, InstanceFactory, MembershipFactory, UserFactory
from tests.factories.products import ReleaseFactory
from tests.journeys import shared
from tests.proofs.races.pairs import nobody_stuck
from tests.smtp import Sink

PASSWORD = "correct horse battery staple"


def pytest_addoption(parser: pytest.Parser) -> None:
    words = (
        "what `make prove` passes: the full numbers, everything in rotation, and seeds of this run in place of known"
    )
    parser.addoption("--full", action="store_true", help=words)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if "journeys" not in item.path.parts:
        shared.end()


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[..., int]:
    """`times(60)`: how many pairs race; 1,000, or `full=500`, in a proof."""
    return lambda few, *, full=1000: full if request.config.getoption("full") else few


@pytest.fixture
def share(request: pytest.FixtureRequest) -> Callable[[Iterable[Any], int], list[Any]]:
    """`share(values, 3)`: a third of the values, another one with each seed; all in a proof."""
    is_full, test = request.config.getoption("full"), request.node.nodeid
    return lambda values, parts: list(values) if is_full else samples.share(values, parts, of=test)


@pytest.fixture
def luck(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """`luck(2027)`: the known seed of something random; in a proof the seed of this run."""
    return lambda known: samples.seed() if request.config.getoption("full") else known


@pytest.fixture
def deadlocks() -> Iterator[None]:
    """Hold that the database has no deadlock to resolve while the test runs."""
    with nobody_stuck():
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_page_calls_out() -> Iterator[None]:
    """Let every page fail that calls anybody but the database while it is made."""
    with calling_out.watched():
        yield


@pytest.fixture(autouse=True)
def _fresh_compilations() -> Iterator[None]:
    """Forget compiled calendars and matrices: a rolled-back edit must not be remembered."""
    yield
    compiled.forget()


@pytest.fixture(autouse=True)
def _english_and_utc() -> None:
    """Speak English until a test says otherwise: a request leaves its reader's language active in the thread."""
    translation.activate("en")
    timezone.deactivate()


@pytest.fixture
def reference(db: None) -> None:
    """Reference data: every test begins with them."""


@pytest.fixture
def at() -> datetime:
    """Tuesday 2027-06-08 10:00 in Chicago, all desks open."""
    return datetime(2027, 6, 8, 15, 0, tzinfo=UTC)


def give(case: Any, customer: User) -> None:
    """Make a case somebody else's, which no verb does and the database refuses: a world to begin with."""
    with pgtrigger.ignore("cases.Case:whose_it_is_stays"):
        type(case).objects.filter(pk=case.pk).update(customer=customer)


def person(name: str, role: str = Role.CUSTOMER, **fields: Any) -> User:
    """Make somebody who signs in as `<first name>@example.com` with PASSWORD."""
    email = f"{name.split()[0].lower()}@example.com"
    return UserFactory.create(email=email, name=name, role=role, password=_hashed(), **fields)


def _hashed() -> str:
    from django.contrib.auth.hashers import make_password

    global _HASH
    _HASH = _HASH or make_password(PASSWORD)
    return _HASH


_HASH = ""


def company(name: str, plan: str, region: str, **fields: Any) -> Account:
    """Make an account with an instance of every product."""
    account = AccountFactory.create(
        name=name, plan=Plan.objects.get(code=plan), region=Region.objects.get(code=region), **fields
    )
    may = {"version": "2027.5", "released_on": date(2027, 5, 28)}
    Release.objects.bulk_create(
        (ReleaseFactory.build(product=product, **may) for product in Product.objects.all()), ignore_conflicts=True
    )
    Instance.objects.bulk_create(
        InstanceFactory.build(account=account, product=one.product, name=f"{one.product.name} production", release=one)
        for one in Release.objects.filter(version="2027.5").select_related("product").order_by("product")
    )
    return account


def member(user: User, account: Account, *, designated: bool = False, sees_company_cases: bool = True) -> User:
    """Make `user` a member, and where `designated` the application administrator of every product."""
    products = Product.objects.all() if designated else ()
    MembershipFactory.create(account=account, user=user, sees_company_cases=sees_company_cases, administers=products)
    return user


@pytest.fixture
def acme(reference: None) -> Account:
    return company("Acme", "standard", "americas-apac")


@pytest.fixture
def globex(reference: None) -> Account:
    return company("Globex", "platinum", "emea")


@pytest.fixture
def alice(acme: Account) -> User:
    """Customer of Acme, its application administrator for every product."""
    return member(person("Alice Adams", time_zone="America/Chicago"), acme, designated=True)


@pytest.fixture
def bob(acme: Account) -> User:
    """Customer of Acme, designated for nothing."""
    return member(person("Bob Brown", time_zone="America/Chicago"), acme)


@pytest.fixture
def eve(globex: Account) -> User:
    """Customer of Globex, designated; reads French."""
    return member(person("Eve Étienne", language="fr", time_zone="Europe/Paris"), globex, designated=True)


@pytest.fixture
def carl(reference: None) -> User:
    user = person("Carl Care", Role.CONSULTANT_1, time_zone="America/Chicago")
    Team.objects.get(code="customer-care-1").members.add(user)
    return user


@pytest.fixture
def nora(reference: None) -> User:
    user = person("Nora Night", Role.CONSULTANT_2, time_zone="Europe/Berlin")
    Team.objects.get(code="customer-care-2").members.add(user)
    return user


@pytest.fixture
def dora(reference: None) -> User:
    return person("Dora Dispatch", Role.DISPATCHER)


@pytest.fixture
def mona(reference: None) -> User:
    return person("Mona Manager", Role.MANAGER)


@pytest.fixture
def adam(reference: None) -> User:
    return person("Adam Admin", Role.ADMINISTRATOR)


OpenCase = Callable[..., Case]


@pytest.fixture
def open_case(at: datetime) -> OpenCase:
    """Open a case by the verb: `open_case(alice, product="daptiv", severity="critical", at=…)`."""

    def make(
        by: User,
        *,
        product: str = "changepoint",
        severity: str = "major",
        type: str = "defect",
        at: datetime = at,
        account: Account | None = None,
        subject: str = "Time sheets cannot be saved",
        body: str = "Saving ends in an error since this morning.",
        **more: Any,
    ) -> Case:
        chosen = Product.objects.get(code=product)
        home = account or by.accounts.get()
        return lifecycle.open_case(
            by=by,
            at=at,
            account=home,
            product=chosen,
            type=CaseType.objects.get(code=type),
            subject=subject,
            body=body,
            severity=Severity[severity.upper()],
            instance=Instance.objects.filter(account=home, product=chosen).first(),
            **more,
        )

    return make


@pytest.fixture
def case(alice: User, open_case: OpenCase) -> Case:
    """Alice's open case: Changepoint, Major, defect, opened at `at`."""
    return open_case(alice)


@pytest.fixture
def later(at: datetime) -> Callable[..., datetime]:
    """`later(minutes=5)`: an instant after `at`."""
    return lambda **span: at + timedelta(**span)


def signed_in_by(client: Client, *records: dict[str, Any]) -> None:
    """Note in the session of `client` by what it signed in and when, as the sign-in library does."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = list(records)
    session["account_authentication_methods_user"] = session[SESSION_KEY]
    session.save()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which the person is signed in."""

    def make(user: User) -> Client:
        client = Client()
        client.force_login(user)
        signed_in_by(client, {"method": "password", "at": time.time()})
        return client

    return make


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A real SMTP listener, to which the portal sends during the test."""
    with Sink() as listening:
        for name, value in listening.settings().items():
            setattr(settings, name, value)
        yield listening
