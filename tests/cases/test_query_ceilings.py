"""How many queries the verbs may take: fewer than twenty to open a case or to reply, whatever its severity and age."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import lifecycle
from cases.models import Case, CaseType
from contacts.models import Plan, User
from contacts.roles import Role
from sla.matrices import Severity
from tests.factories.cases import CaseFactory
from tests.factories.contacts import AccountFactory, InstanceFactory, MembershipFactory, UserFactory
from tests.factories.products import ReleaseFactory

MOST = 19

pytestmark = pytest.mark.usefixtures("reference")


def queries(doing: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        doing()
    return len(captured)


@pytest.fixture
def consultant(db: None) -> User:
    return UserFactory(role=Role.CONSULTANT_1)


class TestOpenCase:
    @pytest.mark.parametrize("severity", Severity)
    def test_takes_fewer_than_twenty(self, severity: Severity, at: datetime) -> None:
        account = AccountFactory(plan=Plan.objects.get(code="platinum"))
        instance = InstanceFactory(account=account, release=ReleaseFactory())
        member = MembershipFactory(account=account, administers=[instance.product])
        details = {
            "account": account,
            "product": instance.product,
            "instance": instance,
            "type": CaseType.objects.select_related("excluded_by_default").get(code="issue"),
            "severity": severity,
            "subject": "Figures are missing",
            "body": "Since this morning.",
        }
        lifecycle.open_case(by=member.user, at=at, **details)  # compiles calendars and matrices, once a process
        assert queries(lambda: lifecycle.open_case(by=member.user, at=at, **details)) <= MOST


class TestReply:
    @pytest.mark.parametrize("severity", Severity)
    def test_takes_fewer_than_twenty(self, severity: Severity, consultant: User, at: datetime) -> None:
        case = CaseFactory(severity=severity)
        assert queries(lambda: lifecycle.reply(case, by=consultant, at=at + timedelta(minutes=5), body="Yes.")) <= MOST

    def test_takes_as_many_after_a_long_conversation(self, consultant: User, at: datetime) -> None:
        case = CaseFactory()
        first = queries(lambda: self._exchange(case, consultant, at + timedelta(minutes=5)))
        for hour in range(1, 12):
            self._exchange(case, consultant, at + timedelta(hours=hour))
        last = queries(lambda: self._exchange(case, consultant, at + timedelta(hours=13)))
        assert last <= first

    def _exchange(self, case: Case, consultant: User, at: datetime) -> None:
        lifecycle.ask_customer(case, by=consultant, at=at, body="Since when?")
        lifecycle.reply(case, by=case.customer, at=at + timedelta(minutes=20), body="Since yesterday.")


class TestOtherVerbs:
    def test_take_fewer_than_twenty_each(self, consultant: User, at: datetime) -> None:
        case = CaseFactory(severity=Severity.CRITICAL)
        ours: list[tuple[Callable[..., Case], dict[str, Any]]] = [
            (lifecycle.take, {}),
            (lifecycle.note, {"body": "Seen before."}),
            (lifecycle.ask_customer, {"body": "Since when?"}),
            (lifecycle.restore_service, {"body": "It works again."}),
            (lifecycle.provide_solution, {"body": "Reload the page."}),
        ]
        for minute, (verb, words) in enumerate(ours, start=1):
            later = at + timedelta(minutes=minute)
            assert (
                queries(lambda verb=verb, words=words, later=later: verb(case, by=consultant, at=later, **words))
                <= MOST
            )
        accepted = at + timedelta(minutes=30)
        assert queries(lambda: lifecycle.accept_solution(case, by=case.customer, at=accepted)) <= MOST
