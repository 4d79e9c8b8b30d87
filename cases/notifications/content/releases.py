"""What the mail about a released fix says. Plain values for the templates."""

from typing import Any

from cases.models import Case, OutboxMail


def fix_released(mail: OutboxMail, _case: Case) -> dict[str, Any]:
    """The release by name, and the words that were written in the customer's language."""
    return {"release": mail.event.data["release"], "words": mail.event.data["words"]}
