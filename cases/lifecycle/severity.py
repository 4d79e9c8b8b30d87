"""How severe a case is: the order in which it is worked, and what is promised.

The customer sets it; a change to Critical is asked for and examined by a manager, and nothing changes until then.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Unpack

from django.utils.translation import gettext_lazy as _

from cases import permissions, severity_requests
from cases.lifecycle.change import Change, Sent, changing, once
from cases.models import Case, SeverityRequest
from cases.models.case import Channel
from cases.models.message import Purpose
from cases.models.severity_request import RequestState
from cases.statuses import IllegalMove, Refusal
from contacts.models import User
from sla.matrices import Severity
from sla.models import SeverityCriterion


class SameSeverity(IllegalMove):
    """The case has this severity already."""

    words = _("The case is “%(severity)s” already.")


class NotYoursToRaise(Refusal):
    """Only a manager may make a case Critical that was not opened so."""

    words = _("A change to Critical is examined by a manager, who checks the criteria.")


class RequestIsOpen(IllegalMove):
    """A request of this case is with a manager: that one is decided first."""

    words = _("A request for Critical is with a manager already. It is decided first, or withdrawn.")


class AlreadyDecided(IllegalMove):
    """Somebody else ended this request first."""

    words = _("This request has ended already: %(state)s, by %(who)s.")


class AskerDecides(permissions.NotAllowed):
    """Who brought a request in may not decide it."""

    words = _("You brought this request in: another manager decides it.")


class CannotHaveAsked(Refusal):
    """The person named as who asked does not see the case."""

    words = _("%(person)s does not see this case: name somebody who does.")


class NoCriterion(IllegalMove):
    """A case is Critical because of something."""

    words = _("Tick at least one criterion of Critical that holds.")


def change_severity(case: Case, *, by: User, at: datetime, severity: int, because: str) -> Case:
    """Give the case another severity for a reason that the customer reads; the clocks take the new terms at once.

    Our own correction: what the customer asks for is `request_severity`. Critical is a manager's to give, and not while
    a request for it is open. Also settles a severity that was provisional, where it stays the same. Raises
    SameSeverity, NotYoursToRaise, RequestIsOpen, NotAllowed, IllegalMove (closed).
    """
    if severity == Severity.CRITICAL and by.role not in permissions.RAISE_TO_CRITICAL:
        raise NotYoursToRaise
    with changing(case, "change_severity", by=by, at=at) as change:
        if severity == Severity.CRITICAL and severity_requests.open_request(change.case) is not None:
            raise RequestIsOpen
        _give(change, severity, because)
    return change.case


@once
def request_severity(
    case: Case,
    *,
    by: User,
    at: datetime,
    severity: int,
    body: str,
    customer: User | None = None,
    **sent: Unpack[Sent],
) -> Case:
    """Ask for another severity in the customer's words: as the customer, or as one of ours who heard or read them.

    `customer` is who of the account phoned or wrote, where it was not the customer of the case. Less severe, or more
    but not Critical: so at once. Critical: a request for the managers, and nothing else changes. As any word of the
    customer, it ends a wait. Raises SameSeverity, RequestIsOpen, CannotHaveAsked, NotAllowed, IllegalMove (closed).
    """
    with changing(case, "request_severity", by=by, at=at, **sent) as change:
        if severity_requests.open_request(change.case) is not None:
            raise RequestIsOpen
        message = change.say(body, Purpose.SEVERITY, author=_asker(change.case, by, customer))
        if severity == Severity.CRITICAL and change.case.severity != Severity.CRITICAL:
            SeverityRequest.objects.create(
                case=change.case, asked_at=at, asked_by=by, channel=change.channel, message=message
            )
            change.happened("severity_requested", severity_wanted=int(severity))
        else:
            _give(change, severity, body)
    return change.case


def approve_severity(
    case: Case, *, by: User, at: datetime, request: SeverityRequest, criteria: Iterable[str], because: str
) -> Case:
    """Make the case Critical as its customer asked, from `at` on, for a reason that the customer reads.

    `criteria` are the codes of those criteria of Critical that hold, one at least. Raises AlreadyDecided, AskerDecides,
    NoCriterion, NotAllowed, IllegalMove.
    """
    with changing(case, "approve_severity", by=by, at=at) as change:
        found = _examined(change, request)
        holding = SeverityCriterion.objects.filter(severity=found.severity, code__in=list(criteria))
        found.criteria = list(holding.order_by("position").values_list("code", flat=True))
        if not found.criteria:
            raise NoCriterion
        _end(found, RequestState.APPROVED, change, because)
        was = change.case.severity
        change.set(severity=found.severity, severity_is_provisional=False)
        change.happened(
            "severity_approved",
            severity=int(found.severity),
            severity_was=int(was),
            because=because,
            criteria=found.criteria,
        )
    return change.case


def decline_severity(case: Case, *, by: User, at: datetime, request: SeverityRequest, because: str) -> Case:
    """Leave the severity as it is, for a reason that the customer reads. Raises as `approve_severity`."""
    with changing(case, "decline_severity", by=by, at=at) as change:
        found = _examined(change, request)
        _end(found, RequestState.DECLINED, change, because)
        change.happened("severity_declined", severity_wanted=int(found.severity), because=because)
    return change.case


def withdraw_severity_request(case: Case, *, by: User, at: datetime, channel: str = Channel.WEB) -> Case:
    """Take back the open request of the case, as its customer or for them. Raises NotAllowed, IllegalMove."""
    with changing(case, "withdraw_severity_request", by=by, at=at, channel=channel) as change:
        found = severity_requests.open_request(change.case)
        if found is None:
            raise IllegalMove(_("No request for Critical is with a manager."))
        _end(found, RequestState.WITHDRAWN, change)
        change.happened("severity_request_withdrawn", severity_wanted=int(found.severity))
    return change.case


def _asker(case: Case, by: User, customer: User | None) -> User:
    """Return whose words they are."""
    if by.is_customer:
        return by
    if customer is None or customer.pk == case.customer_id:
        return case.customer
    if not permissions.who_sees(case).filter(pk=customer.pk).exists():
        raise CannotHaveAsked(person=customer)
    return customer


def _give(change: Change, severity: int, because: str) -> None:
    was = change.case.severity
    if severity == was and not change.case.severity_is_provisional:
        raise SameSeverity(severity=Severity(severity).label)
    change.set(severity=severity, severity_is_provisional=False)
    change.happened("severity_changed", severity=int(severity), severity_was=int(was), because=because)


def _examined(change: Change, request: SeverityRequest) -> SeverityRequest:
    """Return the request as it is now that its case is locked; refuse what is decided, and who asked."""
    found = SeverityRequest.objects.select_related("decided_by").get(pk=request.pk, case=change.case)
    if not found.is_open:
        raise AlreadyDecided(state=found.get_state_display(), who=found.decided_by or _("Customer Care"))
    if change.by is None or found.asked_by_id == change.by.pk:
        raise AskerDecides
    return found


def _end(request: SeverityRequest, state: RequestState, change: Change, because: str = "") -> None:
    request.state, request.reason = state, because
    request.decided_at, request.decided_by = change.at, change.by
    request.save(update_fields=["state", "reason", "criteria", "decided_at", "decided_by"])
