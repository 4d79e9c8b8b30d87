"""By which channels an account reaches support for a product, and when each is there (section on opening a case)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.models import Account, Desk
from products.models import Product
from sla import compiled
from sla.matrices import Severity


class Way(StrEnum):
    """A channel, as the service description lists them."""

    WEB = "web"
    PHONE = "phone"
    MAIL = "mail"
    CHAT = "chat"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class WayIn:
    """One channel: whether it can be used at the instant asked, why not, and where it leads (number, address, page)."""

    way: Way
    usable: bool
    words: str | Promise
    addresses: tuple[str, ...] = ()


def ways_in(account: Account, desk: Desk, *, severity: int | None = None, at: datetime) -> tuple[WayIn, ...]:
    """Return the channels by which `account` reaches `desk`, the one that serves it, at `at` (UTC), the portal first.

    Chat keeps the desk's hours and exists for two products; the emergency number is for Critical outside those hours,
    on plans that have one, and is named to nobody else. One query, for the telephone numbers.
    """
    is_open = compiled.working_time(desk.calendar).is_open(at)
    found = [WayIn(Way.WEB, True, _("Here, at any hour."))]
    numbers = tuple(phone.number for phone in sorted(desk.phones.all(), key=lambda phone: phone.position))
    if numbers:
        found.append(WayIn(Way.PHONE, True, _("By telephone, at any hour."), numbers))
    if desk.email:
        found.append(WayIn(Way.MAIL, True, _("By e-mail, at any hour."), (desk.email,)))
    if desk.product.has_chat:
        found.append(_chat(desk.product, is_open))
    emergency = _emergency(account, severity, is_open)
    return tuple(found + ([emergency] if emergency else []))


def _chat(product: Product, is_open: bool) -> WayIn:
    page = (product.chat_url,) if product.chat_url else ()
    if not is_open:
        return WayIn(Way.CHAT, False, _("The chat is there in business hours."), page)
    return WayIn(Way.CHAT, True, _("By chat, now.") if page else _("By chat inside the product, now."), page)


def _emergency(account: Account, severity: int | None, is_open: bool) -> WayIn | None:
    number = account.plan.emergency_phone
    if not account.plan.has_emergency_phone or not number:
        return None
    if severity != Severity.CRITICAL:
        return WayIn(Way.EMERGENCY, False, _("Your emergency number is for Critical cases."))
    if is_open:
        return WayIn(Way.EMERGENCY, False, _("Your emergency number is for the time outside business hours."))
    return WayIn(Way.EMERGENCY, True, _("Critical outside business hours: your emergency number."), (number,))
