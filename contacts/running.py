"""What accounts run, and how each version is supported."""

from dataclasses import dataclass
from datetime import datetime

from contacts.desk_days import DeskDays
from contacts.models import Account, Instance, User
from products.models import Product, Release
from products.support_window import SupportWindow, support_windows


@dataclass(frozen=True, slots=True)
class Running:
    """One instance; `covered` whether its version is supported at the time asked; `latest` the newest version then."""

    instance: Instance
    covered: bool
    latest: Release | None

    @property
    def account(self) -> Account:
        return self.instance.account

    @property
    def is_latest(self) -> bool:
        release = self.instance.release
        return release is None or self.latest is None or release.pk == self.latest.pk


def instances(reader: User, *, at: datetime, product: Product | None = None) -> list[Running]:
    """Return the instances of the reader's accounts with their support at `at` (UTC), by account and product.

    By the day of the desk of each. For one of ours nothing: they have no account. Three queries, and one for each
    further region of the accounts.
    """
    found = Instance.objects.filter(account__memberships__user=reader, account__is_active=True, is_active=True)
    if product is not None:
        found = found.filter(product=product)
    listed = list(
        found.select_related("account__region", "product", "release__product").order_by(
            "account__name", "product__position", "purpose", "name"
        )
    )
    days = DeskDays(at)
    windows: dict[int, dict[int, SupportWindow]] = {}
    for region in {one.account.region for one in listed}:
        asked = {one.product for one in listed if one.account.region == region}
        windows[region.pk] = support_windows({product: days.of(product, region) for product in asked})
    return [_running(one, windows[one.account.region_id][one.product_id]) for one in listed]


def _running(instance: Instance, window: SupportWindow) -> Running:
    return Running(instance, window.includes(instance.release), window.latest)
