"""refer_to_consulting and what becomes of it: agreed, declined, written down for the customer, withdrawn."""

import pytest
from django.db import transaction
from django.db.utils import Error

from cases.events import sentence
from cases.lifecycle import (
    agree_to_consulting,
    ask_customer,
    close,
    decline_consulting,
    provide_solution,
    record_consulting_consent,
    refer_to_consulting,
    reply,
    take,
    transfer,
    withdraw_referral,
)
from cases.lifecycle.assignment import NeedsConsent
from cases.lifecycle.consulting import NoSuchTeam, NothingAsked, ReferralIsOpen
from cases.models import Case, ConsultingReferral, OutboxMail
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove
from cases.time_entries import consent as time_entries
from contacts.models import Absence, Team
from contacts.roles import Role
from tests.conftest import person

pytestmark = pytest.mark.django_db

ASKED = {"reason": "Consulting can build the panel with you.", "estimate_minutes": 150}


def recipients(case, notice):
    return {mail.recipient for mail in OutboxMail.objects.filter(case=case, notice=notice)}


@pytest.fixture
def samuel(acme):
    """Of Consulting; looks after Acme."""
    user = person("Samuel Success", Role.CONSULTING)
    Team.objects.get(code="consulting").members.add(user)
    acme.customer_success_manager = user
    acme.save(update_fields=["customer_success_manager"])
    return user


@pytest.fixture
def how(open_case, alice, carl, later):
    """A functional question of Alice's, which Carl has taken: no times are promised."""
    case = open_case(alice, type="functional")
    return take(case, by=carl, at=later(minutes=1))


@pytest.fixture
def referred(how, carl, later):
    return refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)


class TestReferToConsulting:
    def test_asks_the_customer_and_moves_nothing(self, how, carl, alice, samuel, later):
        case = refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)
        assert (case.status, case.team.code, case.owner) == ("waiting", "customer-care-1", carl)
        referral = case.consulting_referrals.get()
        assert (referral.state, referral.asked_by, referral.estimate_minutes) == ("open", carl, 150)
        assert referral.message.body == ASKED["reason"]
        assert time_entries.consent_for(case) is None
        assert sentence(case.events.get(kind="consulting_referred")) == (
            "Carl Care asked whether the work may be billed: about 2 hours 30 minutes"
        )
        assert recipients(case, "consulting_referred") == {alice}

    @pytest.mark.parametrize(
        ("estimate", "words"),
        [
            ({}, "no estimate yet"),
            ({"estimate": "two days"}, "two days"),
            ({"estimate_minutes": 60}, "about 1 hour"),
            ({"estimate_minutes": 45, "estimate": "at most"}, "about 45 minutes; at most"),
        ],
    )
    def test_tells_what_is_expected(self, how, carl, later, estimate, words):
        case = refer_to_consulting(how, by=carl, at=later(minutes=5), reason="So.", **estimate)
        assert sentence(case.events.get(kind="consulting_referred")).endswith(f"billed: {words}")

    def test_tells_the_customer_success_manager(self, how, carl, mona, samuel, later):
        case = refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)
        assert recipients(case, "consulting_asked") == {samuel}
        assert recipients(case, "consulting_unattended") == set()

    def test_shows_the_case_to_the_customer_success_manager(self, how, carl, samuel, later):
        seen = Case.objects.visible_to(samuel).filter(pk=how.pk)
        assert not seen.exists()
        refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)
        assert seen.exists()

    def test_tells_managers_where_nobody_looks_after_the_account(self, how, carl, mona, later):
        case = refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)
        assert recipients(case, "consulting_unattended") == {mona}

    def test_is_refused_while_the_customer_is_asked(self, referred, carl, later):
        with pytest.raises(ReferralIsOpen):
            refer_to_consulting(referred, by=carl, at=later(minutes=6), **ASKED)
        assert referred.consulting_referrals.count() == 1

    @pytest.mark.parametrize("who", ["alice", "dora", "adam"])
    def test_is_for_who_works_cases(self, how, later, request, who):
        with pytest.raises(NotAllowed):
            refer_to_consulting(how, by=request.getfixturevalue(who), at=later(minutes=5), **ASKED)

    def test_without_a_team_that_bills_is_refused(self, how, carl, later):
        Team.objects.update(needs_consent=False)
        with pytest.raises(NoSuchTeam):
            refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)
        assert how.messages.count() == 1

    def test_of_a_solved_or_closed_case_is_refused(self, how, carl, later):
        provide_solution(how, by=carl, at=later(minutes=2), body="Like this.")
        with pytest.raises(IllegalMove):
            refer_to_consulting(how, by=carl, at=later(minutes=5), **ASKED)

    def test_sent_twice_is_one(self, how, carl, later):
        from uuid import uuid4

        key = uuid4()
        for minute in (5, 6):
            refer_to_consulting(how, by=carl, at=later(minutes=minute), submission=key, **ASKED)
        assert how.consulting_referrals.count() == 1


