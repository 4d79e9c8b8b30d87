"""Every form that makes something carries a key, and what is sent twice at once is made once."""

from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from cases.forms import assignment, closing, commitments, incidents, opening, root_causes
from cases.forms import relations as tidying
from cases.forms import severity as asking
from cases.forms.base import VerbForm
from cases.models import Case, Event, Message, Note
from cases.urls import desk
from contacts.models import Instance
from tests.cases.forms.registry import verb_forms
from tests.proofs.races.pairs import at_once

# Sent twice, these are refused or change nothing the second time: the state of the case or a constraint knows.
KNOWN_BY_STATE = {
    closing.CloseForm,
    closing.CloseOwnForm,
    commitments.ReasonForm,
    commitments.ReasonForCustomerForm,
    commitments.ChangeSeverityForm,
    commitments.ExcludeForm,
    commitments.JudgeReachForm,
    commitments.PromiseReleaseForm,
    asking.DecisionForm,
    asking.ApproveSeverityForm,
    tidying.LinkForm,
    tidying.UnlinkForm,
    tidying.FollowForm,
    tidying.UnfollowForm,
    tidying.TagForm,
    tidying.UntagForm,
    assignment.TransferForm,
    incidents.LinkCaseForm,
    root_causes.BecauseForm,
    root_causes.WriteReportForm,
}
ABSTRACT = {VerbForm, opening.WhatForm, commitments.JudgementForm, tidying.NearbyForm}
# Of the verbs that are rows of a table, those of which the same is known: several share a form.
VERBS_KNOWN_BY_STATE = {
    *("close", "exclude", "include", "judge_reach", "withdraw_agreed_date", "void_breach", "reinstate_breach"),
    *("link_case", "unlink_case", "unmerge", "unlink", "unfollow", "tag", "untag"),
}


class TestForms:
    def test_that_make_something_carry_a_key_or_are_known_by_state(self):
        without = {one for one in verb_forms() if "submission" not in one.base_fields} - ABSTRACT
        assert without == KNOWN_BY_STATE

    def test_of_a_row_of_a_table_do_too(self):
        asked = [(verb, row[0]) for rows in desk.ASKED.values() for verb, row in rows.items()]
        said = [(verb, row[0]) for verb, row in desk.SAID.items()]
        without = {verb.__name__ for verb, form in asked + said if "submission" not in form.base_fields}
        assert without | {verb.__name__ for verb in desk.OF_BREACH} == VERBS_KNOWN_BY_STATE


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two posts of the same form at the same moment, through the pages."""

    @pytest.fixture(autouse=True)
    def _leave_no_connection_behind(self, settings, tmp_path):
        settings.MEDIA_ROOT, settings.STAFF_SECOND_FACTOR_REQUIRED = tmp_path, False
        yield
        connection.close()

    def twice(self, browsers, address, words):
        gate = Barrier(2)

        def send(browser):
            gate.wait()
            return browser.post(address, words)

        results = at_once(*(lambda browser=browser: send(browser) for browser in browsers))
        assert [getattr(one, "status_code", one) for one in results] == [302, 302]
        return {one.url for one in results}

    def test_make_one_case(self, signed_in, alice, acme, reference):
        instance = Instance.objects.get(account=acme, product__code="changepoint")
        words = {
            "product": f"{acme.pk}.changepoint",
            "instance": instance.pk,
            "type": "issue",
            "severity": "3",
            "body": "Twice.",
        }
        for turn in range(5):
            sent = {
                **words,
                "subject": f"Quite another thing {turn * 7919}",
                "submission": str(uuid4()),
                "anyway": "on",
            }
            browsers = signed_in(alice), signed_in(alice)
            assert len(self.twice(browsers, "/cases/new/", sent)) == 1
        assert Case.objects.count() == 5

    @pytest.mark.parametrize(
        ("verb", "words", "kind"),
        [
            ("note", {"body": "Twice."}, "noted"),
            ("reply", {"body": "Twice."}, "replied"),
            ("hand_to_development", {"body": "Twice."}, "handed_to_development"),
            ("classify", {"type": "issue", "kind": "own"}, "classified"),
        ],
    )
    def test_make_one_event_at_the_desk(self, signed_in, carl, case, verb, words, kind):
        browsers = signed_in(carl), signed_in(carl)
        for turn in range(1, 5):
            self.twice(browsers, reverse(f"desk:{verb}", args=[case.number]), {**words, "submission": str(uuid4())})
            assert Event.objects.filter(case=case, kind=kind).count() == turn
        said = Message.objects.filter(case=case).count() - 1 + Note.objects.filter(case=case).count()
        assert said == (0 if verb == "classify" else 4)

    def test_make_one_word_of_the_customer(self, signed_in, alice, case):
        browsers = signed_in(alice), signed_in(alice)
        for turn in range(1, 5):
            self.twice(browsers, f"/cases/{case.number}/reply/", {"body": "Twice.", "submission": str(uuid4())})
            assert Message.objects.filter(case=case).count() == 1 + turn


@pytest.mark.django_db
class TestAnotherText:
    """The same key with other words: the first were sent, and the later ones stand in the form, with another key."""

    ARRIVED = "What you sent first has arrived."

    def sent_again(self, browser, address, words, name):
        first = browser.post(address, words)
        assert first.status_code == 302, first.content.decode()
        assert browser.post(address, words).status_code == 302  # the same once more is no other words
        later = browser.post(address, {**words, name: "Other words."})
        page = later.content.decode()
        assert (later.status_code, self.ARRIVED in page, "Other words." in page) == (422, True, True)
        assert words["submission"] not in page
        return later

    @pytest.mark.parametrize(
        ("verb", "name"),
        [
            *((verb.__name__, "body") for verb in desk.SAID),
            ("note", "body"),
            ("hand_to_development", "body"),
        ],
    )
    def test_at_the_desk_are_not_said_to_be_sent(self, signed_in, carl, case, verb, name):
        words = {"body": "First words.", "way": "steps", "submission": str(uuid4())}
        self.sent_again(signed_in(carl), reverse(f"desk:{verb}", args=[case.number]), words, name)
        said = [*Message.objects.filter(case=case), *Note.objects.filter(case=case)]
        assert [one.body for one in said].count("First words.") == 1
        assert "Other words." not in {one.body for one in said}

    def test_of_a_customer_can_be_sent_after_all(self, signed_in, alice, case):
        browser, address = signed_in(alice), f"/cases/{case.number}/reply/"
        later = self.sent_again(browser, address, {"body": "First words.", "submission": str(uuid4())}, "body")
        key = later.context["reply_form"]["submission"].value()
        assert browser.post(address, {"body": "Other words.", "submission": key}).status_code == 302
        assert set(Message.objects.filter(case=case).values_list("body", flat=True)) >= {"First words.", "Other words."}

    def test_of_a_new_case_open_no_second_one_by_themselves(self, signed_in, alice, acme, reference):
        instance = Instance.objects.get(account=acme, product__code="changepoint")
        words = {
            "product": f"{acme.pk}.changepoint",
            "instance": instance.pk,
            "type": "issue",
            "severity": "3",
            "subject": "Once",
            "body": "First words.",
            "submission": str(uuid4()),
        }
        self.sent_again(signed_in(alice), "/cases/new/", words, "body")
        assert Case.objects.count() == 1
