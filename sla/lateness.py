"""When a promise is late. Pure; pages, lists, mails, chips and reports ask here."""

from datetime import datetime


def is_late(breach_at: datetime | None, at: datetime) -> bool:
    """Say whether a promise that runs is broken at `at`, being in time until `breach_at`, at the due time or after it.

    Due is not late: where the minutes run out as a desk closes, it is in time until the next opening. None: never.
    """
    return breach_at is not None and at > breach_at
