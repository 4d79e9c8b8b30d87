"""A generated population: what it looks like, and that it is what the lifecycle would have made of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Min
from django.forms.models import model_to_dict

from cases import lifecycle, permissions, statuses
from cases.commitments.consistency import differences
from cases.events import KINDS
from cases.jobs import commitments as sweep
from cases.load_test_data.case_histories import EFFECTS
from cases.load_test_data.generate import generate
from cases.models import Breach, Case, CaseType, Commitment, Event, Exclusion, Message, Note
from contacts.entitlements import may_open
from contacts.models import Account, Instance, User
from contacts.roles import Role
from products.models import Product
from sla.clocks import State
from sla.matrices import Kind, Severity

NOW = datetime(2027, 6, 10, 15, 20, 8, 250_000, tzinfo=UTC)
COUNT = 1200
CHANGING = (
    "severity_changed",
    "classified",
    "excluded",
    "included",
    "code_change_judged",
    "release_promised",
    "breach_voided",
)
BY_SECOND = ("exclude", "include", "judge_code_change")
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


def _some_of_each_kind() -> Iterator[Case]:
    """Yield some cases, and some for each kind of event that changes what is promised."""
    cases = Case.objects.for_verbs().select_related("account", "product", "instance", "release")
    seen = set[int]()
    for kind in ["opened"] * 10 + ["at_risk", "breached"] * 4 + list(CHANGING) * 3:
        case = cases.filter(events__kind=kind).exclude(pk__in=seen).order_by("?").first()
        if case is not None:
            seen.add(case.pk)
            yield case


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
            if (found := differences(case, at=NOW))
        }
        assert differing == {}

    def test_every_move_is_one_the_table_of_statuses_knows(self) -> None:
        for case in Case.objects.order_by("?")[:200]:
            events = list(Event.objects.filter(case=case).order_by("id"))
            assert events[0].kind == "opened"
            assert events[-1].status == case.status
            assert [event.at for event in events] == sorted(event.at for event in events)
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
        """What people did, and what the sweep of every minute told of it: all events, at the same times."""
        for case in _some_of_each_kind():
            again = _enact(case)
            assert _events(again) == _events(case)
            assert _messages(again) == _messages(case)
            assert _facts(again) == _facts(case)
            assert _promises(again) == _promises(case)

    def test_what_is_promised_changes_on_the_way_in_some(self) -> None:
        told = Counter(Event.objects.values_list("kind", flat=True))
        assert all(told[kind] for kind in CHANGING)
        assert told["severity_changed"] < 0.12 * COUNT
        assert told["breach_voided"] < 0.1 * told["breached"]
        assert Case.objects.filter(kind=Kind.OTHER).count() < Case.objects.filter(kind=Kind.OWN).count()

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
# Verbs that say nothing to the customer; what they need beside person and time, from the data of their event.
SILENT: dict[str, tuple[str, Callable[[dict[str, Any], Case], dict[str, Any]]]] = {
    "taken": ("take", lambda data, case: {}),
    "work_resumed": ("resume_work", lambda data, case: {}),
    "solution_accepted": ("accept_solution", lambda data, case: {}),
    "assigned": ("assign", lambda data, case: {"owner": case.owner}),
    "release_awaited": ("await_release", lambda data, case: {"release": case.fixed_in}),
    "closed": ("close", lambda data, case: {"reason": data["reason"]}),
    "severity_changed": ("change_severity", lambda data, case: {"severity": data["severity"]} | _because(data)),
    "classified": (
        "classify",
        lambda data, case: {"type": CaseType.objects.get(pk=data["type"]), "kind": data["kind"]},
    ),
    "excluded": (
        "exclude",
        lambda data, case: {"exclusion": Exclusion.objects.get(pk=data["exclusion"])} | _because(data),
    ),
    "included": ("include", lambda data, case: _because(data)),
    "code_change_judged": (
        "judge_code_change",
        lambda data, case: {"required": data["code_change_required"]} | _because(data),
    ),
    "release_promised": ("promise_release", lambda data, case: _because(data)),
}


def _because(data: dict[str, Any]) -> dict[str, Any]:
    return {"because": data["because"]}


def _enact(case: Case) -> Case:
    """Do through the lifecycle what a generated case says was done, with the sweep of every minute in between."""
    events = list(Event.objects.filter(case=case).select_related("actor", "message", "note").order_by("id"))
    case.instance.release = case.release  # it runs a later version today
    case.instance.save(update_fields=["release"])
    opening, *turns = [event for event in events if not KINDS[event.kind].of_clocks]
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
        severity=None if _was_provisional(case, turns) else opening.data["severity"],
        channel=case.channel,
    )
    for event in turns:
        _sweep(again, event.at)
        again = _redo(again, event, case)
    _sweep(again, NOW)
    sweep.recompute(again.pk, at=NOW)
    return Case.objects.for_verbs().get(pk=again.pk)


def _was_provisional(case: Case, turns: list[Event]) -> bool:
    """A severity given by the customer is changed to another; one of ours may be settled as it is."""
    changes = [turn.data for turn in turns if turn.kind == "severity_changed"]
    settled = any(data["severity"] == data["severity_was"] for data in changes)
    return case.severity_is_provisional or settled


def _sweep(case: Case, until: datetime) -> None:
    """Look at the case in each minute before `until` in which a sweep would have found it."""
    while True:
        running = Commitment.objects.filter(case=case, state=State.RUNNING.value, breached_at=None)
        short = running.filter(warned_at=None, voided_at=None).aggregate(at=Min("warn_at"))["at"]
        out = running.aggregate(at=Min("breach_at"))["at"]
        # Run short as soon as it is time to warn, run out once it is later than the last instant in time.
        looks = [_whole_minute(short)] if short else []
        looks += [_whole_minute(out + timedelta(microseconds=1))] if out else []
        if not looks or min(looks) >= until:
            return
        sweep.recompute(case.pk, at=min(looks))


def _whole_minute(at: datetime) -> datetime:
    """Return the first one that is not before `at`."""
    begun = at.replace(second=0, microsecond=0)
    return at if at == begun else begun + timedelta(minutes=1)


def _redo(again: Case, event: Event, case: Case) -> Case:
    common: dict[str, Any] = {"by": event.actor, "at": event.at}
    if event.kind in SILENT:
        verb, needs = SILENT[event.kind]
        return getattr(lifecycle, verb)(again, **common, **needs(event.data, case))
    if event.kind == "breach_voided":
        missed = {name: event.data[name] for name in ("metric", "cycle", "period_no")}
        breach = Breach.objects.get(case=again, **missed)
        return lifecycle.void_breach(again, **common, breach=breach, **_because(event.data))
    verb, words = VERBS[event.kind]
    said = event.message or event.note
    if event.kind == "solution_provided":
        common["way"] = event.data["way"]
    return getattr(lifecycle, verb)(again, **common, **{words: said.body})


def _facts(case: Case) -> dict[str, Any]:
    return model_to_dict(case, exclude=["id"])


def _promises(case: Case) -> list[dict[str, Any]]:
    """Return what is kept of the promises of a case, and of those that were missed."""
    kept = []
    for rows in (Commitment.objects.filter(case=case), Breach.objects.filter(case=case)):
        for row in rows.select_related("void_event").order_by("metric", "cycle", "period_no"):
            void = row.void_event and (row.void_event.kind, row.void_event.at)
            kept.append(model_to_dict(row, exclude=["id", "case", "void_event"]) | {"void": void})
    return kept


def _events(case: Case) -> list[tuple[Any, ...]]:
    return list(Event.objects.filter(case=case).order_by("id").values_list("kind", "at", "status", "data"))


def _messages(case: Case) -> list[tuple[Any, ...]]:
    said = Message.objects.filter(case=case).order_by("id")
    return list(said.values_list("at", "author", "from_customer", "purpose", "channel", "body"))


class TestRefusal:
    def test_none_at_all_are_refused(self, db: None) -> None:
        with pytest.raises(CommandError, match="at least 1"):
            call_command("generate", cases=0)


def test_the_roles_that_act_in_a_population_may_do_so() -> None:
    first = set(EFFECTS) - {"answer", "accept_solution", "reject_solution", "assign", *BY_SECOND, "void_breach"}
    assert all(Role.CONSULTANT_1 in permissions.MAY[verb] for verb in first)
    assert all(Role.CONSULTANT_2 in permissions.MAY[verb] for verb in BY_SECOND)
    assert Role.DISPATCHER in permissions.MAY["assign"]
    assert Role.MANAGER in permissions.MAY["void_breach"]
