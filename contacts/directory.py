"""The directory (Annexe 1) as one reader sees it: how to reach support, their own products and region first."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from django.utils.translation import get_language, to_locale

from contacts.models import Account, Desk, DeskPhone, Instance, Plan, Region, User
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
    """A product with its desks, the reader's own first.

    `stands_in`: the desk that takes the reader's cases where none is listed for the product in their region.
    """

    product: Product
    entries: tuple[Entry, ...]
    mine: bool
    stands_in: Entry | None = None


def sections(reader: User, *, at: datetime) -> list[Section]:
    """Return the whole directory for `reader` as of `at`: their products first, their region's desk first in each."""
    own = _own(reader)
    grouped: dict[Product, list[Entry]] = {}
    served: set[tuple[int, int | None]] = set()
    desks = Desk.objects.for_directory().in_use().filter(product__is_active=True)
    for desk in desks.order_by("product__position", "region__position"):
        served |= {(desk.product_id, region) for region in _regions_served(desk)}
        mine = any((desk.product_id, region) in own for region in _regions_served(desk))
        grouped.setdefault(desk.product, []).append(entry(desk, reader, at=at, mine=mine))
    standing_in = _standing_in(own, served, reader, at)
    grouped |= {product: [] for product in standing_in if product not in grouped}
    found = []
    for product, entries in grouped.items():
        mine, other = any(one.mine for one in entries), standing_in.get(product)
        own_first = tuple(sorted(entries, key=lambda one: not one.mine))
        found.append(Section(product, own_first, mine or other is not None, other))
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


def _standing_in(
    own: set[tuple[int, int | None]], served: set[tuple[int, int | None]], reader: User, at: datetime
) -> dict[Product, Entry]:
    """Return the products of the reader that no desk is listed for in their region, each with who stands in."""
    holes = {pair for pair in own - served if pair[1] is not None and (pair[0], None) not in served}
    if not holes:
        return {}
    products = Product.objects.filter(is_active=True).in_bulk({product for product, _region in holes})
    regions = Region.objects.in_bulk({region for _product, region in holes if region})
    desks = Desk.objects.for_directory()
    return {
        products[product]: entry(desks.serving(products[product], regions[region]), reader, at=at)
        for product, region in sorted(holes, key=str)
        if product in products and region
    }


def _regions_served(desk: Desk) -> tuple[int | None, ...]:
    return (None,) if desk.region.is_worldwide else (desk.region_id,)
