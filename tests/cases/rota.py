"""Who of ours is there to be given a case, and who is away."""

from datetime import datetime, timedelta

from contacts.models import Absence, Team, User
from contacts.roles import Role
from tests.conftest import person


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def consultant(name: str, *, teams: str = "customer-care-1", role: str = Role.CONSULTANT_1, **fields) -> User:
    user = person(name, role, **fields)
    team(teams).members.add(user)
    return user


def away(user: User, start: datetime, **span: float) -> Absence:
    return Absence.objects.create(user=user, starts_at=start, ends_at=start + timedelta(**span))
