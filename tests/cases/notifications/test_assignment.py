"""Mails of dispatch, other teams and billed work: whole in both languages, and withheld when no longer so."""

import re
from datetime import UTC, datetime

import pytest

from cases.jobs import assignment
from cases.lifecycle import (
    agree_to_consulting,
    answer_review,
    assign,
    decline_consulting,
    dispatch,
    refer_to_consulting,
    take,
    transfer,
    withdraw_referral,
)
from cases.models import OutboxMail
from cases.notifications import compose as notifications
from cases.notifications.content.assignment import TO_OURS
from contacts.models import Account, Team, User
from contacts.roles import Role
from tests.cases.lifecycle.conftest import outdated  # noqa: F401  a fixture
from tests.conftest import person

pytestmark = pytest.mark.django_db

NIGHT = datetime(2027, 6, 9, 3, 0, tzinfo=UTC)


@pytest.fixture
def samuel(acme: Account) -> User:
    user = person("Samuel Success", Role.CONSULTING)
    Team.objects.get(code="consulting").members.add(user)
    acme.customer_success_manager = user
    acme.save(update_fields=["customer_success_manager"])
    return user


@pytest.fixture
def mails(open_case, alice, eve, carl, nora, dora, mona, samuel, at, later):
    """One mail of each notice to our own people, as long as what it tells is so."""
    handed, held = open_case(alice, channel="mail"), open_case(alice, channel="mail", at=NIGHT)
    dispatch(handed, at=later(minutes=1))
    assignment.sweep(NIGHT)
    passed = open_case(alice)
    transfer(passed, by=carl, at=later(minutes=1), team=Team.objects.get(code="customer-care-2"), body="canary-note")
    asked, unattended, agreed = open_case(alice), open_case(eve), open_case(alice)
    for case in (asked, unattended, agreed):
        refer_to_consulting(case, by=carl, at=later(minutes=1), reason="Two days.", estimate_minutes=960)
    agree_to_consulting(agreed, by=alice, at=later(minutes=2))
    assert held.pk
    found = OutboxMail.objects.filter(notice__in=TO_OURS).order_by("-pk")
    return {mail.notice: mail for mail in found}


def compose(mail):
    return notifications.compose(OutboxMail.objects.select_related("event__actor", "recipient").get(pk=mail.pk))


class TestEveryNotice:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_is_whole_and_leads_to_the_desk(self, mails, settings, language):
        settings.SITE_URL = "https://care.example/"
        assert sorted(mails) == sorted(TO_OURS)
        User.objects.update(language=language)
        for notice, mail in mails.items():
            built = compose(mail)
            page = f"https://care.example/desk/{mail.case.number}/"
            assert re.findall(r"https?://\S+", built.body) == [page], notice
            assert mail.case.number in built.subject
            for text in (built.body, built.alternatives[0][0]):
                assert "canary-note" not in text
                assert not re.search(r"\{[{%]|%\(", text), notice
            if language == "fr":
                assert not re.search(r"\b(the|your|was|who|somebody)\b", built.body), (notice, built.body)

    def test_names_team_and_estimate(self, mails):
        assert "at work in Customer Care, level I" in compose(mails["dispatched"]).body
        assert "Nobody of Customer Care, level I is at work" in compose(mails["dispatch_failed"]).body
        assert "about 16 hours" in compose(mails["consulting_asked"]).body
        assert "no Customer Success manager" in compose(mails["consulting_unattended"]).body
        assert "Alice Adams agreed" in compose(mails["consulting_answered"]).body


class TestWithheld:
    def outdated(self, mail) -> bool:
        with pytest.raises(notifications.Withheld) as refusal:
            compose(mail)
        return refusal.value.reason is notifications.Reason.OUTDATED

    def test_once_the_case_is_somebody_elses(self, mails, dora, nora, later):
        assign(mails["dispatched"].case, by=dora, at=later(minutes=5), owner=nora)
        assert self.outdated(mails["dispatched"])

    def test_once_somebody_has_the_case(self, mails, carl, later):
        for notice in ("dispatch_failed", "transferred"):
            take(mails[notice].case, by=carl, at=later(days=1))
            if mails[notice].recipient != carl:
                assert self.outdated(mails[notice])

    def test_once_the_customer_answered_or_we_took_it_back(self, mails, alice, eve, carl, later):
        withdraw_referral(mails["consulting_asked"].case, by=carl, at=later(minutes=5))
        decline_consulting(mails["consulting_unattended"].case, by=eve, at=later(minutes=5))
        assert self.outdated(mails["consulting_asked"])
        assert self.outdated(mails["consulting_unattended"])


class TestReviewAnswered:
    @pytest.mark.parametrize(("language", "words"), [("en", "The complete answer"), ("fr", "La réponse complète")])
    def test_brings_the_answer(self, outdated, alice, nora, later, language, words):  # noqa: F811
        alice.language = language
        alice.save(update_fields=["language"])
        answer_review(outdated, by=nora, at=later(minutes=5), body="All of it.")
        built = compose(OutboxMail.objects.get(notice="review_answered"))
        for text in (built.body, built.alternatives[0][0]):
            assert words in text
            assert "All of it." in text
