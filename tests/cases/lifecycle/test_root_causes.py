# ruff: noqa: F811  the fixtures of incidents are those of their own tests
"""Root-cause reports: begun, written, reviewed by another, published once, corrected."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from cases.events import sentence
from cases.lifecycle import (
    begin_report,
    classify,
    close,
    correct_report,
    judge_reach,
    link_case,
    publish_report,
    return_report,
    review_report,
    submit_report,
    write_report,
)
from cases.lifecycle.root_causes import (
    MayNotReport,
    NamesSomebody,
    NotAtThisStep,
    NotOwed,
    SavedSince,
    TextMissing,
    WriterReviews,
)
from cases.models import OutboxMail, RootCauseDelivery, RootCauseEvent, RootCauseReport, RootCauseVersion
from cases.root_causes import queries as root_causes
from cases.root_causes.history import sentence as said
from contacts.roles import Role
from tests.cases.incidents.conftest import incident, open_incident, publish, resolve  # noqa: F401
from tests.cases.reports.tallied import ENGLISH, WORDS, given, given_again, published, reviewed
from tests.factories.contacts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruth(reference):
    """A second consultant of level II."""
    return UserFactory(role=Role.CONSULTANT_2, name="Ruth Reader")


@pytest.fixture
def draft(owing, nora, later):
    """Nora's report, whole, not handed in."""
    report = begin_report(by=nora, at=later(days=1), case=owing)
    write_report(report, by=nora, at=later(days=1), words=WORDS)
    return report


def state(report):
    return report.versions.latest("number").state


class TestBeginReport:
    def test_makes_the_first_version(self, owing, nora, later):
        report = begin_report(by=nora, at=later(days=1), case=owing)
        version = report.versions.get()
        assert (report.case, version.number, version.state, version.written_by) == (owing, 1, "writing", nora)

    def test_again_is_the_same(self, owing, nora, carl, later):
        first = begin_report(by=nora, at=later(days=1), case=owing)
        assert begin_report(by=carl, at=later(days=2), case=owing) == first
        assert RootCauseVersion.objects.count() == 1

    def test_is_refused_where_none_is_owed(self, case, nora, later):
        with pytest.raises(NotOwed):
            begin_report(by=nora, at=later(days=1), case=case)

    def test_of_a_case_of_an_incident_is_that_of_the_incident(self, owing, incident, nora, later):
        link_case(owing, by=nora, at=later(minutes=7), incident=incident)
        report = begin_report(by=nora, at=later(days=1), case=owing)
        assert (report.case, report.incident) == (None, incident)
        assert begin_report(by=nora, at=later(days=1), incident=incident) == report

    @pytest.mark.parametrize("who", ["dora", "adam", "eve"])
    def test_is_for_solvers(self, owing, later, request, who):
        with pytest.raises(MayNotReport):
            begin_report(by=request.getfixturevalue(who), at=later(days=1), case=owing)


class TestWriteReport:
    def test_keeps_what_is_written_and_who_wrote(self, draft, carl, later):
        write_report(draft, by=carl, at=later(days=2), words={"cause_en": "\n Another cause. \n"})
        version = draft.versions.get()
        assert (version.cause_en, version.title_en, version.written_by) == (" Another cause.", WORDS["title_en"], carl)

    def test_loses_nobodys_words(self, draft, nora, carl, later):
        seen = draft.versions.get().written_at
        write_report(draft, by=carl, at=later(days=2), words={"cause_en": "Carl’s."}, seen=seen)
        with pytest.raises(SavedSince, match="Carl Care"):
            write_report(draft, by=nora, at=later(days=2, minutes=1), words={"cause_en": "Nora’s."}, seen=seen)
        assert draft.versions.get().cause_en == "Carl’s."

    def test_is_refused_once_handed_in(self, draft, nora, later):
        submit_report(draft, by=nora, at=later(days=2))
        with pytest.raises(NotAtThisStep, match="In review"):
            write_report(draft, by=nora, at=later(days=2), words={"cause_en": "Other."})


