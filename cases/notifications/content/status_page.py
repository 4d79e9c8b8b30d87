"""What mails to subscribers of the status page say: the public words of an update, nothing of a case or a person."""

from typing import Any

from cases.models import StatusMail
from cases.notifications.headers import one_line
from cases.notifications.withheld import Outdated
from cases.status_page import subscribers
from cases.status_page.addresses import page_address
from sla.plain_text import trimmed
from sla.time_words import format_long_instant


def status_update(mail: StatusMail) -> dict[str, Any]:
    """The public words of an update, and what it is about."""
    update = mail.update
    if update is None:
        raise Outdated
    incident = update.incident
    if not incident.is_public:
        raise Outdated
    effects = incident.effects.select_related("product").order_by("product__position", "product__name")
    return {
        "title": one_line(incident.title),
        "state": str(update.row.label),
        "words": trimmed(update.text),
        "when": format_long_instant(update.at),
        "effects": [(effect.product.name, str(effect.get_effect_display())) for effect in effects],
        "is_over": update.row.is_over,
        "url": page_address("incident", incident.pk),
    }


def status_confirmation(mail: StatusMail) -> dict[str, Any]:
    """The products that were chosen, and the link that confirms, while it holds."""
    subscriber, link = mail.subscriber, subscribers.link_of(mail.subscriber)
    if subscriber.confirmed_at or link is None:
        raise Outdated
    names = subscriber.products.order_by("position", "name").values_list("name", flat=True)
    return {
        "url": page_address("confirm", link),
        "products": ", ".join(names),
        "until": format_long_instant(subscriber.asked_at + subscribers.LINK_HOLDS),
    }
