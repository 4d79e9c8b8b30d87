"""Which versions are supported: the latest and the one before it; on multi-tenant products the latest alone."""

from dataclasses import dataclass
from datetime import date

from products.models import Product, Release


@dataclass(frozen=True, slots=True)
class SupportWindow:
    """The versions covered on a date, newest first; empty for a product whose releases are not recorded."""

    covered: tuple[Release, ...]

    def includes(self, release: Release) -> bool:
        return any(release.pk == one.pk for one in self.covered)


def support_window(product: Product, *, on: date) -> SupportWindow:
    """Return the supported versions of `product` on a date (section on opening a case, last paragraph). One query."""
    count = 2 if product.previous_version_supported else 1
    latest = Release.objects.filter(product=product, released_on__lte=on).order_by("-released_on", "-pk")
    return SupportWindow(tuple(latest[:count]))


def is_covered(product: Product, release: Release | None, *, on: date) -> bool:
    """Say whether a version is supported on a date. Without a version it always runs the latest, which is.

    A product whose releases nobody recorded covers all, so that nobody is refused for a gap in our data.
    """
    if release is None or product.is_continuous:
        return True
    window = support_window(product, on=on)
    return not window.covered or window.includes(release)
