"""Which day it is for whoever answers for a product in a region: by it versions are out, supported, and no longer."""

from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from contacts.models import Desk
from sla import compiled
from sla.desk_days import opened_day

if TYPE_CHECKING:
    from contacts.models import Region, User
    from products.models import Product


class DeskDays:
    """The days of all desks at one instant (UTC). One query, at the first question."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    @cached_property
    def _desks(self) -> list[Desk]:
        listed = Desk.objects.in_use().select_related("calendar", "region")
        return list(listed.order_by("region__position", "product__position", "pk"))

    def of(self, product: "Product", region: "Region | None") -> date:
        """Return the last date that the desk of `product` in `region` has opened on.

        Without a region that of the first desk of the product. The desk is that of `Desk.objects.serving`.
        """
        desk = min(self._desks, key=lambda desk: _distance(desk, product.pk, region.pk if region else None))
        return opened_day(compiled.working_time(desk.calendar), self.at)


def _distance(desk: Desk, product: int, region: int | None) -> int:
    """Return how far a desk is from a product in a region, as `DeskQuerySet.serving` has it."""
    if desk.product_id == product:
        return 0 if desk.region.is_worldwide else 1 if desk.region_id == region else 2
    return 3 if desk.region_id == region else 4


def desk_day(product: "Product", region: "Region | None", *, at: datetime) -> date:
    """Return the last date that the desk of `product` in `region` has opened on by `at` (UTC). One query."""
    return DeskDays(at).of(product, region)


def region_of(reader: "User") -> "Region | None":
    """Return the region whose desks answer `reader`: that of their first account; none for one of ours. One query."""
    found = reader.memberships.filter(account__is_active=True).select_related("account__region").order_by("pk").first()
    return found.account.region if found else None
