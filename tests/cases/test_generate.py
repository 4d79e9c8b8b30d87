"""A generated population: what it looks like, and that it is what the lifecycle would have made of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.forms.models import model_to_dict

from cases import commitments, lifecycle, permissions, reckoning, statuses
from cases.models import Case, CaseType, Commitment, Event, Message, Note
from cases.population.populate import generate
from contacts.entitlements import may_open
from contacts.models import Account, Instance, User
from products.models import Product
from sla.matrices import Severity

NOW = datetime(2027, 6, 10, 15, 20, 8, 250_000, tzinfo=UTC)
COUNT = 1200
RARE = {statuses.REOPENED, statuses.DEVELOPMENT, statuses.AWAITING_RELEASE}


@pytest.fixture(scope="class")
def population(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Generate a population once for a class, and undo it."""
    with django_db_blocker.unblock(), transaction.atomic():
        if not Product.objects.exists():
            call_command("load_reference", verbosity=0)
        generate(COUNT, seed=7, now=NOW)
        yield
        transaction.set_rollback(True)


def share(cases: Any) -> float:
    return cases.count() / COUNT


@pytest.mark.usefixtures("population", "db")
class TestGenerate:
    def test_makes_as_many_cases_as_asked(self) -> None:
        assert Case.objects.count() == COUNT
        assert Account.objects.count() >= 5
        assert Instance.objects.count() >= Account.objects.count()

    def test_nine_in_ten_are_closed_and_the_open_ones_mostly_young(self) -> None:
        assert 0.86 < share(Case.objects.closed()) < 0.94
        still_open = Case.objects.not_closed()
        young = sum((NOW - case.opened_at).days < 60 for case in still_open)
        assert young > 0.8 * still_open.count()
        assert set(Case.objects.values_list("status", flat=True)) >= {*statuses.OPEN, statuses.CLOSED} - RARE

    def test_the_mix_is_that_of_a_real_desk(self) -> None:
        by_severity = Counter(Case.objects.values_list("severity", flat=True))
        assert set(by_severity) == set(Severity.values)
        assert by_severity[Severity.CRITICAL] < by_severity[Severity.MAJOR] < by_severity[Severity.MODERATE]
        assert Case.objects.order_by().values("product").distinct().count() == 9
        assert Case.objects.values("plan").distinct().count() >= 3
        assert {case.customer.language for case in Case.objects.select_related("customer")} == {"en", "fr"}
        ages = sorted((NOW - case.opened_at).days for case in Case.objects.all())
        assert ages[0] < 10
        assert 900 < ages[-1] <= 1095
        assert 3 < Message.objects.count() / COUNT < 12
        assert Note.objects.exists()

    def test_most_promises_are_kept_and_some_are_not(self) -> None:
        done = Counter(Commitment.objects.values_list("state", flat=True))
        assert done["met"] > 5 * done["missed"] > 0

    def test_a_sample_is_what_its_events_give(self) -> None:
        differing = {
            case.number: found
            for case in Case.objects.for_verbs().order_by("?")[:300]
            if (found := commitments.differences(case, at=NOW))
        }
        assert differing == {}

    def test_every_move_is_one_the_table_of_statuses_knows(self) -> None:
        for case in Case.objects.order_by("?")[:200]:
            events = list(Event.objects.filter(case=case).order_by("id"))
            assert events[0].kind == "opened"
            assert events[-1].status == case.status
            assert [event.at for event in events] == sorted({event.at for event in events})
            said = list(Message.objects.filter(case=case).order_by("id"))
            assert [event.message_id for event in events if event.message_id] == [message.pk for message in said]

    def test_who_asked_was_entitled_to(self) -> None:
        for case in Case.objects.select_related("customer", "account", "product").order_by("?")[:50]:
            assert may_open(case.customer, case.account, case.product).allowed

    def test_the_sequences_are_behind_the_rows(self) -> None:
        for model in (Case, Event, Message, Commitment, User):
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [model._meta.db_table])
                assert cursor.fetchone()[0] > model.objects.order_by("-pk")[0].pk

    def test_the_lifecycle_makes_the_same_of_the_same_turns(self) -> None:
        for case in Case.objects.for_verbs().select_related("account", "product", "instance").order_by("?")[:40]:
            again = _enact(case)
            assert _facts(again) == _facts(case)
            assert _promises(again) == _promises(case)
            kinds = [
                list(Event.objects.filter(case=one).order_by("id").values_list("kind", "at", "status", "data"))
                for one in (case, again)
            ]
            assert kinds[0] == kinds[1]

    def test_another_run_adds_to_it(self) -> None:
        generate(20, seed=8, now=NOW)
        assert Case.objects.count() == COUNT + 20


