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

# Reference data and accounts: who enters the back office edits them.
EDITED = {
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
        "absence",
    },
    "cases": {
        "assistancekind",
        "casetype",
        "closingrule",
        "dispatchrule",
        "exclusion",
        "casetypematrix",
        "reviewrule",
        "similarityrule",
        "tag",
    },
}
# Rows that are always there: changed, never added or taken away.
CHANGED = {"cases": {"releasenotice"}}
# The work and its record: read there, changed by the verbs of `cases/lifecycle/` alone.
READ = {
    "admin": {"logentry"},
    "contacts": {"user"},
    "sla": {"calendarrevision"},
    "cases": {
        "case",
        "event",
        "message",
        "note",
        "commitment",
        "breach",
        "outboxmail",
        "attachment",
        "severityrequest",
        "timeentry",
        "consultingreferral",
        "rootcauseevent",
        "rootcausereport",
        "rootcausedelivery",
        "rootcauseversion",
        "statusmail",
        "statussubscriber",
        "caselink",
        "casetag",
        "follower",
        "exportjob",
        "exportrecord",
        "heartbeat",
        "incident",
        "incidentcase",
        "incidentevent",
        "incidentproduct",
        "incidentdelivery",
        "incidentupdate",
    },
}
# People, their roles and whether they may sign in: the administrator's alone. Nobody is deleted, only shut out.
ADMINISTRATOR_ONLY = {"contacts.add_user", "contacts.change_user"}


def may_in_back_office(role: str, permission: str) -> bool:
    """Say whether `role` holds a Django model permission, such as "sla.change_calendar"."""
    if role not in BACK_OFFICE:
        return False
    if permission in ADMINISTRATOR_ONLY:
        return role == Role.ADMINISTRATOR
    app, _dot, codename = permission.partition(".")
    action, _underscore, model = codename.partition("_")
    if action in ("view", "change") and model in CHANGED.get(app, set()):
        return True
    return model in EDITED.get(app, set()) or (action == "view" and model in READ.get(app, set()))
