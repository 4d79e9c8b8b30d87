"""Who may open a case for what, and why not, in words for the customer (section on opening a case)."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Account, Designation, Instance, Membership, User
from products.models import Product


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether a person may open a case; where not, why, and which colleagues may."""

    allowed: bool
    reason: str | Promise = ""
    colleagues: tuple[User, ...] = field(default=())


class NotEntitled(Exception):
    """The person may not open a case for this product; `verdict` says why and who may."""

    def __init__(self, verdict: Entitlement) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


YES = Entitlement(allowed=True)


def may_open(user: User, account: Account, product: Product) -> Entitlement:
    """Say whether `user`, a customer, may open a case of `account` for `product`. One query; another for colleagues."""
    if not account.is_active:
        return Entitlement(False, _("This account has no support contract at the moment."))
    runs = Instance.objects.filter(account=account, product=product, is_active=True)
    designations = Designation.objects.filter(membership=OuterRef("pk"), product=product)
    found = Membership.objects.filter(account=account, user=user)
    membership = found.annotate(runs_it=Exists(runs), is_designated=Exists(designations)).first()
    if membership is None or not user.is_active:
        return Entitlement(False, _("You do not belong to this account."))
    if not product.is_active:
        return Entitlement(False, _("Support for this product has ended."))
    if not membership.runs_it:
        return Entitlement(False, _("Your company has no instance of this product."))
    if product.needs_designation and not membership.is_designated:
        return Entitlement(
            False,
            _("For this product, cases are opened by the application administrators whom your company has named."),
            administrators(account, product),
        )
    return YES


def administrators(account: Account, product: Product) -> tuple[User, ...]:
    """Return the people whom `account` has named application administrators of `product`, by name."""
    designated = Designation.objects.filter(
        product=product, membership__account=account, membership__user__is_active=True
    ).select_related("membership__user")
    return tuple(sorted((row.membership.user for row in designated), key=lambda person: person.name))


@dataclass(frozen=True, slots=True)
class Choice:
    """A product that the new-case form offers to a person for one account."""

    account: Account
    product: Product
    instances: tuple[Instance, ...]
    verdict: Entitlement


def choices(user: User) -> list[Choice]:
    """Return every product of every account of `user`, open to them or not, in the order of the products."""
    instances = (
        Instance.objects.filter(account__memberships__user=user, account__is_active=True, is_active=True)
        .select_related("account__plan", "account__region", "product", "release")
        .order_by("account__name", "product__position", "purpose", "name")
    )
    grouped: dict[tuple[int, int], list[Instance]] = {}
    for instance in instances:
        grouped.setdefault((instance.account_id, instance.product_id), []).append(instance)
    named = set(Designation.objects.filter(membership__user=user).values_list("membership__account", "product"))
    return [_choice(user, tuple(group), named) for group in grouped.values()]


def _choice(user: User, instances: tuple[Instance, ...], named: set[tuple[int, int]]) -> Choice:
    account, product = instances[0].account, instances[0].product
    plain = product.is_active and (not product.needs_designation or (account.pk, product.pk) in named)
    return Choice(account, product, instances, YES if plain else may_open(user, account, product))
