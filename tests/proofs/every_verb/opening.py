"""Opening cases: by customers for themselves, by ours for somebody; who may is predicted from what the world knows."""

from random import Random
from typing import Any

from cases import lifecycle
from cases.models import Case, CaseType
from contacts.models import Account, Instance, User
from products.models import Product
from tests.proofs.every_verb.commitments import TYPES
from tests.proofs.every_verb.table import MAY_OPEN, roles
from tests.proofs.every_verb.world import EXCLUDED_TYPES, TO_ALL, TO_DESIGNATED, Known, World


def draw(world: World, random: Random, by: User, account: Account | None = None) -> dict[str, Any]:
    """Return the arguments of a case that `by` would open, for `account` where one is named."""
    account = account or random.choice((world.acme, world.globex))
    customer = by if by.role == "customer" and random.random() < 0.9 else world.customer_of(random, account)
    product = Product.objects.get(code=random.choice(TO_ALL + TO_DESIGNATED))
    ours = by.role != "customer"
    return {
        "account": account,
        "customer": customer,
        "product": product,
        "type": CaseType.objects.get(code=random.choice(TYPES)),
        "subject": "It does not work",
        "body": "Since this morning.",
        "severity": random.choice((1, 2, 2, 3, 4, None) if ours else (1, 2, 2, 3, 4)),
        "instance": Instance.objects.filter(account=account, product=product).first(),
        "channel": random.choice(("phone", "mail")) if ours else "web",
    }


def is_refused(world: World, by: User, given: dict[str, Any]) -> bool:
    """Predict whether `by` may not open that."""
    customer, account, code = given["customer"], given["account"], given["product"].code
    may = by.is_active and by.role in roles(MAY_OPEN) and (by.role != "customer" or by == customer)
    entitled = customer.is_active and world.belongs(customer, account)
    return not (may and entitled and (code in TO_ALL or world.is_designated(customer, account)))


def opened(case: Case, given: dict[str, Any], world: World) -> Known:
    """Return what is known of a case that was just opened."""
    type = given["type"].code
    covered = not (given["product"].code == "daptiv" and given["account"] == world.globex)
    team, waits = _taken_by(type, given["channel"], covered=covered)
    return Known(
        case=case,
        account=given["account"],
        customer=given["customer"],
        product=given["product"].code,
        type=type,
        severity=given["severity"] or 3,
        provisional=given["severity"] is None,
        covered=covered,
        team=team,
        waits=waits,
        exclusion=EXCLUDED_TYPES.get(type) or (None if covered else "unsupported_version"),
    )


def _taken_by(type: str, channel: str, *, covered: bool) -> tuple[str, bool]:
    """Return whose team a new case goes to, and whether the house hands it to one of them by itself."""
    if type == "cloud_operations":
        return "cloud-operations", False
    if not covered:
        return "product-management", False
    return "customer-care-1", channel == "mail"


def act(attempt_by: User, at: Any, given: dict[str, Any]) -> Case:
    return lifecycle.open_case(by=attempt_by, at=at, **given)
