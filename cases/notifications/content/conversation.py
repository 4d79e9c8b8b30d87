"""What mails about the conversation say: the acknowledgement, and answers, which have nothing beside their words."""

from typing import Any

from cases.commitments.promised_times import lines
from cases.models import Case, OutboxMail
from cases.notifications.headers import one_line
from cases.permissions import who_else_sees
from sla.time_words import format_long_instant

NAMED = 5


def acknowledgement(mail: OutboxMail, case: Case) -> dict[str, Any]:
    """Number and promised times, and who else sees the case; nothing that the sender wrote (docs/notifications.md)."""
    promised = lines(case, case.commitments.all(), at=mail.event.at)
    colleagues = [one_line(person.name) for person in who_else_sees(case, mail.recipient, limit=500)]
    return {
        "words": "",
        "promises": [
            {"label": line.label, "when": format_long_instant(line.due_at) if line.due_at else "", "words": line.words}
            for line in promised
            if line.due_at or line.words
        ],
        "exclusion": case.exclusion.explanation if case.exclusion else "",
        "colleagues": ", ".join(colleagues[:NAMED]),
        "more_colleagues": max(len(colleagues) - NAMED, 0),
    }


def reply(_mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """The words of the message alone, which every mail has."""
    return {}


question = restoration = solution_provided = review_answered = reopened = reply
