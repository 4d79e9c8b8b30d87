"""The pages of root-cause reports on our side: what is owed, writing, the steps of three people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import lifecycle
from cases.models import RootCauseReport
from cases.root_causes import queries as root_causes
from contacts.models import Team
from contacts.roles import Role
from tests.cases.desk.conftest import WITH_HTMX, read, to
from tests.cases.reports.tallied import WORDS, begun, given, published, reviewed
from tests.conftest import person

MOST_QUERIES = 12


@pytest.fixture
def owe(open_case, eve, nora, at):
    """`owe()`: a Critical case of Eve's for which a report is owed, due in 15 days from `at`."""

    def make(**more):
        case = open_case(eve, severity="critical", **more)
        when = more.get("at", at) + timedelta(minutes=1)
        lifecycle.classify(case, by=nora, at=when, type=case.type, kind="other")
        return lifecycle.judge_reach(case, by=nora, at=when, is_system_wide=True, because="All of them.")

    return make


@pytest.fixture
def owing(owe):
    return owe()


@pytest.fixture
def there(signed_in, nora):
    """Nora's browser: a consultant of level II."""
    return signed_in(nora)


@pytest.fixture
def managing(signed_in, mona):
    return signed_in(mona)


def page(name, report):
    return reverse(f"desk:{name}", args=[report.number])


class TestTheList:
    URL = "/desk/root-cause-reports/"

    def test_is_empty_with_words(self, there):
        assert "No report is owed" in read(there.get(self.URL))

    def test_shows_what_is_owed_and_offers_to_begin(self, there, owing):
        text = read(there.get(self.URL))
        assert owing.number in text
        assert "nobody yet" in text
        assert f'action="{to("report_root_cause", owing)}"' in text

    def test_marks_what_is_overdue(self, there, owing, clock):
        assert "Overdue" not in read(there.get(self.URL))
        clock.later(days=15, minutes=1)
        assert "Overdue" in read(there.get(self.URL))

    def test_offers_nothing_to_who_does_not_write(self, signed_in, dora, owing):
        assert "Begin to write" not in read(signed_in(dora).get(self.URL))

    def test_takes_as_many_queries_for_many(self, managing, owe, at):
        counts = []
        managing.get(self.URL)  # the session remembers when it began
        for _round in range(3):
            for number in range(3):
                given(case=owe(), at=at + timedelta(hours=1)) if number == 2 else owe()
            reviewed(case=owe(), at=at + timedelta(hours=1))
            with CaptureQueriesContext(connection) as captured:
                managing.get(self.URL)
            counts.append(len(captured))
        assert counts[0] == counts[1] == counts[2] <= MOST_QUERIES

    def test_shows_a_specialist_what_her_team_holds(self, signed_in, owing):
        connie = person("Connie Consulting", Role.CONSULTING)
        Team.objects.get(code="consulting").members.add(connie)
        assert owing.number not in read(signed_in(connie).get(self.URL))


