"""Reading who and where: desks that serve a region, people of an account."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Value, When

if TYPE_CHECKING:
    from contacts.models import Desk, Region
    from products.models import Product


class DeskQuerySet(models.QuerySet["Desk"]):
    """Annexe 1, read."""

    def serving(self, product: "Product", region: "Region") -> "Desk":
        """Return the desk that answers for `product` in `region`: the worldwide one where there is one.

        Where nobody does, the one that stands in: of the product elsewhere, else of the region, else the first of the
        directory; `Desk.stands_in_for` says so. The database keeps one desk at least offered.
        """
        nearness = Case(
            When(product=product, region__is_worldwide=True, then=Value(0)),
            When(product=product, region=region, then=Value(1)),
            When(product=product, then=Value(2)),
            When(region=region, then=Value(3)),
            default=Value(4),
        )
        offered = self.filter(is_offered=True)
        return offered.order_by(nearness, "region__position", "product__position", "pk")[:1].get()

    def in_use(self) -> "DeskQuerySet":
        """Those that were not retired."""
        return self.filter(is_offered=True)

    def for_directory(self) -> "DeskQuerySet":
        """With what the directory shows of each."""
        return self.select_related("product", "region", "calendar").prefetch_related("phones")
