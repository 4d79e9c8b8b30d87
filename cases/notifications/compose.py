"""What a mail says, built when it is sent: words in the recipient's language and zone, headers, who may still get it.

One template a notice under `templates/cases/mail/`; reads public words only, never a note.
"""

import unicodedata
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import models
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.audience import who_else_sees
from cases.commitments.promised_times import lines
from cases.models import Attachment, Case, Event, OutboxMail
from cases.models.event import ClosingReason
from cases.notifications.content import assignment, closing, commitments, incidents, releases, time_entries
from cases.notifications.content import relations as tidying_news
from cases.notifications.content import severity as severity_news
from cases.told_times import say_time
from contacts.models import Desk, User
from sla.plain_text import clean_line, clean_text, trimmed

FOLDER = "cases/mail"
REFERENCES = 20
NAMED = 5
# A mail is no place for a log of megabytes; the page of the case has the whole.
MOST_WORDS = 20_000
_JOINERS = "\u200c\u200d"  # invisible, but they belong to words and pictures


class Reason(models.TextChoices):
    """Why a mail is withheld."""

    INACTIVE = "inactive", gettext_lazy("The recipient may no longer sign in.")
    OUT_OF_SIGHT = "out_of_sight", gettext_lazy("The recipient may no longer see this case.")
    NO_ADDRESS = "no_address", gettext_lazy("This is no address that a mail can be sent to.")
    OUR_OWN = "our_own", gettext_lazy("The address is one of ours: a mail to it would come back to us.")
    UNFOLLOWED = "unfollowed", gettext_lazy("The recipient no longer follows this case.")
    OUTDATED = "outdated", gettext_lazy("What the mail tells was no longer so when it would have been sent.")


class Withheld(Exception):
    """This mail must not reach its recipient any more."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.label)
        self.reason = reason


CLOSED_BECAUSE = {
    ClosingReason.CONFIRMED: gettext_lazy("You told us that the problem is solved."),
    ClosingReason.WITHDRAWN: gettext_lazy("The request was withdrawn."),
    ClosingReason.DUPLICATE: gettext_lazy("Another case is about the same problem; we go on working there."),
}


def compose(mail: OutboxMail) -> EmailMultiAlternatives:
    """Build `mail` as it is to be sent now, text and HTML. Raises Withheld where its recipient may no longer get it."""
    recipient = mail.recipient
    case = _case_for(recipient, mail)
    with _speaking_to(recipient):
        context = _context(mail, case)
        built = EmailMultiAlternatives(
            subject=one_line(_subject(mail.notice, context)),
            body=tidy(render_to_string(f"{FOLDER}/{mail.notice}.txt", context)),
            from_email=_sender(mail.event),
            to=[formataddr((one_line(recipient.name), recipient.email))],
            headers=_headers(mail),
        )
        built.attach_alternative(render_to_string(f"{FOLDER}/{mail.notice}.html", context), "text/html")
    return built


def one_line(text: str) -> str:
    """Return `text` fit for a header: one line, no control or direction signs, nothing that reads as encoded."""
    kept = ("" if _is_hidden(sign) else sign for sign in clean_line(text))
    return " ".join("".join(kept).replace("=?", "= ?").split())


def _is_hidden(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign not in _JOINERS


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


def check_address(email: str) -> None:
    """Raise Withheld where no mail may go to `email`: it is no address, or one of ours, and would come back."""
    try:
        validate_email(email)
    except ValidationError:
        raise Withheld(Reason.NO_ADDRESS) from None
    if email.lower() == own_address().lower() or Desk.objects.filter(email__iexact=email).exists():
        raise Withheld(Reason.OUR_OWN)


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
        "url": settings.SITE_URL.rstrip("/") + page,
        "actor": one_line(event.actor.name) if event.actor else "",
        "by_reader": event.actor_id == mail.recipient_id,
        "when": say_time(event.at),
        "words": said[:MOST_WORDS],
        "is_cut": len(said) > MOST_WORDS,
        "files": Attachment.objects.filter(message=message).count() if message else 0,
    }
    context |= _for_follower(mail, case)
    own = _OWN_CONTEXT.get(mail.notice)
    try:
        return context | (own(mail, case) if own else {})
    except commitments.Outdated:
        raise Withheld(Reason.OUTDATED) from None


def _for_follower(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Say to who follows the case whose mail it is, and where that ends. Raises Withheld where it has ended."""
    if not tidying_news.is_for_follower(mail, case):
        return {"follows": False}
    if not tidying_news.still_follows(mail.recipient, case):
        raise Withheld(Reason.UNFOLLOWED)
    return {"follows": True, **tidying_news.follower(mail, case)}