class TestWhatWaits:
    URL = "/desk/root-cause-reports/waiting/"

    @pytest.fixture
    def rita(self, reference):
        return person("Rita Reader", Role.CONSULTANT_2)

    def count(self, user):
        return root_causes.waiting_for(user)

    def test_is_a_review_for_those_who_had_no_hand_in_it(self, owing, nora, carl, dora, mona, rita, at):
        report = begun(case=owing, by=nora, at=at)
        lifecycle.write_report(report, by=nora, at=at, words=WORDS)
        assert [self.count(user) for user in (nora, mona, rita)] == [0, 0, 0]
        lifecycle.submit_report(report, by=nora, at=at)
        assert [self.count(user) for user in (nora, mona, rita, carl, dora)] == [0, 1, 1, 0, 0]

    def test_is_of_cases_that_the_reader_may_see(self, owing, nora, at, signed_in, eve):
        connie = person("Connie Consulting", Role.CONSULTING)
        Team.objects.get(code="consulting").members.add(connie)
        report = begun(case=owing, by=nora, at=at)
        lifecycle.write_report(report, by=nora, at=at, words=WORDS)
        lifecycle.submit_report(report, by=nora, at=at)
        assert self.count(connie) == 0
        lifecycle.assign(owing, by=nora, at=at + timedelta(minutes=5), owner=connie)
        assert self.count(connie) == 1
        assert signed_in(eve).get(self.URL).status_code == 404  # the customer of the case

    def test_is_to_be_published_for_managers(self, owing, nora, mona, at):
        report = reviewed(case=owing, at=at)
        assert [self.count(user) for user in (nora, mona)] == [0, 1]
        lifecycle.publish_report(report, by=mona, at=at)
        assert self.count(mona) == 0

    def test_stands_in_the_side_bar(self, there, managing, owing, at, django_assert_num_queries):
        assert self.URL in read(there.get("/desk/"))
        reviewed(case=owing, at=at)
        assert not there.get(self.URL).content.strip()
        part = managing.get(self.URL).content.decode()
        assert ">1<" in part
        assert "waiting" in part
        with django_assert_num_queries(3):  # the session, the reader, the count
            managing.get(self.URL)


class TestFromACase:
    def test_it_is_begun_by_a_press_and_then_led_to(self, there, owing):
        assert "Begin to write" in read(there.get(to("report_root_cause", owing)))
        assert not RootCauseReport.objects.exists()
        response = there.post(to("report_root_cause", owing))
        report = RootCauseReport.objects.get()
        assert response.url == page("write_report", report)
        assert there.get(to("report_root_cause", owing)).url == page("root_cause_report", report)

    def test_the_dialog_leads_out_of_the_page(self, there, owing):
        assert "Begin to write" in read(there.get(to("report_root_cause", owing), **WITH_HTMX))
        response = there.post(to("report_root_cause", owing), **WITH_HTMX)
        assert response["HX-Redirect"] == page("write_report", RootCauseReport.objects.get())

    def test_is_offered_while_it_is_owed(self, there, owing, case):
        assert to("report_root_cause", case) not in read(there.get(to("case", case)))
        assert to("report_root_cause", owing) in read(there.get(to("case", owing)))

    def test_is_refused_where_none_is_owed(self, there, case):
        response = there.post(to("report_root_cause", case))
        assert response.status_code == 422
        assert "No root-cause report is owed." in read(response)

    def test_its_page_shows_how_the_report_stands(self, there, owing, at, nora):
        assert "Nobody writes it yet." in read(there.get(to("case", owing)))
        report = begun(case=owing, by=nora, at=at)
        text = read(there.get(to("case", owing)))
        assert page("root_cause_report", report) in text
        assert "Being written" in text


class TestWriting:
    @pytest.fixture
    def report(self, owing, nora, at):
        return begun(case=owing, by=nora, at=at)

    def test_keeps_half_a_report(self, there, report):
        response = there.post(page("write_report", report), {"cause_en": "A log grew.", "save": "1"}, follow=True)
        assert "Saved." in read(response)
        assert "A log grew.</textarea>" in read(response)

    def test_hands_in_what_is_whole(self, there, report):
        response = there.post(page("write_report", report), WORDS | {"submit": "1"}, follow=True)
        assert "Handed in for review." in read(response)
        assert report.versions.get().state == "in_review"

    def test_refuses_to_hand_in_half_and_keeps_the_words(self, there, report):
        response = there.post(page("write_report", report), WORDS | {"done_fr": "", "submit": "1"})
        assert response.status_code == 422
        assert "Every section is wanted in both languages" in read(response)
        assert WORDS["done_en"] in read(response)
        assert report.versions.get().done_en == WORDS["done_en"]

    def test_says_who_saved_meanwhile(self, there, here, report, clock):
        seen = report.versions.get().written_at.isoformat()
        clock.later(minutes=1)
        here.post(page("write_report", report), {"cause_en": "Carl’s.", "save": "1", "seen": seen})
        response = there.post(page("write_report", report), {"cause_en": "Nora’s.", "save": "1", "seen": seen})
        assert "Carl Care has saved this report" in read(response)
        assert "Nora’s." in read(response)
        assert report.versions.get().cause_en == "Carl’s."

    def test_leads_to_the_report_once_it_is_handed_in(self, there, owing, at):
        report = reviewed(case=owing, at=at)
        assert there.get(page("write_report", report)).url == page("root_cause_report", report)


