"""The people, accounts and instances of the demo, put into the database from `people.toml` and `accounts.toml`."""

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from contacts.models import Absence, Account, Designation, Instance, Membership, Plan, Region, Team, User
from products import releasing
from products.models import Product, Release

# Everybody's, in the demo only: `load_demo` refuses to make people with a known password anywhere else.
PASSWORD = "lighthouse ferry at noon"

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what the stories name, by key."""

    people: dict[str, User] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict)
    # How many versions an instance stays behind the latest; without an entry it always runs the latest.
    behind: dict[tuple[str, str], int] = field(default_factory=dict)


@cache
def people() -> tuple[dict[str, Any], ...]:
    """Return the rows of `people.toml`."""
    return tuple(tomllib.loads((FOLDER / "people.toml").read_text(encoding="utf-8"))["person"])


def is_there() -> bool:
    """Say whether the demo has been loaded: its people are made with everything else, or not at all."""
    return User.objects.filter(email=people()[0]["email"]).exists()


def assemble(today: date) -> Cast:
    """Make the people, releases, accounts and instances of the demo, as of `today`."""
    facts = tomllib.loads((FOLDER / "accounts.toml").read_text(encoding="utf-8"))
    cast = Cast()
    _hire(cast, today)
    releasing.publish(today - timedelta(days=365), today + timedelta(days=31))
    for code, number in facts["emergency_numbers"].items():
        Plan.objects.filter(code=code, emergency_phone="").update(emergency_phone=number)
    for row in facts["account"]:
        _subscribe(cast, row, today)
    return cast


def _hire(cast: Cast, today: date) -> None:
    password = make_password(PASSWORD)
    for row in people():
        fields = {name: value for name, value in row.items() if name not in ("key", "teams", "away")}
        person = User.objects.create(password=password, **fields)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        for code in row.get("teams", ()):
            Team.objects.get(code=code).members.add(person)
        if "away" in row:
            _send_away(person, row["away"], today)
        cast.people[row["key"]] = person


def _send_away(person: User, days: list[int], today: date) -> None:
    """Let somebody be away from one day to another, counted from today."""
    start = datetime.combine(today, time(0), ZoneInfo(person.time_zone))
    begins, ends = (start + timedelta(days=count) for count in days)
    Absence.objects.create(user=person, starts_at=begins, ends_at=ends)


def _subscribe(cast: Cast, row: dict[str, Any], today: date) -> None:
    account = Account.objects.create(
        name=row["name"],
        plan=Plan.objects.get(code=row["plan"]),
        region=Region.objects.get(code=row["region"]),
        customer_success_manager=cast.people[row["manager"]],
    )
    cast.accounts[row["key"]] = account
    for one in row["member"]:
        membership = Membership.objects.create(
            account=account, user=cast.people[one["who"]], sees_company_cases=one.get("sees_all", True)
        )
        administered = Product.objects.filter(code__in=one.get("administers", ()))
        Designation.objects.bulk_create(Designation(membership=membership, product=one) for one in administered)
    for one in row["instance"]:
        key = (row["key"], one["name"])
        if "behind" in one:
            cast.behind[key] = one["behind"]
        cast.instances[key] = _install(account, one)
        update(cast, key, today)


def _install(account: Account, row: dict[str, Any]) -> Instance:
    fields = {name: row[name] for name in ("name", "deployment", "purpose") if name in row}
    return Instance.objects.create(account=account, product=Product.objects.get(code=row["product"]), **fields)


def update(cast: Cast, key: tuple[str, str], on: date) -> Instance:
    """Put the instance on the version that it ran on a date, and return it."""
    instance = cast.instances[key]
    if key in cast.behind:
        published = Release.objects.filter(product=instance.product_id, released_on__lte=on)
        instance.release = published.order_by("-released_on", "-pk")[cast.behind[key]]
        instance.save(update_fields=["release"])
    return instance
