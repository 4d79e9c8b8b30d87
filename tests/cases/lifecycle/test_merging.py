"""merge and unmerge: a pointer to the case that goes on, which can be taken back as if it had never been."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from cases import permissions, severity_requests
from cases.commitments.consistency import differences
from cases.commitments.explanation.explain import explain
from cases.events import sentence
from cases.lifecycle import (
    ask_customer,
    close,
    follow,
    merge,
    note,
    provide_solution,
    reopen,
    reply,
    request_severity,
    say_where_it_goes_on,
    unmerge,
)
from cases.lifecycle.change import Merged
from cases.lifecycle.merging import CustomerLeftOut, HasAbsorbed, NotMerged, OutOfSight
from cases.lifecycle.pairs import IntoItself, NoSuchCase
from cases.models import Case, Follower, OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from contacts.models import Membership
from sla.clocks import Metric
from tests.conftest import give, member, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def into(bob, alice, open_case, later):
    """Another case of Acme, Bob's."""
    bobs = open_case(alice, subject="Nobody can save a time sheet", at=later(minutes=2))
    give(bobs, bob)
    return Case.objects.get(pk=bobs.pk)


def clocks(case):
    rows = case.commitments.order_by("metric", "cycle", "period_no")
    return [(row.metric, row.cycle, row.period_no, row.state, row.due_at) for row in rows]


class TestMerge:
    def test_closes_it_as_a_duplicate_and_points_to_the_other(self, case, into, carl, later):
        merged = merge(case, by=carl, at=later(minutes=5), into=into)
        assert (merged.status, merged.merged_into, merged.closed_at) == ("closed", into, later(minutes=5))
        assert {row.state for row in case.commitments.all()} == {"cancelled"}
        into.refresh_from_db()
        assert into.status == "new"

    def test_is_one_event_on_each(self, case, into, carl, later):
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert sentence(case.events.last()) == f"Carl Care merged this case into {into.number}"
        assert sentence(into.events.last()) == f"Carl Care merged {case.number} into this case"
        assert (case.events.count(), into.events.count()) == (2, 2)

    def test_moves_nothing(self, case, into, alice, carl, later):
        note(case, by=carl, at=later(minutes=3), body="Seen.")
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert (case.messages.count(), case.notes.count(), into.messages.count()) == (1, 1, 1)

    def test_ends_countdown_and_request(self, case, into, alice, carl, later):
        request_severity(case, by=alice, at=later(minutes=3), severity=1, body="Down.")
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert severity_requests.open_request(case) is None
        other = provide_solution(into, by=carl, at=later(minutes=6), body="Try this.")
        assert other.countdown_at

    def test_of_a_solved_case_ends_its_countdown(self, case, into, carl, later):
        provide_solution(case, by=carl, at=later(minutes=3), body="Try this.")
        merged = merge(case, by=carl, at=later(minutes=5), into=into)
        assert (merged.countdown_at, merged.close_at) == (None, None)

    def test_lets_its_customer_follow_the_other_and_tells_both(self, case, into, alice, bob, carl, later):
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert Follower.objects.get(case=into).user == alice
        told = OutboxMail.objects.filter(notice__in=("merged", "absorbed")).values_list("case", "notice", "recipient")
        assert set(told) == {(case.pk, "merged", alice.pk), (into.pk, "absorbed", bob.pk)}
        reply(into, by=carl, at=later(minutes=6), body="Fixed.")
        assert set(OutboxMail.objects.filter(notice="reply").values_list("recipient", flat=True)) == {alice.pk, bob.pk}

    def test_tells_a_customer_of_both_once(self, case, alice, carl, open_case, later):
        other = open_case(alice, subject="Again: time sheets")
        merge(other, by=carl, at=later(minutes=5), into=case)
        told = OutboxMail.objects.filter(notice__in=("merged", "absorbed")).values_list("notice", flat=True)
        assert list(told) == ["merged"]
        assert not Follower.objects.exists()

    def test_lets_who_followed_it_follow_the_other(self, case, into, bob, nora, carl, later):
        follow(case, by=nora, at=later(minutes=1))
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert Follower.objects.filter(case=into, user=nora).exists()

    def test_is_refused_into_itself_and_into_a_closed_one(self, case, into, carl, later):
        with pytest.raises(IntoItself):
            merge(case, by=carl, at=later(minutes=5), into=case)
        close(into, by=carl, at=later(minutes=4), reason="withdrawn")
        with pytest.raises(IllegalMove):
            merge(case, by=carl, at=later(minutes=5), into=into)
        case.refresh_from_db()
        assert not case.is_merged

    def test_makes_no_chain(self, case, into, alice, carl, open_case, later):
        third = open_case(alice, subject="A third one")
        merge(case, by=carl, at=later(minutes=5), into=into)
        with pytest.raises(Merged, match=into.number):
            merge(third, by=carl, at=later(minutes=6), into=case)
        with pytest.raises(HasAbsorbed, match=case.number):
            merge(into, by=carl, at=later(minutes=6), into=third)
        with pytest.raises(Merged):
            merge(case, by=carl, at=later(minutes=6), into=third)

    def test_of_another_account_is_as_if_there_were_none(self, case, eve, carl, open_case, later):
        foreign = open_case(eve)
        with pytest.raises(NoSuchCase, match="no such case"):
            merge(case, by=carl, at=later(minutes=5), into=foreign)

    @pytest.mark.parametrize("who", ["alice", "eve", "adam"])
    def test_is_for_those_who_route_cases(self, case, into, later, request, who):
        with pytest.raises((NotAllowed, NoSuchCase)):
            merge(case, by=request.getfixturevalue(who), at=later(minutes=5), into=into)

    def test_leaves_no_customer_behind_who_cannot_see_the_other(self, case, into, alice, bob, carl, later):
        Membership.objects.filter(user=alice).update(sees_company_cases=False)
        with pytest.raises(CustomerLeftOut, match="Alice Adams may not see"):
            merge(case, by=carl, at=later(minutes=5), into=into)

    def test_sent_twice_is_one(self, case, into, carl, later):
        key = uuid4()
        for minute in (5, 6):
            merge(case, by=carl, at=later(minutes=minute), into=into, submission=key)
        assert case.events.filter(kind="merged").count() == into.events.filter(kind="absorbed").count() == 1


