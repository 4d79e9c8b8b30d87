"""Automatic closing: the customer is reminded, then the case closes, or is left to its owner where they were not.

`go_on` does what is due to many cases at once, `close_in_silence` to one; both hold the rows and look again under the
lock. Who speaks ends the countdown; here are also the verbs that end it without a word, and begin it anew.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cases import auto_close
from cases.lifecycle.change import Change, changing, finish_all
from cases.models import Case, Message, OutboxMail
from cases.models.case import Channel
from cases.models.closing_rule import MOST_ATTEMPTS
from cases.models.event import HeldBecause
from cases.models.outbox_mail import Delivery
from cases.outbox import recipients
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import User


@dataclass(frozen=True, slots=True)
class Steps:
    """How many customers were reminded, how many cases closed in silence, and how many were left to their owners."""

    reminded: int = 0
    closed: int = 0
    held: int = 0

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(self.reminded + other.reminded, self.closed + other.closed, self.held + other.held)


@dataclass(frozen=True, slots=True)
class _Silence:
    """What a step needs to know of a case: reminders that the relay accepted, and whether the customer spoke."""

    case: Case
    sent: int
    spoke: bool

    @property
    def holds(self) -> str:
        """Why the case may not close by itself, as HeldBecause; "" where it may."""
        rule = self.case.closing_rule
        if self.spoke:
            return HeldBecause.SPOKE.value
        return HeldBecause.NOT_TOLD.value if rule is None or self.sent < rule.wanted_attempts else ""


def keep_open(case: Case, *, by: User, at: datetime, channel: str = Channel.WEB) -> Case:
    """Begin the countdown anew as the customer, who needs more time: the solution stands, to be accepted or refused.

    Raises NotAllowed, IllegalMove (no reminder was sent since they are counted).
    """
    with changing(case, "keep_open", by=by, at=at, channel=channel) as change:
        if change.case.contacted_at is None and change.case.closing_held_at is None:
            raise IllegalMove(_("The days to closing are being counted already."))
        change.set(**auto_close.NOTHING)
        change.happened("kept_open")
    return change.case


def count_again(case: Case, *, by: User, at: datetime) -> Case:
    """Begin the countdown anew, as if the solution were provided at `at`, where the customer was not told enough.

    Raises NotAllowed, IllegalMove (it was not held).
    """
    with changing(case, "count_again", by=by, at=at) as change:
        if change.case.closing_held_at is None:
            raise IllegalMove(_("The days to closing are being counted already."))
        change.set(**auto_close.NOTHING)
        change.happened("countdown_restarted")
    return change.case


def close_in_silence(case: Case, *, by: User | None = None, at: datetime) -> Case:
    """Close a case whose days have passed in silence at `at` (UTC); the customer is told, and how to reopen.

    The house alone does it (`by` None). Raises NotAllowed; IllegalMove where it is not due, a word came, or fewer
    reminders than wanted have been sent.
    """
    if by is not None:
        raise NotAllowed
    with transaction.atomic():
        known = _look([case.pk], at, skip_locked=False)
        if not known or not _is_over(known[0], at) or known[0].holds:
            raise IllegalMove(_("The case does not close by itself yet."))
        _close(known, at)
    return known[0].case


@transaction.atomic
def go_on(ids: Iterable[int], *, at: datetime) -> Steps:
    """Do the next step of those of these cases whose time has come at `at` (UTC).

    A case that somebody else holds is left out, and one that has moved on since it was found.
    """
    known = _look(ids, at, skip_locked=True)
    ended = [one for one in known if _is_over(one, at)]
    going = [one for one in known if not _is_over(one, at)]
    closing, held = [one for one in ended if not one.holds], [one for one in ended if one.holds]
    _remind(going, at)
    _hold(held, at)
    _close(closing, at)
    return Steps(len(going), len(closing), len(held))


def _is_over(one: _Silence, at: datetime) -> bool:
    return one.case.close_at is not None and one.case.close_at <= at


def _look(ids: Iterable[int], at: datetime, *, skip_locked: bool) -> list[_Silence]:
    """Lock these cases and return what is known of those that are due. Five queries."""
    # The lock comes first and alone: what is read below is what the last change left, a customer's word included.
    rows = Case.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(skip_locked=skip_locked)
    locked = list(rows.values_list("pk", flat=True))
    cases = list(
        auto_close.due(at)
        .filter(pk__in=locked)
        .with_followers()
        .prefetch_related("owner__working_hours", "calendar", "critical_calendar", "matrix", "closing_rule")
    )
    found = [case.pk for case in cases]
    spoke = set(
        Message.objects.filter(case__in=found, from_customer=True, at__gt=F("case__countdown_from")).values_list(
            "case", flat=True
        )
    )
    sent = Counter(
        OutboxMail.objects.filter(
            case__in=found,
            notice="contact_attempt",
            recipient=F("case__customer"),  # those who follow the case are told too, and are not who is to answer
            state=Delivery.SENT,
            event__at__gte=F("case__countdown_from"),
        ).values_list("case", flat=True)
    )
    return [_Silence(case, sent[case.pk], case.pk in spoke) for case in sorted(cases, key=lambda case: case.pk)]


def _remind(known: Sequence[_Silence], at: datetime) -> None:
    changes = []
    for one in known:
        change = Change(case=one.case, by=None, at=at, channel=Channel.WEB, concerns_clocks=False)
        change.set(contact_attempts=min(one.case.contact_attempts + 1, MOST_ATTEMPTS), contacted_at=at)
        change.changed |= auto_close.update_countdown(one.case, at=at)
        closes = one.case.close_at.isoformat() if one.case.close_at else None
        change.happened("contact_attempted", number=one.case.contact_attempts, close_at=closes)
        changes.append(change)
    finish_all(changes)


def _hold(known: Sequence[_Silence], at: datetime) -> None:
    reached = recipients.able_to_act([one.case for one in known], at)
    changes = []
    for one in known:
        change = Change(case=one.case, by=None, at=at, channel=Channel.WEB, concerns_clocks=False)
        change.set(closing_held_at=at)
        change.happened("closing_held", held_because=one.holds, sent=one.sent)
        for person, due_at in reached[one.case.pk]:
            change.notify("closing_held", person.pk, due_at=due_at)
        changes.append(change)
    finish_all(changes)


def _close(known: Sequence[_Silence], at: datetime) -> None:
    changes = []
    for one in known:
        rule = one.case.closing_rule
        change = Change(case=one.case, by=None, at=at, channel=Channel.WEB)
        change.move("close_in_silence")
        change.happened("closed_in_silence", days=rule.closing_days if rule else 0, sent=one.sent)
        changes.append(change)
    finish_all(changes)
