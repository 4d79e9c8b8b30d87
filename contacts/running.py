"""What accounts run, and how each version is supported."""

from dataclasses import dataclass
from datetime import date

from contacts.models import Account, Instance, User
from products.models import Product, Release
from products.support_window import support_windows


@dataclass(frozen=True, slots=True)
class Running:
    """One instance; `covered` whether its version is supported on the date asked; `latest` the newest version then."""

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


def instances(reader: User, *, on: date, product: Product | None = None) -> list[Running]:
    """Return the instances of the reader's accounts with their support on a date, by account and product.

    For one of ours nothing: they have no account. Two queries.
    """
    found = Instance.objects.filter(account__memberships__user=reader, account__is_active=True, is_active=True)
    if product is not None:
        found = found.filter(product=product)
    listed = list(
        found.select_related("account", "product", "release__product").order_by(
            "account__name", "product__position", "purpose", "name"
        )
    )
    windows = support_windows({one.product for one in listed}, on=on)
    return [
        Running(one, windows[one.product_id].includes(one.release), windows[one.product_id].latest) for one in listed
    ]
