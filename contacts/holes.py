"""Where a product has no desk in a region: legal, never lost, and told to managers. Who stands in: `querysets.py`."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from contacts.models import Account, Desk, Region
from products.models import Product


@dataclass(frozen=True, slots=True)
class Hole:
    """A product that is offered and a region in which nobody is listed for it, and the desk that stands in."""

    product: Product
    region: Region
    stands_in: Desk

    def __str__(self) -> str:
        words = {"product": self.product, "region": self.region, "desk": self.stands_in}
        return (
            _("No desk is listed for %(product)s in %(region)s: %(desk)s stands in, dispatchers get the cases.") % words
        )


def holes() -> list[Hole]:
    """Return the holes of the directory, for regions that are offered or have accounts. Few queries without holes."""
    accounts = Account.objects.filter(region=OuterRef("pk"), is_active=True)
    regions = Region.objects.filter(Q(is_offered=True, is_worldwide=False) | Exists(accounts)).order_by("position")
    listed = list(Desk.objects.in_use().values_list("product", "region", "region__is_worldwide"))
    served = {(product, region) for product, region, _is_worldwide in listed}
    worldwide = {product for product, _region, is_worldwide in listed if is_worldwide}
    products = Product.objects.filter(is_active=True).exclude(pk__in=worldwide).order_by("position")
    desks = Desk.objects.select_related("product", "region")
    return [
        Hole(product, region, desks.serving(product, region))
        for product in products
        for region in regions
        if (product.pk, region.pk) not in served
    ]
