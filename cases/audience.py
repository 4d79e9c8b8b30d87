"""Which customers see a case: `visible_to`, read from the other side."""

from django.db.models import Q

from cases.models import Case
from contacts.models import User
from contacts.roles import Role


def who_else_sees(case: Case, viewer: User, *, limit: int = 9) -> list[User]:
    """Return the customers other than `viewer` who see `case`, by name, at most `limit`. One query."""
    membership = Q(memberships__account=case.account_id)
    sees = membership & (Q(memberships__sees_company_cases=True) | Q(pk=case.customer_id))
    people = User.objects.filter(sees, role=Role.CUSTOMER, is_active=True).exclude(pk=viewer.pk)
    return list(people.order_by("name")[:limit])
