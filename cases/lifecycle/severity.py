"""How severe a case is: the order in which it is worked, and what is promised."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from cases import permissions
from cases.lifecycle.change import changing
from cases.models import Case
from contacts.models import User
from sla.matrices import Severity


class SameSeverity(Exception):
    """The case has this severity already."""

    def __init__(self, severity: int) -> None:
        super().__init__(_("The case is “%(severity)s” already.") % {"severity": Severity(severity).label})


class NotYoursToRaise(Exception):
    """Only a manager may make a case Critical that was not opened so."""

    def __init__(self) -> None:
        super().__init__(_("A change to Critical is examined by a manager, who checks the criteria."))


def change_severity(case: Case, *, by: User, at: datetime, severity: int, because: str) -> Case:
    """Give the case another severity for a reason that the customer reads; the clocks take the new terms at once.

    Critical is a manager's to give (section on severity). Also settles a severity that was provisional, where it stays
    the same. Raises SameSeverity, NotYoursToRaise, NotAllowed, IllegalMove (closed).
    """
    if severity == Severity.CRITICAL and by.role not in permissions.RAISE_TO_CRITICAL:
        raise NotYoursToRaise
    with changing(case, "change_severity", by=by, at=at) as change:
        was = change.case.severity
        if severity == was and not change.case.severity_is_provisional:
            raise SameSeverity(severity)
        change.set(severity=severity, severity_is_provisional=False)
        change.happened("severity_changed", severity=int(severity), severity_was=int(was), because=because)
    return change.case
