"""Which customers see a case: `visible_to`, read from the other side."""

from django.db.models import Q, QuerySet

from cases.models import Case
from contacts.models import User
from contacts.roles import Role


def who_sees(case: Case) -> "QuerySet[User]":
    """Return the customers who see `case`. One query."""
    membership = Q(memberships__account=case.account_id)
    sees = membership & (Q(memberships__sees_company_cases=True) | Q(pk=case.customer_id))
    return User.objects.filter(sees, role=Role.CUSTOMER, is_active=True)


def who_else_sees(case: Case, viewer: User, *, limit: int = 9) -> list[User]:
    """Return the customers other than `viewer` who see `case`, by name, at most `limit`. One query."""
    return list(who_sees(case).exclude(pk=viewer.pk).order_by("name")[:limit])
