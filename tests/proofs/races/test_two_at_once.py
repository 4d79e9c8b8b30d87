"""Two people at once, on real rows: one wins, nobody waits for ever."""

from collections.abc import Iterator

import pytest
from django.db import connection

from cases.lifecycle import accept_solution, open_case, provide_solution, reply
from cases.models import Case, Event
from cases.statuses import IllegalMove
from tests.proofs.races.pairs import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class TestAcceptSolution:
    def test_against_a_reply_never_closes_over_a_word_said_before(self, case, alice, bob, carl, later):
        for _turn in range(25):
            if Case.objects.get(pk=case.pk).is_closed:
                break
            if not Case.objects.get(pk=case.pk).is_solved:
                provide_solution(case, by=carl, at=later(minutes=1), body="Try this.")
            results = at_once(
                lambda: accept_solution(case, by=alice, at=later(minutes=2)),
                lambda: reply(case, by=bob, at=later(minutes=2), body="No, wait."),
            )
            refused = [result for result in results if isinstance(result, IllegalMove)]
            assert len(refused) == 1


class TestOpenCase:
    def test_sent_twice_at_once_is_one_case(self, alice, acme, at, reference):
        from uuid import uuid4

        from cases.models import CaseType
        from products.models import Product

        for _turn in range(10):
            key = uuid4()
            words = {
                "by": alice,
                "at": at,
                "account": acme,
                "product": Product.objects.get(code="barometer"),
                "type": CaseType.objects.get(code="issue"),
                "subject": "Twice",
                "body": "Twice",
                "severity": 3,
                "submission": key,
            }
            results = at_once(lambda words=words: open_case(**words), lambda words=words: open_case(**words))
            assert {result.pk for result in results} == {Event.objects.get(submission=key).case_id}


@pytest.fixture(autouse=True)
def _leave_no_connection_behind() -> Iterator[None]:
    yield
    connection.close()
