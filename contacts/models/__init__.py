"""Who: people, accounts, plans, instances, teams, desks."""

from contacts.models.absence import Absence
from contacts.models.account import Account, Designation, Membership
from contacts.models.cache_entry import CacheEntry
from contacts.models.desk import Desk, DeskPhone, Region
from contacts.models.draft import Draft
from contacts.models.instance import Deployment, Instance, Purpose
from contacts.models.plan import Plan
from contacts.models.session_guard import Factor
from contacts.models.sign_in_mail import SignInMail
from contacts.models.team import Team
from contacts.models.user import User

__all__ = [
    "Absence",
    "Account",
    "CacheEntry",
    "Deployment",
    "Designation",
    "Desk",
    "DeskPhone",
    "Draft",
    "Factor",
    "Instance",
    "Membership",
    "Plan",
    "Purpose",
    "Region",
    "SignInMail",
    "Team",
    "User",
]