class TestAgreeToConsulting:
    def test_moves_the_case_to_consulting(self, referred, alice, samuel, later):
        case = agree_to_consulting(referred, by=alice, at=later(minutes=30))
        assert (case.team.code, case.owner, case.status) == ("consulting", None, "in_progress")
        consent = time_entries.consent_for(case)
        assert (consent.given_by, consent.decided_by, consent.decided_at) == (alice, alice, later(minutes=30))
        assert sentence(case.events.get(kind="consulting_agreed")) == (
            "Alice Adams agreed that the work is billed; Consulting goes on with the case"
        )

    def test_is_one_event(self, referred, alice, later):
        before = referred.events.count()
        agree_to_consulting(referred, by=alice, at=later(minutes=30))
        assert referred.events.count() == before + 1

    def test_tells_who_asked_who_looks_after_the_account_and_consulting(self, referred, alice, carl, samuel, later):
        colleague = person("Clara Consulting", Role.CONSULTING)
        Team.objects.get(code="consulting").members.add(colleague)
        case = agree_to_consulting(referred, by=alice, at=later(minutes=30))
        assert recipients(case, "consulting_answered") == {carl, samuel}
        assert recipients(case, "transferred") == {samuel, colleague}

    def test_wakes_nobody_of_consulting_who_is_away(self, referred, alice, samuel, later):
        Absence.objects.create(user=samuel, starts_at=later(), ends_at=later(days=3))
        case = agree_to_consulting(referred, by=alice, at=later(minutes=30))
        assert recipients(case, "transferred") == set()

    def test_lets_the_case_be_passed_there_again(self, referred, alice, samuel, later):
        consulting_team = referred.account and Team.objects.get(code="consulting")
        agree_to_consulting(referred, by=alice, at=later(minutes=30))
        care = Team.objects.get(code="customer-care-1")
        transfer(referred, by=samuel, at=later(minutes=31), team=care, body="A defect, look.")
        assert (
            transfer(
                referred, by=person("Max", Role.MANAGER), at=later(minutes=32), team=consulting_team, body="No."
            ).team
            == consulting_team
        )

    def test_is_the_customers_alone(self, referred, carl, eve, mona, later):
        for by in (carl, eve, mona):
            with pytest.raises(NotAllowed):
                agree_to_consulting(referred, by=by, at=later(minutes=30))
        assert time_entries.consent_for(referred) is None

    def test_twice_is_refused(self, referred, alice, bob, later):
        agree_to_consulting(referred, by=alice, at=later(minutes=30))
        for verb in (agree_to_consulting, decline_consulting):
            with pytest.raises(NothingAsked):
                verb(referred, by=bob, at=later(minutes=31))

    def test_of_nothing_asked_is_refused(self, how, alice, later):
        with pytest.raises(NothingAsked):
            agree_to_consulting(how, by=alice, at=later(minutes=30))


class TestDeclineConsulting:
    def test_leaves_the_case_where_it_is(self, referred, alice, carl, samuel, later):
        case = decline_consulting(referred, by=alice, at=later(minutes=30))
        assert (case.team.code, case.owner, case.status) == ("customer-care-1", carl, "in_progress")
        assert time_entries.consent_for(case) is None
        assert recipients(case, "consulting_answered") == {carl, samuel}
        with pytest.raises(NeedsConsent):
            transfer(case, by=carl, at=later(minutes=31), team=Team.objects.get(code="consulting"), body="Please.")

    def test_lets_us_ask_again(self, referred, alice, carl, later):
        decline_consulting(referred, by=alice, at=later(minutes=30))
        refer_to_consulting(referred, by=carl, at=later(minutes=40), reason="Half the work.", estimate_minutes=60)
        agree_to_consulting(referred, by=alice, at=later(minutes=50))
        assert time_entries.consent_for(referred).estimate_minutes == 60


