"""dispatch, and which rule takes a new case."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.test.utils import CaptureQueriesContext

from cases.assignment import candidates
from cases.events import sentence
from cases.lifecycle import ask_customer, close, dispatch, take
from cases.lifecycle.assignment import AlreadyTaken
from cases.lifecycle.dispatch import NobodyAtWork
from cases.models import Case, DispatchRule
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.roles import Role
from sla.models import Calendar
from tests.cases.assignment.rota import away, consultant, fresh, recipients, team

pytestmark = pytest.mark.django_db


class TestRules:
    @pytest.mark.parametrize(
        ("facts", "rule", "goes_to"),
        [
            ({}, "otherwise", "customer-care-1"),
            ({"channel": "phone"}, "otherwise", "customer-care-1"),
            ({"channel": "mail"}, "mail", "customer-care-1"),
            ({"type": "cloud_operations"}, "cloud-operations", "cloud-operations"),
            ({"type": "cloud_operations", "channel": "mail"}, "cloud-operations", "cloud-operations"),
            ({"type": "functional"}, "otherwise", "customer-care-1"),
        ],
    )
    def test_take_a_new_case(self, open_case, alice, facts, rule, goes_to):
        case = open_case(alice, **facts)
        assert (case.dispatch_rule_id, case.team.code, case.owner) == (rule, goes_to, None)
        assert (case.dispatch_at is not None) is (rule == "mail")

    def test_send_a_version_out_of_support_to_product_management(self, outdated):
        assert (outdated.dispatch_rule_id, outdated.team.code) == ("version-out-of-support", "product-management")

    @pytest.mark.parametrize(
        "condition",
        [
            {"product": "changepoint"},
            {"region": "americas-apac"},
            {"language": "en"},
            {"type": "defect"},
            {"plan": "standard"},
            {"severity": 2},
            {"channel": "web"},
        ],
    )
    @pytest.mark.parametrize("other", [False, True])
    def test_hold_where_each_condition_is_as_in_the_case(self, open_case, alice, condition, other):
        others = {
            "product": "daptiv",
            "region": "emea",
            "language": "fr",
            "type": "issue",
            "plan": "elite",
            "severity": 1,
            "channel": "phone",
        }
        name = next(iter(condition))
        wanted = others[name] if other else condition[name]
        field = DispatchRule._meta.get_field(name)
        value = field.related_model.objects.get(code=wanted) if field.related_model else wanted
        DispatchRule.objects.create(
            code="special", name_en="Special", position=1, team=team("customer-care-2"), **{name: value}
        )
        assert (open_case(alice).dispatch_rule_id == "special") is not other

    def test_out_of_use_take_nothing(self, open_case, alice):
        DispatchRule.objects.filter(pk="mail").update(is_active=False)
        assert open_case(alice, channel="mail").dispatch_rule_id == "otherwise"

    def test_by_their_position_and_the_one_for_all_else_last(self, open_case, alice):
        DispatchRule.objects.filter(pk="otherwise").update(position=0)
        DispatchRule.objects.filter(pk="mail").update(position=1)
        assert open_case(alice, channel="mail", type="cloud_operations").dispatch_rule_id == "mail"

    @pytest.mark.parametrize(
        "edit", [{"is_active": False}, {"channel": "mail"}, {"version_out_of_support": True}, {"severity": 1}]
    )
    def test_for_all_else_is_neither_narrowed_nor_taken_away(self, reference, edit):
        rules = DispatchRule.objects.filter(pk="otherwise")
        with pytest.raises(Error), transaction.atomic():
            rules.update(**edit)
        with pytest.raises(Error), transaction.atomic():
            rules.delete()
        assert rules.exists()

    def test_that_a_manager_deleted_leave_their_cases(self, mailed):
        case = mailed()
        DispatchRule.objects.get(pk="mail").delete()
        assert fresh(case).dispatch_rule is None


class TestDispatch:
    def test_hands_the_case_to_who_is_at_work(self, mailed, carl, later):
        case = mailed()
        changed = dispatch(case, at=later(minutes=1))
        assert (changed.owner, changed.status, changed.team.code) == (carl, "new", "customer-care-1")
        assert (changed.dispatch_at, changed.owned_since) == (None, later(minutes=1))
        event = case.events.get(kind="dispatched")
        assert event.actor is None
        assert sentence(event) == (
            "Customer Care handed the case to Carl Care of Customer Care, level I (rule “Cases by mail”)"
        )
        assert recipients(case, "dispatched") == {carl}

    def test_is_no_answer_to_the_customer(self, mailed, carl, later):
        dispatch(case := mailed(), at=later(minutes=1))
        assert case.commitments.get(metric="response").state == "running"

    def test_goes_to_the_one_with_the_fewest_cases_that_await_us(self, mailed, open_case, alice, carl, later):
        other = consultant("Olga Other")
        busy, waiting = open_case(alice), open_case(alice)
        take(busy, by=carl, at=later(minutes=1))
        take(waiting, by=other, at=later(minutes=2))
        ask_customer(waiting, by=other, at=later(minutes=3), body="Which?")
        assert dispatch(mailed(), at=later(minutes=4)).owner == other

    def test_of_equals_goes_to_who_got_one_longest_ago_then_by_id(self, mailed, carl, later):
        other = consultant("Olga Other")
        owners = [dispatch(mailed(), at=later(minutes=n)).owner for n in range(1, 5)]
        assert owners == [carl, other, carl, other]

    def test_of_equals_counts_what_they_no_longer_work_on(self, mailed, open_case, alice, carl, later):
        other = consultant("Olga Other")
        done = open_case(alice)
        take(done, by=carl, at=later(minutes=1))
        close(done, by=carl, at=later(minutes=2), reason="withdrawn")
        assert dispatch(mailed(), at=later(minutes=3)).owner == other

    @pytest.mark.parametrize("role", [Role.DISPATCHER, Role.MANAGER, Role.ADMINISTRATOR])
    def test_passes_by_who_takes_no_cases(self, mailed, later, role):
        consultant("Rita Role", role=role)
        with pytest.raises(NobodyAtWork):
            dispatch(mailed(), at=later(minutes=1))

    def test_passes_by_who_left_and_who_is_of_another_team(self, mailed, nora, later):
        consultant("Gone Gustav", is_active=False)
        with pytest.raises(NobodyAtWork, match="Nobody of Customer Care, level I is at work"):
            dispatch(mailed(), at=later(minutes=1))

    def test_passes_by_who_is_away_until_they_are_back(self, mailed, carl, later):
        away(carl, later(minutes=1), minutes=10)
        case = mailed()
        for minute in (1, 10):
            with pytest.raises(NobodyAtWork):
                dispatch(case, at=later(minutes=minute))
        assert dispatch(case, at=later(minutes=11)).owner == carl

    def test_goes_by_a_persons_own_hours_else_by_the_desks(self, mailed, carl, later):
        berlin = consultant("Berta Berlin", working_hours=Calendar.objects.get(code="emea"))
        night = datetime(2027, 6, 9, 7, 30, tzinfo=UTC)  # 02:30 in Chicago, 09:30 in Berlin
        early = datetime(2027, 6, 9, 6, 30, tzinfo=UTC)  # nobody
        evening = datetime(2027, 6, 8, 20, 0, tzinfo=UTC)  # 15:00 in Chicago, 22:00 in Berlin
        assert {c.person for c in _eligible(mailed(), night)} == {carl, berlin}
        assert {c.person for c in _eligible(mailed(), evening)} == {carl}
        assert {c.person for c in _eligible(mailed(), early)} == set()

    @pytest.mark.parametrize(
        ("languages", "speaks"), [([], True), (["en"], True), (["fr"], False), (["fr", "en"], True)]
    )
    def test_asks_for_the_language_where_the_rule_does(self, mailed, later, languages, speaks):
        consultant("Lea Lang", languages=languages)
        case = mailed()
        DispatchRule.objects.filter(pk="mail").update(speaks_language=True)
        if speaks:
            assert dispatch(case, at=later(minutes=1)).owner.name == "Lea Lang"
        else:
            with pytest.raises(NobodyAtWork):
                dispatch(case, at=later(minutes=1))

    def test_by_hand_hands_on_what_lies_in_the_queue(self, case, dora, carl, later):
        assert dispatch(case, by=dora, at=later(minutes=1)).owner == carl
        assert sentence(case.events.get(kind="dispatched")) == (
            "Dora Dispatch handed the case to Carl Care of Customer Care, level I (rule “Everything else”)"
        )

    @pytest.mark.parametrize("who", ["carl", "nora", "adam", "alice"])
    def test_by_hand_is_for_dispatchers_and_managers(self, case, later, request, who):
        with pytest.raises(NotAllowed):
            dispatch(case, by=request.getfixturevalue(who), at=later(minutes=1))

    def test_of_a_taken_case_is_refused_and_names_the_owner(self, case, carl, dora, later):
        take(case, by=carl, at=later(minutes=1))
        with pytest.raises(AlreadyTaken, match="Carl Care"):
            dispatch(case, by=dora, at=later(minutes=2))

    def test_of_a_closed_case_is_refused(self, mailed, carl, later):
        case = mailed()
        close(case, by=carl, at=later(minutes=1), reason="withdrawn")
        with pytest.raises(IllegalMove):
            dispatch(case, at=later(minutes=2))

    def test_takes_fewer_than_twenty_queries(self, mailed, carl, later):
        case = mailed()
        for number in range(3):
            consultant(f"C{number} Consultant")
        with CaptureQueriesContext(connection) as captured:
            dispatch(case, at=later(minutes=1))
        assert len(captured) <= 19


def _eligible(case: Case, at: datetime):
    found = candidates.candidates(case.team, case.calendar, at=at)
    return [one for one in found if one.why_not is None]


class TestCandidates:
    def test_say_why_each_of_the_others_is_not_one(self, mailed, carl, mona, later):
        at = later(hours=2)  # 19:00 in Berlin
        gone = consultant("Gone Gustav", is_active=False)
        team("customer-care-1").members.add(mona)
        ill = consultant("Ida Ill")
        away(ill, at, hours=1)
        off = consultant("Otto Off", working_hours=Calendar.objects.get(code="emea"))
        french = consultant("Fleur France", languages=["fr"])
        found = candidates.candidates(team("customer-care-1"), mailed().calendar, at=at, language="en")
        assert found[0].person == carl
        assert {one.person: one.why_not for one in found} == {
            carl: None,
            gone: "inactive",
            mona: "role",
            ill: "away",
            off: "off_shift",
            french: "language",
        }
        assert {one.person.name: one.back_at for one in found if one.back_at} == {
            "Ida Ill": at + timedelta(hours=1),
            "Otto Off": datetime(2027, 6, 9, 7, 0, tzinfo=UTC),
        }

    def test_are_read_in_two_queries_however_many(self, mailed, at):
        case = mailed()
        for number in range(6):
            consultant(f"C{number} Consultant")
        candidates.candidates(case.team, case.calendar, at=at)
        with CaptureQueriesContext(connection) as captured:
            candidates.candidates(case.team, case.calendar, at=at)
        assert len(captured) == 2