class TestTheSteps:
    def test_are_offered_to_those_who_may(self, there, managing, here, owing, at, nora):
        report = begun(case=owing, by=nora, at=at)
        there.post(page("write_report", report), WORDS | {"submit": "1"})
        shown = {
            name: read(browser.get(page("root_cause_report", report)))
            for name, browser in {"nora": there, "mona": managing, "carl": here}.items()
        }
        assert page("review_report", report) not in shown["nora"]
        assert page("review_report", report) in shown["mona"]
        assert page("review_report", report) not in shown["carl"]
        managing.post(page("review_report", report))
        assert page("publish_report", report) in read(managing.get(page("root_cause_report", report)))
        assert page("publish_report", report) not in read(there.get(page("root_cause_report", report)))

    def test_lead_to_the_customer(self, managing, owing, at):
        report = reviewed(case=owing, at=at)
        response = managing.post(page("publish_report", report), follow=True)
        assert "Published. The customers are being told." in read(response)
        assert "Told 0 of 1 cases." in read(response)

    def test_go_back_for_a_reason(self, managing, owing, at):
        report = reviewed(case=owing, at=at)
        assert managing.post(page("return_report", report), {"because": ""}).status_code == 422
        response = managing.post(page("return_report", report), {"because": "Times?"}, follow=True)
        assert "gave version 1 back to be written: Times?" in read(response)

    def test_are_refused_in_words(self, there, owing, at):
        report = reviewed(case=owing, at=at)
        response = there.post(page("publish_report", report), follow=True)
        assert "This step of a root-cause report is not yours to take." in read(response)
        assert report.versions.get().state == "reviewed"

    def test_are_done_by_post_alone(self, managing, owing, at):
        report = reviewed(case=owing, at=at)
        for name in ("review_report", "return_report", "publish_report", "correct_report"):
            assert managing.get(page(name, report)).status_code == 405

    def test_begin_a_correction_whose_earlier_version_stays_to_be_read(self, managing, owing, at):
        report = given(case=owing, at=at).report
        response = managing.post(page("correct_report", report), {"because": "A wrong time."}, follow=True)
        assert "Version 2" in read(response)
        assert "Version 1" in read(response)
        assert "began version 2 as a correction: A wrong time." in read(response)

    def test_show_how_far_the_telling_is(self, managing, owing, at):
        report = published(case=owing, at=at).report
        part = read(managing.get(page("report_progress", report)))
        assert "Told 0 of 1 cases." in part
        assert 'hx-trigger="every 3s"' in part
        from tests.cases.reports.tallied import tell_all

        tell_all(at)
        assert "hx-trigger" not in read(managing.get(page("report_progress", report)))


class TestTheQueue:
    def test_tells_managers_what_is_overdue(self, managing, there, owing, clock):
        assert "overdue" not in read(managing.get("/desk/"))
        clock.later(days=15, minutes=1)
        assert "A case waits for a root-cause report that is overdue." in read(managing.get("/desk/"))
        assert "root-cause report that is overdue" not in read(there.get("/desk/"))


class TestAccess:
    def test_is_by_right_to_the_case(self, signed_in, owing, at):
        report = reviewed(case=owing, at=at)
        connie = person("Connie Consulting", Role.CONSULTING)
        Team.objects.get(code="consulting").members.add(connie)
        browser = signed_in(connie)
        for name in ("root_cause_report", "write_report"):
            assert browser.get(page(name, report)).status_code == 404
        assert browser.post(page("review_report", report)).status_code == 404
