"""Which versions are supported: the latest and the one before it; on multi-tenant products the latest alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from products.models import Product, Release


@dataclass(frozen=True, slots=True)
class SupportWindow:
    """The versions covered on a date, newest first; empty for a product whose releases are not recorded."""

    covered: tuple[Release, ...]

    @property
    def latest(self) -> Release | None:
        return self.covered[0] if self.covered else None

    def includes(self, release: Release | None) -> bool:
        """Say whether a version is supported; without a version it always runs the latest, which is.

        A product whose releases nobody recorded covers all, so that nobody is refused for a gap in our data.
        """
        return release is None or not self.covered or any(release.pk == one.pk for one in self.covered)


def support_windows(on: Mapping[Product, date]) -> dict[int, SupportWindow]:
    """Return the supported versions of each product on its date, by id (section on opening a case, end). One query.

    Its date is the last one that the desk has opened on: `contacts/desk_days.py`.
    """
    listed = list(on)
    out = Q(pk__in=[])
    for product, day in on.items():
        out |= Q(product=product, released_on__lte=day)
    rank = Window(RowNumber(), partition_by=F("product"), order_by=[F("released_on").desc(), F("pk").desc()])
    latest = Release.objects.filter(out, is_withdrawn=False).annotate(rank=rank).filter(rank__lte=2)
    releases: dict[int, list[Release]] = {}
    for release in latest.order_by("-released_on", "-pk"):
        releases.setdefault(release.product_id, []).append(release)
    return {
        product.pk: SupportWindow(tuple(releases.get(product.pk, [])[: 2 if product.previous_version_supported else 1]))
        for product in listed
    }


def support_window(product: Product, *, on: date) -> SupportWindow:
    """Return the supported versions of one product on a date. One query."""
    return support_windows({product: on})[product.pk]


def is_covered(product: Product, release: Release | None, *, on: date) -> bool:
    """Say whether a version of `product` is supported on a date. One query at most."""
    return release is None or product.is_continuous or support_window(product, on=on).includes(release)