class TestSubmitReport:
    @pytest.mark.parametrize("name", sorted(WORDS))
    def test_wants_every_section_in_both_languages(self, draft, nora, later, name):
        write_report(draft, by=nora, at=later(days=2), words={name: "  "})
        with pytest.raises(TextMissing):
            submit_report(draft, by=nora, at=later(days=2))

    @pytest.mark.parametrize(
        "words",
        ["As Acme told us.", "See CC-000042.", "see cc-000042", "(Acme)"],
        ids=["account", "case", "small", "mark"],
    )
    def test_is_refused_while_it_names_another_account_or_a_case(self, draft, acme, nora, later, words):
        write_report(draft, by=nora, at=later(days=2), words={"done_fr": words})
        with pytest.raises(NamesSomebody):
            submit_report(draft, by=nora, at=later(days=2))
        assert state(draft) == "writing"

    @pytest.mark.parametrize("words", ["As Globex told us.", "In acmes and Acmeology."])
    def test_may_name_its_own_account_and_other_words(self, draft, acme, nora, later, words):
        write_report(draft, by=nora, at=later(days=2), words={"done_fr": words})
        assert submit_report(draft, by=nora, at=later(days=2)).state == "in_review"

    def test_of_an_incident_may_name_no_account_at_all(self, incident, globex, nora, later):
        report = begin_report(by=nora, at=later(days=1), incident=incident)
        write_report(report, by=nora, at=later(days=1), words=WORDS | {"done_en": "As Globex told us."})
        with pytest.raises(NamesSomebody, match="Globex"):
            submit_report(report, by=nora, at=later(days=1))


class TestReviewReport:
    def test_is_done_by_a_second_person(self, draft, nora, ruth, later):
        submit_report(draft, by=nora, at=later(days=2))
        with pytest.raises(WriterReviews):
            review_report(draft, by=nora, at=later(days=2))
        version = review_report(draft, by=ruth, at=later(days=3))
        assert (version.state, version.reviewed_by, version.reviewed_at) == ("reviewed", ruth, later(days=3))

    def test_is_refused_to_everybody_who_had_a_hand_in_it(self, draft, nora, mona, ruth, later):
        write_report(draft, by=ruth, at=later(days=2), words={"cause_en": "Ruth’s."})
        write_report(draft, by=mona, at=later(days=2), words={"cause_en": "Mona’s."})
        submit_report(draft, by=mona, at=later(days=2))
        for writer in (nora, ruth, mona):
            with pytest.raises(WriterReviews):
                review_report(draft, by=writer, at=later(days=3))

    @pytest.mark.parametrize("who", ["carl", "dora", "adam", "eve"])
    def test_is_for_judges(self, draft, nora, later, request, who):
        submit_report(draft, by=nora, at=later(days=2))
        with pytest.raises(MayNotReport):
            review_report(draft, by=request.getfixturevalue(who), at=later(days=3))

    def test_begins_anew_where_it_was_given_back(self, draft, nora, ruth, mona, later):
        submit_report(draft, by=nora, at=later(days=2))
        review_report(draft, by=ruth, at=later(days=3))
        return_report(draft, by=mona, at=later(days=3), because="The times are wrong.")
        version = draft.versions.get()
        assert (version.state, version.reviewed_by, version.submitted_at) == ("writing", None, None)
        with pytest.raises(NotAtThisStep):
            publish_report(draft, by=mona, at=later(days=3))


