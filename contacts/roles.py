"""What a person is here, and what that lets them do in the back office. Rights on cases: `cases/permissions.py`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    DISPATCHER = "dispatcher", _("Dispatcher")
    CONSULTANT_1 = "consultant_1", _("Consultant, level I")
    CONSULTANT_2 = "consultant_2", _("Consultant, level II")
    MANAGER = "manager", _("Manager")
    PRODUCT_MANAGEMENT = "product_management", _("Product Management")
    CONSULTING = "consulting", _("Consulting")
    CLOUD_OPERATIONS = "cloud_operations", _("Cloud Operations")
    ADMINISTRATOR = "administrator", _("Administrator")


BACK_OFFICE = {Role.MANAGER, Role.ADMINISTRATOR}

# A manager owns the promises and reads the rest; people's roles and sign-in are the administrator's alone.
MANAGER_EDITS = {
    "products": {"product", "release"},
    "sla": {
        "calendar",
        "calendarversion",
        "closeddate",
        "dayoverride",
        "matrix",
        "matrixrow",
        "severitycriterion",
    },
    "contacts": {
        "account",
        "membership",
        "designation",
        "instance",
        "plan",
        "region",
        "desk",
        "deskphone",
        "team",
    },
    "cases": {"casetype", "exclusion"},
}
MANAGER_READS = {
    "contacts": {"user"},
    "cases": {"case", "event", "message", "note", "commitment", "outboxmail", "attachment"},
}


def may_in_back_office(role: str, permission: str) -> bool:
    """Say whether `role` holds a Django model permission, such as "sla.change_calendar"."""
    if role == Role.ADMINISTRATOR:
        return True
    if role != Role.MANAGER:
        return False
    app, _dot, codename = permission.partition(".")
    action, _underscore, model = codename.partition("_")
    if model in MANAGER_EDITS.get(app, set()):
        return True
    return action == "view" and model in MANAGER_READS.get(app, set())
