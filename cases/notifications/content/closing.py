"""What mails about automatic closing say: plain words for a template; what is no longer so raises Outdated."""

from typing import Any

from cases.models import Case, OutboxMail
from cases.models.event import HeldBecause
from cases.notifications.content.commitments import Outdated
from cases.told_times import say_time


def contact_attempt(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """When the case closes by itself, as known now; unless it does not any more, or is counted anew since."""
    since, closes = case.countdown_from, case.closes_by_itself_at
    if since is None or closes is None or mail.event.at < since:
        raise Outdated
    return {"closes": say_time(closes), "number": mail.event.data["number"], "words": ""}


def closing_held(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Why the case did not close by itself, while it still waits for somebody to decide."""
    if case.closing_held_at is None:
        raise Outdated
    return {
        "held_because": str(HeldBecause(mail.event.data["held_because"]).label),
        "owner": " ".join(case.owner.name.split()) if case.owner else "",
    }
