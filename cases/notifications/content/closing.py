"""What mails about the end of a case say: plain values for the templates; raises Outdated where it is no longer so."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from cases.models import Case, OutboxMail
from cases.models.event import ClosingReason, HeldBecause
from cases.notifications.withheld import Outdated
from sla.time_words import format_long_instant

CLOSED_BECAUSE = {
    ClosingReason.CONFIRMED: gettext_lazy("You told us that the problem is solved."),
    ClosingReason.WITHDRAWN: gettext_lazy("The request was withdrawn."),
    ClosingReason.SOLVED: gettext_lazy("You told us that the problem is solved."),
    ClosingReason.DUPLICATE: gettext_lazy("Another case is about the same problem; we go on working there."),
}


def closed(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Who closed the case, and why."""
    reason = mail.event.data.get("reason", "")
    return {
        "accepted": mail.event.kind == "solution_accepted",
        "reason": str(CLOSED_BECAUSE.get(reason, "")),
        "in_silence": mail.event.kind == "closed_in_silence",
    }


def contact_attempt(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """When the case closes by itself, as known now; unless it does not any more, or is counted anew since."""
    since, closes = case.countdown_from, case.closes_by_itself_at
    if since is None or closes is None or mail.event.at < since:
        raise Outdated
    return {"closes": format_long_instant(closes), "words": ""}


def resumed_unread(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Since when the clocks run again, nobody having read what the customer wrote, while work is still to come."""
    if not case.state.is_open:
        raise Outdated
    since = datetime.fromisoformat(mail.event.data["since"])
    return {"since": format_long_instant(since), "owner": " ".join(case.owner.name.split()) if case.owner else ""}


def closing_held(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Why the case did not close by itself, while it still waits for somebody to decide."""
    if case.closing_held_at is None:
        raise Outdated
    return {
        "held_because": str(HeldBecause(mail.event.data["held_because"]).label),
        "owner": " ".join(case.owner.name.split()) if case.owner else "",
    }
