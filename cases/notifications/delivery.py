"""Sending what waits in the outbox: claim one, build it, hand it to the relay, write down what became of it.

At least once, with the same Message-ID (docs/decisions/outbox.md). What a mail says is in
`cases/notifications/compose.py`, and for subscribers of the status page in
`cases/notifications/subscriber_mails.py`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPNotSupportedError, SMTPRecipientsRefused, SMTPResponseException
from types import ModuleType

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError

from cases import enqueue
from cases.models import OutboxMail, StatusMail
from cases.notifications import compose, subscriber_mails
from cases.notifications.headers import one_line
from cases.notifications.withheld import Reason, Withheld
from cases.outbox import mails
from contacts import sign_in_outbox
from contacts.models import SignInMail
from contacts.models.mail_delivery import Delivery

log = structlog.get_logger()

PASS = 20
# After the n-th refusal for now; the last comes 48 hours after the first.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 10, 30, 120, 360, 900, 1440))
# A relay that does not answer is no fault of a mail, and costs it no attempt: soon again, as soon as it answers.
RELAY_PAUSE, RELAY_PAUSE_LATER, RELAY_PATIENCE = timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=10)
SERVICE_NOT_AVAILABLE = 421

Tally = Counter[Delivery]
Mail = OutboxMail | StatusMail | SignInMail


@dataclass(frozen=True, slots=True)
class Box:
    """One of the outboxes: its table, what of a mail is read with it, which module builds it, when it was put out.

    Where it keeps none, a row goes once it is sent, or never will be.
    """

    letters: type[Mail]
    joins: tuple[str, ...]
    words: ModuleType
    since: str
    keeps: bool = True

    def load(self, pk: int) -> Mail:
        rows = self.letters._default_manager.all()
        return (rows.select_related(*self.joins) if self.joins else rows).get(pk=pk)


# In this order: who waits before the sign-in page comes first, and what is said to one person about their case never
# waits for what is said to thousands.
BOXES = (
    Box(SignInMail, (), sign_in_outbox, "put_at", keeps=False),
    Box(OutboxMail, ("recipient", "event__actor", "event__message"), compose, "event__at"),
    Box(StatusMail, ("subscriber", "update__incident"), subscriber_mails, "put_at"),
)


def deliver(at: datetime, limit: int = PASS) -> Tally:
    """Send up to `limit` mails due at `at` (UTC) over one connection; return how many went into which state.

    Nothing counted means that nothing more is due at `at`. Safe to run several times at once.
    """
    done: Tally = Counter()
    sign_in_outbox.forget_expired(at)
    boxes = [box for box in BOXES if mails.waits(at, box.letters)]
    if not boxes:
        return done
    relay = get_connection()
    try:
        while done.total() < limit:
            try:
                relay.open()
            except OSError as problem:
                done[Delivery.DUE] += _postpone_all(at, problem)
                break
            claimed = next(((box, ids[0]) for box in boxes if (ids := mails.claim(at, letters=box.letters))), None)
            if claimed is None:
                break
            box, pk = claimed
            state, line_holds = _attend(pk, relay, at, box)
            done[state] += 1
            if not line_holds:
                break
    finally:
        _hang_up(relay)
    return +done


def deliver_all(at: datetime, most: int | None = None) -> Tally:
    """Send all that is due at `at` (UTC), pass after pass; stop after about `most` mails where it is given."""
    total: Tally = Counter()
    while (most is None or total.total() < most) and (passed := deliver(at)):
        total += passed
    return total


def send_again(mail: Mail, *, at: datetime) -> bool:
    """Make a mail that failed or was withheld due at `at` (UTC), with its old Message-ID. Return whether it was one."""
    stopped = type(mail)._default_manager.filter(pk=mail.pk, state__in=[Delivery.FAILED, Delivery.WITHHELD])
    changed = stopped.update(state=Delivery.DUE, due_at=at, claimed_at=None, attempts=0, error="")
    if changed:
        enqueue.deliver_outbox()
    return bool(changed)


def explain(mail: Mail) -> str:
    """Say for our people why a mail has not been sent: the reason we withhold it, or what the relay said."""
    if mail.state == Delivery.WITHHELD and mail.error in Reason.values:
        return str(Reason(mail.error).label)
    return mail.error


def _attend(pk: int, relay: BaseEmailBackend, at: datetime, box: Box) -> tuple[Delivery, bool]:
    """Send one claimed mail and settle its row; return its state and whether the relay is still there."""
    mail = box.load(pk)
    if mail.attempts > mails.MAX_ATTEMPTS:
        # Whoever began it never came back, again and again: it may be the mail itself that kills them.
        return _settle(mail, Delivery.FAILED, box, error="the worker died at every attempt"), True
    try:
        relay.send_messages([box.words.compose(mail)])
    except DatabaseError:
        raise
    except Withheld as refusal:
        return _settle(mail, Delivery.WITHHELD, box, error=refusal.reason), True
    except Exception as problem:
        if not isinstance(problem, OSError):
            log.exception("mail_not_built", mail=pk)
        return _refused(mail, problem, at, box), _line_holds(problem)
    return _sent(mail, at, box), True


def _sent(mail: Mail, at: datetime, box: Box) -> Delivery:
    # A success always counts, also where another worker meanwhile believed this one dead.
    unsent = type(mail)._default_manager.filter(pk=mail.pk).exclude(state=Delivery.SENT)
    if box.keeps:
        unsent.update(state=Delivery.SENT, sent_at=at, error="")
    else:
        unsent.delete()
    log.info("mail_sent", mail=mail.pk, notice=mail.notice, waited=(at - mail.put_at).total_seconds())
    return Delivery.SENT


def _refused(mail: Mail, problem: Exception, at: datetime, box: Box) -> Delivery:
    words = _format_problem(problem)
    if _is_final(problem) or mail.attempts >= mails.MAX_ATTEMPTS:
        return _settle(mail, Delivery.FAILED, box, error=words)
    return _settle(mail, Delivery.DUE, box, error=words, due_at=at + PAUSES[mail.attempts - 1])


def _settle(mail: Mail, state: Delivery, box: Box, *, error: str, due_at: datetime | None = None) -> Delivery:
    # Only while the claim is still ours: another worker may have sent it since.
    ours = type(mail)._default_manager.filter(pk=mail.pk, state=Delivery.SENDING, claimed_at=mail.claimed_at)
    if box.keeps or state == Delivery.DUE:
        ours.update(state=state, error=error, due_at=due_at or mail.due_at)
    else:
        ours.delete()
    log.warning(
        "mail_not_sent", mail=mail.pk, notice=mail.notice, state=state.value, attempts=mail.attempts, error=error
    )
    return state


def _postpone_all(at: datetime, problem: OSError) -> int:
    """Put off every mail due at `at` because the relay does not answer; return how many."""
    words, waiting = _format_problem(problem), 0
    for box in BOXES:
        due = box.letters._default_manager.filter(state=Delivery.DUE, due_at__lte=at)
        old = due.filter(**{f"{box.since}__lte": at - RELAY_PATIENCE})
        waiting += old.update(due_at=at + RELAY_PAUSE_LATER, error=words)
        waiting += due.update(due_at=at + RELAY_PAUSE, error=words)
    log.error("mail_relay_down", waiting=waiting, error=words)
    return waiting


def _hang_up(relay: BaseEmailBackend) -> None:
    try:
        relay.close()
    except OSError:
        log.info("mail_relay_hung_up_first")


def _answer(problem: Exception) -> tuple[int, str] | None:
    """Return the code and words with which the relay refused, None where it did not answer."""
    said: bytes | str
    if isinstance(problem, SMTPRecipientsRefused):
        code, said = next(iter(problem.recipients.values()))
    elif isinstance(problem, SMTPResponseException):
        code, said = problem.smtp_code, problem.smtp_error
    else:
        return None
    return code, said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _is_final(problem: Exception) -> bool:
    """Say whether trying again would bring the same: a refusal for good (5xx), or an address that cannot be written."""
    answer = _answer(problem)
    if answer is not None:
        return answer[0] >= 500
    return isinstance(problem, ValueError | SMTPNotSupportedError)


def _line_holds(problem: Exception) -> bool:
    """Say whether the connection can be used after `problem`."""
    answer = _answer(problem)
    if answer is not None:
        return answer[0] != SERVICE_NOT_AVAILABLE
    return not isinstance(problem, OSError) or isinstance(problem, SMTPNotSupportedError)


def _format_problem(problem: Exception) -> str:
    answer = _answer(problem)
    words = f"{answer[0]} {answer[1]}" if answer else f"{type(problem).__name__}: {problem}"
    return one_line(words)[:500]