VERBS = {
    "replied": ("reply", "body"),
    "answered": ("reply", "body"),
    "noted": ("note", "body"),
    "asked": ("ask_customer", "body"),
    "restored": ("restore_service", "body"),
    "handed_to_development": ("hand_to_development", "body"),
    "solution_provided": ("provide_solution", "body"),
    "solution_rejected": ("reject_solution", "reason"),
    "reopened": ("reopen", "reason"),
}
BARE = {"taken": "take", "work_resumed": "resume_work", "solution_accepted": "accept_solution"}


def _enact(case: Case) -> Case:
    """Do through the lifecycle what a generated case says was done."""
    events = list(Event.objects.filter(case=case).select_related("actor", "message", "note").order_by("id"))
    opening = events[0]
    again = lifecycle.open_case(
        by=opening.actor,
        customer=case.customer,
        at=opening.at,
        received_at=case.received_at,
        account=case.account,
        product=case.product,
        instance=case.instance,
        type=CaseType.objects.get(pk=case.type_id),
        subject=case.subject,
        body=opening.message.body,
        severity=None if case.severity_is_provisional else case.severity,
        channel=case.channel,
    )
    for event in events[1:]:
        again = _redo(again, event, case)
    reckoning.recompute(again.pk, at=NOW)
    return Case.objects.for_verbs().get(pk=again.pk)


def _redo(again: Case, event: Event, case: Case) -> Case:
    common: dict[str, Any] = {"by": event.actor, "at": event.at}
    if event.kind in BARE:
        return getattr(lifecycle, BARE[event.kind])(again, **common)
    if event.kind == "assigned":
        return lifecycle.assign(again, **common, owner=User.objects.get(pk=case.owner_id))
    if event.kind == "release_awaited":
        return lifecycle.await_release(again, **common, release=case.fixed_in)
    if event.kind == "closed":
        return lifecycle.close(again, **common, reason=event.data["reason"])
    verb, words = VERBS[event.kind]
    said = event.message or event.note
    if event.kind == "solution_provided":
        common["way"] = event.data["way"]
    return getattr(lifecycle, verb)(again, **common, **{words: said.body})


def _facts(case: Case) -> dict[str, Any]:
    # The instance runs today's version; a case remembers the one of its day.
    return model_to_dict(case, exclude=["id", "release", "version_covered"])


def _promises(case: Case) -> list[dict[str, Any]]:
    rows = Commitment.objects.filter(case=case).order_by("metric", "cycle", "period_no")
    return [model_to_dict(row, exclude=["id", "case"]) for row in rows]


class TestRefusal:
    def test_none_at_all_are_refused(self, db: None) -> None:
        with pytest.raises(CommandError, match="at least 1"):
            call_command("generate", cases=0)


def test_the_roles_that_act_in_a_population_may_do_so() -> None:
    from cases.population.life import DEEDS
    from contacts.roles import Role

    for verb in set(DEEDS) - {"answer", "accept_solution", "reject_solution", "assign"}:
        assert Role.CONSULTANT_1 in permissions.MAY[verb]
    assert Role.DISPATCHER in permissions.MAY["assign"]
