"""Handing over and passing on, billed work and the complete answer, at the desk."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.lifecycle import decline_consulting, refer_to_consulting, take
from cases.models import Case, Event
from contacts import absences
from contacts.models import Team
from contacts.roles import Role
from tests.cases.desk.conftest import fresh, last, read, to
from tests.cases.lifecycle.conftest import outdated  # noqa: F401  a fixture
from tests.conftest import person

QUEUE = reverse("desk:queue")


def team(code: str) -> Team:
    return Team.objects.get(code=code)


@pytest.fixture
def priya(reference):
    user = person("Priya Product", Role.PRODUCT_MANAGEMENT)
    team("product-management").members.add(user)
    return user


class TestDispatch:
    def test_hands_the_case_to_who_is_at_work(self, signed_in, dora, carl, case):
        page = read(signed_in(dora).post(to("dispatch", case), follow=True))
        assert "The case is handed over" in page
        assert (fresh(case).owner, last(case).actor) == (carl, dora)

    def test_says_so_where_nobody_is(self, signed_in, dora, case):
        page = read(signed_in(dora).post(to("dispatch", case), follow=True))
        assert "Nobody of Customer Care, level I is at work and may be handed this case." in page
        assert fresh(case).owner is None

    def test_is_offered_to_dispatchers_while_nobody_owns_the_case(self, signed_in, here, dora, carl, case, clock):
        assert "Hand to who is at work" in read(signed_in(dora).get(to("case", case)))
        assert "Hand to who is at work" not in read(here.get(to("case", case)))
        take(case, by=carl, at=clock.later(minutes=1))
        assert "Hand to who is at work" not in read(signed_in(dora).get(to("case", case)))

    def test_is_asked_for_by_post(self, here, case):
        assert here.get(to("dispatch", case)).status_code == 405

    def test_that_found_nobody_is_told_on_the_case(self, here, open_case, alice, clock):
        from cases.jobs import assignment

        case = open_case(alice, channel="mail")
        assert "About to be handed to somebody of Customer Care, level I" in read(here.get(to("case", case)))
        Team.objects.get(code="customer-care-1").members.clear()
        assignment.sweep(clock.later(minutes=1))
        assert "Nobody of Customer Care, level I is at work since" in read(here.get(to("case", case)))


class TestTransfer:
    def test_passes_the_case_on_with_a_note(self, here, case):
        words = {"team": team("product-management").pk, "body": "A wish, I think."}
        page = read(here.post(to("transfer", case), words, follow=True))
        assert "The case is with Product Management now." in page
        assert "A wish, I think." in page
        assert (fresh(case).team.code, fresh(case).owner) == ("product-management", None)

    def test_offers_other_teams_and_their_people(self, here, case, nora, dora):
        page = read(here.get(to("transfer", case)))
        assert "Product Management" in page
        assert "Nora Night" in page
        assert f'value="{case.team_id}"' not in page
        assert "Dora Dispatch" not in page

    def test_says_who_is_away(self, here, case, nora):
        now = timezone.now()
        absences.enter(nora, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=3))
        assert "Nora Night (away until " in read(here.get(to("transfer", case)))

    def test_to_a_person_of_another_team_is_refused_in_words(self, here, case, nora):
        words = {"team": team("product-management").pk, "owner": nora.pk, "body": "Yours?"}
        response = here.post(to("transfer", case), words)
        assert response.status_code == 422
        assert "Nora Night is not of Product Management." in read(response)
        assert "Yours?" in read(response)

    def test_to_consulting_is_refused_in_words(self, here, case):
        response = here.post(to("transfer", case), {"team": team("consulting").pk, "body": "Yours?"})
        assert response.status_code == 422
        assert "The work of Consulting is billed" in read(response)

    def test_leads_who_sees_it_no_more_back_to_the_queue(self, signed_in, priya, here, case, clock):
        here.post(to("transfer", case), {"team": team("product-management").pk, "body": "Yours?"})
        words = {"team": team("customer-care-1").pk, "body": "No, yours."}
        response = signed_in(priya).post(to("transfer", case), words, follow=True)
        assert response.redirect_chain[-1][0] == QUEUE
        assert "The case is with Customer Care, level I now." in read(response)

    def test_opens_in_the_dialog_of_the_case(self, here, case):
        response = here.get(to("transfer", case), headers={"HX-Request": "true"})
        assert "<html" not in read(response)
        assert response["HX-Retarget"] == "#act"


class TestReferToConsulting:
    @pytest.fixture
    def how(self, open_case, alice):
        return open_case(alice, type="functional")

    def test_asks_the_customer(self, here, how):
        words = {"reason": "Two days of work.", "hours": "2.5", "estimate": "at most"}
        page = read(here.post(to("refer_to_consulting", how), words, follow=True))
        assert "Waits for consent to billed work since" in page
        referral = how.consulting_referrals.get()
        assert (referral.estimate_minutes, referral.estimate, referral.message.body) == (
            150,
            "at most",
            words["reason"],
        )

    @pytest.mark.parametrize("hours", ["-1", "0", "x", "99999"])
    def test_takes_hours_that_can_be(self, here, how, hours):
        response = here.post(to("refer_to_consulting", how), {"reason": "So.", "hours": hours})
        assert response.status_code == 422
        assert not how.consulting_referrals.exists()

    def test_is_proposed_where_no_times_are_promised_for_what_it_is_about(self, here, how, case):
        nudge = "Consulting can answer them as billed work"
        assert nudge in read(here.get(to("case", how)))
        assert nudge not in read(here.get(to("case", case)))

    def test_says_who_looks_after_the_account_or_that_nobody_does(self, here, how, acme, nora):
        assert "Nobody looks after the account" in read(here.get(to("refer_to_consulting", how)))
        acme.customer_success_manager = nora
        acme.save(update_fields=["customer_success_manager"])
        assert "Nora Night, who looks after the account, is told." in read(here.get(to("refer_to_consulting", how)))

    def test_answer_is_written_down(self, here, how, carl, alice, clock):
        refer_to_consulting(how, by=carl, at=clock.later(minutes=1), reason="Shall we?")
        words = {"agreed": "yes", "channel": "phone", "body": "Do it."}
        here.post(to("record_consulting_consent", how), words)
        assert (fresh(how).team.code, how.consulting_referrals.get().given_by) == ("consulting", alice)
        assert "Alice Adams agreed to billed work" in read(here.get(to("case", how)))

    def test_no_is_written_down_as_no(self, here, how, carl, clock):
        refer_to_consulting(how, by=carl, at=clock.later(minutes=1), reason="Shall we?")
        here.post(to("record_consulting_consent", how), {"agreed": "no", "channel": "mail", "body": "No."})
        assert how.consulting_referrals.get().state == "declined"
        assert "The customer declined billed work." in read(here.get(to("case", how)))

    def test_is_taken_back(self, here, how, carl, clock):
        refer_to_consulting(how, by=carl, at=clock.later(minutes=1), reason="Shall we?")
        here.post(to("withdraw_referral", how))
        assert how.consulting_referrals.get().state == "withdrawn"
        page = read(here.post(to("withdraw_referral", how), follow=True))
        assert "No question about billed work waits for an answer any more." in page


class TestAnswerReview:
    def test_is_owed_and_said_so(self, here, outdated):  # noqa: F811
        page = read(here.get(to("case", outdated)))
        assert "owes a complete answer, and cannot be closed before" in page
        response = here.post(to("close", outdated), {"reason": "withdrawn"})
        assert response.status_code == 422
        assert "owed a complete answer before the case closes" in read(response)

    def test_lets_the_case_close(self, here, outdated):  # noqa: F811
        here.post(to("answer_review", outdated), {"body": "All of it: …"})
        assert "owes a complete answer" not in read(here.get(to("case", outdated)))
        here.post(to("close", outdated), {"reason": "withdrawn"})
        assert fresh(outdated).is_closed


class TestQueue:
    def numbers(self, browser, **chosen):
        page = read(browser.get(QUEUE, {"view": "all", **chosen}))
        return {case.pk for case in Case.objects.all() if case.number in page}

    def test_shows_what_is_to_be_dispatched(self, here, open_case, alice, case):
        mailed = open_case(alice, channel="mail")
        assert self.numbers(here, waits="dispatch") == {mailed.pk}

    def test_shows_whose_consent_is_awaited(self, here, signed_in, open_case, alice, eve, carl, nora, acme, clock):
        ours, theirs, declined = open_case(alice), open_case(eve), open_case(alice)
        for one in (ours, theirs, declined):
            refer_to_consulting(one, by=carl, at=clock.later(minutes=1), reason="Shall we?")
        decline_consulting(declined, by=alice, at=clock.later(minutes=1))
        acme.customer_success_manager = nora
        acme.save(update_fields=["customer_success_manager"])
        assert self.numbers(here, waits="consent") == {ours.pk, theirs.pk}
        assert self.numbers(signed_in(nora), waits="my_consent") == {ours.pk}
        assert self.numbers(here, waits="my_consent") == set()

    def test_shows_what_is_owed_a_complete_answer(self, here, case, outdated):  # noqa: F811
        assert self.numbers(here, waits="review") == {outdated.pk}

    @pytest.mark.parametrize("waits", ["dispatch", "consent", "my_consent", "review"])
    def test_takes_the_same_few_queries(self, here, open_case, alice, waits, django_assert_max_num_queries):
        for _number in range(12):
            open_case(alice, channel="mail")
        here.get(QUEUE)
        with django_assert_max_num_queries(12):
            here.get(QUEUE, {"view": "all", "waits": waits})


def test_events_of_routing_are_told_at_the_desk(here, case, dora, carl, clock):
    from cases.lifecycle import dispatch

    dispatch(case, by=dora, at=clock.later(minutes=1))
    assert "Dora Dispatch handed the case to Carl Care" in read(here.get(to("case", case)))
    assert Event.objects.filter(case=case, kind="dispatched").count() == 1