class TestAMergedCase:
    @pytest.fixture
    def merged(self, case, into, carl, later):
        return merge(case, by=carl, at=later(minutes=5), into=into)

    def test_is_not_opened_again_or_spoken_in(self, merged, into, alice, carl, later):
        for refused in (
            lambda: reopen(merged, by=alice, at=later(minutes=6), reason="It is back."),
            lambda: reply(merged, by=carl, at=later(minutes=6), body="Hm."),
        ):
            with pytest.raises(Merged, match=into.number):
                refused()

    def test_offers_nothing_that_is_refused(self, merged, alice, carl):
        assert permissions.verbs_for(alice, merged) == {"unfollow"}
        assert permissions.verbs_for(carl, merged) == {
            "note", "link", "unlink", "tag", "untag", "unfollow", "unmerge",
        }  # fmt: skip

    def test_passes_a_word_of_its_customer_on(self, merged, into, alice, carl, later):
        said = say_where_it_goes_on(merged, by=alice, at=later(minutes=6), body="Any news?")
        assert (said.pk, into.messages.last().body, merged.messages.count()) == (into.pk, "Any news?", 1)
        close(into, by=carl, at=later(minutes=7), reason="confirmed")
        assert say_where_it_goes_on(merged, by=alice, at=later(minutes=8), body="It is back.").status == "reopened"

    def test_passes_nothing_on_to_a_case_out_of_sight(self, merged, alice, later):
        Membership.objects.filter(user=alice).update(sees_company_cases=False)
        with pytest.raises(OutOfSight):
            say_where_it_goes_on(merged, by=alice, at=later(minutes=6), body="Any news?")