class TestPublishReport:
    def test_is_a_managers_after_the_review(self, owing, mona, nora, later):
        report = reviewed(case=owing, at=later(days=2))
        with pytest.raises(MayNotReport):
            publish_report(report, by=nora, at=later(days=3))
        version = publish_report(report, by=mona, at=later(days=3))
        assert (version.state, version.published_by) == ("published", mona)

    def test_tells_the_customer_in_their_language_and_keeps_the_promise(self, owing, eve, later, settings):
        settings.SITE_URL = "https://care.example"
        version = given(case=owing, at=later(days=3))
        assert owing.commitments.get(metric="root_cause").state == "met"
        message = owing.messages.get(purpose="root_cause")
        assert "Un disque s’est rempli" in message.body
        assert f"https://care.example/cases/root-cause-reports/{version.report.number}/" in message.body
        assert OutboxMail.objects.get(notice="root_cause_reported").recipient == eve
        assert owing.events.get(kind="root_cause_reported").data == {"report": version.report.number, "version": 1}

    def test_happens_once(self, owing, mona, later):
        report = published(case=owing, at=later(days=3)).report
        with pytest.raises(NotAtThisStep):
            publish_report(report, by=mona, at=later(days=3))

    def test_reaches_a_closed_case(self, owing, nora, later):
        close(owing, by=nora, at=later(days=1), reason="confirmed")
        given(case=owing, at=later(days=3))
        owing.refresh_from_db()
        assert owing.status == "closed"
        assert owing.events.filter(kind="root_cause_reported").exists()

    def test_goes_to_every_case_of_the_incident_also_where_none_is_owed(
        self,
        incident,
        owing,
        case,
        open_case,
        alice,
        nora,
        later,
    ):
        for one in (owing, case):
            link_case(one, by=nora, at=later(minutes=9), incident=incident)
        apart = open_case(alice)
        given(incident=incident, at=later(days=3))
        assert {one.case_id for one in RootCauseDelivery.objects.all()} == {owing.pk, case.pk}
        assert owing.commitments.get(metric="root_cause").state == "met"
        assert case.messages.get(purpose="root_cause").body.startswith("Our root-cause report: Time sheets")
        assert not apart.events.filter(kind="root_cause_reported").exists()

    def test_is_refused_while_it_names_an_account_that_came_since(self, owing, mona, later):
        from tests.conftest import company

        report = reviewed(case=owing, at=later(days=2), words={"cause_en": "A log of Initech grew."})
        company("Initech", "standard", "emea")
        with pytest.raises(NamesSomebody, match="Initech"):
            publish_report(report, by=mona, at=later(days=3))


class TestCorrectReport:
    def test_is_a_version_with_its_own_review(self, owing, eve, mona, later):
        report = given(case=owing, at=later(days=3)).report
        version = given_again(report, by=mona, at=later(days=4), because="A wrong time.")
        assert (version.number, report.versions.count()) == (2, 2)
        event = owing.events.get(kind="root_cause_corrected")
        assert sentence(event) == f"{mona.name} corrected the root-cause report (version 2)"
        assert OutboxMail.objects.get(notice="root_cause_corrected").recipient == eve
        assert root_causes.published_to(eve).first() == version

    def test_leaves_readers_the_published_one_until_then(self, owing, eve, nora, later):
        first = given(case=owing, at=later(days=3))
        correct_report(first.report, by=nora, at=later(days=4), because="A wrong time.")
        write_report(first.report, by=nora, at=later(days=4), words={"cause_fr": "canary"})
        assert root_causes.published_to(eve).get() == first

    def test_is_refused_while_one_is_in_work(self, owing, nora, later):
        first = given(case=owing, at=later(days=3))
        correct_report(first.report, by=nora, at=later(days=4), because="A wrong time.")
        with pytest.raises(NotAtThisStep):
            correct_report(first.report, by=nora, at=later(days=4), because="Again.")

    def test_is_reviewed_by_another_than_who_corrected(self, owing, nora, later):
        first = given(case=owing, at=later(days=3))
        correct_report(first.report, by=nora, at=later(days=4), because="A wrong time.")
        submit_report(first.report, by=nora, at=later(days=4))
        with pytest.raises(WriterReviews):
            review_report(first.report, by=nora, at=later(days=4))


