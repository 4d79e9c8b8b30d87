"""Who is calling: customers found by what a consultant hears first, a name, a company, a number, a mail address."""

import re

from django.db.models import F, Func, Q, QuerySet, Value

from contacts.models import Membership
from contacts.roles import Role

MOST = 20
SHORTEST_NUMBER = 5


def callers(words: str) -> list[Membership]:
    """Return who may be meant, each person once for every account they belong to. One query; none for nothing."""
    words = words.replace("\0", "")  # which PostgreSQL refuses
    found = _able()
    for word in words.split()[:5]:
        found = found.filter(
            Q(user__name__icontains=word) | Q(user__email__icontains=word) | Q(account__name__icontains=word)
        )
    digits = re.sub(r"\D", "", words).lstrip("0")
    if len(digits) >= SHORTEST_NUMBER:
        bare = Func(F("user__phone"), Value(r"\D"), Value(""), Value("g"), function="regexp_replace")
        found = _able().alias(bare_phone=bare).filter(bare_phone__contains=digits)
    return list(found.order_by("account__name", "user__name")[:MOST]) if words.strip() else []


def caller(membership_id: str) -> Membership | None:
    """Return the person of an account who was chosen, or None where there is no such customer."""
    if not (membership_id.isascii() and membership_id.isdecimal() and len(membership_id) < 15):
        return None
    return _able().filter(pk=int(membership_id)).first()


def _able() -> QuerySet[Membership]:
    able = Membership.objects.filter(account__is_active=True, user__is_active=True, user__role=Role.CUSTOMER)
    return able.select_related("user", "account__plan", "account__region")