class TestUnmerge:
    def test_is_as_if_it_had_never_been_merged(self, case, into, alice, carl, open_case, later):
        twin = open_case(alice)
        for one in (case, twin):
            reply(one, by=carl, at=later(minutes=3), body="Looking.")
        merge(case, by=carl, at=later(minutes=5), into=into)
        back = unmerge(case, by=carl, at=later(minutes=50), because="Something else.")
        note(twin, by=carl, at=later(minutes=50), body="Nothing.")
        assert (back.status, back.merged_into, back.closed_at) == ("in_progress", None, None)
        assert clocks(case) == clocks(twin)
        twin.refresh_from_db()
        assert (back.next_due_at, back.sla_state) == (twin.next_due_at, twin.sla_state)
        assert not differences(back, at=later(minutes=50))

    def test_finds_what_was_missed_meanwhile(self, case, into, carl, later):
        merge(case, by=carl, at=later(minutes=5), into=into)
        unmerge(case, by=carl, at=later(hours=3), because="Something else.")
        assert case.breaches.filter(metric="response").exists()

    def test_gives_back_a_wait_and_a_solution(self, case, into, carl, later):
        ask_customer(case, by=carl, at=later(minutes=2), body="Since when?")
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert unmerge(case, by=carl, at=later(minutes=6), because="No.").status == "waiting"
        provide_solution(case, by=carl, at=later(minutes=7), body="Try this.")
        merge(case, by=carl, at=later(minutes=8), into=into)
        back = unmerge(case, by=carl, at=later(minutes=9), because="No.")
        assert (back.status, back.countdown_from) == ("solution_provided", later(minutes=9))

    def test_is_explained_without_the_merging(self, case, into, carl, alice, open_case, later):
        twin = open_case(alice)
        for one in (case, twin):
            ask_customer(one, by=carl, at=later(minutes=2), body="Since when?")
        merge(case, by=carl, at=later(minutes=5), into=into)
        unmerge(case, by=carl, at=later(minutes=50), because="No.")
        for one in (case, twin):
            reply(one, by=alice, at=later(hours=1), body="Since May.")
        told = [
            [(row.reason, row.because, row.counted, row.total) for row in explain(one, key, at=later(hours=2)).rows]
            for one in (Case.objects.for_verbs().get(pk=case.pk), Case.objects.for_verbs().get(pk=twin.pk))
            for key in [(Metric.RESOLUTION, 1, 1)]
        ]
        assert told[0] == told[1] != []

    def test_leaves_a_closed_case_closed(self, case, into, carl, later):
        close(case, by=carl, at=later(minutes=2), reason="confirmed")
        merge(case, by=carl, at=later(minutes=5), into=into)
        assert unmerge(case, by=carl, at=later(minutes=6), because="No.").closed_at == later(minutes=2)

    def test_is_on_record_on_both_and_told_to_the_customer(self, case, into, alice, carl, later):
        merge(case, by=carl, at=later(minutes=5), into=into)
        unmerge(case, by=carl, at=later(minutes=6), because="Something else.")
        assert sentence(case.events.last()) == "Carl Care took the merging back: Something else."
        assert case.number in sentence(into.events.last())
        assert OutboxMail.objects.get(notice="unmerged").recipient == alice
        assert not Follower.objects.filter(case=into, ended_at__isnull=True).exists()

    def test_lets_a_case_be_merged_again(self, case, into, carl, later):
        for minute in (5, 7):
            merge(case, by=carl, at=later(minutes=minute), into=into)
            unmerge(case, by=carl, at=later(minutes=minute + 1), because="No.")
        assert merge(case, by=carl, at=later(minutes=9), into=into).is_merged
        assert {row.state for row in case.commitments.all()} == {"cancelled"}

    def test_is_refused_where_nothing_is_merged(self, case, into, carl, later):
        with pytest.raises(NotMerged):
            unmerge(case, by=carl, at=later(minutes=5), because="No.")


class TestTheDatabase:
    """Whoever writes past the verbs."""

    def refuses(self, case, into):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(merged_into=into, status="closed", closed_at=case.opened_at)

    def test_refuses_itself_another_account_and_an_open_case(self, case, into, eve, open_case):
        self.refuses(case, case)
        self.refuses(case, open_case(eve))
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(merged_into=into)

    def test_refuses_chain_and_circle(self, case, into, alice, carl, open_case, later):
        third = open_case(alice)
        merge(case, by=carl, at=later(minutes=5), into=into)
        self.refuses(third, case)
        self.refuses(into, third)
        self.refuses(into, case)

    def test_forgets_nobody_who_left(self, case, into, acme, alice, carl, later):
        left = member(person("Lena Left"), acme)
        give(case, left)
        left.is_active = False
        left.save(update_fields=["is_active"])
        assert merge(Case.objects.get(pk=case.pk), by=carl, at=later(minutes=5), into=into).is_merged
        assert not Follower.objects.filter(user=left).exists()