class TestTheDatabase:
    def refuses(self, doing):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            doing()

    def test_refuses_what_the_verbs_refuse(self, owing, later):
        version = published(case=owing, at=later(days=3))
        rows = RootCauseVersion.objects.filter(pk=version.pk)
        self.refuses(lambda: rows.update(cause_en="Other."))
        self.refuses(lambda: rows.update(state="writing"))
        self.refuses(version.delete)
        self.refuses(version.report.delete)
        self.refuses(lambda: RootCauseEvent.objects.update(kind="reviewed"))
        self.refuses(lambda: RootCauseEvent.objects.all().delete())
        self.refuses(lambda: RootCauseReport.objects.create(begun_at=later(days=1)))
        self.refuses(lambda: RootCauseReport.objects.create(case=owing, begun_at=later(days=1)))

    def test_refuses_a_review_by_the_writer_and_a_leap(self, draft, nora, ruth, later):
        rows = RootCauseVersion.objects.filter(report=draft)
        self.refuses(lambda: rows.update(state="published", submitted_at=later(days=1)))
        self.refuses(lambda: rows.update(state="reviewed", submitted_at=later(days=1)))
        submit_report(draft, by=nora, at=later(days=2))
        self.refuses(lambda: rows.update(state="reviewed", reviewed_by=nora, reviewed_at=later(days=2)))
        self.refuses(lambda: rows.update(happened_en="Other."))
        rows.update(state="reviewed", reviewed_by=ruth, reviewed_at=later(days=2))

    def test_refuses_half_a_report_in_review_and_a_second_one_in_work(self, draft, nora, later):
        RootCauseVersion.objects.filter(report=draft).update(effect_fr="")
        self.refuses(
            lambda: RootCauseVersion.objects.filter(report=draft).update(state="in_review", submitted_at=later(days=1))
        )
        self.refuses(
            lambda: RootCauseVersion.objects.create(
                report=draft, number=2, written_by=nora, written_at=later(days=1), **ENGLISH
            )
        )


class TestTheRecord:
    def test_tells_each_step_in_a_sentence(self, draft, nora, ruth, mona, later):
        submit_report(draft, by=nora, at=later(days=2))
        return_report(draft, by=ruth, at=later(days=2), because="Times?")
        submit_report(draft, by=nora, at=later(days=3))
        review_report(draft, by=ruth, at=later(days=3))
        publish_report(draft, by=mona, at=later(days=3))
        assert [said(event) for event in draft.events.order_by("pk")] == [
            "Nora Night wrote at version 1",
            "Nora Night handed version 1 in for review",
            "Ruth Reader gave version 1 back to be written: Times?",
            "Nora Night handed version 1 in for review",
            "Ruth Reader reviewed version 1: it can be published",
            "Mona Manager published version 1 to 1 case",
        ]


class TestRows:
    def test_are_overdue_first_then_by_due_time_and_published_last(
        self, owing, open_case, eve, alice, nora, mona, later
    ):
        late = open_case(alice, severity="critical", at=later(days=-10))
        classify(late, by=nora, at=later(minutes=5), type=late.type, kind="other")
        judge_reach(late, by=nora, at=later(minutes=6), is_system_wide=True, because="All.")
        done = open_case(eve, severity="critical", subject="Done")
        classify(done, by=nora, at=later(minutes=5), type=done.type, kind="other")
        judge_reach(done, by=nora, at=later(minutes=6), is_system_wide=True, because="All.")
        given(case=done, at=later(days=1))
        found = root_causes.rows(mona, at=later(days=6))
        assert [(row.case, row.is_overdue, row.state) for row in found] == [
            (late, True, "Owed"),
            (owing, False, "Owed"),
            (done, False, "Published"),
        ]
        assert found[1].due_at == owing.received_at + timedelta(days=15)

    def test_are_one_for_all_cases_of_an_incident(self, incident, owing, nora, mona, later):
        link_case(owing, by=nora, at=later(minutes=7), incident=incident)
        [row] = root_causes.rows(mona, at=later(days=1))
        assert (row.incident, row.owing, row.case) == (incident, 1, None)
        begin_report(by=nora, at=later(days=1), case=owing)
        [row] = root_causes.rows(mona, at=later(days=1))
        assert (row.report.incident, row.state) == (incident, "Being written")