def _acknowledged(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Number and promised times, and who else sees the case. Nothing that the sender wrote: see docs/notifications.md."""
    promised = lines(case, case.commitments.all(), at=mail.event.at)
    colleagues = [one_line(person.name) for person in who_else_sees(case, mail.recipient, limit=500)]
    return {
        "words": "",
        "promises": [
            {"label": line.label, "when": say_time(line.due_at) if line.due_at else "", "words": line.words}
            for line in promised
            if line.due_at or line.words
        ],
        "exclusion": case.exclusion.explanation if case.exclusion else "",
        "colleagues": ", ".join(colleagues[:NAMED]),
        "more_colleagues": max(len(colleagues) - NAMED, 0),
    }


def _closed(mail: OutboxMail, case: Case) -> dict[str, Any]:
    reason = mail.event.data.get("reason", "")
    return {
        "accepted": mail.event.kind == "solution_accepted",
        "reason": str(CLOSED_BECAUSE.get(reason, "")),
        "in_silence": mail.event.kind == "closed_in_silence",
    }


_OWN_CONTEXT = {
    "acknowledgement": _acknowledged,
    "closed": _closed,
    "severity_changed": commitments.severity_changed,
    "date_agreed": commitments.date_agreed,
    "agreed_date_withdrawn": commitments.agreed_date_withdrawn,
    "at_risk": commitments.at_risk,
    "breached": commitments.breached,
    "severity_approved": severity_news.approved,
    "severity_declined": severity_news.declined,
    "severity_decided": severity_news.decided,
    "severity_requested": severity_news.asked,
    "severity_reminder": severity_news.asked,
    "opened_critical": severity_news.opened,
    "contact_attempt": closing.contact_attempt,
    "closing_held": closing.closing_held,
    "dispatched": assignment.dispatched,
    "dispatch_failed": assignment.dispatch_failed,
    "transferred": assignment.transferred,
    "consulting_referred": assignment.consulting_asked,
    "consulting_asked": assignment.consulting_asked,
    "consulting_unattended": assignment.consulting_asked,
    "consulting_answered": assignment.consulting_answered,
    "consulting_recorded": assignment.consulting_answered,
    "assistance_told": time_entries.told,
    "assistance_billed": time_entries.told,
    "root_cause_reported": commitments.root_cause,
    "root_cause_corrected": commitments.root_cause,
    "incident_told": incidents.told,
    "merged": tidying_news.merged,
    "absorbed": tidying_news.absorbed,
    "unmerged": tidying_news.unmerged,
    "fix_released": releases.fix_released,
}


def _subject(notice: str, context: dict[str, Any]) -> str:
    # All mails about a case share one subject, so that a mail program shows them as one thread.
    return select_template([f"{FOLDER}/{notice}.subject.txt", f"{FOLDER}/subject.txt"]).render(context)


def tidy(text: str) -> str:
    """Return `text` without the empty lines that template tags leave."""
    rows = [row.rstrip() for row in trimmed(clean_text(text)).split("\n")]
    kept = [row for place, row in enumerate(rows) if row or (place and rows[place - 1])]
    return "\n".join(kept) + "\n"


def own_address() -> str:
    """Return the address that the house sends from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def house() -> str:
    """Return the name that the house sends under."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Customer Care"


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
