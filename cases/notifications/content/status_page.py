"""What a mail to a subscriber of the status page says, built when it is sent: words in their language, the way out.

Nothing in it is of a case, an account or a person: it is handed the public words of an update and nothing else.
"""

from email.utils import formataddr
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from cases.models import IncidentUpdate, StatusMail
from cases.notifications import compose as notifications
from cases.status_page import subscribers
from contacts.site_address import absolute
from sla.plain_text import trimmed
from sla.time_words import format_long_instant

FOLDER = "cases/status/mail"


def compose(mail: StatusMail) -> EmailMultiAlternatives:
    """Build `mail` as it is to be sent now, text and HTML. Raises Withheld where it must not go out any more."""
    subscriber = mail.subscriber
    notifications.check_address(subscriber.email)
    with translation.override(subscriber.language), timezone.override("UTC"):
        way_out = subscribers.way_out(subscriber)
        context = {"language": subscriber.language, "way_out": _page("leave", way_out)}
        context |= _told(mail.update) if mail.update else _asked(mail)
        built = EmailMultiAlternatives(
            subject=notifications.one_line(render_to_string(f"{FOLDER}/{mail.notice}.subject.txt", context)),
            body=notifications.tidy(render_to_string(f"{FOLDER}/{mail.notice}.txt", context)),
            from_email=formataddr((notifications.house(), notifications.own_address())),
            to=[subscriber.email],
            headers=_headers(mail, _address("leave", way_out)),
        )
        built.attach_alternative(render_to_string(f"{FOLDER}/{mail.notice}.html", context), "text/html")
    return built


def _told(update: IncidentUpdate) -> dict[str, Any]:
    incident = update.incident
    if not incident.is_public:
        raise notifications.Withheld(notifications.Reason.OUTDATED)
    effects = incident.effects.select_related("product").order_by("product__position", "product__name")
    return {
        "title": notifications.one_line(incident.title),
        "state": str(update.row.label),
        "words": trimmed(update.text),
        "when": format_long_instant(update.at),
        "effects": [(effect.product.name, str(effect.get_effect_display())) for effect in effects],
        "is_over": update.row.is_over,
        "url": _page("incident", incident.pk),
    }


def _asked(mail: StatusMail) -> dict[str, Any]:
    subscriber, link = mail.subscriber, subscribers.link_of(mail.subscriber)
    if subscriber.confirmed_at or link is None:
        raise notifications.Withheld(notifications.Reason.OUTDATED)
    names = subscriber.products.order_by("position", "name").values_list("name", flat=True)
    return {
        "url": _page("confirm", link),
        "products": ", ".join(names),
        "until": format_long_instant(subscriber.asked_at + subscribers.LINK_HOLDS),
    }


def _address(name: str, argument: Any) -> str:
    return absolute(reverse(f"status:{name}", args=[argument]))


def _page(name: str, argument: Any) -> str:
    """Return the address of a page in the language of the mail."""
    return f"{_address(name, argument)}?lang={translation.get_language()}"


def _headers(mail: StatusMail, way_out: str) -> dict[str, str]:
    headers = {
        "Message-ID": mail.message_id,
        "Content-Language": mail.subscriber.language,
        "X-Loop": notifications.own_address(),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if mail.update is None:
        return headers
    headers |= {
        "List-Id": f"<status.{notifications.own_address().rpartition('@')[2]}>",
        # One press in the mail program, without a page between: RFC 8058.
        "List-Unsubscribe": f"<{way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    earlier = StatusMail.objects.filter(
        subscriber=mail.subscriber_id, update__incident=mail.update.incident_id, pk__lt=mail.pk
    )
    chain = list(earlier.order_by("pk").values_list("message_id", flat=True)[: notifications.REFERENCES])
    return headers | ({"In-Reply-To": chain[-1], "References": " ".join(chain)} if chain else {})
