"""Closing a case otherwise than by the customer's acceptance in the portal."""

from datetime import datetime

from cases.lifecycle.change import changing
from cases.models import Case
from cases.models.event import ClosingReason
from contacts.models import User


def close(case: Case, *, by: User, at: datetime, reason: str) -> Case:
    """Close the case for `reason`, one of ClosingReason; the customer is told. Raises NotAllowed, IllegalMove."""
    with changing(case, "close", by=by, at=at) as change:
        change.happened("closed", reason=ClosingReason(reason).value)
    return change.case
