"""What mails about hours of help say: to the customer, and to who looks after the account, where some is billable.

Plain values for the templates.
"""

from typing import Any

from cases.events.time_entries import left, named, split
from cases.models import Case, OutboxMail


def assistance_told(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """What was written down or corrected, how it was split, and what the instance has left."""
    data = mail.event.data
    correction = data.get("help_correction")
    now = correction["now"] if correction else data["help"]
    return {
        "kind": named(data["help_kind"]),
        "was": split(correction["was"]) if correction else "",
        "now": split(now) if now else "",
        "done": data.get("help_words", ""),
        "because": data.get("because", ""),
        "left": left(data["help_left"]),
        "used_up": data["used_up"],
        "is_billable": bool(now and now["billable"]) or bool(correction and correction["was"]["billable"]),
        "instance": case.instance.name if case.instance else "",
    }


assistance_billed = assistance_told
