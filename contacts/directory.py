"""The directory (Annexe 1) as one reader sees it: how to reach support, their own products and region first."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from django.utils.translation import get_language, to_locale

from contacts.models import Account, Desk, DeskPhone, Instance, Plan, User
from products.models import Product
from sla import compiled, hours


@dataclass(frozen=True, slots=True)
class DeskHours:
    """The hours of a desk in its own zone and, where that differs, in the reader's."""

    now: hours.Now
    zone: str
    week: tuple[hours.Days, ...]
    week_of_reader: tuple[hours.Days, ...] | None
    always: bool
    assumed: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One desk of the directory. `mine` says that it answers for an instance of the reader."""

    desk: Desk
    phones: tuple[tuple[str, DeskPhone], ...]
    hours: DeskHours
    mine: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A product with its desks, the reader's own first."""

    product: Product
    entries: tuple[Entry, ...]
    mine: bool


def sections(reader: User, *, at: datetime) -> list[Section]:
    """Return the whole directory for `reader` as of `at`: their products first, their region's desk first in each."""
    own = _own(reader)
    grouped: dict[Product, list[Entry]] = {}
    desks = Desk.objects.for_directory().in_use().filter(product__is_active=True)
    for desk in desks.order_by("product__position", "region__position"):
        mine = any((desk.product_id, region) in own for region in _regions_served(desk))
        grouped.setdefault(desk.product, []).append(entry(desk, reader, at=at, mine=mine))
    found = [
        Section(product, tuple(sorted(entries, key=lambda one: not one.mine)), any(one.mine for one in entries))
        for product, entries in grouped.items()
    ]
    return sorted(found, key=lambda section: not section.mine)


def entry(desk: Desk, reader: User, *, at: datetime, mine: bool = False) -> Entry:
    """Return one desk as `reader` sees it at `at`. No query where phones were prefetched."""
    phones = sorted(desk.phones.all(), key=lambda phone: phone.position)
    return Entry(
        desk, tuple((country(phone.country), phone) for phone in phones), desk_hours(desk, reader, at=at), mine
    )


def desk_hours(desk: Desk, reader: User, *, at: datetime) -> DeskHours:
    """Return the hours of `desk` in its zone and in the reader's."""
    calendar, working = desk.calendar, compiled.working_time(desk.calendar)
    own, theirs = ZoneInfo(calendar.zone), ZoneInfo(reader.time_zone)
    week = hours.week_ahead(working, own, at=at)
    for_reader = hours.week_ahead(working, theirs, at=at)
    return DeskHours(
        now=hours.now(working, at=at),
        zone=calendar.zone,
        week=week,
        week_of_reader=None if for_reader == week else for_reader,
        always=calendar.round_the_clock,
        assumed=calendar.assumed and reader.works_here,
    )


def emergency_numbers(reader: User) -> list[Plan]:
    """Return the plans whose emergency number `reader` may know: those of their accounts; for our people, all."""
    plans = Plan.objects.filter(has_emergency_phone=True).exclude(emergency_phone="").order_by("position")
    if reader.works_here:
        return list(plans)
    own = Account.objects.filter(memberships__user=reader, is_active=True).values("plan")
    return list(plans.filter(pk__in=own))


def country(code: str) -> str:
    """Return the name of a country in the active language; the code itself where it is unknown."""
    return Locale.parse(to_locale(get_language() or "en")).territories.get(code, code)


def _own(reader: User) -> set[tuple[int, int | None]]:
    instances = Instance.objects.filter(account__memberships__user=reader, account__is_active=True, is_active=True)
    pairs = set(instances.values_list("product", "account__region"))
    return pairs | {(product, None) for product, _region in pairs}


def _regions_served(desk: Desk) -> tuple[int | None, ...]:
    return (None,) if desk.region.is_worldwide else (desk.region_id,)
