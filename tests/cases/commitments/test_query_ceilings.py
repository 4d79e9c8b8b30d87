"""How many queries the verbs may take: a ceiling each, whatever the severity and age of the case."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import lifecycle
from cases.models import Case, CaseType
from contacts.models import Plan, User
from contacts.roles import Role
from sla.matrices import Severity
from tests.factories.cases import CaseFactory
from tests.factories.contacts import AccountFactory, InstanceFactory, MembershipFactory, UserFactory
from tests.factories.products import ReleaseFactory

MOST = 19
OPENING, REPLYING = 14, 13  # what the bare verbs need now; one of them counts what the person sent within the hour
COMPILING, SEALING = 3, 2  # once a process; once a matrix

pytestmark = pytest.mark.usefixtures("reference")


def queries(doing: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        doing()
    return len(captured)


@pytest.fixture
def consultant(db: None) -> User:
    return UserFactory(role=Role.CONSULTANT_1)


class TestOpenCase:
    """On a plan with cover round the clock, whose cases have two calendars."""

    @pytest.fixture
    def details(self, db: None) -> dict[str, Any]:
        account = AccountFactory(plan=Plan.objects.get(code="platinum"))
        instance = InstanceFactory(account=account, release=ReleaseFactory())
        member = MembershipFactory(account=account, administers=[instance.product])
        return {
            "by": member.user,
            "account": account,
            "product": instance.product,
            "instance": instance,
            "type": CaseType.objects.select_related("excluded_by_default").get(code="issue"),
            "subject": "Figures are missing",
            "body": "Since this morning.",
        }

    @pytest.mark.parametrize("severity", Severity)
    def test_stays_under_its_ceiling(self, severity: Severity, details: dict[str, Any], at: datetime) -> None:
        first = queries(lambda: lifecycle.open_case(**details, severity=severity, at=at))
        assert first <= MOST + COMPILING + SEALING
        assert queries(lambda: lifecycle.open_case(**details, severity=severity, at=at)) <= OPENING

    @pytest.mark.parametrize("severity", Severity)
    def test_takes_few_in_the_portal(
        self, severity: Severity, details: dict[str, Any], at: datetime, client: Client
    ) -> None:
        lifecycle.open_case(**details, severity=severity, at=at)  # compiles calendars and matrices, once a process
        client.force_login(details["by"], backend="allauth.account.auth_backends.AuthenticationBackend")
        form = {
            "product": f"{details['account'].pk}.{details['product'].code}",
            "instance": details["instance"].pk,
            "type": "issue",
            "severity": int(severity),
            "subject": details["subject"],
            "body": details["body"],
        }
        posts: list[Any] = []

        def post() -> None:
            # Another subject each time: a case much like one of theirs would be asked about first.
            own = {"submission": uuid4(), "subject": f"{uuid4()}"}
            posts.append(client.post(reverse("portal:open_case"), form | own))

        post()
        assert queries(post) <= MOST + 3  # two ask for a case much like this one, one counts those of the hour
        assert [response.status_code for response in posts] == [302, 302]


class TestReply:
    @pytest.mark.parametrize("severity", Severity)
    def test_takes_few(self, severity: Severity, consultant: User, at: datetime) -> None:
        case = CaseFactory(severity=severity)
        later = at + timedelta(minutes=5)
        assert queries(lambda: lifecycle.reply(case, by=consultant, at=later, body="Yes.")) <= REPLYING

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