class TestRecordConsultingConsent:
    @pytest.mark.parametrize(("agreed", "state", "team"), [(True, "agreed", "consulting"), (False, "declined", None)])
    def test_keeps_whose_words_they_are_and_who_wrote_them_down(
        self, referred, alice, carl, later, agreed, state, team
    ):
        words = {"agreed": agreed, "body": "As you said on the phone.", "channel": "phone"}
        case = record_consulting_consent(referred, by=carl, at=later(minutes=20), **words)
        referral = case.consulting_referrals.get()
        assert (referral.state, referral.given_by, referral.decided_by) == (state, alice, carl)
        assert (referral.words.author, referral.words.from_customer, referral.channel) == (alice, True, "phone")
        assert case.team.code == (team or "customer-care-1")
        assert recipients(case, "consulting_recorded") == {alice}
        said = sentence(case.events.get(kind=f"consulting_{state}"))
        assert said.startswith("Carl Care wrote down that Alice Adams " + ("agrees" if agreed else "declines"))

    def test_is_ours_to_do(self, referred, alice, later):
        with pytest.raises(NotAllowed):
            record_consulting_consent(referred, by=alice, at=later(minutes=20), agreed=True, body="Yes.")

    def test_of_nothing_asked_says_nothing(self, how, carl, later):
        with pytest.raises(NothingAsked):
            record_consulting_consent(how, by=carl, at=later(minutes=20), agreed=True, body="Yes.")
        assert how.messages.count() == 1


class TestWithdrawReferral:
    def test_takes_the_question_back(self, referred, alice, carl, later):
        case = withdraw_referral(referred, by=carl, at=later(minutes=20))
        assert (case.status, case.consulting_referrals.get().state) == ("in_progress", "withdrawn")
        assert recipients(case, "consulting_withdrawn") == {alice}
        with pytest.raises(NothingAsked):
            agree_to_consulting(case, by=alice, at=later(minutes=21))

    @pytest.mark.parametrize("end", [close, provide_solution])
    def test_happens_by_itself_where_nobody_waits_any_more(self, referred, carl, later, end):
        words = {"reason": "withdrawn"} if end is close else {"body": "Found it."}
        end(referred, by=carl, at=later(minutes=20), **words)
        assert referred.consulting_referrals.get().state == "withdrawn"


class TestWait:
    def test_pauses_what_a_question_pauses(self, case, alice, carl, later):
        take(case, by=carl, at=later(minutes=1))
        refer_to_consulting(case, by=carl, at=later(minutes=5), **ASKED)
        assert case.commitments.get(metric="response").state == "met"
        assert case.commitments.get(metric="resolution").state == "paused"
        agree_to_consulting(case, by=alice, at=later(minutes=65))
        assert case.commitments.get(metric="resolution").paused_seconds == 3600

    def test_ended_by_other_words_leaves_the_question_open(self, referred, alice, carl, later):
        reply(referred, by=alice, at=later(minutes=10), body="Let me ask my boss.")
        assert referred.consulting_referrals.get().is_open
        ask_customer(referred, by=carl, at=later(minutes=11), body="Well?")
        assert agree_to_consulting(referred, by=alice, at=later(minutes=30)).team.code == "consulting"


class TestGuards:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"state": "agreed"},
            {"state": "agreed", "decided": True},
            {"state": "declined", "decided": True, "given": "asker"},
            {"state": "agreed", "decided": True, "given": "customer"},  # no words of theirs
            {"state": "open", "decided": True},
            {"state": "withdrawn"},
        ],
    )
    def test_refuse_a_decision_without_who_when_and_words(self, referred, alice, carl, later, wrong):
        row = ConsultingReferral.objects.filter(case=referred)
        fields = {"state": wrong["state"]}
        if wrong.get("decided"):
            fields |= {"decided_at": later(minutes=9), "decided_by": carl}
        if "given" in wrong:
            fields["given_by"] = carl if wrong["given"] == "asker" else alice
        with pytest.raises(Error), transaction.atomic():
            row.update(**fields)

    def test_refuse_a_second_open_one_a_change_and_a_deletion(self, referred, alice, later):
        first = referred.consulting_referrals.get()
        again = {"case": referred, "asked_at": first.asked_at, "asked_by": first.asked_by, "message": first.message}
        for wrong in (
            lambda: ConsultingReferral.objects.create(**again),
            lambda: ConsultingReferral.objects.filter(pk=first.pk).update(estimate_minutes=1),
            lambda: ConsultingReferral.objects.filter(pk=first.pk).delete(),
        ):
            with pytest.raises(Error), transaction.atomic():
                wrong()
        decline_consulting(referred, by=alice, at=later(minutes=30))
        with pytest.raises(Error), transaction.atomic():
            ConsultingReferral.objects.filter(pk=first.pk).update(state="agreed")
