"""The timeline as the desk shows it: each entry with the mail that told of it, and what is new to the reader marked."""

from collections.abc import Iterator
from dataclasses import dataclass

from cases.events import KINDS, timeline
from cases.events.timeline import Entry
from cases.lifecycle.time_entries import TOLD_SUCCESS_MANAGER
from cases.models import Case, OutboxMail
from cases.models.outbox_mail import Delivery
from cases.notifications import delivery
from cases.notifications.content import assignment
from cases.outbox import recipients
from contacts.models import User

TO_US = [
    *(kind.code for kind in KINDS.values() if kind.of_clocks),
    *recipients.TO_MANAGERS,
    *assignment.TO_OURS,
    TOLD_SUCCESS_MANAGER,
    recipients.SEVERITY_DECIDED,
]
ICONS = {
    Delivery.DUE: "hourglass",
    Delivery.SENDING: "send",
    Delivery.SENT: "mail",
    Delivery.FAILED: "alert-triangle",
    Delivery.WITHHELD: "ban",
}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and the `mail` that told of it, if any. `is_new`: by another, since the reader began to write."""

    entry: Entry
    mail: OutboxMail | None
    is_new: bool
    is_first_new: bool
    is_latest_word: bool

    @property
    def mail_icon(self) -> str:
        return ICONS[Delivery(self.mail.state)] if self.mail else ""

    @property
    def mail_failed(self) -> bool:
        return self.mail is not None and self.mail.state == Delivery.FAILED

    @property
    def mail_stopped(self) -> bool:
        """Whether it will not leave unless somebody sends it again."""
        return self.mail is not None and self.mail.state in (Delivery.FAILED, Delivery.WITHHELD)

    @property
    def mail_reason(self) -> str:
        """Why it has not been sent, in words for our people."""
        return delivery.explain(self.mail) if self.mail else ""


def lines(case: Case, shown: timeline.Shown, viewer: User, *, seen: int | None) -> list[Line]:
    """Return what is `shown` of `case` for one of ours; what others wrote after the event `seen` is new. One query."""
    events = [entry.event.pk for entry in shown.entries]
    return list(_lines(shown.entries, _mails(case, events), viewer, seen))


def _lines(entries: list[Entry], mails: dict[int, OutboxMail], viewer: User, seen: int | None) -> Iterator[Line]:
    last_word = next((entry for entry in reversed(entries) if entry.said is not None), None)
    any_new = False
    told: set[int] = set()
    for entry in entries:
        new = seen is not None and entry.event.pk > seen and entry.event.actor_id != viewer.pk
        mail = None if entry.event.pk in told else mails.get(entry.event.pk)
        told.add(entry.event.pk)
        yield Line(entry, mail, new, new and not any_new, entry is last_word)
        any_new = any_new or new


def _mails(case: Case, events: list[int]) -> dict[int, OutboxMail]:
    # What clocks tell, and what waits for a manager, goes to several of our own people: no line for each of them, and
    # none for one of them.
    mails = (
        OutboxMail.objects.filter(case=case, event__in=events)
        .exclude(notice__in=TO_US)
        .select_related("recipient")
        .defer("message_id")
        .order_by("pk")
    )
    return {mail.event_id: mail for mail in mails}
