"""The mail about a case, built when it is sent: in the recipient's language and zone, with headers, if they may get it.

A notice has templates of its name in `templates/cases/mail/` and a function of its name in `content/`. Public words
only, never a note.
"""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formataddr
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cases.models import Attachment, Case, Event, OutboxMail
from cases.notifications import followers
from cases.notifications.content import content_functions
from cases.notifications.headers import REFERENCES, check_address, house, one_line, own_address, tidy
from cases.notifications.withheld import Reason, Withheld
from contacts.models import User
from contacts.site_address import absolute
from sla.plain_text import trimmed
from sla.time_words import format_long_instant

FOLDER = "cases/mail"
# A mail is no place for a log of megabytes; the page of the case has the whole.
MOST_WORDS = 20_000
# Of what all notices say, what one of them may say in its own way: which words, files and page it is about, and which
# severity. Number, subject, account and reader are those of the case, whatever the notice.
REPLACED = {"words", "files", "url", "severity"}


def compose(mail: OutboxMail) -> EmailMultiAlternatives:
    """Build `mail` as it is to be sent now, text and HTML. Raises Withheld where its recipient may no longer get it."""
    recipient = mail.recipient
    case = _case_for(recipient, mail)
    with _speaking_to(recipient):
        context = _context(mail, case)
        built = EmailMultiAlternatives(
            subject=one_line(f"[{case.number}] {_subject(mail.notice, context)}"),
            body=tidy(render_to_string(f"{FOLDER}/{mail.notice}.txt", context)),
            from_email=_sender(mail.event),
            to=[formataddr((one_line(recipient.name), recipient.email))],
            headers=_headers(mail),
        )
        built.attach_alternative(render_to_string(f"{FOLDER}/{mail.notice}.html", context), "text/html")
    return built


def _case_for(recipient: User, mail: OutboxMail) -> Case:
    """Return the case as its recipient may see it now: what was so when the mail was put out no longer counts."""
    if not recipient.is_active:
        raise Withheld(Reason.INACTIVE)
    check_address(recipient.email)
    seen = Case.objects.visible_to(recipient).select_related("account", "product", "exclusion", "owner")
    case = seen.filter(pk=mail.case_id).first()
    if case is None:
        raise Withheld(Reason.OUT_OF_SIGHT)
    return case


@contextmanager
def _speaking_to(reader: User) -> Iterator[None]:
    try:
        zone = zoneinfo.ZoneInfo(reader.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        zone = zoneinfo.ZoneInfo("UTC")
    with translation.override(reader.language), timezone.override(zone):
        yield


def _context(mail: OutboxMail, case: Case) -> dict[str, Any]:
    event, message = mail.event, mail.event.message
    said = trimmed(message.body) if message else ""
    # Plain words and numbers only: a template that is handed no object can read nothing that is not for its reader.
    ours = mail.recipient.works_here
    page = reverse("desk:case" if ours else "portal:case", args=[case.number])
    context = {
        "reader": one_line(mail.recipient.name),
        "language": mail.recipient.language,
        "zone": timezone.get_current_timezone_name(),
        "number": case.number,
        "subject": one_line(case.subject),
        "product": case.product.name,
        "account": one_line(case.account.name),
        "severity": str(case.get_severity_display()),
        "status": str(case.state.label if ours else case.state.for_customer),
        "url": absolute(page),
        "actor": one_line(event.actor.name) if event.actor else "",
        "by_reader": event.actor_id == mail.recipient_id,
        "when": format_long_instant(event.at),
        "words": said[:MOST_WORDS],
        "is_cut": len(said) > MOST_WORDS,
        "files": Attachment.objects.filter(message=message).count() if message else 0,
    }
    return context | _own(followers.content(mail, case) | content_functions()[mail.notice](mail, case), context)


def _own(content: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Return what one notice says beside what all say. Raises ValueError where it would say otherwise what is fixed."""
    if taken := content.keys() & context.keys() - REPLACED:
        raise ValueError(f"A notice has words of its own for {', '.join(sorted(taken))}.")
    return content


def _subject(notice: str, context: dict[str, Any]) -> str:
    # All mails about a case share one subject, so that a mail program shows them as one thread.
    return select_template([f"{FOLDER}/{notice}.subject.txt", f"{FOLDER}/subject.txt"]).render(context)


def _sender(event: Event) -> str:
    if _is_automatic(event) or event.actor is None:
        return formataddr((house(), own_address()))
    name = _("%(name)s at %(house)s") % {"name": one_line(event.actor.get_short_name()), "house": house()}
    return formataddr((name, own_address()))


def _is_automatic(event: Event) -> bool:
    """Whether no human of ours wrote this mail: an acknowledgement, or a confirmation of what a customer did."""
    return event.kind == "opened" or event.actor is None or not event.actor.works_here


def _headers(mail: OutboxMail) -> dict[str, str]:
    headers = {
        "Message-ID": mail.message_id,
        "Content-Language": mail.recipient.language,
        "X-Loop": own_address(),
    }
    earlier = OutboxMail.objects.filter(case=mail.case_id, recipient=mail.recipient_id, pk__lt=mail.pk)
    chain = list(earlier.order_by("pk").values_list("message_id", flat=True))
    if chain:
        known = chain if len(chain) <= REFERENCES else [chain[0], *chain[-REFERENCES:]]
        headers |= {"In-Reply-To": chain[-1], "References": " ".join(known)}
    if _is_automatic(mail.event):
        answers = mail.event.actor is not None
        headers |= {
            "Auto-Submitted": "auto-replied" if answers else "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
    return headers
