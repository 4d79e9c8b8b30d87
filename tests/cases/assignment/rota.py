"""Who of ours is there to be given a case, who is away, and what came of it."""

from datetime import UTC, datetime, timedelta

from cases.models import Case, OutboxMail
from contacts.models import Absence, Team, User
from contacts.roles import Role
from tests.conftest import person

NIGHT = datetime(2027, 6, 9, 3, 0, tzinfo=UTC)  # Tuesday 22:00 in Chicago; Changepoint's desk opens at 02:00


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def consultant(name: str, *, teams: str = "customer-care-1", role: str = Role.CONSULTANT_1, **fields) -> User:
    user = person(name, role, **fields)
    team(teams).members.add(user)
    return user


def away(user: User, start: datetime, **span: float) -> Absence:
    return Absence.objects.create(user=user, starts_at=start, ends_at=start + timedelta(**span))


def recipients(case: Case, notice: str) -> set[User]:
    return {mail.recipient for mail in OutboxMail.objects.filter(case=case, notice=notice)}


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)
