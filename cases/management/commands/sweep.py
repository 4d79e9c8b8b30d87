"""`manage.py sweep [--at ISO]`: one pass of all periodic work, as of now or of another instant."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.integrity import heartbeats
from cases.jobs import sweep
from cases.models.outbox_mail import Delivery
from sla.time_bounds import is_within
from sla.time_words import format_utc


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset, "2027-06-08T15:00Z". Raises ArgumentTypeError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no ISO 8601 instant, such as 2027-06-08T15:00Z") from error
    if at.tzinfo is None:
        raise ArgumentTypeError(f"{text!r} names no offset; add Z for UTC, or +02:00")
    if not is_within(at):
        raise ArgumentTypeError(f"{text!r} lies outside of the years from 2000 to 2100")
    return at.astimezone(UTC)


class Command(BaseCommand):
    """Says what the pass did."""

    help = "Do one pass of all periodic work: record what was missed, send what is due. Safe to repeat."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--at", type=instant, metavar="ISO", help="as of this instant (default: now)")

    def handle(self, *args: Any, **options: Any) -> None:
        at = options["at"] or timezone.now()
        swept = sweep.sweep(at)
        if swept is None:
            self.stdout.write("Another sweep is at work; nothing done.")
            return
        if options["at"] is None:
            heartbeats.note(heartbeats.Work.SWEEP, at)
        mails = ", ".join(f"{swept.mails[state]} {words}" for state, words in _SAID.items())
        self.stdout.write(f"As of {format_utc(at)}")
        clocks = swept.clocks
        self.stdout.write(f"  promises: {clocks.breached} missed, {clocks.warned} at risk, {clocks.moved} moved")
        steps = swept.countdowns
        self.stdout.write(
            f"  silence: {steps.reminded} reminded, {steps.closed} closed, {steps.held} left to their owners"
        )
        self.stdout.write(
            f"  dispatch: {swept.handed.dispatched} handed over, {swept.handed.undispatched} found nobody at work"
        )
        self.stdout.write(f"  mails: {mails}")


_SAID = {
    Delivery.SENT: "sent",
    Delivery.DUE: "put off",
    Delivery.FAILED: "failed",
    Delivery.WITHHELD: "withheld",
}
