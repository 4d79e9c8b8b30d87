"""Closing a case otherwise than by accepting its solution."""

from datetime import datetime

from cases.lifecycle.change import changing
from cases.models import Case
from cases.models.event import OF_CUSTOMERS, ClosingReason
from cases.permissions import NotAllowed
from contacts.models import User


def close(case: Case, *, by: User, at: datetime, reason: str) -> Case:
    """Close the case for `reason`, one of ClosingReason, for customers one of OF_CUSTOMERS; the customer is told.

    Raises NotAllowed, IllegalMove.
    """
    if by.is_customer and reason not in OF_CUSTOMERS:
        raise NotAllowed
    with changing(case, "close", by=by, at=at) as change:
        change.happened("closed", reason=ClosingReason(reason).value)
    return change.case
