"""Reading who and where: desks that serve a region, people of an account."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from contacts.models import Desk, Region
    from products.models import Product


class DeskQuerySet(models.QuerySet["Desk"]):
    """Annexe 1, read."""

    def serving(self, product: "Product", region: "Region") -> "Desk":
        """Return the desk that answers for `product` in `region`: the worldwide one where there is one.

        Raises Desk.DoesNotExist where nobody does: a hole in the reference data.
        """
        return self.filter(Q(region=region) | Q(region__is_worldwide=True), product=product).latest(
            "region__is_worldwide"
        )

    def for_directory(self) -> "DeskQuerySet":
        """With what the directory shows of each."""
        return self.select_related("product", "region", "calendar").prefetch_related("phones")
